"""The hour of a session: which part is now, what comes next, and when, by the plan or by the steps that were taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class PartKind(StrEnum):
    """What a part of a session is."""

    TALK = "talk"
    QUESTIONS = "questions"
    END = "end"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the plan: the talk at a place, or its questions."""

    kind: PartKind
    position: int
    minutes: int

    @property
    def name(self) -> str:
        """What it is called in forms: "talk-1", "questions-2"."""
        return f"{self.kind.value}-{self.position}"


@dataclass(frozen=True, slots=True)
class Step:
    """That a part began; the end has no position."""

    kind: PartKind
    position: int | None
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A part with its times: as they were, as they are expected, or as planned."""

    part: Part
    begins_at: datetime
    ends_at: datetime
    is_past: bool = False
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a session stands.  ``until`` is when what is now should end; once over it, the part takes too long.

    ``is_stepped``  somebody says what begins; else everything goes by the clock.
    """

    lines: tuple[Line, ...]
    until: datetime | None
    has_begun: bool
    is_over: bool
    is_stepped: bool

    @property
    def now(self) -> Line | None:
        """The part that is now; None before the session and after it."""
        return next((line for line in self.lines if line.is_now), None)

    @property
    def next(self) -> Line | None:
        """The part that comes next."""
        return next((line for line in self.lines if not line.is_now and not line.is_past), None)


def parts_of(places: Sequence[tuple[int, int, int]]) -> list[Part]:
    """The parts of places given as (position, minutes of talk, minutes of questions), in order."""
    return [
        Part(kind, position, minutes)
        for position, talk, questions in places
        for kind, minutes in ((PartKind.TALK, talk), (PartKind.QUESTIONS, questions))
        if minutes
    ]


def sheet(starts_at: datetime, parts: Sequence[Part], steps: Sequence[Step], *, now: datetime) -> Sheet:
    """Where the session stands at ``now``.

    Without steps it goes by the clock.  With them the last one says what is now; what comes after it is expected
    when the part before it should end, and not before ``now``.
    """
    return _by_steps(starts_at, parts, steps, now) if steps else _by_clock(starts_at, parts, now)


def _by_clock(starts_at: datetime, parts: Sequence[Part], now: datetime) -> Sheet:
    lines, at = [], starts_at
    for part in parts:
        begins, at = at, at + timedelta(minutes=part.minutes)
        lines.append(Line(part, begins, at, is_past=at <= now, is_now=begins <= now < at))
    current = next((line for line in lines if line.is_now), None)
    has_begun = now >= starts_at
    until = current.ends_at if current else None if has_begun else starts_at
    return Sheet(tuple(lines), until, has_begun, has_begun and current is None, is_stepped=False)


def _by_steps(starts_at: datetime, parts: Sequence[Part], steps: Sequence[Step], now: datetime) -> Sheet:
    last = steps[-1]
    began = {(step.kind, step.position): step.began_at for step in steps}
    keys: list[tuple[PartKind, int | None]] = [(part.kind, part.position) for part in parts]
    here = keys.index((last.kind, last.position)) if (last.kind, last.position) in keys else len(parts)
    lines, at = [], starts_at
    for n, part in enumerate(parts):
        begins = began.get(keys[n], at) if n <= here else max(at, now)
        if n < here:
            at = max(begins, began.get(keys[n + 1], last.began_at) if n + 1 < len(parts) else last.began_at)
        else:
            at = begins + timedelta(minutes=part.minutes)
        lines.append(Line(part, begins, at, is_past=n < here, is_now=n == here))
    until = lines[here].ends_at if here < len(parts) else None
    return Sheet(tuple(lines), until, has_begun=True, is_over=here == len(parts), is_stepped=True)
