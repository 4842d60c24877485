"""Opening rounds; casting and withdrawing ballots.  How a round ends is in ``ending_actions``.

Locks are taken in this order: group, round, membership, pitch.
"""

import secrets
from base64 import b32encode
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, select, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain import rhythm, season, tally
from readinggroup.domain.lifecycle import PitchState, RoundRule, RoundState, become
from readinggroup.models import Ballot, Group, Membership, Pitch, Round, RoundPitch
from readinggroup.voting import queries
from readinggroup.voting.counting import Choices, named_on, remaining
from readinggroup.voting.notices import tell_members
from readinggroup.voting.refusals import (
    ClosesTooSoon,
    NotOnPaper,
    PitchNotOpen,
    RoundNotOpen,
    RoundStillRuns,
)

SHORTEST = timedelta(minutes=1)


# --- opening ----------------------------------------------------------------------------------------------


def open_round(
    group: Group,
    pitch_ids: Collection[int],
    *,
    title: str,
    seats: int,
    closes_on: date,
    closes_time: time,
    now: datetime,
    by: Actor,
    rule: RoundRule | None = None,
    threshold_min: int | None = None,
    threshold_percent: int | None = None,
    quorum: int | None = None,
    nudges: bool = True,
    releases_at_once: bool = False,
) -> Round:
    """Open a round over the chosen pitches until ``closes_time`` on ``closes_on``, local time in the group's zone.

    ``quorum``  the ballots that make it valid, 0 for none; by default what ``season.quorum`` says.
    ``nudges``  whether those who haven't voted are reminded a day before closing.
    ``releases_at_once``  whether the results are published when it is counted, unless it stays below its quorum.
    From here on the paper, the rule and the commitment to the lot's nonce are fixed.  Every voter is owed a notice.
    Raises RoundStillRuns, ClosesTooSoon, or PitchNotOpen.
    """
    db.session.refresh(group, with_for_update={"key_share": True})
    closes_at = rhythm.instant(closes_on, closes_time, group.zone)
    if queries.open_round_of(group) is not None:
        raise RoundStillRuns(group.slug)
    if closes_at < now + SHORTEST:
        raise ClosesTooSoon(closes_at)
    pitches = _take_pitches(group, pitch_ids)
    nonce = secrets.token_hex(32)
    round_ = Round(
        group_id=group.id,
        public_id=random_code(),
        number=queries.highest_number(group) + 1,
        title=title,
        state=become(RoundState.DRAFT, RoundState.OPEN),
        rule=rule or group.rule,
        seats=seats,
        threshold_min=group.threshold_min if threshold_min is None else threshold_min,
        threshold_percent=group.threshold_percent if threshold_percent is None else threshold_percent,
        quorum=season.quorum(queries.voters_of(group)) if quorum is None else quorum,
        season_balance=group.season_balance,
        nudges=nudges,
        releases_at_once=releases_at_once,
        opens_at=now,
        opened_at=now,
        closes_at=closes_at,
        nonce=nonce,
        nonce_commit=tally.commit(nonce),
    )
    round_.unit = _unit_after(queries.counted_before(round_))
    round_.paper = [RoundPitch(pitch_id=pitch.id, position=n) for n, pitch in enumerate(pitches, start=1)]
    db.session.add(round_)
    _settle_levels(group, round_)
    db.session.flush()
    record(by, "round.opened", round_, at=now, after=_fixed(round_, pitches))
    tell_members("round.opened", group, round_, now=now)
    db.session.flush()
    return round_


def random_code() -> str:
    """80 random bits in sixteen lower-case letters and digits, none of which look alike in base 32."""
    return b32encode(secrets.token_bytes(10)).decode().lower()


def counts_levels(round_: Round) -> bool:
    """Whether the season balance has a part in this round."""
    return round_.rule is RoundRule.FAIR and round_.season_balance


def _take_pitches(group: Group, pitch_ids: Collection[int]) -> list[Pitch]:
    wanted = set(pitch_ids)
    found = db.session.scalars(
        select(Pitch)
        .where(Pitch.group_id == group.id, Pitch.id.in_(wanted), Pitch.state == PitchState.OPEN)
        .order_by(Pitch.id)
        .with_for_update(key_share=True, of=Pitch)
        .execution_options(populate_existing=True)
    ).all()
    if not wanted or len(found) < len(wanted):
        raise PitchNotOpen(sorted(wanted - {pitch.id for pitch in found}))
    pitches = list(found)
    secrets.SystemRandom().shuffle(pitches)
    for pitch in pitches:
        pitch.state = become(pitch.state, PitchState.IN_ROUND)
    return pitches


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
        "closes_at": round_.closes_at.isoformat(),
        "commit": round_.nonce_commit,
        "pitches": sorted(pitch.public_id for pitch in pitches),
    }


# --- ballots ----------------------------------------------------------------------------------------------


def cast(round_: Round, membership: Membership, choices: Choices, *, now: datetime) -> Ballot:
    """Put the member's ballot into the round, or change the one that is there; its receipt stays.

    ``choices``  public ids of approved pitches, or tiers of them, best first, where the rule is ``ranked``.
    A pitch that was withdrawn meanwhile is left out, one that is named again counts once.  Nothing about it is
    written to the record.  Raises RoundNotOpen and NotOnPaper.
    """
    _enter(round_, now)
    # Two ballots of one member at the same moment queue here, so that the later one changes the earlier.
    db.session.refresh(membership, with_for_update={"key_share": True})
    chosen = _on_paper(round_, choices)
    ballot = queries.ballot_of(round_, membership)
    if ballot is None:
        ballot = Ballot(receipt=random_code(), round_id=round_.id, membership_id=membership.id)
        db.session.add(ballot)
    ballot.choices, ballot.cast_at = chosen, now
    ballot.level = membership.level if counts_levels(round_) else 0
    db.session.flush()
    return ballot


def withdraw_ballot(round_: Round, membership: Membership, *, now: datetime) -> None:
    """Take the member's ballot out again, as if it had not been cast.  Raises RoundNotOpen."""
    _enter(round_, now)
    db.session.refresh(membership, with_for_update={"key_share": True})
    mine = (Ballot.round_id == round_.id, Ballot.membership_id == membership.id)
    db.session.execute(delete(Ballot).where(*mine))


def _enter(round_: Round, now: datetime) -> None:
    """Keep the round from being closed until this ballot is in, and see whether it is open."""
    db.session.refresh(round_, with_for_update={"read": True})
    if not queries.takes_ballots(round_, now):
        raise RoundNotOpen(round_.id)


def _on_paper(round_: Round, choices: Choices) -> Choices:
    paper = {pitch.public_id: pitch.state for pitch in queries.paper_of(round_)}
    if unknown := [pitch for pitch in named_on(choices) if pitch not in paper]:
        raise NotOnPaper(unknown)
    if round_.rule is not RoundRule.RANKED:
        choices = sorted(set(named_on(choices)))
    return remaining(choices, {pitch for pitch, state in paper.items() if state is not PitchState.WITHDRAWN})
