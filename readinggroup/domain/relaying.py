"""What becomes of sessions that exist when a group's rhythm changes (docs/scheduling.md, "When the rhythm changes")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Fate(StrEnum):
    """What a new rhythm does to a session."""

    STAYS = "stays"
    MOVES = "moves"
    BESIDE = "beside"
    """It has talks and no date near it: it keeps its own, beside the rhythm, until a co-lead moves or cancels it."""
    CANCELLED = "cancelled"
    """It is empty, and no date is near it."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A session to come as the old rhythm laid it.

    ``made_for``  the date of the rhythm that it stands for; None for an extra one.
    ``is_live``   false for one that is cancelled already.
    """

    id: int
    on: date
    made_for: date | None
    has_talks: bool = False
    is_live: bool = True

    @property
    def follows(self) -> bool:
        """Whether it goes where its date goes: it was neither moved by hand nor cancelled."""
        return self.is_live and self.on == self.made_for


@dataclass(frozen=True, slots=True)
class Relaid:
    """The same session under the new rhythm."""

    id: int
    on: date
    made_for: date | None
    fate: Fate


def reach_of(weeks: int) -> int:
    """Days by which a rhythm of so many weeks moves a session at most: half of the way to the next one, but to every
    day of its week."""
    return max(6, 7 * weeks // 2)


def relay(sessions: Sequence[Laid], dates: Iterable[date], *, reach: int) -> list[Relaid]:
    """What becomes of ``sessions``, in their order, when the group meets on ``dates`` instead.

    One whose date is still there stays.  Another goes to the nearest date that is free, of two the later, at most
    ``reach`` days away; talks go with it.  Where there is none, an empty session is cancelled, and one with talks
    keeps its date beside the rhythm.  Extra ones, cancelled ones and those moved by hand stay where they are.
    """
    free = set(dates) - {each.on for each in sessions if each.on != each.made_for}
    kept: dict[int, date] = {}
    for each in sessions:
        if each.made_for in free:  # Of two that stand for one date, only the first goes on to.
            kept[each.id] = each.made_for
            free.remove(each.made_for)
    relaid = []
    for each in sessions:
        made_for = kept.get(each.id) or _nearest(each.made_for, free, reach)
        free -= {made_for}
        relaid.append(_relaid(each, made_for))
    return relaid


def _nearest(wanted: date | None, free: Iterable[date], reach: int) -> date | None:
    if wanted is None:
        return None
    near = [on for on in free if abs((on - wanted).days) <= reach]
    return min(near, key=lambda on: (abs((on - wanted).days), -on.toordinal()), default=None)


def _relaid(each: Laid, made_for: date | None) -> Relaid:
    if not each.follows:
        return Relaid(each.id, each.on, made_for, Fate.STAYS)
    if made_for is None:
        return Relaid(each.id, each.on, None, Fate.BESIDE if each.has_talks else Fate.CANCELLED)
    return Relaid(each.id, made_for, made_for, Fate.STAYS if made_for == each.on else Fate.MOVES)
