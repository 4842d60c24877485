"""When mails go out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.measure import (
    ENOUGH,
    by_day,
    day_of,
    first_morning,
    full_until,
    is_night,
    sending_time,
)
from readinggroup.domain.rhythm import zone_at

ZONES = (
    "America/Edmonton",
    "Europe/Lisbon",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Atlantic/Reykjavik",
)
MOMENTS = st.integers(0, 18 * 365 * 24 * 60).map(
    lambda minutes: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(text: str, zone: str = "America/Edmonton") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone_at(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("due", "goes"),
    [
        ("2022-11-05T21:59", "2022-11-05T21:59"),
        ("2022-11-05T22:00", "2022-11-06T07:00"),  # The night in which clocks go back an hour.
        ("2022-11-06T06:59", "2022-11-06T07:00"),
        ("2022-11-06T07:00", "2022-11-06T07:00"),
        ("2022-03-12T23:30", "2022-03-13T07:00"),  # And the one in which they go forward.
    ],
)
def test_nothing_goes_at_night(due: str, goes: str) -> None:
    assert by_day(at(due), "America/Edmonton") == at(goes)


def test_a_mail_that_cant_wait_goes_at_once() -> None:
    noon = at("2022-11-08T12:00")

    assert sending_time(noon, noon, "America/Edmonton", waits=False, had_one_today=True, daily=True) == noon


def test_the_first_reminder_of_a_day_goes_at_once_and_the_second_next_morning() -> None:
    noon, morning = at("2022-11-08T12:00"), at("2022-11-09T08:00")

    assert sending_time(noon, noon, "America/Edmonton", waits=True) == noon
    assert sending_time(noon, noon, "America/Edmonton", waits=True, had_one_today=True) == morning


def test_who_wants_one_mail_a_day_gets_it_at_eight() -> None:
    noon, morning = at("2022-11-08T12:00"), at("2022-11-09T08:00")

    assert sending_time(noon, noon, "America/Edmonton", waits=True, daily=True) == morning
    assert sending_time(morning, morning, "America/Edmonton", waits=True, daily=True) == morning
    late = at("2022-11-09T11:00")
    assert sending_time(morning, late, "America/Edmonton", waits=True, daily=True) == late


@pytest.mark.parametrize(("closes", "waits"), [("2022-11-09T14:00", True), ("2022-11-09T13:59", False)])
def test_a_reminder_that_would_come_too_late_doesnt_wait(closes: str, waits: bool) -> None:
    noon = at("2022-11-08T12:00")

    goes = sending_time(noon, noon, "America/Edmonton", waits=True, had_one_today=True, until=at(closes))

    assert (goes > noon) is waits


def test_a_week_is_full_with_three_mails_and_has_room_when_the_first_is_a_week_old() -> None:
    days = [at(f"2022-11-0{day}T08:00") for day in (7, 9, 8)]

    assert full_until(days[:2]) is None
    assert full_until(days) == at("2022-11-14T08:00")
    assert full_until([*days, at("2022-11-01T08:00")]) == at("2022-11-14T08:00")


@pytest.mark.parametrize(
    ("until", "goes"),
    [(None, "2022-11-15T08:00"), ("2022-11-16T08:00", "2022-11-15T08:00"), ("2022-11-15T13:00", None)],
)
def test_who_had_a_weeks_measure_gets_the_next_once_there_is_room_if_it_can_wait(
    until: str | None, goes: str | None
) -> None:
    noon = at("2022-11-10T12:00")
    terms = {"full_until": at("2022-11-14T09:00"), "until": at(until) if until else None}

    assert sending_time(noon, noon, "America/Edmonton", waits=True, **terms) == (at(goes) if goes else noon)
    assert sending_time(noon, noon, "America/Edmonton", waits=False, **terms) == noon
    later = at("2022-11-14T10:00")
    assert sending_time(noon, later, "America/Edmonton", waits=True, **terms) == later


@given(
    due=MOMENTS, behind=st.integers(0, 200), zone=st.sampled_from(ZONES), waits=st.booleans(), daily=st.booleans(),
    had=st.booleans(), left=st.none() | st.integers(0, 100),
)  # fmt: skip
def test_no_mail_goes_at_night_before_its_time_or_for_ever_later(
    due: datetime, behind: int, zone: str, waits: bool, daily: bool, had: bool, left: int | None
) -> None:
    now = due + timedelta(hours=behind)
    until = None if left is None else now + timedelta(hours=left)
    terms = {"waits": waits, "daily": daily, "had_one_today": had, "until": until}

    goes = sending_time(due, now, zone, **terms)  # type: ignore[arg-type]

    assert goes >= now
    assert not is_night(goes, zone)
    assert goes - now <= timedelta(hours=34)
    if until is not None and waits:
        assert goes <= max(until - ENOUGH, by_day(now, zone))
    if goes > now and not had:  # It isn't put off twice.
        assert sending_time(goes, goes, zone, **terms) == goes  # type: ignore[arg-type]


@given(now=MOMENTS, zone=st.sampled_from(ZONES))
def test_a_day_holds_its_moment_and_its_morning_is_near(now: datetime, zone: str) -> None:
    begins, ends = day_of(now, zone)

    assert begins <= now < ends
    assert now <= first_morning(now, zone) <= now + timedelta(hours=50)  # Apia once left out a whole day.
