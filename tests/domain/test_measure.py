"""When mails go out: by examples, and by whole months of mails that come at random."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.measure import (
    A_WEEK,
    A_WEEKS_MEASURE,
    Box,
    Haste,
    Mail,
    Owed,
    by_day,
    day_of,
    first_morning,
    goes_along,
    is_night,
    plan,
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


ALARM, PRESSES, PATIENT = Haste.ALARM, Haste.PRESSES, Haste.PATIENT
NOON = "2022-11-08T12:00"


def owed(haste: Haste, ready: str = NOON, *, until: str | None = None, key: int = 1) -> Owed:
    return Owed(key=key, ready_at=at(ready), haste=haste, until=at(until) if until else None)


def goes(
    each: Owed, *, had: tuple[str, ...] = (), planned: tuple[str, ...] = (), now: str = NOON
) -> str | None:
    """When it goes, by clocks in Edmonton."""
    others = [owed(PRESSES, when, key=key) for key, when in enumerate(planned, start=2)]
    box = Box(zone="America/Edmonton", had=tuple(map(at, had)))
    found = sending_time(each, others, box, at(now))
    return None if found is None else f"{found.astimezone(zone_at(box.zone)):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("haste", [ALARM, PRESSES, PATIENT])
def test_the_first_mail_of_a_day_goes_at_once_and_the_second_next_morning(haste: Haste) -> None:
    assert goes(owed(haste)) == NOON
    assert goes(owed(haste), had=("2022-11-08T07:30",)) == "2022-11-09T08:00"


def test_what_is_asked_for_goes_at_night_and_what_joining_hangs_on_by_day_and_neither_is_held() -> None:
    full = ("2022-11-06T08:00", "2022-11-07T08:00", "2022-11-08T08:00")

    assert (
        goes(owed(Haste.ANSWER, "2022-11-08T23:00"), had=full, now="2022-11-08T23:00") == "2022-11-08T23:00"
    )
    assert goes(owed(Haste.APART, "2022-11-08T23:00"), had=full, now="2022-11-08T23:00") == "2022-11-09T07:00"


def test_nobody_gets_a_fourth_mail_in_seven_days_and_news_that_can_wait_no_third() -> None:
    two = ("2022-11-03T09:30", "2022-11-05T08:00")

    assert goes(owed(PRESSES), had=two) == NOON
    assert goes(owed(PATIENT), had=two) == "2022-11-11T08:00"
    assert goes(owed(PRESSES), had=(*two, "2022-11-07T08:00")) == "2022-11-11T08:00"
    assert goes(owed(ALARM), had=(*two, "2022-11-07T08:00")) == NOON, "somebody would come in vain"


def test_a_mail_waits_for_what_comes_later_that_day_and_leaves_room_for_what_is_planned() -> None:
    assert goes(owed(PATIENT), planned=("2022-11-08T18:00",)) == "2022-11-08T18:00"
    assert goes(owed(PRESSES), planned=("2022-11-08T18:00",)) == "2022-11-08T18:00"
    days = ("2022-11-09T08:00", "2022-11-11T08:00", "2022-11-13T08:00")
    assert goes(owed(PATIENT), planned=days) == "2022-11-09T08:00"
    assert goes(owed(PATIENT), planned=days[1:]) == NOON
    assert goes(owed(PATIENT), planned=days[1:], had=("2022-11-07T08:00",)) == "2022-11-11T08:00"


def test_what_would_come_too_late_goes_before_what_is_planned() -> None:
    planned = ("2022-11-09T08:00", "2022-11-11T08:00", "2022-11-13T08:00")

    assert goes(owed(PRESSES, until="2022-11-10T12:00"), planned=planned) == "2022-11-09T08:00"
    assert goes(owed(PRESSES, until="2022-11-09T12:00"), planned=planned) == NOON
    assert goes(owed(PRESSES, until="2022-11-08T20:00"), had=("2022-11-08T08:00",)) == NOON, (
        "a second, if need be"
    )


def test_what_finds_no_room_while_it_is_of_use_doesnt_go() -> None:
    full = ("2022-11-06T08:00", "2022-11-07T08:00", "2022-11-08T08:00")

    assert goes(owed(PRESSES, until="2022-11-12T14:00"), had=full) is None
    assert goes(owed(PRESSES, until="2022-11-14T14:00"), had=full) == "2022-11-13T08:00"


def test_who_wants_mails_in_the_morning_gets_them_at_eight_unless_that_is_too_late() -> None:
    box = Box(zone="America/Edmonton", daily=True)
    morning = at("2022-11-09T08:00")

    assert sending_time(owed(PRESSES), (), box, at(NOON)) == morning
    assert sending_time(owed(PRESSES), (), box, morning) == morning
    assert sending_time(owed(PRESSES, until="2022-11-09T13:00"), (), box, at(NOON)) == at(NOON)


def test_a_plan_tells_the_mails_with_all_that_is_in_them() -> None:
    everything = [
        owed(PRESSES, "2022-11-12T08:00", key=1),
        owed(PRESSES, "2022-11-12T18:00", key=2),
        owed(PATIENT, key=3),
        owed(PATIENT, "2022-11-09T12:00", key=4),
        owed(PRESSES, "2022-11-14T08:00", key=5),
        owed(Haste.APART, key=6),
    ]

    planned = plan(everything, Box(zone="America/Edmonton"), at(NOON))

    assert planned == [
        Mail(at(NOON), (3,)),
        Mail(at(NOON), (6,)),
        Mail(at("2022-11-12T18:00"), (1, 2, 4)),
        Mail(at("2022-11-14T08:00"), (5,)),
    ]


@dataclass(frozen=True)
class Going:
    """A mail that went."""

    at: datetime
    told: tuple[Owed, ...]

    @property
    def is_alarm(self) -> bool:
        return any(each.haste is ALARM for each in self.told)


def played(everything: list[tuple[datetime, Owed]], box: Box) -> Iterator[Going]:
    """What goes when, by the same steps as the outbox takes; each thing is known from its moment on."""
    looks = {each.key: max(known, each.ready_at) for known, each in everything}
    knowing, waiting = (
        {each.key: known for known, each in everything},
        {each.key: each for _, each in everything},
    )
    while waiting:
        key = min(waiting, key=lambda key: (looks[key], key))
        first, now = waiting[key], looks[key]
        if first.until is not None and now >= first.until:
            del waiting[key]
            continue
        others = [each for each in waiting.values() if each is not first and knowing[each.key] <= now]
        time = sending_time(first, others, box, now)
        if time is None or time > now:
            looks[key] = time or first.until or now
            continue
        told = [first, *(each for each in others if goes_along(each, now))]
        for each in told:
            del waiting[each.key]
        box = replace(box, had=(*box.had, now))
        yield Going(now, tuple(told))


@st.composite
def months(draw: st.DrawFn) -> list[tuple[datetime, Owed]]:
    """Up to thirty things that become known within forty days, some of them planned ahead."""
    begins, found = draw(MOMENTS), []
    for key in range(draw(st.integers(1, 30))):
        known = begins + timedelta(minutes=draw(st.integers(0, 40 * 24 * 60)))
        ahead = timedelta(hours=draw(st.just(0) | st.integers(0, 16 * 24)))
        lasts = draw(st.none() | st.integers(1, 20 * 24))
        ready_at = known + ahead
        until = None if lasts is None else ready_at + timedelta(hours=lasts)
        haste = draw(st.sampled_from([PRESSES, PRESSES, PATIENT, PATIENT, ALARM]))
        found.append((known, Owed(key=key, ready_at=ready_at, haste=haste, until=until)))
    return found


@given(everything=months(), zone=st.sampled_from(ZONES), daily=st.booleans())
def test_in_any_month_mails_keep_their_measure_and_nothing_useful_is_lost(
    everything: list[tuple[datetime, Owed]], zone: str, daily: bool
) -> None:
    mails = list(played(everything, Box(zone=zone, daily=daily)))

    times = [mail.at for mail in mails]
    assert times == sorted(times)
    assert not any(is_night(time, zone) for time in times)
    told = [each for mail in mails for each in mail.told]
    assert len({each.key for each in told}) == len(told), "once"
    for number, mail in enumerate(mails):
        lately = [time for time in times[:number] if time > mail.at - A_WEEK]
        assert len(lately) < A_WEEKS_MEASURE or mail.is_alarm
        assert all(goes_along(each, mail.at) for each in mail.told)
    for before, after in pairwise(mails):
        same_day = day_of(before.at, zone) == day_of(after.at, zone)
        assert not same_day or any(each.until for each in after.told)
    for _, each in everything:
        if each not in told:
            assert each.until is not None, "what is of use for ever is told"
            usable = by_day(each.ready_at, zone) < each.until
            full = any(_lately(times, time) >= A_WEEKS_MEASURE - 1 for time in times if time < each.until)
            assert not usable or full
            assert each.haste is not ALARM or not usable


def _lately(times: list[datetime], until: datetime) -> int:
    return sum(until - A_WEEK < time <= until for time in times)


@given(everything=months(), zone=st.sampled_from(ZONES))
def test_a_plan_is_what_goes_if_nothing_more_happens(
    everything: list[tuple[datetime, Owed]], zone: str
) -> None:
    now = min(known for known, _ in everything)
    known = [(now, each) for _, each in everything]

    planned = plan([each for _, each in known], Box(zone=zone), now)

    assert [(mail.at, set(mail.keys)) for mail in planned] == [
        (mail.at, {each.key for each in mail.told}) for mail in played(known, Box(zone=zone))
    ]


@given(now=MOMENTS, zone=st.sampled_from(ZONES))
def test_a_day_holds_its_moment_and_its_morning_is_near(now: datetime, zone: str) -> None:
    begins, ends = day_of(now, zone)

    assert begins <= now < ends
    assert now <= first_morning(now, zone) <= now + timedelta(hours=50)  # Apia once left out a whole day.
