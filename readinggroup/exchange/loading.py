"""Writing a recognised archive into a group: adds what is missing, keeps what is there, and can be undone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, PitchKind, TalkState
from readinggroup.domain.rhythm import instant
from readinggroup.exchange.recognised import (
    RecognisedArchive,
    RecognisedMaterial,
    RecognisedSession,
    RecognisedTalk,
)
from readinggroup.groups.speakers import speaker_named
from readinggroup.models import (
    Group,
    Import,
    ImportedThing,
    Material,
    Meeting,
    Place,
    Reading,
    Talk,
    TalkSpeaker,
    Topic,
)
from readinggroup.text.slugs import slugify

ONLY_A_NUMBER = re.compile(r"\W*(the )?\w+ (session|meeting)\W*|(session|meeting) \w+\W*", re.IGNORECASE)
"""Titles such as "Third Session", which say no more than the number does."""
STANDING = {TalkState.PLANNED, TalkState.CONFIRMED, TalkState.GIVEN}


@dataclass
class Report:
    """What an import did: the run (None when nothing was new) and, by number, what happened to each session."""

    run: Import | None = None
    added: list[int] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


def load_archive(
    group: Group, archive: RecognisedArchive, *, source: str, now: datetime, by: Actor
) -> Report:
    """Add the archive's sessions to the group as held ones.

    A number that the group has already is kept: what it lacks of links and talks is added, a text that isn't in its
    recap is put below it.  Loading the same archive twice adds nothing the second time.
    """
    loader = _Loader(group, now)
    report = Report()
    loader.introduction(archive.text)
    for session in archive.sessions:
        outcome = loader.session(session)
        getattr(report, outcome).append(session.number)
    if loader.made:
        report.run = _note(group, loader.made, source, now=now)
        record(by, "import.made", report.run, at=now, after={"source": source, "made": len(loader.made)})
    db.session.flush()
    return report


def _note(group: Group, made: Sequence["_Made"], source: str, *, now: datetime) -> Import:
    digest = sha256("\n".join(f"{m.row.__tablename__}:{m.row.id}" for m in made).encode()).hexdigest()
    run = Import(group_id=group.id, source=source[:255], digest=digest, made_count=len(made), made_at=now)
    db.session.add(run)
    db.session.flush()
    db.session.add_all(
        ImportedThing(import_id=run.id, thing=m.row.__tablename__, thing_id=m.row.id, before=m.before)
        for m in made
    )
    return run


@dataclass(frozen=True)
class _Made:
    """A row that was made, or, with ``before``, one that was changed and what stood there."""

    row: Any
    before: dict[str, Any] | None = None


class _Loader:
    """Loads sessions into one group, and remembers what it made."""

    def __init__(self, group: Group, now: datetime) -> None:
        self.group, self.now = group, now
        self.made: list[_Made] = []

    def introduction(self, text: str) -> None:
        """What the file says of the group itself becomes its mission, where it has none yet."""
        if text and not self.group.mission:
            self.made.append(_Made(self.group, before={"mission": ""}))
            self.group.mission = text

    def session(self, session: RecognisedSession) -> str:
        """Load one session; says whether it was "added", "filled" or "kept"."""
        before = len(self.made)
        meeting = db.session.scalar(
            select(Meeting)
            .options(selectinload(Meeting.places))
            .where(Meeting.group_id == self.group.id, Meeting.number == session.number)
        )
        added = meeting is None
        if meeting is None:
            meeting = self._meeting(session)
        elif session.text not in meeting.recap:
            self.made.append(_Made(meeting, before={"recap": meeting.recap}))
            meeting.recap = f"{meeting.recap}\n\n{session.text}".strip()
        self._contents(meeting, session, new=added)
        if added:
            return "added"
        return "filled" if len(self.made) > before else "kept"

    def _make(self, row: Any) -> Any:
        db.session.add(row)
        db.session.flush()
        self.made.append(_Made(row))
        return row

    def _meeting(self, session: RecognisedSession) -> Meeting:
        starts_at = self.group.starts_at if session.on else None
        meeting: Meeting = self._make(
            Meeting(
                group_id=self.group.id,
                number=session.number,
                title="" if ONLY_A_NUMBER.fullmatch(session.title) else session.title[:200],
                on=session.on,
                starts_at=starts_at,
                starts_at_utc=instant(session.on, starts_at, self.group.zone)
                if session.on and starts_at
                else None,
                minutes=self.group.minutes,
                zone=self.group.zone,
                state=MeetingState.HELD,
                recap=session.text,
                places=[],
            )
        )
        return meeting

    def _contents(self, meeting: Meeting, session: RecognisedSession, *, new: bool) -> None:
        talks = {} if new else {_key(talk.title): talk for talk in _talks(meeting)}
        may_add_talks = not talks
        known = set() if new else _addresses(meeting, talks.values())
        loaded: dict[str, Talk] = {}
        for position, recognised in _placed(session.talks):
            talk = talks.get(_key(recognised.title))
            if talk is None and may_add_talks:
                talk = self._talk(meeting, recognised, position)
            if talk is not None:
                loaded[recognised.title] = talk
            self._readings(talk, meeting, recognised.readings, known)
            self._materials(talk or meeting, recognised.materials, known)
        for recognised in session.talks:
            if recognised.replaced_by in loaded and recognised.title in loaded:
                loaded[recognised.title].replaced_by_id = loaded[recognised.replaced_by].id
        self._materials(meeting, session.materials, known)

    def _talk(self, meeting: Meeting, recognised: RecognisedTalk, position: int) -> Talk:
        if position not in {place.position for place in meeting.places}:
            group = self.group
            place = Place(
                position=position, talk_minutes=group.talk_minutes, question_minutes=group.question_minutes
            )
            meeting.places.append(place)
            db.session.flush()
        talk: Talk = self._make(
            Talk(
                group_id=self.group.id,
                meeting_id=meeting.id,
                position=position,
                title=recognised.title[:200],
                kind=PitchKind(recognised.kind),
                state=TalkState(recognised.state),
                note=recognised.note,
                topics=[self._topic(name) for name in dict.fromkeys(recognised.topics)],
                readings=[],
            )
        )
        speakers = dict.fromkeys(
            self._speaker(name) for name in recognised.speakers if any(map(str.isalpha, name))
        )
        for position, speaker in enumerate(speakers, start=1):
            db.session.add(TalkSpeaker(talk_id=talk.id, speaker_id=speaker.id, position=position))
        db.session.flush()
        return talk

    def _speaker(self, name: str) -> Any:
        speaker = speaker_named(self.group, name)
        self._note_if_new(speaker)
        return speaker

    def _topic(self, name: str) -> Topic:
        slug = slugify(name)
        topic = db.session.scalar(select(Topic).where(Topic.group_id == self.group.id, Topic.slug == slug))
        return topic or self._make(Topic(group_id=self.group.id, slug=slug, name=name[:80]))

    def _note_if_new(self, row: Any) -> None:
        if row in db.session.new or row.id is None:
            self._make(row)

    def _readings(
        self, talk: Talk | None, meeting: Meeting, readings: Iterable[RecognisedMaterial], known: set[str]
    ) -> None:
        if talk is None:
            self._materials(meeting, readings, known)
            return
        for reading in readings:
            if reading.url not in known:
                known.add(reading.url)
                self._make(Reading(talk_id=talk.id, title=_title(reading), url=reading.url))

    def _materials(
        self, of: Talk | Meeting, materials: Iterable[RecognisedMaterial], known: set[str]
    ) -> None:
        column = "talk_id" if isinstance(of, Talk) else "meeting_id"
        for position, material in enumerate(materials, start=1):
            if material.url not in known:
                known.add(material.url)
                row = Material(
                    position=position,
                    kind=MaterialKind(material.kind),
                    title=_title(material),
                    url=material.url,
                    added_at=self.now,
                    **{column: of.id},
                )
                self._make(row)


def _placed(talks: Sequence[RecognisedTalk]) -> list[tuple[int, RecognisedTalk]]:
    """Each talk with its position: those that were given count from 1, what they replaced stands at their place."""
    given = [talk for talk in talks if TalkState(talk.state) in STANDING]
    position = {talk.title: number for number, talk in enumerate(given, start=1)}
    used: dict[int, int] = {}
    placed = [(position[talk.title], talk) for talk in given]
    free = len(given)
    for talk in talks:
        if talk in given:
            continue
        at = position.get(talk.replaced_by, 0)
        if not at or used.get(at):
            free += 1
            at = free
        used[at] = used.get(at, 0) + 1
        placed.append((at, talk))
    return placed


def _talks(meeting: Meeting) -> Sequence[Talk]:
    return db.session.scalars(select(Talk).where(Talk.meeting_id == meeting.id)).all()


def _addresses(meeting: Meeting, talks: Iterable[Talk]) -> set[str]:
    ids = [talk.id for talk in talks]
    materials = select(Material.url).where((Material.meeting_id == meeting.id) | Material.talk_id.in_(ids))
    readings = select(Reading.url).where(Reading.talk_id.in_(ids))
    return {*db.session.scalars(materials), *db.session.scalars(readings)}


def _title(material: RecognisedMaterial) -> str:
    return (material.title or material.url)[:300]


def _key(title: str) -> str:
    return slugify(title)
