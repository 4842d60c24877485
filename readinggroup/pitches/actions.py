"""Pitching, keeping drafts, revising, withdrawing and offering again; saying that one would like to hear a talk."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.access.rules import EDITABLE
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchKind, PitchState, become, may_become
from readinggroup.models import Group, Pitch, PitchInterest
from readinggroup.pitches.offers import Offer, changed_fields, offer_of
from readinggroup.pitches.queries import count_waiting, is_interested, open_round_with, pitches_of_author
from readinggroup.pitches.writing import PitchSettled, lock_pitch, write_offer

SENT_TWICE = timedelta(minutes=1)
MOST_WAITING = 30
"""How many drafts and open pitches one member has at most in a group."""
UNTITLED = "Untitled draft"

Typed = Mapping[str, Sequence[str]]
"""The fields of a form as they were typed, by name."""


class StillOnPaper(Exception):
    """The pitch was withdrawn from a round whose results aren't out, and can't come back before they are."""


class TooManyPitches(Exception):
    """The member has MOST_WAITING pitches that wait already."""


def pitch_talk(group: Group, offer: Offer, *, now: datetime, by: Actor) -> Pitch:
    """A new pitch by ``by``, on the board for the next round.

    The same offer once more within SENT_TWICE, as by a double click, gives the pitch that is there.
    Raises TooManyPitches.
    """
    for twin in _lately(group, now=now, by=by):
        if twin.state is PitchState.OPEN and offer_of(twin) == offer:
            return twin
    pitch = _new_pitch(group, PitchState.OPEN, now=now, by=by)
    write_offer(group, pitch, offer, now=now)
    record(by, "pitch.made", pitch, at=now, after={"title": pitch.title, "state": pitch.state})
    return pitch


def save_draft(
    group: Group,
    pitch: Pitch | None,
    typed: Typed,
    *,
    title: str,
    abstract: str,
    kind: PitchKind,
    now: datetime,
    by: Actor,
) -> Pitch:
    """Keep what was typed, whatever it is, as a draft that only its author sees; a new one where ``pitch`` is None.

    ``title``, ``abstract`` and ``kind`` are what lists show of it.  Nothing of a draft stands elsewhere: no speaker, no
    topic, no line of the audit trail.  Raises PitchSettled where it is no draft any more, and TooManyPitches.
    """
    kept = {name: list(values) for name, values in typed.items()}
    if pitch is None:
        lately = _lately(group, now=now, by=by)
        pitch = next((twin for twin in lately if twin.typed == kept), None)
    if pitch is None:
        pitch = _new_pitch(group, PitchState.DRAFT, now=now, by=by)
    else:
        lock_pitch(pitch)
        if pitch.state is not PitchState.DRAFT:
            raise PitchSettled(pitch.state)
    pitch.title, pitch.abstract, pitch.kind = title or UNTITLED, abstract, kind
    pitch.typed, pitch.changed_at = kept, now
    db.session.add(pitch)
    db.session.flush()
    return pitch


def _lately(group: Group, *, now: datetime, by: Actor) -> Sequence[Pitch]:
    """What ``by`` has pitched within SENT_TWICE; forms that one member sends at once come in one after the other."""
    if by.membership is not None:
        db.session.refresh(by.membership, with_for_update=True)
    return pitches_of_author(group, by.user_id, since=now - SENT_TWICE)


def _new_pitch(group: Group, state: PitchState, *, now: datetime, by: Actor) -> Pitch:
    if by.user_id is not None and count_waiting(group, by.user_id) >= MOST_WAITING:
        raise TooManyPitches(by.user_id)
    return Pitch(
        group_id=group.id,
        public_id=secrets.token_hex(5),
        author_id=by.user_id,
        state=state,
        created_at=now,
        changed_at=now,
        topics=[],
    )


def revise_pitch(group: Group, pitch: Pitch, offer: Offer, *, now: datetime, by: Actor) -> None:
    """Let ``pitch`` say what ``offer`` says; a draft goes on the board.

    Raises PitchSettled once it is on a round's paper, or past one, or withdrawn.
    """
    lock_pitch(pitch)
    if pitch.state not in EDITABLE:
        raise PitchSettled(pitch.state)
    before, opens = offer_of(pitch), pitch.state is PitchState.DRAFT
    if before == offer and not opens:
        return
    write_offer(group, pitch, offer, now=now)
    if opens:
        pitch.state, pitch.typed, pitch.created_at = become(pitch.state, PitchState.OPEN), None, now
    pitch.changed_at = now
    db.session.flush()
    after = {"title": pitch.title, "state": pitch.state, "changed": changed_fields(before, offer)}
    record(by, "pitch.revised", pitch, at=now, before={"title": before.title}, after=after)


def withdraw_pitch(pitch: Pitch, *, now: datetime, by: Actor) -> Pitch | None:
    """Take the pitch back and give it, withdrawn; None for a draft, which nobody else has seen and is deleted.

    One that is on the paper of an open round can't win it any more.
    Raises PitchSettled where it is on the programme, was given, or was withdrawn before.
    """
    lock_pitch(pitch)
    before = pitch.state
    if before is PitchState.DRAFT:
        record(by, "pitch.deleted", pitch, at=now)
        db.session.delete(pitch)
        db.session.flush()
        return None
    if before is PitchState.SCHEDULED or not may_become(before, PitchState.WITHDRAWN):
        raise PitchSettled(before)
    pitch.state, pitch.withdrawn_at, pitch.changed_at = PitchState.WITHDRAWN, now, now
    db.session.flush()
    record(by, "pitch.withdrawn", pitch, at=now, before={"state": before})
    return pitch


def reopen_pitch(pitch: Pitch, *, now: datetime, by: Actor) -> None:
    """Offer a withdrawn pitch again, for the next round.

    Raises PitchSettled where it isn't withdrawn, and StillOnPaper until the round that it left has ended.
    """
    lock_pitch(pitch)
    if pitch.state is not PitchState.WITHDRAWN:
        raise PitchSettled(pitch.state)
    if open_round_with(pitch) is not None:
        raise StillOnPaper(pitch.id)
    pitch.state = become(pitch.state, PitchState.OPEN)
    pitch.withdrawn_at, pitch.changed_at = None, now
    pitch.wanted_after = pitch.rounds_waited
    db.session.flush()
    record(by, "pitch.reopened", pitch, at=now)


def keep_pitch(pitch: Pitch, *, now: datetime, by: Actor) -> None:
    """Write down that its author still wants to give the talk: they are asked again after three more rounds.

    Raises PitchSettled where it doesn't wait for a round.
    """
    lock_pitch(pitch)
    if pitch.state is not PitchState.OPEN:
        raise PitchSettled(pitch.state)
    if pitch.wanted_after != pitch.rounds_waited:
        pitch.wanted_after = pitch.rounds_waited
        db.session.flush()
        record(by, "pitch.kept", pitch, at=now, after={"rounds_waited": pitch.rounds_waited})


def mark_interest(pitch: Pitch, *, wants: bool, by: Actor) -> None:
    """Write down that ``by`` would like to hear the talk, or that they don't any more.

    Raises PitchSettled unless the pitch is on offer: during a round the marks would be a running count.
    """
    lock_pitch(pitch)
    if pitch.state is not PitchState.OPEN:
        raise PitchSettled(pitch.state)
    if by.user_id is None or is_interested(pitch, by.user_id) == wants:
        return
    if wants:
        db.session.add(PitchInterest(pitch_id=pitch.id, user_id=by.user_id))
    else:
        mark = (PitchInterest.pitch_id == pitch.id, PitchInterest.user_id == by.user_id)
        db.session.execute(delete(PitchInterest).where(*mark))
    db.session.flush()
