"""Putting talks on the programme, moving, swapping and replacing them, and taking them off."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, PitchKind, PitchState, TalkState, become, may_become
from readinggroup.groups.speakers import speaker_named
from readinggroup.models import Group, Material, Meeting, Pitch, Reading, Speaker, Talk, TalkSpeaker
from readinggroup.scheduling import queries
from readinggroup.scheduling.actions import announce, lock_programme, release_pitch
from readinggroup.scheduling.notices import tell_co_leads, tell_of_talk
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged, TalkOver

WHERE = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Where:
    """A place: the session's number, and the position in it from 1."""

    number: int
    position: int

    @staticmethod
    def can_read(text: str) -> bool:
        """Whether ``text`` is a place as forms carry it, such as "3.2"."""
        return WHERE.fullmatch(text) is not None

    @classmethod
    def read(cls, text: str) -> "Where":
        """The place that ``text`` names.  Raises ValueError."""
        number, position = text.split(".")
        return cls(int(number), int(position))

    def __str__(self) -> str:
        return f"{self.number}.{self.position}"


def publish(
    group: Group, placings: Mapping[int, Where], *, based_on: str, now: datetime, by: Actor
) -> list[Talk]:
    """Give each pitch of ``placings`` its place: talks are made from them and their sessions are announced.

    ``placings``  by the pitch's id.   ``based_on``  the programme that they were decided from.
    All or nothing: raises ProgrammeChanged when the programme or one of the pitches is another by now, and
    PlaceTaken when two are given one place or a place can't be had.  The speakers and co-leads are told.
    """
    lock_programme(group, based_on=based_on)
    if len(set(placings.values())) < len(placings):
        raise PlaceTaken(placings)
    chosen = [(_waiting(group, pitch_id), _free(group, where)) for pitch_id, where in placings.items()]
    made = [
        (_talk_of(pitch, meeting, where.position, now=now), meeting)
        for (pitch, meeting), where in zip(chosen, placings.values(), strict=True)
    ]
    for (talk, meeting), (pitch, _) in zip(made, chosen, strict=True):
        pitch.state, pitch.changed_at = become(pitch.state, PitchState.SCHEDULED), now
        announce(meeting)
        record(by, "talk.scheduled", talk, at=now, after=_seat(talk, meeting))
    _changed(group, bool(made))
    for talk, meeting in made:
        tell_of_talk("talk.scheduled", group, talk, meeting, now=now)
    if made:
        tell_co_leads("programme.published", group, made, now=now)
    return [talk for talk, _ in made]


def put_talk(
    group: Group,
    meeting: Meeting,
    position: int,
    *,
    title: str,
    speakers: Sequence[str],
    abstract: str = "",
    kind: PitchKind = PitchKind.TALK,
    now: datetime,
    by: Actor,
) -> Talk:
    """A talk that nobody pitched, by hand in a free place.  Raises PlaceTaken."""
    lock_programme(group)
    _free(group, Where(meeting.number, position))
    talk = _new_talk(group, meeting, position, title=title, speakers=speakers, abstract=abstract, kind=kind)
    record(by, "talk.scheduled", talk, at=now, after=_seat(talk, meeting))
    _changed(group)
    tell_of_talk("talk.scheduled", group, talk, meeting, now=now)
    return talk


def move_talk(group: Group, talk: Talk, *, to: Where, based_on: str, now: datetime, by: Actor) -> None:
    """Move a published talk to a free place.  Raises ProgrammeChanged, TalkOver or PlaceTaken."""
    lock_programme(group, based_on=based_on)
    _check_stands(talk)
    target, before = _free(group, to), _seat(talk, queries.meeting_of(talk))
    _seat_at(talk, target, to.position)
    db.session.flush()
    record(by, "talk.moved", talk, at=now, before=before, after=_seat(talk, target))
    _changed(group)
    tell_of_talk("talk.moved", group, talk, target, now=now)
    tell_co_leads("programme.changed", group, [(talk, target)], now=now)


def swap_talks(group: Group, talk: Talk, *, other: Talk, based_on: str, now: datetime, by: Actor) -> None:
    """Let two published talks change places.  Raises ProgrammeChanged, TalkOver, or PlaceTaken for one with itself."""
    lock_programme(group, based_on=based_on)
    if talk.id == other.id:
        raise PlaceTaken(talk.id)
    seats = []
    for each in (talk, other):
        _check_stands(each)
        meeting = queries.meeting_of(each)
        _check_takes_talks(meeting)
        seats.append((meeting, each.position, each.state))
    (own, own_position, _), (its, its_position, its_state) = seats
    # No two talks may hold one place for a moment either, so the other one steps aside first.
    other.state = TalkState.WITHDRAWN
    db.session.flush()
    _seat_at(talk, its, its_position)
    db.session.flush()
    other.state = its_state
    _seat_at(other, own, own_position)
    db.session.flush()
    for each, old, new in ((talk, own, its), (other, its, own)):
        record(by, "talk.moved", each, at=now, before={"number": old.number}, after=_seat(each, new))
    _changed(group)
    for each, new in ((talk, its), (other, own)):
        tell_of_talk("talk.moved", group, each, new, now=now)
    tell_co_leads("programme.changed", group, [(talk, its), (other, own)], now=now)


def take_off(group: Group, talk: Talk, *, note: str, based_on: str, now: datetime, by: Actor) -> None:
    """Take a talk off the programme; its row stays as withdrawn, and its pitch waits again.

    Raises ProgrammeChanged or TalkOver.
    """
    lock_programme(group, based_on=based_on)
    _leave(talk, TalkState.WITHDRAWN, note=note, now=now)
    meeting = queries.meeting_of(talk)
    record(by, "talk.withdrawn", talk, at=now, before=_seat(talk, meeting), after={"note": note})
    _changed(group)
    tell_of_talk("talk.withdrawn", group, talk, meeting, now=now)
    tell_co_leads("programme.changed", group, [(talk, meeting)], now=now)


def replace_talk(
    group: Group,
    talk: Talk,
    *,
    title: str,
    speakers: Sequence[str],
    abstract: str = "",
    kind: PitchKind = PitchKind.TALK,
    note: str = "",
    based_on: str,
    now: datetime,
    by: Actor,
) -> Talk:
    """Put another talk in the place of ``talk``, which stays on record as replaced and points to it.

    Raises ProgrammeChanged or TalkOver.
    """
    lock_programme(group, based_on=based_on)
    meeting = queries.meeting_of(talk)
    _check_takes_talks(meeting)
    _leave(talk, TalkState.REPLACED, note=note, now=now)
    new = _new_talk(
        group, meeting, talk.position, title=title, speakers=speakers, abstract=abstract, kind=kind
    )
    talk.replaced_by_id = new.id
    record(by, "talk.replaced", talk, at=now, after=_seat(new, meeting) | {"note": note})
    _changed(group)
    tell_of_talk("talk.replaced", group, talk, meeting, now=now)
    tell_of_talk("talk.scheduled", group, new, meeting, now=now)
    tell_co_leads("programme.changed", group, [(new, meeting)], now=now)
    return new


def _waiting(group: Group, pitch_id: int) -> Pitch:
    pitch = queries.pitch_that_waits(group, pitch_id)
    if pitch is None:
        raise ProgrammeChanged(pitch_id)
    return pitch


def _free(group: Group, where: Where) -> Meeting:
    meeting = queries.meeting_in(group, where.number)
    if meeting is None or not queries.place_is_free(meeting, where.position):
        raise PlaceTaken(where)
    _check_takes_talks(meeting)
    return meeting


def _check_takes_talks(meeting: Meeting) -> None:
    if meeting.state not in queries.OPEN_STATES:
        raise PlaceTaken(meeting.number)


def _check_stands(talk: Talk) -> None:
    if talk.state not in {TalkState.PLANNED, TalkState.CONFIRMED}:
        raise TalkOver(talk.state)


def _talk_of(pitch: Pitch, meeting: Meeting, position: int, *, now: datetime) -> Talk:
    """The talk that a pitch becomes: its papers are the reading, its other links the talk's materials."""
    talk = Talk(
        group_id=pitch.group_id,
        meeting_id=meeting.id,
        position=position,
        pitch_id=pitch.id,
        title=pitch.title,
        abstract=pitch.abstract,
        kind=pitch.kind,
        readings=[
            Reading(position=n, title=link.title or link.url[:300], url=link.url, posted_at=now)
            for n, link in enumerate(pitch.links, start=1)
            if link.kind is MaterialKind.PAPER
        ],
    )
    db.session.add(talk)
    db.session.flush()
    _let_speak(talk, pitch.speakers)
    for n, link in enumerate(pitch.links, start=1):
        if link.kind is not MaterialKind.PAPER:
            title = link.title or link.url[:300]
            db.session.add(
                Material(talk_id=talk.id, position=n, kind=link.kind, title=title, url=link.url, added_at=now)
            )
    db.session.flush()
    return talk


def _new_talk(
    group: Group,
    meeting: Meeting,
    position: int,
    *,
    title: str,
    speakers: Sequence[str],
    abstract: str,
    kind: PitchKind,
) -> Talk:
    talk = Talk(
        group_id=group.id,
        meeting_id=meeting.id,
        position=position,
        title=title,
        abstract=abstract,
        kind=kind,
    )
    db.session.add(talk)
    db.session.flush()
    people = [speaker_named(group, name) for name in speakers]
    db.session.flush()
    _let_speak(talk, people)
    announce(meeting)
    db.session.flush()
    return talk


def _let_speak(talk: Talk, speakers: Iterable[Speaker]) -> None:
    """Write down who gives the talk, each person once."""
    for n, speaker_id in enumerate(dict.fromkeys(speaker.id for speaker in speakers), start=1):
        db.session.add(TalkSpeaker(talk_id=talk.id, speaker_id=speaker_id, position=n))


def _leave(talk: Talk, state: TalkState, *, note: str, now: datetime) -> None:
    _check_stands(talk)
    talk.state, talk.note = become(talk.state, state), note
    release_pitch(db.session.get(Pitch, talk.pitch_id) if talk.pitch_id else None, now=now)
    db.session.flush()


def _seat_at(talk: Talk, meeting: Meeting, position: int) -> None:
    """A confirmed talk that comes to another session has to be confirmed anew."""
    if talk.meeting_id != meeting.id and may_become(talk.state, TalkState.PLANNED):
        talk.state = become(talk.state, TalkState.PLANNED)
    talk.meeting_id, talk.position = meeting.id, position
    announce(meeting)


def _seat(talk: Talk, meeting: Meeting) -> dict[str, Any]:
    return {"title": talk.title, "number": meeting.number, "position": talk.position}


def _changed(group: Group, really: bool = True) -> None:
    if really:
        group.public_version += 1
        db.session.flush()
