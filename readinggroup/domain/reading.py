"""The reading clock: when a talk's reading is due, how late it is, what is missing, when to remind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# Days before the reading is due.  With a lead of seven days these are 14, 10 and 8 days before the meeting,
# and the co-leads hear of it on the day itself.
SPEAKER_REMINDERS = (7, 3, 1)
CO_LEAD_REMINDERS = (0,)


class Part(StrEnum):
    """What belongs to a talk; the first two are owed before its meeting, the others after it."""

    CONFIRMATION = "confirmation"
    READING = "reading"
    SLIDES = "slides"
    RECORDING = "recording"


BEFORE_MEETING = (Part.CONFIRMATION, Part.READING)
AFTER_MEETING = (Part.SLIDES, Part.RECORDING)


class ReadingState(StrEnum):
    """How a talk's reading stands on a given day."""

    WAITING = "waiting"
    LATE = "late"
    IN_TIME = "in_time"
    CAME_LATE = "came_late"


@dataclass(frozen=True, slots=True)
class ReadingClock:
    """How one talk's reading stands today.

    ``days_left``  days until it is due, 0 on the day itself, negative once that day is over.
    ``late_for``   days after the due date on which it came, or that have passed without it; 0 when in time.
    """

    due_on: date
    days_left: int
    late_for: int
    state: ReadingState

    @property
    def is_late(self) -> bool:
        """Still missing after its day."""
        return self.state is ReadingState.LATE


def due_on(meeting_on: date, lead_days: int) -> date:
    """The last local date on which the reading for a meeting on ``meeting_on`` is in time."""
    if lead_days < 0:
        raise ValueError("reading can't be due after its meeting")
    return meeting_on - timedelta(days=lead_days)


def can_keep_deadline(meeting_on: date, lead_days: int, *, today: date) -> bool:
    """Whether somebody who is asked today can still post the reading in time; on the due date itself, yes."""
    return due_on(meeting_on, lead_days) >= today


def reading_clock(meeting_on: date, lead_days: int, *, today: date, posted_on: date | None) -> ReadingClock:
    """How the reading stands ``today``; all dates are local to the group.

    ``posted_on``  when the first reading was posted; None while there is none.
    """
    due = due_on(meeting_on, lead_days)
    late_for = max(0, ((posted_on or today) - due).days)
    if posted_on is None:
        state = ReadingState.LATE if late_for else ReadingState.WAITING
    else:
        state = ReadingState.CAME_LATE if late_for else ReadingState.IN_TIME
    return ReadingClock(due, (due - today).days, late_for, state)


def missing(present: Iterable[Part], *, held: bool, recorded: bool = True) -> tuple[Part, ...]:
    """The parts that are owed by now and aren't there, in the order of ``Part``.

    ``held``      once the meeting was held, slides and recording are owed, and a confirmation no more.
    ``recorded``  false where the group keeps no recordings.
    """
    there = set(present)
    owed = (Part.READING, *AFTER_MEETING) if held else BEFORE_MEETING
    return tuple(part for part in owed if part not in there and (recorded or part is not Part.RECORDING))


def reminder_days(
    meeting_on: date,
    lead_days: int,
    *,
    asked_on: date,
    before: Iterable[int] = SPEAKER_REMINDERS,
) -> tuple[date, ...]:
    """The dates on which to remind of the reading, earliest first.

    ``asked_on``  the day on which the talk got its place; reminders of that day and before it are left out.
    ``before``    days before the due date; a negative number is a day after it, at the latest the meeting's.
    """
    due = due_on(meeting_on, lead_days)
    days = {due - timedelta(days=number) for number in before}
    return tuple(sorted(day for day in days if asked_on < day <= meeting_on))


def is_reminder_day(
    meeting_on: date,
    lead_days: int,
    *,
    today: date,
    asked_on: date,
    posted_on: date | None,
    before: Iterable[int] = SPEAKER_REMINDERS,
) -> bool:
    """Whether a reminder is owed today; none is once the reading was posted."""
    if posted_on is not None:
        return False
    return today in reminder_days(meeting_on, lead_days, asked_on=asked_on, before=before)
