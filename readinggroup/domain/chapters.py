"""Laying the chapters of a book on coming sessions: in their order, the earliest place first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

Spot: TypeAlias = tuple[int, int]
"""A place: the id of its session, and the position in it."""
_Key: TypeAlias = tuple[date, int, int]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter that is still to come.

    ``at``        where it stands now.   ``is_fixed``  that it stays there: its session is announced or locked.
    ``away_on``   local dates on which whoever presents it can't come.
    """

    number: int
    at: Spot | None = None
    is_fixed: bool = False
    away_on: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Session:
    """A coming session with the positions at which it can take a chapter; ``takes`` false: announced or locked."""

    id: int
    on: date
    free: Sequence[int]
    takes: bool = True


def lay_out(
    chapters: Iterable[Chapter],
    sessions: Iterable[Session],
    *,
    breaks: Iterable[tuple[date, date]] = (),
    per_session: int = 1,
) -> dict[int, Spot | None]:
    """Where each chapter goes, by its number; None where no place is left for it.

    Those that are fixed stay.  Every other one, in order, takes the earliest free place after the chapters before it
    and before the next fixed one, on a day on which its presenter comes, outside of ``breaks`` (first and last days),
    and never as one more than ``per_session``.  Since a place that is good for one chapter is good for all but for
    those days, the earliest place never keeps a later chapter from having one.
    """
    order = sorted(chapters, key=lambda chapter: chapter.number)
    known = {session.id: session for session in sessions}
    fixed = {chapter.number: chapter.at for chapter in order if chapter.is_fixed and chapter.at}
    slots = sorted(_slots(known, list(breaks)))
    held = Counter(spot[0] for spot in fixed.values())
    laid: dict[int, Spot | None] = {}
    after: _Key = (date.min, 0, 0)
    for chapter in order:
        if chapter.number in fixed:
            laid[chapter.number] = fixed[chapter.number]
            after = max(after, _key(known, fixed[chapter.number]))
            continue
        until = min(
            (_key(known, spot) for number, spot in fixed.items() if number > chapter.number),
            default=(date.max, 0, 0),
        )
        here = next(
            (
                slot
                for slot in slots
                if after < slot < until and slot[0] not in chapter.away_on and held[slot[1]] < per_session
            ),
            None,
        )
        laid[chapter.number] = here[1:] if here else None
        if here:
            after = here
            held[here[1]] += 1
    return laid


def _slots(known: Mapping[int, Session], breaks: Sequence[tuple[date, date]]) -> Iterator[_Key]:
    for session in known.values():
        if session.takes and not any(first <= session.on <= last for first, last in breaks):
            for position in session.free:
                yield session.on, session.id, position


def _key(known: Mapping[int, Session], spot: Spot) -> _Key:
    return known[spot[0]].on, *spot
