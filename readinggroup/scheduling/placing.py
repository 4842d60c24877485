"""The steps that every change of the programme is made of: finding a free place, making a talk, seating it, leaving."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, PitchKind, TalkState, become
from readinggroup.groups.speakers import speaker_named
from readinggroup.models import Group, Material, Meeting, Pitch, Reading, Speaker, Talk, TalkSpeaker
from readinggroup.scheduling import queries
from readinggroup.scheduling.actions import announce, release_pitch, unanswer
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged, TalkOver


def waiting_pitch(group: Group, pitch_id: int) -> Pitch:
    """The pitch, which waits for a place.  Raises ProgrammeChanged where it doesn't any more."""
    pitch = queries.pitch_that_waits(group, pitch_id)
    if pitch is None:
        raise ProgrammeChanged(pitch_id)
    return pitch


def free_meeting(group: Group, where: Where) -> Meeting:
    """The session of a place that is free.  Raises PlaceTaken."""
    meeting = queries.meeting_in(group, where.number)
    if meeting is None or not queries.place_is_free(meeting, where.position):
        raise PlaceTaken(where)
    check_takes_talks(meeting)
    return meeting


def check_takes_talks(meeting: Meeting) -> None:
    """Raises PlaceTaken where the session is over or cancelled."""
    if meeting.state not in queries.OPEN_STATES:
        raise PlaceTaken(meeting.number)


def check_stands(talk: Talk) -> None:
    """Raises TalkOver where the talk was given, withdrawn or replaced."""
    if talk.state not in {TalkState.PLANNED, TalkState.CONFIRMED}:
        raise TalkOver(talk.state)


def talk_of_pitch(pitch: Pitch, meeting: Meeting, position: int, *, now: datetime) -> Talk:
    """The talk that a pitch becomes: its papers are the reading, its other links the talk's materials."""
    talk = Talk(
        group_id=pitch.group_id,
        meeting_id=meeting.id,
        position=position,
        pitch_id=pitch.id,
        title=pitch.title,
        abstract=pitch.abstract,
        kind=pitch.kind,
        series_id=pitch.chapter.series_id if pitch.chapter else None,
        chapter=pitch.chapter.number if pitch.chapter else None,
        placed_at=now,
        topics=list(pitch.topics),
        readings=[
            Reading(position=n, title=link.title or link.url[:300], url=link.url, posted_at=now)
            for n, link in enumerate(pitch.links, start=1)
            if link.kind is MaterialKind.PAPER
        ],
    )
    db.session.add(talk)
    db.session.flush()
    let_speak(talk, pitch.speakers)
    for n, link in enumerate(pitch.links, start=1):
        if link.kind is not MaterialKind.PAPER:
            title = link.title or link.url[:300]
            db.session.add(
                Material(talk_id=talk.id, position=n, kind=link.kind, title=title, url=link.url, added_at=now)
            )
    db.session.flush()
    return talk


def new_talk(
    group: Group,
    meeting: Meeting,
    position: int,
    *,
    title: str,
    speakers: Sequence[str | Speaker],
    abstract: str,
    kind: PitchKind,
    now: datetime,
) -> Talk:
    """A talk that nobody pitched, at a free place; its session is announced.  ``speakers`` are names, or who it is."""
    talk = Talk(
        group_id=group.id,
        meeting_id=meeting.id,
        position=position,
        title=title,
        abstract=abstract,
        kind=kind,
        placed_at=now,
    )
    db.session.add(talk)
    db.session.flush()
    people = [each if isinstance(each, Speaker) else speaker_named(group, each) for each in speakers]
    db.session.flush()
    let_speak(talk, people)
    announce(meeting)
    db.session.flush()
    return talk


def let_speak(talk: Talk, speakers: Iterable[Speaker]) -> None:
    """Write down who gives the talk, each person once."""
    for n, speaker_id in enumerate(dict.fromkeys(speaker.id for speaker in speakers), start=1):
        db.session.add(TalkSpeaker(talk_id=talk.id, speaker_id=speaker_id, position=n))


def leave_place(talk: Talk, state: TalkState, *, note: str, now: datetime) -> None:
    """Let a talk leave its place for good; its pitch waits again.  Raises TalkOver."""
    check_stands(talk)
    talk.state, talk.note = become(talk.state, state), note
    release_pitch(db.session.get(Pitch, talk.pitch_id) if talk.pitch_id else None, now=now)
    db.session.flush()


def seat_at(talk: Talk, meeting: Meeting, position: int, *, now: datetime) -> None:
    """A talk that comes to another session has to be confirmed anew, and who couldn't come then may come now."""
    if talk.meeting_id != meeting.id:
        unanswer(talk, now=now)
    talk.meeting_id, talk.position = meeting.id, position
    announce(meeting)


def seat_of(talk: Talk, meeting: Meeting) -> dict[str, Any]:
    """Where a talk stands, for the record."""
    return {"title": talk.title, "number": meeting.number, "position": talk.position}
