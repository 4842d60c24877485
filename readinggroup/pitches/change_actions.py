"""Changing a pitch that is on a paper or past one: its author proposes, a co-lead decides, on the record."""

from datetime import datetime

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import ChangeState, PitchState, TalkState
from readinggroup.models import Group, Pitch, PitchChange, Talk, TalkSpeaker
from readinggroup.pitches.notices import tell_of_decision, tell_of_proposal
from readinggroup.pitches.offers import Offer, as_json, changed_fields, from_json, offer_of
from readinggroup.pitches.queries import pending_change_of
from readinggroup.pitches.writing import PitchSettled, lock_pitch, write_offer

CHANGEABLE = frozenset({PitchState.IN_ROUND, PitchState.WON, PitchState.SCHEDULED})
"""Where a pitch is changed by proposal: from the paper on, until it is given."""


class NothingChanged(Exception):
    """The proposal says what the pitch says already."""


class AlreadyDecided(Exception):
    """Somebody was faster: the change was accepted, declined or taken back."""


def propose_change(
    group: Group, pitch: Pitch, offer: Offer, *, why: str = "", now: datetime, by: Actor
) -> PitchChange:
    """A change for the co-leads to decide; it takes the place of one that waits.

    Raises PitchSettled unless the pitch is on a paper or past one and not given, and NothingChanged.
    """
    lock_pitch(pitch)
    if pitch.state not in CHANGEABLE:
        raise PitchSettled(pitch.state)
    before = offer_of(pitch)
    if not (changed := changed_fields(before, offer)):
        raise NothingChanged(pitch.id)
    if (pending := pending_change_of(pitch)) is not None:
        pending.state, pending.decided_at, pending.decided_by_id = ChangeState.WITHDRAWN, now, by.user_id
        db.session.flush()
    change = PitchChange(
        pitch_id=pitch.id, by_id=by.user_id, before=as_json(before), says=as_json(offer), why=why, made_at=now
    )
    db.session.add(change)
    db.session.flush()
    record(by, "pitch.change_proposed", pitch, at=now, after={"title": pitch.title, "changed": changed})
    tell_of_proposal(group, pitch, change, now=now, by=by)
    return change


def accept_change(group: Group, change: PitchChange, *, now: datetime, by: Actor) -> None:
    """Let the pitch say what was proposed; where it is on the programme, its talk too.

    What the change doesn't touch stays as it is by now.  Raises AlreadyDecided, and PitchSettled once it was given or
    withdrawn.
    """
    pitch = _decide(change, ChangeState.ACCEPTED, now=now, by=by)
    if pitch.state not in CHANGEABLE | {PitchState.OPEN}:
        raise PitchSettled(pitch.state)
    before, said = from_json(change.before), from_json(change.says)
    changed = changed_fields(before, said)
    now_says = offer_of(pitch)
    offer = Offer(
        **{name: getattr(said if name in changed else now_says, name) for name in Offer.__annotations__}
    )
    write_offer(group, pitch, offer, now=now)
    pitch.changed_at = now
    if pitch.state is PitchState.SCHEDULED:
        _change_talk(pitch)
    db.session.flush()
    told = {"title": pitch.title, "changed": changed}
    record(by, "pitch.change_accepted", pitch, at=now, before={"title": before.title}, after=told)
    tell_of_decision(group, pitch, change, now=now)


def decline_change(group: Group, change: PitchChange, *, because: str, now: datetime, by: Actor) -> None:
    """Leave the pitch as it is, with a reason for its author.  Raises AlreadyDecided."""
    pitch = _decide(change, ChangeState.DECLINED, now=now, by=by)
    change.because = because
    db.session.flush()
    record(by, "pitch.change_declined", pitch, at=now, after={"title": pitch.title, "because": because})
    tell_of_decision(group, pitch, change, now=now)


def take_back_change(change: PitchChange, *, now: datetime, by: Actor) -> None:
    """The author thinks better of it.  Raises AlreadyDecided."""
    pitch = _decide(change, ChangeState.WITHDRAWN, now=now, by=by)
    record(by, "pitch.change_withdrawn", pitch, at=now, after={"title": pitch.title})


def _decide(change: PitchChange, state: ChangeState, *, now: datetime, by: Actor) -> Pitch:
    """Lock the pitch, then the change, and give the pitch."""
    pitch = db.session.get_one(Pitch, change.pitch_id)
    lock_pitch(pitch)
    db.session.refresh(change, with_for_update=True)
    if change.state is not ChangeState.PENDING:
        raise AlreadyDecided(change.id)
    change.state, change.decided_at, change.decided_by_id = state, now, by.user_id
    db.session.flush()
    return pitch


def _change_talk(pitch: Pitch) -> None:
    """Let the talk that the pitch became say the same."""
    standing = Talk.pitch_id == pitch.id, Talk.state.in_((TalkState.PLANNED, TalkState.CONFIRMED))
    talk = db.session.scalar(select(Talk).where(*standing).with_for_update())
    if talk is None:
        return
    talk.title, talk.abstract, talk.kind = pitch.title, pitch.abstract, pitch.kind
    talk.series_id = pitch.chapter.series_id if pitch.chapter else None
    talk.chapter = pitch.chapter.number if pitch.chapter else None
    db.session.execute(delete(TalkSpeaker).where(TalkSpeaker.talk_id == talk.id))
    db.session.add_all(
        TalkSpeaker(talk_id=talk.id, speaker_id=speaker.id, position=n)
        for n, speaker in enumerate(pitch.speakers, start=1)
    )
