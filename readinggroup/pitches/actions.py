"""Pitching, revising, withdrawing and offering again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.access.rules import EDITABLE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, PitchKind, PitchState, become, may_become
from readinggroup.groups.speakers import fold_name, speaker_named
from readinggroup.models import Group, Pitch, PitchDayAway, PitchLink, PitchSpeaker, Speaker, User
from readinggroup.pitches.queries import author_of, open_round_with, pitches_of_author

SENT_TWICE = timedelta(minutes=1)


class PitchSettled(Exception):
    """The pitch is past the state in which this can be done to it."""

    def __init__(self, state: PitchState) -> None:
        super().__init__(state.value)
        self.state = state


class StillOnPaper(Exception):
    """The pitch was withdrawn from a round whose results aren't out, and can't come back before they are."""


class Link(NamedTuple):
    """An address that belongs to a pitch."""

    url: str
    kind: MaterialKind
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a pitch says: all that its author writes."""

    title: str
    speakers: Sequence[str]
    """Names, in the order of the programme; at least one."""
    abstract: str = ""
    kind: PitchKind = PitchKind.TALK
    links: Sequence[Link] = ()
    days_away: Sequence[date] = ()
    """Local dates of the group, earliest first."""
    note: str = ""
    """For the co-leads alone."""


def pitch_talk(group: Group, offer: Offer, *, as_draft: bool = False, now: datetime, by: Actor) -> Pitch:
    """A new pitch by ``by``: on the board for the next round, or a draft that only its author sees.

    The same offer once more within SENT_TWICE, as by a double click, gives the pitch that is there.
    """
    if (twin := _twin(group, offer, now=now, by=by)) is not None:
        return twin
    speakers = _speakers(group, offer.speakers, by.user, known=())
    state = PitchState.DRAFT if as_draft else PitchState.OPEN
    pitch = Pitch(
        group_id=group.id,
        public_id=secrets.token_hex(5),
        author_id=by.user_id,
        state=state,
        created_at=now,
        changed_at=now,
    )
    _write(pitch, offer)
    db.session.add(pitch)
    db.session.flush()
    _seat(pitch, speakers)
    record(by, "pitch.made", pitch, at=now, after={"title": pitch.title, "state": state})
    return pitch


def _twin(group: Group, offer: Offer, *, now: datetime, by: Actor) -> Pitch | None:
    if (
        by.membership is not None
    ):  # Forms that one member sends at the same moment come in one after the other.
        db.session.refresh(by.membership, with_for_update=True)
    lately = pitches_of_author(group, by.user_id, since=now - SENT_TWICE)
    return next((pitch for pitch in lately if pitch.state in EDITABLE and offer_of(pitch) == offer), None)


def revise_pitch(pitch: Pitch, offer: Offer, *, as_draft: bool = False, now: datetime, by: Actor) -> None:
    """Let ``pitch`` say what ``offer`` says; a draft goes on the board, unless ``as_draft`` keeps it one.

    Raises PitchSettled once it is on a round's paper, or past one, or withdrawn.
    """
    _lock(pitch)
    if pitch.state not in EDITABLE:
        raise PitchSettled(pitch.state)
    before = offer_of(pitch)
    opens = pitch.state is PitchState.DRAFT and not as_draft
    if before == offer and not opens:
        return
    group = db.session.get_one(Group, pitch.group_id)
    speakers = _speakers(group, offer.speakers, author_of(pitch), known=pitch.speakers)
    pitch.links, pitch.days_away = [], []
    db.session.flush()  # What goes has to be gone before the like of it comes.
    _write(pitch, offer)
    if opens:
        pitch.state = become(pitch.state, PitchState.OPEN)
    pitch.changed_at = now
    db.session.flush()
    _seat(pitch, speakers)
    changed = [each.name for each in fields(Offer) if getattr(before, each.name) != getattr(offer, each.name)]
    after = {"title": pitch.title, "state": pitch.state, "changed": changed}
    record(by, "pitch.revised", pitch, at=now, before={"title": before.title}, after=after)


def withdraw_pitch(pitch: Pitch, *, now: datetime, by: Actor) -> Pitch | None:
    """Take the pitch back and give it, withdrawn; None for a draft, which nobody else has seen and is deleted.

    One that is on the paper of an open round can't win it any more.
    Raises PitchSettled where it is on the programme, was given, or was withdrawn before.
    """
    _lock(pitch)
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
    _lock(pitch)
    if pitch.state is not PitchState.WITHDRAWN:
        raise PitchSettled(pitch.state)
    if open_round_with(pitch) is not None:
        raise StillOnPaper(pitch.id)
    pitch.state = become(pitch.state, PitchState.OPEN)
    pitch.withdrawn_at, pitch.changed_at = None, now
    db.session.flush()
    record(by, "pitch.reopened", pitch, at=now)


def offer_of(pitch: Pitch) -> Offer:
    """What the pitch says now."""
    return Offer(
        title=pitch.title,
        speakers=tuple(speaker.name for speaker in pitch.speakers),
        abstract=pitch.abstract,
        kind=pitch.kind,
        links=tuple(Link(link.url, link.kind, link.title) for link in pitch.links),
        days_away=tuple(day.on for day in pitch.days_away),
        note=pitch.note,
    )


def _lock(pitch: Pitch) -> None:
    """See the pitch as it is now, and let nobody change it until this transaction ends.

    Raises PitchSettled where it is gone, as a draft that was deleted a moment ago.
    """
    found = select(Pitch.id).where(Pitch.id == pitch.id).with_for_update()
    if db.session.scalar(found) is None:
        raise PitchSettled(PitchState.WITHDRAWN)
    db.session.refresh(pitch)
    db.session.refresh(pitch, ["links", "days_away", "speakers"])


def _speakers(
    group: Group, names: Sequence[str], author: User | None, *, known: Sequence[Speaker]
) -> list[Speaker]:
    """The speakers called ``names``, each once.  ``known``: those of the pitch so far, who stay the same people."""
    by_name = {fold_name(speaker.name): speaker for speaker in known}
    own = fold_name(author.name) if author else None
    for name in names:
        folded = fold_name(name)
        if folded not in by_name:
            by_name[folded] = speaker_named(group, name, author if folded == own else None)
    return list(dict.fromkeys(by_name[fold_name(name)] for name in names))


def _write(pitch: Pitch, offer: Offer) -> None:
    pitch.title, pitch.abstract, pitch.kind, pitch.note = offer.title, offer.abstract, offer.kind, offer.note
    pitch.links = [
        PitchLink(position=n, url=link.url, kind=link.kind, title=link.title)
        for n, link in enumerate(offer.links, start=1)
    ]
    pitch.days_away = [PitchDayAway(on=day) for day in offer.days_away]


def _seat(pitch: Pitch, speakers: Sequence[Speaker]) -> None:
    """Write who speaks, with their order, which the relationship by itself doesn't keep."""
    db.session.execute(delete(PitchSpeaker).where(PitchSpeaker.pitch_id == pitch.id))
    db.session.add_all(
        PitchSpeaker(pitch_id=pitch.id, speaker_id=speaker.id, position=n)
        for n, speaker in enumerate(speakers, start=1)
    )
    db.session.flush()
    db.session.refresh(pitch, ["speakers"])
