"""The reading clock."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.reading import (
    CO_LEAD_REMINDERS,
    Part,
    ReadingClock,
    ReadingState,
    can_keep_deadline,
    due_on,
    missing,
    reading_clock,
    reminder_days,
)

MEETING = date(2022, 12, 3)
DUE = date(2022, 11, 26)


def test_due_on_is_the_meeting_minus_the_lead_days():
    assert due_on(MEETING, 7) == DUE
    assert due_on(MEETING, 0) == MEETING


def test_due_on_refuses_to_be_after_the_meeting():
    with pytest.raises(ValueError, match="after its meeting"):
        due_on(MEETING, -1)


@pytest.mark.parametrize(
    ("today", "can"), [(date(2022, 11, 25), True), (DUE, True), (date(2022, 11, 27), False)]
)
def test_deadline_can_be_kept_until_the_due_date_itself(today, can):
    assert can_keep_deadline(MEETING, 7, today=today) is can


@pytest.mark.parametrize(
    ("today", "posted_on", "expected"),
    [
        (date(2022, 11, 20), None, ReadingClock(DUE, 6, 0, ReadingState.WAITING)),
        (DUE, None, ReadingClock(DUE, 0, 0, ReadingState.WAITING)),
        (date(2022, 11, 27), None, ReadingClock(DUE, -1, 1, ReadingState.LATE)),
        (date(2022, 12, 1), DUE, ReadingClock(DUE, -5, 0, ReadingState.IN_TIME)),
        (date(2022, 12, 1), date(2022, 11, 29), ReadingClock(DUE, -5, 3, ReadingState.CAME_LATE)),
    ],
)
def test_reading_clock(today, posted_on, expected):
    clock = reading_clock(MEETING, 7, today=today, posted_on=posted_on)

    assert clock == expected
    assert clock.is_late is (expected.state is ReadingState.LATE)


def test_before_the_meeting_confirmation_and_reading_are_owed():
    assert missing([], held=False) == (Part.CONFIRMATION, Part.READING)
    assert missing([Part.READING, Part.SLIDES], held=False) == (Part.CONFIRMATION,)


def test_after_the_meeting_slides_and_recording_are_owed_and_no_confirmation():
    assert missing([Part.READING], held=True) == (Part.SLIDES, Part.RECORDING)
    assert missing([], held=True, recorded=False) == (Part.READING, Part.SLIDES)
    assert missing(list(Part), held=True) == ()


def test_speakers_are_reminded_at_14_10_and_8_days_and_co_leads_at_7():
    asked_on = date(2022, 11, 5)

    speaker = reminder_days(MEETING, 7, asked_on=asked_on)
    co_lead = reminder_days(MEETING, 7, asked_on=asked_on, before=CO_LEAD_REMINDERS)

    assert [(MEETING - day).days for day in speaker] == [14, 10, 8]
    assert [(MEETING - day).days for day in co_lead] == [7]


def test_reminders_of_the_day_of_asking_and_before_it_are_left_out():
    assert reminder_days(MEETING, 7, asked_on=date(2022, 11, 19)) == (date(2022, 11, 23), date(2022, 11, 25))


def test_no_reminder_comes_after_the_meeting():
    assert reminder_days(MEETING, 0, asked_on=DUE, before=(-1, 0)) == (MEETING,)


@pytest.mark.parametrize(
    ("asked_on", "due"),
    [
        (date(2022, 11, 1), DUE),
        (date(2022, 11, 23), DUE),
        (date(2022, 11, 24), date(2022, 11, 27)),
        (date(2022, 11, 30), MEETING),
        (date(2022, 12, 2), MEETING),
    ],
)
def test_who_is_asked_late_has_three_days_or_until_the_meeting(asked_on, due):
    assert due_on(MEETING, 7, asked_on) == due

    clock = reading_clock(MEETING, 7, today=due, posted_on=None, asked_on=asked_on)
    assert (clock.days_left, clock.state) == (0, ReadingState.WAITING)


@given(
    lead=st.integers(0, 30),
    today=st.dates(date(2022, 10, 1), date(2023, 1, 31)),
    posted=st.none() | st.dates(date(2022, 10, 1), date(2023, 1, 31)),
)
def test_late_means_after_the_due_date_and_days_add_up(lead, today, posted):
    clock = reading_clock(MEETING, lead, today=today, posted_on=posted)

    assert clock.due_on == today + timedelta(days=clock.days_left)
    assert (clock.late_for > 0) is ((posted or today) > clock.due_on)
    assert clock.is_late is (posted is None and clock.days_left < 0)
