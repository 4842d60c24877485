"""Many sessions at once, as lists show them: one query, whether for one session or a page of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, bindparam, select, type_coerce

from readinggroup.archive.telling import session_title
from readinggroup.db import among, fetch
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
from readinggroup.nested import inner_rows_of, rows_in, rows_of
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
    """A session in a list.  ``badges`` are keys of BADGES.  Most of it is left out of its hash, to have that sooner."""

    number: int
    title: str
    on: date | None
    state: MeetingState
    talks: tuple[TalkLine, ...] = field(hash=False)
    topics: tuple[TopicView, ...] = field(hash=False)
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
    return among(Talk.state, STANDING) & among(Meeting.state, PUBLISHED)


def _talks() -> Select[*tuple[Any, ...]]:
    """Of the talks of a session, in a query of sessions, everything that lists say."""
    speakers = select(
        TalkSpeaker.position,
        Speaker.id,
        Speaker.name,
        Speaker.slug,
        Speaker.user_id,
        Speaker.hidden_at.is_(None),
    ).where(TalkSpeaker.talk_id == Talk.id, Speaker.id == TalkSpeaker.speaker_id)
    topics = select(Topic.slug, Topic.name).where(
        TalkTopic.talk_id == Talk.id, Topic.id == TalkTopic.topic_id
    )
    kinds = select(type_coerce(Material.kind, String)).where(Material.talk_id == Talk.id)
    reading = select(Reading.id).where(Reading.talk_id == Talk.id)
    return select(
        Talk.position,
        Talk.id,
        Talk.title,
        Talk.chapter,
        *(inner_rows_of(each.correlate(Talk)) for each in (speakers, topics, kinds)),
        reading.correlate(Talk).exists(),
    ).where(Talk.meeting_id == Meeting.id, is_published())


KINDS = select(type_coerce(Material.kind, String)).where(Material.meeting_id == Meeting.id)
TALKS = rows_of(_talks().correlate(Meeting)).label("talks")
# Statements are written down once: making one anew costs several times what running it does.
SESSIONS = select(
    Meeting.number,
    Meeting.title,
    Meeting.on.label("on"),
    Meeting.state,
    (Meeting.recap != "").label("has_recap"),
    TALKS,
    rows_of(KINDS.correlate(Meeting)).label("kinds"),
)
"""Rows that ``rows_with_talks`` takes."""
LINES = select(Meeting.id, TALKS).where(Meeting.id.in_(bindparam("meetings", expanding=True)))


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
    return rows_with_talks(fetch(chosen, {}))


def rows_with_talks(found: Sequence[Row[*tuple[Any, ...]]]) -> list[SessionRow]:
    """Rows that begin with the columns of ``SESSIONS``, in their order, with what lists say of their talks."""
    return [_row(*row[: len(SESSIONS.selected_columns)]) for row in found]


def talk_lines(meeting_ids: Sequence[int]) -> Mapping[int, tuple[TalkLine, ...]]:
    """The published talks that stand, by the id of their session."""
    rows = fetch(LINES, {"meetings": meeting_ids})
    return {row.id: tuple(_line(*talk) for talk in rows_in(row.talks)) for row in rows}


@lru_cache(maxsize=2_000)
def _row(
    number: int, title: str, on: date | None, state: MeetingState, has_recap: bool, talks: str, kinds: str
) -> SessionRow:
    """The row; what says the same is the same object, so that nothing is compared to find what was rendered before."""
    told = rows_in(talks)
    lines = tuple(_line(*talk) for talk in told)
    topics = {TopicView(slug, name) for *_, topics, _, _ in told for slug, name in topics}
    left_behind = {kind for (kind,) in rows_in(kinds)} | {
        kind for *_, of_talk, _ in told for (kind,) in of_talk
    }
    left_behind |= {"reading"} if any(talk[-1] for talk in told) else set()
    left_behind |= {"notes"} if has_recap else set()
    return SessionRow(
        number=number,
        title=session_title(number, title, [line.title for line in lines]),
        on=on,
        state=state,
        talks=lines,
        topics=tuple(sorted(topics, key=lambda topic: topic.name)),
        badges=tuple(words for words, kinds in BADGES.items() if left_behind & kinds),
    )


def _line(
    _: int, id_: int, title: str, chapter: int | None, speakers: Sequence[list[Any]], *_more: Any
) -> TalkLine:
    by = [
        SpeakerView(number, name, slug, user_id, bool(has_page))
        for _, number, name, slug, user_id, has_page in sorted(speakers)
    ]
    return TalkLine(id_, title, chapter, tuple(by))
