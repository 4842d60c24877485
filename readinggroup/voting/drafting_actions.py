"""Rounds before they open: written down, changed, told when to open, deleted.

Locks are taken in the order that ``actions`` names.
"""

import secrets
from base64 import b32encode
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import NotRequired, Required, TypedDict, Unpack

from sqlalchemy import Table, delete, insert, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain import rhythm, season
from readinggroup.domain.lifecycle import PitchState, RoundRule, RoundState
from readinggroup.models import Group, Pitch, Round, RoundPitch
from readinggroup.voting import queries
from readinggroup.voting.refusals import ClosesTooSoon, OpensTooSoon, PitchNotOpen, RoundNotDraft

SHORTEST = queries.SHORTEST


class Terms(TypedDict, total=False):
    """What co-leads choose for a round; what is missing is as the group has it.

    ``closes_on``, ``closes_time``  when it closes, local in the group's zone.
    ``quorum``  the ballots that make it valid, 0 for none; by default what ``season.quorum`` says.
    ``nudges``  whether those who haven't voted are reminded a day before closing.
    ``releases_at_once``  whether the results are published when it is counted, unless it stays below its quorum.
    """

    title: Required[str]
    seats: Required[int]
    closes_on: Required[date]
    closes_time: Required[time]
    rule: NotRequired[RoundRule | None]
    threshold_min: NotRequired[int | None]
    threshold_percent: NotRequired[int | None]
    quorum: NotRequired[int | None]
    nudges: NotRequired[bool]
    releases_at_once: NotRequired[bool]


def draft_round(
    group: Group, pitch_ids: Collection[int], *, now: datetime, by: Actor, **terms: Unpack[Terms]
) -> Round:
    """Write a round down that isn't open yet: its pitches stay open, and members don't see it.

    Raises ClosesTooSoon, or PitchNotOpen.
    """
    round_ = write_down(group, pitch_ids, terms, now=now)
    record(by, "round.drafted", round_, at=now, after={"title": round_.title})
    return round_


def write_down(group: Group, pitch_ids: Collection[int], terms: Terms, *, now: datetime) -> Round:
    """A draft that isn't on the record.  Raises ClosesTooSoon, or PitchNotOpen."""
    db.session.refresh(group, with_for_update={"key_share": True})
    round_ = Round(
        group_id=group.id,
        public_id=random_code(),
        number=queries.highest_number(group) + 1,
        state=RoundState.DRAFT,
        opens_at=now,
    )
    _set_terms(group, round_, terms, now=now)
    pitches = _open_pitches(group, pitch_ids)
    db.session.add(round_)
    db.session.flush()
    write_paper(round_, pitches)
    return round_


def revise_draft(
    group: Group,
    round_: Round,
    pitch_ids: Collection[int],
    *,
    now: datetime,
    by: Actor,
    **terms: Unpack[Terms],
) -> Round:
    """The draft as it is now chosen.  Raises RoundNotDraft, ClosesTooSoon, or PitchNotOpen."""
    take_draft(group, round_)
    _set_terms(group, round_, terms, now=now)
    write_paper(round_, _open_pitches(group, pitch_ids))
    record(by, "round.revised", round_, at=now, after={"title": round_.title})
    db.session.flush()
    return round_


def set_opening(
    group: Group, round_: Round, *, opens_on: date, opens_time: time, now: datetime, by: Actor
) -> None:
    """Let a draft open by itself at that time, local in the group's zone.

    Raises RoundNotDraft, OpensTooSoon where the time is over, and ClosesTooSoon where the round closes before it.
    """
    take_draft(group, round_)
    opens_at = rhythm.instant(opens_on, opens_time, group.zone)
    if opens_at <= now:
        raise OpensTooSoon(opens_at)
    if round_.closes_at < opens_at + SHORTEST:
        raise ClosesTooSoon(round_.closes_at)
    round_.opens_at, round_.opens_by_itself = opens_at, True
    record(by, "round.scheduled", round_, at=now, after={"opens_at": opens_at.isoformat()})
    db.session.flush()


def clear_opening(group: Group, round_: Round, *, now: datetime, by: Actor) -> None:
    """Let a draft wait until a co-lead opens it.  Raises RoundNotDraft."""
    take_draft(group, round_)
    round_.opens_at, round_.opens_by_itself = min(now, round_.opens_at), False
    record(by, "round.unscheduled", round_, at=now)
    db.session.flush()


def delete_draft(group: Group, round_: Round, *, now: datetime, by: Actor) -> None:
    """Delete a draft, of which members knew nothing; its pitches are as they were.  Raises RoundNotDraft."""
    take_draft(group, round_)
    record(by, "round.deleted", round_, at=now, before={"title": round_.title})
    db.session.execute(delete(Round).where(Round.id == round_.id))


def take_draft(group: Group, round_: Round) -> None:
    """Let nobody else open or change the draft until this transaction ends.  Raises RoundNotDraft."""
    db.session.refresh(group, with_for_update={"key_share": True})
    still = select(Round).where(Round.id == round_.id).with_for_update()
    found = db.session.scalar(still.execution_options(populate_existing=True))
    if found is None or found.state is not RoundState.DRAFT:
        raise RoundNotDraft(round_.id)


def write_paper(round_: Round, pitches: Sequence[Pitch]) -> None:
    """Put ``pitches`` on the round's paper, in that order, in place of what is on it."""
    db.session.execute(delete(RoundPitch).where(RoundPitch.round_id == round_.id))
    table: Table = RoundPitch.__table__  # type: ignore[assignment]
    lines = [
        {"round_id": round_.id, "pitch_id": pitch.id, "position": position}
        for position, pitch in enumerate(pitches, start=1)
    ]
    db.session.execute(insert(table), lines)


def random_code() -> str:
    """80 random bits in sixteen lower-case letters and digits, none of which look alike in base 32."""
    return b32encode(secrets.token_bytes(10)).decode().lower()


def _set_terms(group: Group, round_: Round, terms: Terms, *, now: datetime) -> None:
    closes_at = rhythm.instant(terms["closes_on"], terms["closes_time"], group.zone)
    opens_at = round_.opens_at if round_.opens_by_itself else now
    if closes_at < max(now, opens_at) + SHORTEST:
        raise ClosesTooSoon(closes_at)
    chosen = dict(terms)
    for name in ("closes_on", "closes_time"):
        del chosen[name]
    usual = {
        "rule": group.rule,
        "threshold_min": group.threshold_min,
        "threshold_percent": group.threshold_percent,
        "quorum": season.quorum(queries.voters_of(group)),
    }
    given = {name: value for name, value in chosen.items() if value is not None}
    round_.opens_at, round_.closes_at = opens_at, closes_at
    for name, value in (usual | given).items():
        setattr(round_, name, value)


def _open_pitches(group: Group, pitch_ids: Collection[int]) -> Sequence[Pitch]:
    """The chosen pitches, all of which have to be open; the longest waiting first."""
    wanted = set(pitch_ids)
    found = db.session.scalars(
        select(Pitch)
        .where(Pitch.group_id == group.id, Pitch.id.in_(wanted), Pitch.state == PitchState.OPEN)
        .order_by(Pitch.id)
    ).all()
    if not wanted or len(found) < len(wanted):
        raise PitchNotOpen(sorted(wanted - {pitch.id for pitch in found}))
    return found
