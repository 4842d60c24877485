"""Putting talks on the programme, moving, swapping and replacing them, and taking them off: at once, one by one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.access.versions import rewrite
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchKind, TalkState
from readinggroup.groups.speakers import fold_name, speaker_named
from readinggroup.models import Group, Meeting, Speaker, Talk, TalkSpeaker
from readinggroup.scheduling import queries
from readinggroup.scheduling.actions import lock_programme
from readinggroup.scheduling.asking import ask_speakers
from readinggroup.scheduling.change_actions import change_programme
from readinggroup.scheduling.notices import tell_co_leads, tell_of_talk
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.placing import (
    check_takes_talks,
    free_meeting,
    leave_place,
    let_speak,
    new_talk,
    seat_of,
)
from readinggroup.scheduling.refusals import PlaceTaken


def publish(
    group: Group, placings: Mapping[int, Where], *, based_on: str, now: datetime, by: Actor
) -> list[Talk]:
    """Give each pitch of ``placings``, by its id, its place at once.

    ``based_on``  the programme that they were decided from.   Raises ProgrammeChanged or PlaceTaken.
    """
    lock_programme(group, based_on=based_on)
    changes = {Thing.pitch(pitch_id): where for pitch_id, where in placings.items()}
    return [talk for talk, _ in change_programme(group, changes, now=now, by=by)]


def put_talk(
    group: Group,
    meeting: Meeting,
    position: int,
    *,
    title: str,
    speakers: Sequence[str | Speaker],
    abstract: str = "",
    kind: PitchKind = PitchKind.TALK,
    now: datetime,
    by: Actor,
) -> Talk:
    """A talk that nobody pitched, by hand in a free place.  Raises PlaceTaken."""
    lock_programme(group)
    free_meeting(group, Where(meeting.number, position))
    talk = new_talk(
        group, meeting, position, title=title, speakers=speakers, abstract=abstract, kind=kind, now=now
    )
    record(by, "talk.scheduled", talk, at=now, after=seat_of(talk, meeting))
    ask_speakers(group, [(talk, meeting)], now=now)
    tell_of_talk("talk.scheduled", group, talk, meeting, now=now)
    return talk


def move_talk(group: Group, talk: Talk, *, to: Where, based_on: str, now: datetime, by: Actor) -> None:
    """Move a published talk to a free place.  Raises ProgrammeChanged, TalkOver or PlaceTaken."""
    lock_programme(group, based_on=based_on)
    if queries.meeting_of(talk).number == to.number and talk.position == to.position:
        raise PlaceTaken(to)
    change_programme(group, {Thing.talk(talk.id): to}, now=now, by=by)


def swap_talks(group: Group, talk: Talk, *, other: Talk, based_on: str, now: datetime, by: Actor) -> None:
    """Let two published talks change places.  Raises ProgrammeChanged, TalkOver, or PlaceTaken for one with itself."""
    lock_programme(group, based_on=based_on)
    if talk.id == other.id:
        raise PlaceTaken(talk.id)
    exchange_places(group, talk, other, now=now, by=by)


def exchange_places(group: Group, talk: Talk, other: Talk, *, now: datetime, by: Actor) -> None:
    """The two talks stand where the other one stood.  Lock the programme first.  Raises TalkOver or PlaceTaken."""
    seats = [Where(queries.meeting_of(each).number, each.position) for each in (other, talk)]
    changes = dict(zip((Thing.talk(talk.id), Thing.talk(other.id)), seats, strict=True))
    for each in (talk, other):
        check_takes_talks(queries.meeting_of(each))
    change_programme(group, changes, now=now, by=by)


def take_off(group: Group, talk: Talk, *, note: str, based_on: str, now: datetime, by: Actor) -> None:
    """Take a talk off the programme; its row stays as withdrawn, and its pitch waits again.

    Raises ProgrammeChanged or TalkOver.
    """
    lock_programme(group, based_on=based_on)
    change_programme(group, {Thing.talk(talk.id): None}, because=note, now=now, by=by)


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
    check_takes_talks(meeting)
    leave_place(talk, TalkState.REPLACED, note=note, now=now)
    new = new_talk(
        group, meeting, talk.position, title=title, speakers=speakers, abstract=abstract, kind=kind, now=now
    )
    talk.replaced_by_id = new.id
    record(by, "talk.replaced", talk, at=now, after=seat_of(new, meeting) | {"note": note})
    db.session.flush()
    ask_speakers(group, [(new, meeting)], now=now)
    tell_of_talk("talk.replaced", group, talk, meeting, now=now)
    tell_of_talk("talk.scheduled", group, new, meeting, now=now)
    tell_co_leads("programme.changed", group, [(new, meeting)], now=now)
    return new


def correct_talk(
    group: Group,
    talk: Talk,
    *,
    title: str,
    speakers: Sequence[str],
    abstract: str,
    kind: PitchKind,
    now: datetime,
    by: Actor,
) -> None:
    """Say better what the talk is and who gives it; it stays the same talk at the same place."""
    lock_programme(group)
    before = _facts(talk)
    rewrite(talk, title=title, words=abstract, now=now, by=by)
    talk.kind = kind
    if before["speakers"] != list(speakers):
        db.session.execute(delete(TalkSpeaker).where(TalkSpeaker.talk_id == talk.id))
        there = {fold_name(speaker.name): speaker for speaker in talk.speakers}
        people = [there.get(fold_name(name)) or speaker_named(group, name) for name in speakers]
        db.session.flush()
        let_speak(talk, people)
    db.session.flush()
    db.session.refresh(talk, ["speakers"])
    after = _facts(talk)
    if after != before:
        record(by, "talk.corrected", talk, at=now, before=before, after=after)


def _facts(talk: Talk) -> dict[str, Any]:
    names = [speaker.name for speaker in talk.speakers]
    return {"title": talk.title, "abstract": talk.abstract, "kind": talk.kind.value, "speakers": names}
