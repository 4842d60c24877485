"""Many sessions at once, as lists show them: three queries, whether for one session or a page of them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    cast,
    false,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from readinggroup.archive.telling import session_title
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
from readinggroup.web.when import short_date

States = Collection[MeetingState]
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
    state: MeetingState
    talks: tuple[TalkLine, ...]
    topics: tuple[TopicView, ...]
    badges: tuple[str, ...]

    @property
    def short_date(self) -> str:
        """ "5 Dec"; empty where the date was not recorded."""
        return short_date(self.on) if self.on else ""

    @property
    def speakers(self) -> tuple[SpeakerView, ...]:
        """Everybody who talks, once, in order."""
        return tuple({speaker.id: speaker for talk in self.talks for speaker in talk.speakers}.values())

    def with_talks(self, fits: Callable[[TalkLine], bool]) -> "SessionRow":
        """The row with the talks alone that fit, named after them."""
        talks = tuple(filter(fits, self.talks))
        return replace(
            self, talks=talks, title=session_title(self.number, "", [talk.title for talk in talks])
        )


def is_published() -> ColumnElement[bool]:
    """That a talk, in a query with its meeting, stands in a session of which the public knows the talks."""
    return Talk.state.in_(STANDING) & Meeting.state.in_(PUBLISHED)


# Statements are written down once: making one anew costs several times what running it does.
SESSIONS = select(
    Meeting.id,
    Meeting.number,
    Meeting.title,
    Meeting.on.label("on"),
    Meeting.state,
    (Meeting.recap != "").label("has_recap"),
)
"""Rows that ``rows_with_talks`` takes."""


def session_rows(
    group: Group,
    *where: ColumnElement[bool],
    newest_first: bool = True,
    limit: int | None = None,
    skip: int = 0,
) -> list[SessionRow]:
    """The group's sessions that fulfil all of ``where``, by number."""
    order = Meeting.number.desc() if newest_first else Meeting.number
    chosen = SESSIONS.where(Meeting.group_id == group.id, *where).order_by(order).limit(limit).offset(skip)
    return rows_with_talks(db.session.execute(chosen).all())


def rows_with_talks(found: Sequence[Row[*tuple[Any, ...]]]) -> list[SessionRow]:
    """Rows of ``SESSIONS``, in their order, with what lists say of their talks."""
    if not found:
        return []
    talks, facts = _lines([row.id for row in found])
    return [_row(row, talks=talks[row.id], facts=facts[row.id]) for row in found]


def talk_lines(meeting_ids: Sequence[int]) -> Mapping[int, tuple[TalkLine, ...]]:
    """The published talks that stand, by the id of their session."""
    return _lines(meeting_ids)[0]


def _lines(
    meeting_ids: Sequence[int],
) -> tuple[defaultdict[int, tuple[TalkLine, ...]], defaultdict[int, list[tuple[str, str, str]]]]:
    """Talks, and what sessions left behind: (kind of material or "reading", "", "") or ("topic", slug, name)."""
    talks: defaultdict[int, tuple[TalkLine, ...]] = defaultdict(tuple)
    facts: defaultdict[int, list[tuple[str, str, str]]] = defaultdict(list)
    speakers: defaultdict[int, list[SpeakerView]] = defaultdict(list)
    heads = []
    for row in db.session.execute(LINES, {"meetings": meeting_ids}):
        what, meeting_id, talk_id, _, number, name, slug, user_id, is_hidden = row
        if what == "talk":
            heads.append(row)
        elif what == "speaker":
            speakers[talk_id].append(SpeakerView(number, name, slug, user_id, not is_hidden))
        else:
            facts[meeting_id].append((what, slug, name))
    for _, meeting_id, talk_id, _, chapter, title, *_ in heads:
        talks[meeting_id] += (TalkLine(talk_id, title, chapter, tuple(speakers[talk_id])),)
    return talks, facts


def _lines_of_sessions() -> Select[*tuple[Any, ...]]:
    """Everything that a list says of sessions besides their own row, in one query.

    Of a talk ``name`` is its title and ``id`` its chapter.
    """
    asked: BindParameter[int] = bindparam("meetings", expanding=True)
    none, zero, nobody = literal(""), literal(0), cast(null(), Integer)
    here = Talk.meeting_id.in_(asked) & is_published()
    kind, rest = type_coerce(Material.kind, String), (zero, nobody, none, none, nobody, false())

    def of_talks(what: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
        joined = select(what, Talk.meeting_id, Talk.id, *columns).select_from(Talk)
        return joined.join(Meeting, Meeting.id == Talk.meeting_id).where(here)

    lines = union_all(
        select(
            literal("talk").label("what"),
            Talk.meeting_id.label("meeting_id"),
            Talk.id.label("talk_id"),
            Talk.position.label("position"),
            Talk.chapter.label("id"),
            Talk.title.label("name"),
            none.label("slug"),
            nobody.label("user_id"),
            false().label("is_hidden"),
        )
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(here),
        of_talks(
            literal("speaker"),
            TalkSpeaker.position,
            Speaker.id,
            Speaker.name,
            Speaker.slug,
            Speaker.user_id,
            Speaker.hidden_at.is_not(None),
        )
        .join(TalkSpeaker, TalkSpeaker.talk_id == Talk.id)
        .join(Speaker, Speaker.id == TalkSpeaker.speaker_id),
        of_talks(literal("topic"), zero, nobody, Topic.name, Topic.slug, nobody, false())
        .join(TalkTopic, TalkTopic.talk_id == Talk.id)
        .join(Topic, Topic.id == TalkTopic.topic_id),
        of_talks(kind, *rest).join(Material, Material.talk_id == Talk.id).distinct(),
        of_talks(literal("reading"), *rest).where(
            select(Reading.id).where(Reading.talk_id == Talk.id).exists()
        ),
        select(kind, Material.meeting_id, zero, *rest).where(Material.meeting_id.in_(asked)),
    ).subquery()
    return select(lines).order_by(lines.c.position, lines.c.talk_id, lines.c.id)


LINES = _lines_of_sessions()


def _row(
    row: Row[*tuple[Any, ...]], *, talks: tuple[TalkLine, ...], facts: Sequence[tuple[str, str, str]]
) -> SessionRow:
    topics = {TopicView(slug, name) for what, slug, name in facts if what == "topic"}
    left_behind = {what for what, _, _ in facts} | ({"notes"} if row.has_recap else set())
    return SessionRow(
        number=row.number,
        title=session_title(row.number, row.title, [talk.title for talk in talks]),
        on=row.on,
        state=row.state,
        talks=talks,
        topics=tuple(sorted(topics, key=lambda topic: topic.name)),
        badges=tuple(words for words, kinds in BADGES.items() if left_behind & kinds),
    )
