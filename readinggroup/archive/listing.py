"""Many sessions at once, as lists show them: three queries, whether for one session or a page of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, literal, select, type_coerce, union

from readinggroup.archive.telling import session_title, when_of
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState
from readinggroup.models import (
    Group,
    Material,
    Meeting,
    Reading,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkTopic,
    Topic,
)
from readinggroup.scheduling.views import STANDING, SpeakerView, TopicView
from readinggroup.web.when import When

PUBLISHED = (MeetingState.ANNOUNCED, MeetingState.HELD, MeetingState.CANCELLED)
"""The states of a session whose talks the public sees."""
BADGES: Mapping[str, frozenset[str]] = {
    "slides": frozenset({MaterialKind.SLIDES}),
    "recording": frozenset({MaterialKind.RECORDING}),
    "reading": frozenset({"reading", MaterialKind.PAPER}),
    "code": frozenset({MaterialKind.CODE}),
    "notes": frozenset({MaterialKind.NOTES}),
}
"""What a list says that a session left behind, and the kinds for which it says so; a recap counts as notes."""


@dataclass(frozen=True, slots=True)
class TalkLine:
    """A talk in a list."""

    id: int
    title: str
    chapter: int | None
    speakers: tuple[SpeakerView, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in a list.  ``badges`` are keys of BADGES."""

    number: int
    title: str
    on: date | None
    when: When | None
    state: MeetingState
    talks: tuple[TalkLine, ...]
    topics: tuple[TopicView, ...]
    badges: tuple[str, ...]

    @property
    def speakers(self) -> tuple[SpeakerView, ...]:
        """Everybody who talks, once, in order."""
        return tuple({speaker.id: speaker for talk in self.talks for speaker in talk.speakers}.values())

    def with_talks_of(self, speaker_id: int) -> "SessionRow":
        """The row with that speaker's talks alone, named after them."""
        talks = tuple(talk for talk in self.talks if speaker_id in {speaker.id for speaker in talk.speakers})
        return replace(
            self, talks=talks, title=session_title(self.number, "", [talk.title for talk in talks])
        )


def session_rows(
    group: Group,
    *where: ColumnElement[bool],
    newest_first: bool = True,
    limit: int | None = None,
    skip: int = 0,
) -> list[SessionRow]:
    """The group's sessions that fulfil all of ``where``, by number."""
    order = Meeting.number.desc() if newest_first else Meeting.number
    found = db.session.execute(
        select(
            Meeting.id,
            Meeting.number,
            Meeting.title,
            Meeting.on.label("on"),
            Meeting.starts_at_utc,
            Meeting.zone,
            Meeting.state,
            (Meeting.recap != "").label("has_recap"),
        )
        .where(Meeting.group_id == group.id, *where)
        .order_by(order)
        .limit(limit)
        .offset(skip)
    ).all()
    ids = [row.id for row in found]
    if not ids:
        return []
    talks, facts = talk_lines(ids), _facts(ids)
    return [_row(row, talks=talks[row.id], facts=facts[row.id]) for row in found]


def talk_lines(meeting_ids: Sequence[int]) -> defaultdict[int, tuple[TalkLine, ...]]:
    """The published talks that stand, by the id of their session."""
    rows = db.session.execute(
        select(
            Talk.meeting_id,
            Talk.id,
            Talk.title,
            Talk.chapter,
            Speaker.id,
            Speaker.name,
            Speaker.slug,
            Speaker.user_id,
            Speaker.hidden_at.is_(None),
        )
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .outerjoin(TalkSpeaker, TalkSpeaker.talk_id == Talk.id)
        .outerjoin(Speaker, Speaker.id == TalkSpeaker.speaker_id)
        .where(Talk.meeting_id.in_(meeting_ids), is_published())
        .order_by(Talk.meeting_id, Talk.position, Talk.id, TalkSpeaker.position, Speaker.id)
    )
    lines: dict[int, tuple[Any, list[SpeakerView]]] = {}
    for row in rows:
        _, speakers = lines.setdefault(row[1], (row, []))
        if row[4] is not None:
            speakers.append(SpeakerView(*row[4:]))
    found: defaultdict[int, tuple[TalkLine, ...]] = defaultdict(tuple)
    for row, speakers in lines.values():
        found[row[0]] += (TalkLine(row[1], row[2], row[3], tuple(speakers)),)
    return found


def is_published() -> ColumnElement[bool]:
    """That a talk, in a query with its meeting, stands in a session of which the public knows the talks."""
    return Talk.state.in_(STANDING) & Meeting.state.in_(PUBLISHED)


def _facts(meeting_ids: Sequence[int]) -> defaultdict[int, list[tuple[str, str, str]]]:
    """What sessions left behind: by id, (kind of material or "reading", "", "") or ("topic", slug, name)."""
    found: defaultdict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for row in db.session.execute(union(*_fact_queries(meeting_ids))):
        found[row[0]].append((row[1], row[2], row[3]))
    return found


def _fact_queries(meeting_ids: Sequence[int]) -> Iterable[Select[*tuple[Any, ...]]]:
    kind, nothing = type_coerce(Material.kind, String), literal("")
    talks = (
        select(Talk.meeting_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(Talk.meeting_id.in_(meeting_ids), is_published())
    )
    yield select(Material.meeting_id, kind, nothing, nothing).where(Material.meeting_id.in_(meeting_ids))
    yield talks.join(Material, Material.talk_id == Talk.id).add_columns(kind, nothing, nothing)
    yield talks.join(Reading, Reading.talk_id == Talk.id).add_columns(literal("reading"), nothing, nothing)
    yield (
        talks.join(TalkTopic, TalkTopic.talk_id == Talk.id)
        .join(Topic, Topic.id == TalkTopic.topic_id)
        .add_columns(literal("topic"), Topic.slug, Topic.name)
    )


def _row(
    row: Row[*tuple[Any, ...]], *, talks: tuple[TalkLine, ...], facts: Sequence[tuple[str, str, str]]
) -> SessionRow:
    topics = (TopicView(slug, name) for what, slug, name in facts if what == "topic")
    left_behind = {what for what, _, _ in facts} | ({"notes"} if row.has_recap else set())
    return SessionRow(
        number=row.number,
        title=session_title(row.number, row.title, [talk.title for talk in talks]),
        on=row.on,
        when=when_of(row.on, row.starts_at_utc, row.zone),
        state=row.state,
        talks=talks,
        topics=tuple(sorted(topics, key=lambda topic: topic.name)),
        badges=tuple(words for words, kinds in BADGES.items() if left_behind & kinds),
    )
