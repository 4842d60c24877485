"""The nouns of planning: talks that want a place, meetings that have some, seats, reasons and proposals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

Id: TypeAlias = int | str


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk that wants a place, or has one.

    ``speaker``         talks with the same speaker never share a meeting; None shares with everybody.
    ``minutes``         needs a place of at least that length; 0 fits everywhere.
    ``away_on``         local dates on which the speaker can't come.
    ``first_on``        the talk's window, both ends included; None leaves that end open.
    ``reading_posted``  then the reading deadline no longer matters.
    ``series``          talks of one series are held in the order of ``chapter``; equal chapters in any order.
    """

    id: Id
    speaker: Id | None = None
    minutes: int = 0
    away_on: frozenset[date] = frozenset()
    first_on: date | None = None
    last_on: date | None = None
    reading_posted: bool = False
    series: Id | None = None
    chapter: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """A coming meeting: the minutes of each of its places, in running order.

    ``locked``  announced or cancelled: takes no talk beyond those that are locked into it.
    """

    id: Id
    on: date
    places: tuple[int, ...]
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """A talk at a place; ``position`` counts from 1, and a co-lead may have put one beyond the places."""

    talk: Id
    meeting: Id
    position: int


class Cause(StrEnum):
    """Why a talk is where it is, or isn't."""

    MEETING_LOCKED = "meeting_locked"
    OUTSIDE_WINDOW = "outside_window"
    SPEAKER_AWAY = "speaker_away"
    READING_TOO_SOON = "reading_too_soon"
    TOO_LONG = "too_long"
    SPEAKER_BUSY = "speaker_busy"
    CHAPTER_ORDER = "chapter_order"
    PLACES_TAKEN = "places_taken"
    NO_PLACE_LEFT = "no_place_left"
    DROPPED_OUT = "dropped_out"
    STEPS_IN = "steps_in"
    MAKES_ROOM = "makes_room"


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause, with the meeting and the other talks that it is about; ``reasons.in_words`` tells it."""

    cause: Cause
    meeting: Id | None = None
    on: date | None = None
    talks: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One talk's change; ``before`` is None for a talk that comes in, ``after`` for one that goes."""

    talk: Id
    before: Seat | None
    after: Seat | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A programme, what it changes, and why.  Nothing happens until a co-lead applies it.

    ``seats``    the whole programme, locked talks included, by meeting and position.
    ``changes``  in the order of standing.
    ``waiting``  talks without a place, in the order of standing.
    ``reasons``  for each talk that isn't in the first open meeting, and for each that waits: the first thing
                 that kept it out of that meeting, then what kept it out of the first that it could take.
    """

    seats: tuple[Seat, ...]
    changes: tuple[Change, ...] = ()
    waiting: tuple[Id, ...] = ()
    reasons: Mapping[Id, tuple[Reason, ...]] = field(default_factory=dict)

    @property
    def moved(self) -> tuple[Id, ...]:
        """The talks that go from one meeting to another."""
        return tuple(
            change.talk
            for change in self.changes
            if change.before and change.after and change.before.meeting != change.after.meeting
        )


class NotOnThePlan(ValueError):
    """A seat names a talk or meeting that wasn't given, or two talks hold one place, or one talk two."""


def in_order(meetings: Iterable[Meeting]) -> list[Meeting]:
    """By date; meetings of one date stay in the order given."""
    return sorted(meetings, key=lambda meeting: meeting.on)


def check_seats(seats: Sequence[Seat], talks: Iterable[Talk], meetings: Iterable[Meeting]) -> None:
    """Raises NotOnThePlan unless each seat is a known talk at a known meeting and no two are in one place."""
    known_talks, known_meetings = {talk.id for talk in talks}, {meeting.id for meeting in meetings}
    for seat in seats:
        if seat.talk not in known_talks or seat.meeting not in known_meetings or seat.position < 1:
            raise NotOnThePlan(f"talk {seat.talk!r} at place {seat.position} of meeting {seat.meeting!r}")
    if len({(seat.meeting, seat.position) for seat in seats}) < len(seats):
        raise NotOnThePlan("two talks hold one place")
    if len({seat.talk for seat in seats}) < len(seats):
        raise NotOnThePlan("one talk holds two places")


def changes_between(
    before: Iterable[Seat],
    after: Iterable[Seat],
    *,
    order: Iterable[Id],
    reasons: Mapping[Id, tuple[Reason, ...]],
) -> tuple[Change, ...]:
    """What differs between two programmes, talks in the given order."""
    old, new = {seat.talk: seat for seat in before}, {seat.talk: seat for seat in after}
    return tuple(
        Change(talk, old.get(talk), new.get(talk), reasons.get(talk, ()))
        for talk in order
        if old.get(talk) != new.get(talk)
    )
