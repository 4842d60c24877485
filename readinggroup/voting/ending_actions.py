"""The end of a round: extending, cancelling, closing and releasing it.

Locks are taken in the order that ``actions`` names.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain import rhythm, season, tally
from readinggroup.domain.lifecycle import PitchState, RoundState, become
from readinggroup.models import Ballot, Group, Participation, Pitch, Round, RoundPitch, Standing
from readinggroup.voting import queries
from readinggroup.voting.actions import counts_levels, write_levels
from readinggroup.voting.counting import BallotRow, ballot_rows, countable_pitches, remaining, sheet_of
from readinggroup.voting.notices import forget_nudges, tell_members
from readinggroup.voting.refusals import BelowQuorum, NotLater, RoundNotCounted, RoundNotOpen

HOUR = timedelta(hours=1)


def cancel_round(group: Group, round_: Round, *, because: str, now: datetime, by: Actor) -> None:
    """Call a round off: its ballots are deleted, nothing is published, and its pitches are open again.

    Raises RoundNotOpen once it is past its time, unless it was counted, stayed below its quorum and isn't released.
    """
    _take(group, round_)
    if not queries.takes_ballots(round_, now) and not queries.awaits_decision(round_):
        raise RoundNotOpen(round_.id)
    round_.state = become(round_.state, RoundState.CANCELLED)
    round_.cancelled_at, round_.cancelled_because, round_.digest = now, because, None
    for kept in (Ballot, Standing, Participation):
        db.session.execute(delete(kept).where(kept.round_id == round_.id))
    forget_nudges(round_)
    for pitch in _pitches_in(round_):
        pitch.state = become(pitch.state, PitchState.OPEN)
    record(by, "round.cancelled", round_, at=now, after={"because": because})
    db.session.flush()


def close_due_rounds(now: datetime) -> int:
    """End every round that is past its time, as ``end_round`` does; gives how many were closed and counted."""
    closed = 0
    for round_ in queries.due_rounds(now):
        group = db.session.get_one(Group, round_.group_id)
        try:
            end_round(group, round_, now=now, by=THE_SITE)
        except RoundNotOpen:
            continue  # A co-lead's button was faster.
        closed += round_.state is not RoundState.OPEN
    return closed


def note_ends(group: Group, now: datetime) -> None:
    """Set the latch of the group's round whose time is over, so that it stays over for a clock that is set back."""
    over = (Round.group_id == group.id, Round.state == RoundState.OPEN, Round.closes_at <= now)
    db.session.execute(update(Round).where(*over, Round.ended_at.is_(None)).values(ended_at=now))


def end_round(group: Group, round_: Round, *, now: datetime, by: Actor) -> None:
    """Close and count the round; or extend it, where its time is over, too few voted and it wasn't extended yet.

    Raises RoundNotOpen.
    """
    _take(group, round_)
    if round_.state is not RoundState.OPEN:
        raise RoundNotOpen(round_.id)
    if (
        now >= round_.closes_at
        and round_.extended_from is None
        and queries.turnout_of(round_) < round_.quorum
    ):
        _extend_for_quorum(group, round_, now=now, by=by)
    else:
        close_round(group, round_, now=now, by=by)


def extend_round(
    group: Group, round_: Round, *, closes_on: date, closes_time: time, now: datetime, by: Actor
) -> None:
    """Let the round take ballots until a later time, local in the group's zone; members are told.

    Raises RoundNotOpen once its time is over, and NotLater.
    """
    _take(group, round_)
    if not queries.takes_ballots(round_, now):
        raise RoundNotOpen(round_.id)
    before, closes_at = round_.closes_at, rhythm.instant(closes_on, closes_time, group.zone)
    if closes_at <= before:
        raise NotLater(round_.id)
    _move_closing(group, round_, closes_at, because="A co-lead gave it more time.", now=now, by=by)


def _extend_for_quorum(group: Group, round_: Round, *, now: datetime, by: Actor) -> None:
    """Give the round its own length once more, and the whole hours in which nothing ran and it took no ballots."""
    length = round_.closes_at - (round_.opened_at or round_.opens_at)
    missed = (now - round_.closes_at) // HOUR * HOUR
    round_.extended_from, round_.ended_at = round_.closes_at, None
    because = f"Fewer than the {round_.quorum} who have to vote had done so, so the round goes on once more."
    _move_closing(group, round_, round_.closes_at + length + missed, because=because, now=now, by=by)


def _move_closing(
    group: Group, round_: Round, closes_at: datetime, *, because: str, now: datetime, by: Actor
) -> None:
    before, after = {"closes_at": round_.closes_at.isoformat()}, {"closes_at": closes_at.isoformat()}
    round_.closes_at = closes_at
    record(by, "round.extended", round_, at=now, before=before, after=after)
    tell_members("round.extended", group, round_, now=now, because=because)
    db.session.flush()


def close_round(group: Group, round_: Round, *, now: datetime, by: Actor) -> None:
    """Close the round for good, count it, write down who took part, and cut the link from voters to ballots.

    What came out is on no page before ``release_round``, which follows at once where the round was opened so; the
    pitches stay in the round until then, since their state would tell.  A round below its quorum leaves the levels
    alone.  Raises RoundNotOpen.
    """
    _take(group, round_)
    if round_.state is not RoundState.OPEN:
        raise RoundNotOpen(round_.id)
    rows, pitches = ballot_rows(round_), countable_pitches(round_)
    sheet = sheet_of(round_, pitches, rows)
    counted = tally.count(sheet)
    round_.state, round_.closed_at = become(round_.state, RoundState.CLOSED), min(now, round_.closes_at)
    round_.ended_at = round_.ended_at or round_.closed_at
    round_.turnout, round_.digest = counted.turnout, tally.digest(sheet)
    _write_standings(round_, counted)
    _write_who_took_part(round_, rows)
    if counts_levels(round_) and counted.turnout >= round_.quorum:
        loads = {
            row.membership_id: load
            for row, load in zip(rows, counted.loads, strict=True)
            if row.membership_id is not None
        }
        _write_new_levels(group, round_, loads)
    _cut_the_link(round_, rows, pitches)
    forget_nudges(round_)
    record(by, "round.closed", round_, at=now)
    db.session.flush()
    if round_.releases_at_once and not queries.awaits_decision(round_):
        release_round(group, round_, now=now, by=by)


def release_round(group: Group, round_: Round, *, now: datetime, by: Actor, because: str = "") -> None:
    """Publish what came out, to everybody at once: winners wait to be scheduled, the others are open again.

    ``because`` tells everybody why a round below its quorum counts all the same.
    Raises RoundNotCounted unless the round is closed and not released yet, and BelowQuorum where a reason is due.
    """
    _take(group, round_)
    if round_.state is not RoundState.CLOSED:
        raise RoundNotCounted(round_.id)
    if queries.awaits_decision(round_):
        if not because:
            raise BelowQuorum(round_.id)
        round_.released_because = because
    round_.state, round_.released_at = become(round_.state, RoundState.RELEASED), now
    won = {standing.pitch_id for standing in queries.standings_of(round_) if standing.won}
    for pitch in _pitches_in(round_):
        pitch.state = become(pitch.state, PitchState.WON if pitch.id in won else PitchState.OPEN)
        pitch.rounds_waited += pitch.id not in won
    decided = {"because": because} if round_.released_because else None
    record(by, "round.released", round_, at=now, after=decided)
    tell_members("round.released", group, round_, now=now)
    db.session.flush()


def _take(group: Group, round_: Round) -> None:
    """Let nobody else change the round, and no ballot in, until this transaction ends."""
    db.session.refresh(group, with_for_update={"key_share": True})
    db.session.refresh(round_, with_for_update=True)


def _pitches_in(round_: Round) -> Sequence[Pitch]:
    """The pitches that are still in the round; a withdrawn one isn't."""
    return db.session.scalars(
        select(Pitch)
        .join(RoundPitch, RoundPitch.pitch_id == Pitch.id)
        .where(RoundPitch.round_id == round_.id, Pitch.state == PitchState.IN_ROUND)
        .order_by(Pitch.id)
        .with_for_update(key_share=True, of=Pitch)
        .execution_options(populate_existing=True)
    ).all()


def _write_standings(round_: Round, counted: tally.Count) -> None:
    ids = {pitch.public_id: pitch.id for pitch in queries.paper_of(round_)}
    ties = {pitch: tie.broken_by for tie in counted.ties for pitch in tie.between}
    db.session.add_all(
        Standing(
            round_id=round_.id,
            pitch_id=ids[standing.pitch],
            place=standing.place,
            approvals=standing.approvals,
            won=standing.wins,
            tie=ties.get(standing.pitch, ""),
        )
        for standing in counted.standings
    )


def _write_who_took_part(round_: Round, rows: Sequence[BallotRow]) -> None:
    members = sorted(row.membership_id for row in rows if row.membership_id is not None)
    if members:
        found = [{"round_id": round_.id, "membership_id": member} for member in members]
        db.session.execute(insert(_table(Participation)), found)


def _write_new_levels(group: Group, round_: Round, loads: Mapping[int, Fraction]) -> None:
    """The season balance for the next round.  A level of few members is merged at once: with the published
    ballots it would tell whose each was."""
    levels = {member.id: member.level for member in queries.voting_members(group)}
    new = season.levels_at_close(
        levels, loads, unit=Fraction(round_.unit), seats=round_.seats, turnout=round_.turnout or 0
    )
    write_levels(season.merge_small_classes(new))


def _cut_the_link(round_: Round, rows: Sequence[BallotRow], pitches: Collection[str]) -> None:
    """Write the ballots anew without voter and time, by receipt, so that neither order nor row tells who cast them.

    An UPDATE would leave each row where it was first written, in the order in which people voted.
    """
    db.session.execute(delete(Ballot).where(Ballot.round_id == round_.id))
    among = frozenset(pitches)
    sealed = [
        {
            "receipt": row.receipt,
            "round_id": round_.id,
            "membership_id": None,
            "level": row.level,
            "choices": remaining(row.choices, among),
            "cast_at": None,
        }
        for row in rows
    ]
    if sealed:
        db.session.execute(insert(_table(Ballot)), sealed)


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table
