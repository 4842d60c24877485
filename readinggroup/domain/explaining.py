"""Why a talk isn't in the first open meeting, or has no place."""

from collections.abc import Iterable
from functools import partial

from readinggroup.domain.board import Board
from readinggroup.domain.fitting import obstacles
from readinggroup.domain.matching import NOWHERE
from readinggroup.domain.programme import Cause, Id, Meeting, Reason, Seat, Talk


def explained(board: Board, seats: Iterable[Seat]) -> dict[Id, tuple[Reason, ...]]:
    """The reasons for each talk that isn't in the first open meeting, as Proposal promises them.

    ``seats``  the whole programme that came of the board.
    """
    at = {seat.talk: seat for seat in seats}
    here: dict[Id, list[Seat]] = {}
    for seat in at.values():
        here.setdefault(seat.meeting, []).append(seat)
    is_open = [meeting for meeting in board.meetings if not meeting.locked and meeting.on >= board.today]
    why = partial(_why, board, is_open, at, here)
    found = {talk.id: why(number, talk) for number, talk in enumerate(board.queue)}
    return {talk: reasons for talk, reasons in found.items() if reasons}


def _why(
    board: Board,
    is_open: list[Meeting],
    at: dict[Id, Seat],
    here: dict[Id, list[Seat]],
    number: int,
    talk: Talk,
) -> tuple[Reason, ...]:
    """One talk's reasons; empty when it is in the first open meeting or there is no open one to speak of."""
    seat = at.get(talk.id)
    if not is_open or (seat and seat.meeting == is_open[0].id):
        return ()
    possible = board.allowed[number]
    if not possible:
        return _why_nowhere(board, talk, is_open)
    reasons = list(_alone(board, talk, is_open[0], here)[:1])
    first = board.meetings[board.pools.meeting[(possible & -possible).bit_length() - 1]]
    if seat is None:
        unplaced = tuple(board.queue[earlier].id for earlier in board.waits_for(number))
        if unplaced:
            return (*reasons, Reason(Cause.CHAPTER_ORDER, talks=unplaced))
        reasons += [_shut_out(board, talk, first, at, here), Reason(Cause.NO_PLACE_LEFT)]
    elif seat.meeting != first.id:
        reasons.append(_shut_out(board, talk, first, at, here))
    return tuple(dict.fromkeys(reasons))


def _why_nowhere(board: Board, talk: Talk, is_open: list[Meeting]) -> tuple[Reason, ...]:
    """What keeps a talk out of the first open meeting and, where it is something else, out of the last."""
    found: dict[Cause, Reason] = {}
    for meeting in (is_open[0], is_open[-1]):
        for reason in _alone(board, talk, meeting, {})[:1]:
            found.setdefault(reason.cause, reason)
    return tuple(found.values()) or (Reason(Cause.NO_PLACE_LEFT),)


def _alone(board: Board, talk: Talk, meeting: Meeting, here: dict[Id, list[Seat]]) -> tuple[Reason, ...]:
    """What speaks against the talk in that meeting whatever else is planned there, but for locked talks."""
    beside = [board.talk[seat.talk] for seat in here.get(meeting.id, ()) if seat.talk in board.locked]
    return obstacles(talk, meeting, today=board.today, lead_days=board.lead_days, beside=beside)


def _shut_out(
    board: Board, talk: Talk, meeting: Meeting, at: dict[Id, Seat], here: dict[Id, list[Seat]]
) -> Reason:
    """Why a talk isn't in a meeting that it could take, were it alone."""
    there = here.get(meeting.id, [])
    same = tuple(
        seat.talk
        for seat in there
        if talk.speaker is not None and board.talk[seat.talk].speaker == talk.speaker
    )
    if same:
        return Reason(Cause.SPEAKER_BUSY, meeting.id, meeting.on, same)
    earlier = _later_chapters_before(board, talk, meeting, at)
    if earlier:
        return Reason(Cause.CHAPTER_ORDER, meeting.id, meeting.on, earlier)
    long_enough = (seat for seat in there if _length(meeting, seat) >= talk.minutes)
    return Reason(Cause.PLACES_TAKEN, meeting.id, meeting.on, tuple(seat.talk for seat in long_enough))


def _later_chapters_before(board: Board, talk: Talk, meeting: Meeting, at: dict[Id, Seat]) -> tuple[Id, ...]:
    """Earlier chapters of the talk's series that come after ``meeting``."""
    if talk.series is None:
        return ()
    return tuple(
        other.id
        for other in board.talk.values()
        if other.series == talk.series and other.chapter < talk.chapter and other.id in at
        if board.number[at[other.id].meeting] > board.number[meeting.id]
    )


def _length(meeting: Meeting, seat: Seat) -> int:
    inside = seat.position <= len(meeting.places)
    return meeting.places[seat.position - 1] if inside else NOWHERE
