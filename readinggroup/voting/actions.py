"""Opening rounds; casting and withdrawing ballots.

What comes before is in ``drafting_actions``, and how a round ends in ``ending_actions``.

Locks are taken in this order: group, round, membership, pitch.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any, Unpack

from sqlalchemy import bindparam, delete, select, update

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.audit import record
from readinggroup.db import db, fetch, insert_into
from readinggroup.domain import season, tally
from readinggroup.domain.lifecycle import PitchState, RoundRule, RoundState, become
from readinggroup.models import Ballot, Group, Membership, Pitch, Round, RoundPitch
from readinggroup.voting import queries
from readinggroup.voting.counting import Choices, named_on, remaining
from readinggroup.voting.drafting_actions import (
    SHORTEST,
    Terms,
    random_code,
    take_draft,
    write_down,
    write_paper,
)
from readinggroup.voting.notices import tell_members, tell_of_waiting
from readinggroup.voting.refusals import (
    ClosesTooSoon,
    NotOnPaper,
    PitchNotOpen,
    RoundNotDraft,
    RoundNotOpen,
    RoundStillRuns,
)

# --- opening ----------------------------------------------------------------------------------------------


def open_round(
    group: Group, pitch_ids: Collection[int], *, now: datetime, by: Actor, **terms: Unpack[Terms]
) -> Round:
    """Open a round over the chosen pitches at once.

    Raises RoundStillRuns, ClosesTooSoon, or PitchNotOpen.
    """
    db.session.refresh(group, with_for_update={"key_share": True})
    if queries.open_round_of(group) is not None:
        raise RoundStillRuns(group.slug)
    round_ = write_down(group, pitch_ids, terms, now=now)
    open_draft(group, round_, now=now, by=by)
    return round_


def open_draft(group: Group, round_: Round, *, now: datetime, by: Actor) -> None:
    """Open a drafted round over those of its pitches that are still open.

    From here on the paper, the rule and the commitment to the lot's nonce are fixed.  Every voter is owed a notice.
    Raises RoundNotDraft, RoundStillRuns, ClosesTooSoon, or PitchNotOpen where no pitch is left.
    """
    take_draft(group, round_)
    if queries.open_round_of(group) is not None:
        raise RoundStillRuns(group.slug)
    if round_.closes_at < now + SHORTEST:
        raise ClosesTooSoon(round_.closes_at)
    pitches = _take_pitches(round_)
    _take_number(group, round_)
    nonce = secrets.token_hex(32)
    round_.nonce, round_.nonce_commit = nonce, tally.commit(nonce)
    round_.state, round_.opens_at, round_.opened_at = become(round_.state, RoundState.OPEN), now, now
    round_.season_balance, round_.results_seen_by = group.season_balance, group.results_seen_by
    round_.unit = _unit_after(queries.counted_before(round_))
    write_paper(round_, pitches)
    _settle_levels(group, round_)
    db.session.flush()
    record(by, "round.opened", round_, at=now, after=_fixed(round_, pitches))
    tell_members("round.opened", group, round_, now=now)
    db.session.flush()


def open_due_rounds(now: datetime, group: Group | None = None) -> int:
    """Open every draft that opens by itself and whose time has come, of one group or of all; gives how many.

    One that can't open waits: until the open round of its group is over, or a co-lead, who is told, looks after it.
    """
    opened = 0
    for round_ in queries.drafts_due(now, group):
        ours = db.session.get_one(Group, round_.group_id)
        try:
            open_draft(ours, round_, now=now, by=THE_SITE)
        except RoundNotDraft:
            continue
        except (RoundStillRuns, ClosesTooSoon, PitchNotOpen):
            tell_of_waiting(ours, round_, now=now)
            continue
        opened += 1
    return opened


def counts_levels(round_: Round) -> bool:
    """Whether the season balance has a part in this round."""
    return round_.rule is RoundRule.FAIR and round_.season_balance


def _take_pitches(round_: Round) -> list[Pitch]:
    """Those of the draft's pitches that are open, now in the round, in the order of its paper."""
    found = db.session.scalars(
        select(Pitch)
        .join(RoundPitch, RoundPitch.pitch_id == Pitch.id)
        .where(RoundPitch.round_id == round_.id, Pitch.state == PitchState.OPEN)
        .order_by(Pitch.id)
        .with_for_update(key_share=True, of=Pitch)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        raise PitchNotOpen([])
    pitches = list(found)
    secrets.SystemRandom().shuffle(pitches)
    for pitch in pitches:
        pitch.state = become(pitch.state, PitchState.IN_ROUND)
    return pitches


def _take_number(group: Group, round_: Round) -> None:
    """Rounds are numbered as they open; a draft that waits with the number that is due gets this one's."""
    lent, due = round_.number, queries.highest_number(group, opened=True) + 1
    if lent == due:
        return
    waiting = db.session.scalar(select(Round).where(Round.group_id == group.id, Round.number == due))
    round_.number = -lent
    db.session.flush()
    if waiting is not None:
        waiting.number = lent
        db.session.flush()
    round_.number = due
    db.session.flush()


def _unit_after(previous: Round | None) -> str:
    unit = season.next_unit(previous.seats, previous.turnout or 0) if previous else Fraction(0)
    return f"{unit.numerator}/{unit.denominator}"


def _settle_levels(group: Group, round_: Round) -> None:
    """Fix the levels with which the round is counted: a level that hardly anybody has becomes 0."""
    if round_.rule is not RoundRule.FAIR:
        return
    levels = {member.id: member.level for member in queries.voting_members(group)}
    settled = season.merge_small_classes(levels) if round_.season_balance else dict.fromkeys(levels, 0)
    write_levels(settled)


def write_levels(levels: Mapping[int, int]) -> None:
    """Give each membership, by its id, its level."""
    for level in (-1, 0, 1):
        ids = sorted(member for member, its in levels.items() if its == level)
        changed = update(Membership).where(Membership.id.in_(ids), Membership.level != level)
        db.session.execute(changed.values(level=level))


def _fixed(round_: Round, pitches: Sequence[Pitch]) -> dict[str, Any]:
    return {
        "title": round_.title,
        "rule": round_.rule.value,
        "seats": round_.seats,
        "quorum": round_.quorum,
        "results_seen_by": round_.results_seen_by.value,
        "closes_at": round_.closes_at.isoformat(),
        "commit": round_.nonce_commit,
        "pitches": sorted(pitch.public_id for pitch in pitches),
    }


# --- ballots ----------------------------------------------------------------------------------------------


def cast(round_: Round, membership: Membership, choices: Choices, *, now: datetime) -> str:
    """Put the member's ballot into the round, or change the one that is there; gives its receipt, which stays.

    ``choices``  public ids of approved pitches, or tiers of them, best first, where the rule is ``ranked``.
    A pitch that was withdrawn meanwhile is left out, one that is named again counts once.  Nothing about it is
    written to the record.  Raises RoundNotOpen and NotOnPaper.
    """
    paper = _enter(round_, now)
    ballot = {
        "new_receipt": random_code(),
        "round": round_.id,
        "membership": membership.id,
        "weight": int(counts_levels(round_)),
        "chosen": _on_paper(paper, round_, choices),
        "now": now,
    }
    connection = db.session.connection()
    receipt: str = connection.execute(_cast(connection.dialect.name), ballot).scalar_one()
    return receipt


@cache
def _cast(_dialect: str) -> Any:
    """One statement puts the ballot in or changes it, with the level that its voter has by now.

    It takes the membership's lock: two ballots of one member at the same moment queue there, and the later one changes
    the earlier.
    """
    ballot = Ballot.__table__.c
    columns = [
        ballot.receipt,
        ballot.round_id,
        ballot.membership_id,
        ballot.level,
        ballot.choices,
        ballot.cast_at,
    ]
    new = insert_into(Ballot.__table__).from_select(
        columns,
        select(
            bindparam("new_receipt", type_=ballot.receipt.type),
            bindparam("round", type_=ballot.round_id.type),
            Membership.id,
            Membership.level * bindparam("weight", type_=ballot.level.type),
            bindparam("chosen", type_=ballot.choices.type),
            bindparam("now", type_=ballot.cast_at.type),
        )
        .where(Membership.id == bindparam("membership"))
        .with_for_update(key_share=True),
    )
    changed = {name: new.excluded[name] for name in ("level", "choices", "cast_at")}
    return new.on_conflict_do_update(
        index_elements=[ballot.round_id, ballot.membership_id], set_=changed
    ).returning(ballot.receipt)


def withdraw_ballot(round_: Round, membership: Membership, *, now: datetime) -> None:
    """Take the member's ballot out again, as if it had not been cast.  Raises RoundNotOpen."""
    _enter(round_, now)
    db.session.refresh(membership, with_for_update={"key_share": True})
    mine = (Ballot.round_id == round_.id, Ballot.membership_id == membership.id)
    db.session.execute(delete(Ballot).where(*mine))


ENTER = (
    select(Round.state, Round.ended_at, Round.closes_at, Pitch.public_id, Pitch.state.label("pitch_state"))
    .join(RoundPitch, RoundPitch.round_id == Round.id)
    .join(Pitch, Pitch.id == RoundPitch.pitch_id)
    .where(Round.id == bindparam("round"))
    .with_for_update(read=True, of=Round)
)


def _enter(round_: Round, now: datetime) -> dict[str, PitchState]:
    """Keep the round from being closed until this ballot is in, see whether it is open; gives what is on its paper."""
    paper = fetch(ENTER, {"round": round_.id})
    if not paper or not queries.takes_ballots(paper[0], now):
        db.session.refresh(round_)
        raise RoundNotOpen(round_.id)
    return {pitch.public_id: pitch.pitch_state for pitch in paper}


def _on_paper(paper: Mapping[str, PitchState], round_: Round, choices: Choices) -> Choices:
    if unknown := [pitch for pitch in named_on(choices) if pitch not in paper]:
        raise NotOnPaper(unknown)
    if round_.rule is not RoundRule.RANKED:
        choices = sorted(set(named_on(choices)))
    return remaining(choices, {pitch for pitch, state in paper.items() if state is not PitchState.WITHDRAWN})
