"""The reading clock: when a talk's reading is due, how late it is, what is missing, when to remind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# Days before the reading is due.  With a lead of seven days these are 14, 10 and 8 days before the meeting,
# and the co-leads hear of it on the day itself.
SPEAKER_REMINDERS = (7, 3, 1)
CO_LEAD_REMINDERS = (0,)
# Whoever is asked after the regular date, or shortly before it, has at least so many days.
DAYS_OF_GRACE = 3


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


def due_on(meeting_on: date, lead_days: int, asked_on: date | None = None) -> date:
    """The last local date on which the reading for a meeting on ``meeting_on`` is in time.

    ``asked_on``  the day on which the talk got its place; None where that isn't known.  From then on its speaker has
    DAYS_OF_GRACE at least, but never longer than to the meeting.
    """
    if lead_days < 0:
        raise ValueError("reading can't be due after its meeting")
    regular = meeting_on - timedelta(days=lead_days)
    if asked_on is None:
        return regular
    return min(max(regular, asked_on + timedelta(days=DAYS_OF_GRACE)), meeting_on)


def can_keep_deadline(meeting_on: date, lead_days: int, *, today: date) -> bool:
    """Whether somebody who is asked today can still post the reading in time; on the due date itself, yes."""
    return due_on(meeting_on, lead_days) >= today


def reading_clock(
    meeting_on: date, lead_days: int, *, today: date, posted_on: date | None, asked_on: date | None = None
) -> ReadingClock:
    """How the reading stands ``today``; all dates are local to the group.

    ``posted_on``  when the first reading was posted; None while there is none.
    ``asked_on``   as for ``due_on``.
    """
    due = due_on(meeting_on, lead_days, asked_on)
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
    asked_on: date | None,
    before: Iterable[int] = SPEAKER_REMINDERS,
) -> tuple[date, ...]:
    """The dates on which to remind of the reading, earliest first.

    ``asked_on``  as for ``due_on``; reminders of that day and before it are left out.
    ``before``    days before the due date; a negative number is a day after it, at the latest the meeting's.
    """
    due = due_on(meeting_on, lead_days, asked_on)
    days = {due - timedelta(days=number) for number in before}
    return tuple(sorted(day for day in days if (asked_on is None or asked_on < day) and day <= meeting_on))
