"""The planner: which talks get a place, and when (docs/scheduling.md).

``plan`` proposes a whole programme; ``repair`` in ``repair.py`` closes a gap with the fewest moves.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from readinggroup.domain.board import Board, by_standing
from readinggroup.domain.explaining import explained
from readinggroup.domain.fitting import obstacles
from readinggroup.domain.programme import (
    Cause,
    Change,
    Id,
    Meeting,
    NotOnThePlan,
    Proposal,
    Reason,
    Seat,
    Talk,
    changes_between,
    check_seats,
    in_order,
)
from readinggroup.domain.seating import arranged

__all__ = [
    "Cause",
    "Change",
    "Id",
    "Meeting",
    "NotOnThePlan",
    "Proposal",
    "Reason",
    "Seat",
    "Talk",
    "obstacles",
    "plan",
]


def plan(
    talks: Sequence[Talk],
    meetings: Iterable[Meeting],
    *,
    today: date,
    lead_days: int,
    locks: Sequence[Seat] = (),
    present: Sequence[Seat] = (),
) -> Proposal:
    """The best programme for ``talks``, best standing first.

    Who: down the standings, each talk that still fits beside those accepted.  When: in the same order, each
    talk's earliest meeting from which all others still fit.  Chapters of a series share out the standings that
    they hold in the order of the book, and none is accepted before the chapter before it.

    ``today``      the group's local date; reading that would be due before it can't be asked for.
    ``lead_days``  reading is due so many days before its meeting.
    ``locks``      seats that stay whatever speaks against them; their talks are among ``talks``.
    ``present``    the programme to compare with; talks that stay in their meeting keep their place there.
    Raises NotOnThePlan.
    """
    meetings, locks = in_order(meetings), tuple(locks)
    check_seats(locks, talks, meetings)
    locked = {seat.talk for seat in locks}
    queue = by_standing([talk for talk in talks if talk.id not in locked])
    board = Board(queue, meetings, talks, locks, today=today, lead_days=lead_days)
    board.choose()
    board.date()
    before = {seat.talk: seat for seat in (*present, *locks)}
    seats = arranged(board.by_meeting(), meetings, locks, before)
    reasons = explained(board, seats)
    waiting = tuple(talk.id for talk in queue if talk.id in board.left_out)
    order = [talk.id for talk in (*talks, *queue)]
    changes = changes_between(before.values(), seats, order=dict.fromkeys(order), reasons=reasons)
    return Proposal(seats, changes, waiting, reasons)
