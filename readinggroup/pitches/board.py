"""The pitch board: its parts, the orders in which they can be seen, and the rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchKind, PitchState
from readinggroup.models import (
    Group,
    Pitch,
    PitchChapter,
    PitchInterest,
    PitchLink,
    PitchSpeaker,
    PitchTopic,
    Series,
    Speaker,
    Topic,
)
from readinggroup.pitches.offers import Chapter
from readinggroup.pitches.queries import ABSTRACT_SHOWN, ROWS


class Part(StrEnum):
    """The parts of the board, in its order."""

    OPEN = "open"
    IN_ROUND = "round"
    WON = "won"
    MINE = "mine"
    GIVEN = "given"


class Order(StrEnum):
    """How what is on offer or in the round is ordered; the other parts have the newest first.

    MIXED is another order for each viewer, and stays the same for one: no pitch is always the first that is seen.
    """

    MIXED = "mixed"
    NEWEST = "newest"
    WAITING = "waiting"


_STATES = {
    Part.OPEN: (PitchState.OPEN,),
    Part.IN_ROUND: (PitchState.IN_ROUND,),
    Part.WON: (PitchState.WON, PitchState.SCHEDULED),
    Part.GIVEN: (PitchState.GIVEN,),
}
_ORDERED = frozenset({Part.OPEN, Part.IN_ROUND})


class Name(NamedTuple):
    """A speaker in a list."""

    name: str


class TopicName(NamedTuple):
    """A topic in a list."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class PitchRow:
    """A pitch in a list; ``abstract`` is the beginning of its Markdown.

    ``chapter``  which one of which book it is about, if it is.
    ``interest``  how many would like to hear it; None unless it is on offer: beside a vote it would be a total.
    ``is_marked``  whether the viewer is among them.
    """

    id: int
    title: str
    abstract: str
    kind: PitchKind
    chapter: Chapter | None
    state: PitchState
    rounds_waited: int
    link_count: int
    speakers: tuple[Name, ...]
    topics: tuple[TopicName, ...]
    interest: int | None
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Some pitches of one part of the board; ``more`` is the id after which it goes on, or None."""

    rows: tuple[PitchRow, ...]
    more: int | None


def board_of(
    group: Group,
    parts: Iterable[Part],
    *,
    user_id: int | None,
    order: Order = Order.MIXED,
    topic: str = "",
    after: int | None = None,
) -> dict[Part, Listing]:
    """The ``parts`` of the board as ``user_id`` sees it, from behind the pitch with the id ``after`` on; with ``topic``
    (a slug) those about it alone.  As many queries for one pitch as for a hundred."""
    ids = {part: _ids(group, part, user_id=user_id, order=order, topic=topic, after=after) for part in parts}
    rows = _rows({each for some in ids.values() for each in some[:ROWS]}, user_id)
    return {
        part: Listing(
            tuple(rows[each] for each in some[:ROWS] if each in rows),
            some[ROWS - 1] if len(some) > ROWS else None,
        )
        for part, some in ids.items()
    }


def _ids(
    group: Group, part: Part, *, user_id: int | None, order: Order, topic: str, after: int | None
) -> Sequence[int]:
    """The ids of a page of the part in their order, and one more where it goes on."""
    wanted = select(Pitch.id, Pitch.public_id, Pitch.rounds_waited).where(
        Pitch.group_id == group.id, _belongs(part, user_id)
    )
    if topic:
        about = (
            select(PitchTopic.pitch_id)
            .join(Topic, Topic.id == PitchTopic.topic_id)
            .where(Topic.slug == topic)
        )
        wanted = wanted.where(Pitch.id.in_(about))
    if part not in _ORDERED or order is Order.NEWEST:
        if after is not None:
            wanted = wanted.where(Pitch.id < after)
        return [row.id for row in db.session.execute(wanted.order_by(Pitch.id.desc()).limit(ROWS + 1))]
    # What is on offer is never so much that it couldn't be ordered here.
    rows = sorted(
        db.session.execute(wanted).all(), key=_waited if order is Order.WAITING else _mixed(user_id)
    )
    ids = [row.id for row in rows]
    start = ids.index(after) + 1 if after in ids else 0
    return ids[start : start + ROWS + 1]


def _waited(row: Any) -> tuple[int, int]:
    return -row.rounds_waited, row.id


def _mixed(user_id: int | None) -> Any:
    return lambda row: sha256(f"{user_id or 0}\n{row.public_id}".encode()).digest()


def _belongs(part: Part, user_id: int | None) -> ColumnElement[bool]:
    return Pitch.author_id == user_id if part is Part.MINE else Pitch.state.in_(_STATES[part])


def _rows(pitch_ids: Collection[int], user_id: int | None) -> dict[int, PitchRow]:
    link_count = select(func.count()).where(PitchLink.pitch_id == Pitch.id).correlate(Pitch).scalar_subquery()
    columns = (
        Pitch.id,
        Pitch.title,
        func.substr(Pitch.abstract, 1, ABSTRACT_SHOWN).label("abstract"),
        Pitch.kind,
        Pitch.state,
        Pitch.rounds_waited,
        link_count.label("link_count"),
    )
    names, topics, marks = _names_of(pitch_ids), _topics_of(pitch_ids), _marks_of(pitch_ids)
    chapters = _chapters_of(pitch_ids)
    return {
        row.id: PitchRow(
            **row._mapping,
            chapter=chapters.get(row.id),
            speakers=tuple(names[row.id]),
            topics=tuple(topics[row.id]),
            interest=len(marks[row.id]) if row.state is PitchState.OPEN else None,
            is_marked=user_id in marks[row.id],
        )
        for row in db.session.execute(select(*columns).where(Pitch.id.in_(pitch_ids)))
    }


def _names_of(pitch_ids: Collection[int]) -> defaultdict[int, list[Name]]:
    names: defaultdict[int, list[Name]] = defaultdict(list)
    speaking = (
        select(PitchSpeaker.pitch_id, Speaker.name)
        .join(Speaker, Speaker.id == PitchSpeaker.speaker_id)
        .where(PitchSpeaker.pitch_id.in_(pitch_ids))
        .order_by(PitchSpeaker.position, Speaker.id)
    )
    for pitch_id, name in db.session.execute(speaking):
        names[pitch_id].append(Name(name))
    return names


def _topics_of(pitch_ids: Collection[int]) -> defaultdict[int, list[TopicName]]:
    topics: defaultdict[int, list[TopicName]] = defaultdict(list)
    about = (
        select(PitchTopic.pitch_id, Topic.slug, Topic.name)
        .join(Topic, Topic.id == PitchTopic.topic_id)
        .where(PitchTopic.pitch_id.in_(pitch_ids))
        .order_by(Topic.name)
    )
    for pitch_id, slug, name in db.session.execute(about):
        topics[pitch_id].append(TopicName(slug, name))
    return topics


def _chapters_of(pitch_ids: Collection[int]) -> dict[int, Chapter]:
    found = (
        select(PitchChapter.pitch_id, Series.name, PitchChapter.number)
        .join(Series, Series.id == PitchChapter.series_id)
        .where(PitchChapter.pitch_id.in_(pitch_ids))
    )
    return {pitch_id: Chapter(book, number) for pitch_id, book, number in db.session.execute(found)}


def _marks_of(pitch_ids: Collection[int]) -> defaultdict[int, set[int]]:
    marks: defaultdict[int, set[int]] = defaultdict(set)
    found = select(PitchInterest.pitch_id, PitchInterest.user_id).where(PitchInterest.pitch_id.in_(pitch_ids))
    for pitch_id, user_id in db.session.execute(found):
        marks[pitch_id].add(user_id)
    return marks
