"""What is missing over all talks of a group: confirmation and reading before a session, slides and recording after."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, TalkState
from readinggroup.domain.reading import Part, missing
from readinggroup.models import Group, Material, Meeting, Talk
from readinggroup.scheduling.telling import reading_words
from readinggroup.scheduling.views import MeetingView, TalkView, meeting_views

MATERIALS = {MaterialKind.SLIDES: Part.SLIDES, MaterialKind.RECORDING: Part.RECORDING}
SHOWN = 200
"""Held sessions that are looked through, newest first."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A talk and what it lacks.  ``reading`` and ``reading_words`` say how its reading stands before its session."""

    talk: TalkView
    parts: tuple[Part, ...]
    reading: str
    reading_words: str


@dataclass(frozen=True, slots=True)
class LackingSession:
    """A session of whose talks something is missing."""

    meeting: MeetingView
    talks: tuple[Lacking, ...]


def what_is_missing(group: Group, now: datetime) -> tuple[list[LackingSession], list[LackingSession]]:
    """The sessions of which something is missing: those to come, earliest first, and those held, latest first."""
    recorded = keeps_recordings(group)
    coming = meeting_views(
        group, Meeting.state == MeetingState.ANNOUNCED, order_by=(Meeting.starts_at_utc, Meeting.number)
    )
    held = meeting_views(
        group, Meeting.state == MeetingState.HELD, order_by=(Meeting.number.desc(),), limit=SHOWN
    )
    return (
        list(_lacking(group, coming, recorded=recorded, now=now)),
        list(_lacking(group, held, recorded=recorded, now=now)),
    )


def counts_of(sessions: Iterable[LackingSession]) -> Counter[Part]:
    """How many talks lack each part."""
    return Counter(part for session in sessions for talk in session.talks for part in talk.parts)


def _lacking(
    group: Group, meetings: Iterable[MeetingView], *, recorded: bool, now: datetime
) -> Iterable[LackingSession]:
    for meeting in meetings:
        held = meeting.state is MeetingState.HELD
        found = []
        for talk in meeting.talks:
            parts = missing(_present(meeting, talk), held=held, recorded=recorded)
            state, words = ("", "") if held else reading_words(group, meeting.on, talk, now=now)
            if parts:
                found.append(Lacking(talk, parts, state, words))
        if found:
            yield LackingSession(meeting, tuple(found))


def _present(meeting: MeetingView, talk: TalkView) -> set[Part]:
    """What there is of a talk, or never will be; the session's own slides and recording are all its talks'."""
    there = {MATERIALS[m.kind] for m in (*talk.materials, *meeting.materials) if m.kind in MATERIALS}
    if talk.readings:
        there.add(Part.READING)
    if talk.state is not TalkState.PLANNED:
        there.add(Part.CONFIRMATION)
    if talk.has_no_slides:
        there.add(Part.SLIDES)
    if meeting.has_no_recording:
        there.add(Part.RECORDING)
    return there


def keeps_recordings(group: Group) -> bool:
    """Whether the group has ever kept one; where it never did, none is missing."""
    of_talk = select(Material.id).join(Talk, Talk.id == Material.talk_id).where(Talk.group_id == group.id)
    of_meeting = (
        select(Material.id)
        .join(Meeting, Meeting.id == Material.meeting_id)
        .where(Meeting.group_id == group.id)
    )
    kept = (exists(found.where(Material.kind == MaterialKind.RECORDING)) for found in (of_talk, of_meeting))
    return any(db.session.scalar(select(condition)) for condition in kept)
