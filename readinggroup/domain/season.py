"""The season balance: what a vote leaves behind for the next one, and how many votes make a round valid.

Rules: docs/voting.md, "The season balance".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from fractions import Fraction
from math import isqrt
from typing import TypeVar

Member = TypeVar("Member", bound=Hashable)

SMALLEST_CLASS = 3
FEWEST_BALLOTS = 5


def levels_at_close(
    levels: Mapping[Member, int],
    loads: Mapping[Member, Fraction],
    *,
    unit: Fraction,
    seats: int,
    turnout: int,
) -> dict[Member, int]:
    """The level of every active member after a ``fair`` round.

    ``levels``  the level with which each active member was counted, whether or not they voted.
    ``loads``   the final load of each voter, the winners alone being elected (``Count.loads``); who voted and is
                no longer active neither gets a level nor changes the mean.
    ``unit``    the load that one level stood for in this round.
    Without turnout nothing has changed, and the levels stay.
    """
    if not levels or not turnout:
        return dict(levels)
    final = {member: loads.get(member, level * unit) for member, level in levels.items()}
    mean = sum(final.values(), Fraction(0)) / len(final)
    share = next_unit(seats, turnout)
    return {member: _level((load - mean) / share) for member, load in final.items()}


def _level(shares: Fraction) -> int:
    """The nearest whole number, halves towards nought, clipped to -1..+1."""
    half = Fraction(1, 2)
    return int(shares > half) - int(shares < -half)


def merge_small_classes(levels: Mapping[Member, int], *, smallest: int = SMALLEST_CLASS) -> dict[Member, int]:
    """The levels with which a round opens: those shared by fewer than ``smallest`` members become 0.

    A level that hardly anybody has would tell whose ballot it is.
    """
    sizes = Counter(levels.values())
    return {member: level if sizes[level] >= smallest else 0 for member, level in levels.items()}


def next_unit(seats: int, turnout: int) -> Fraction:
    """The load that one level stands for in the group's next round: an equal share of this round's talks."""
    return Fraction(seats, turnout) if turnout else Fraction(0)


def quorum(active: int) -> int:
    """The ballots that make a round valid unless the group says otherwise: 1.5 times the root of its active members.

    Rounded up, and exact: the smallest q with (2q)^2 >= 9 * active; but never more than there are members.
    """
    return min(active, (isqrt(9 * active - 1) + 2) // 2) if active > 0 else 0


def may_show_ballots(levels: Collection[int]) -> bool:
    """Whether the ballots of a round, given by their levels, are enough to hide each voter among the others."""
    return len(levels) >= FEWEST_BALLOTS and min(Counter(levels).values()) >= SMALLEST_CLASS
