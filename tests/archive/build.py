"""Sessions with everything in them, for tests of the archive and the front pages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, TalkState
from readinggroup.domain.rhythm import instant
from readinggroup.models import (
    Chapter,
    Group,
    Material,
    Meeting,
    Place,
    Reading,
    Series,
    SeriesKind,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkTopic,
    Topic,
)
from readinggroup.text.slugs import slugify
from tests.build import NOW


def group_of(slug: str = "ml-theory") -> Group:
    """The group that the cast belongs to, or its neighbour."""
    return db.session.scalars(select(Group).where(Group.slug == slug)).one()


def session(
    group: Group,
    number: int,
    on: date | None = None,
    *,
    state: MeetingState = MeetingState.HELD,
    starts_at: time | None = time(14),
    **more: Any,
) -> Meeting:
    """A session with two places; without ``on`` its date was not recorded."""
    known = on is not None and starts_at is not None
    meeting = Meeting(
        group_id=group.id,
        number=number,
        on=on,
        starts_at=starts_at if on else None,
        minutes=60,
        zone=group.zone,
        starts_at_utc=instant(on, starts_at, group.zone) if known else None,  # type: ignore[arg-type]
        state=state,
        places=[Place(position=n, talk_minutes=25, question_minutes=5) for n in (1, 2)],
        **more,
    )
    db.session.add(meeting)
    db.session.flush()
    return meeting


def talk(
    meeting: Meeting,
    title: str,
    *names: str,
    position: int = 1,
    state: TalkState | None = None,
    topics: Sequence[str] = (),
    **more: Any,
) -> Talk:
    """A talk: given where its session was held, else planned."""
    group = db.session.get_one(Group, meeting.group_id)
    usual = TalkState.GIVEN if meeting.state is MeetingState.HELD else TalkState.PLANNED
    made = Talk(
        group_id=group.id,
        meeting_id=meeting.id,
        position=position,
        title=title,
        state=state or usual,
        **more,
    )
    db.session.add(made)
    db.session.flush()
    for n, name in enumerate(names, start=1):
        db.session.add(TalkSpeaker(talk_id=made.id, speaker_id=speaker(group, name).id, position=n))
    for name in topics:
        db.session.add(TalkTopic(talk_id=made.id, topic_id=topic(group, name).id))
    db.session.flush()
    return made


def topic(group: Group, name: str) -> Topic:
    """The group's topic of that name."""
    found = db.session.scalar(select(Topic).where(Topic.group_id == group.id, Topic.name == name))
    if found is None:
        found = Topic(group_id=group.id, slug=slugify(name), name=name)
        db.session.add(found)
        db.session.flush()
    return found


def series(group: Group, name: str, **more: Any) -> Series:
    """A series of the group."""
    made = Series(group_id=group.id, slug=slugify(name), name=name, **more)
    db.session.add(made)
    db.session.flush()
    return made


def chapter(group: Group, book: str, number: int = 1, *, presenter: int | None = None) -> int:
    """The id of a chapter of a new book, which somebody presents."""
    of = series(group, book, kind=SeriesKind.BOOK)
    made = Chapter(
        group_id=group.id, series_id=of.id, number=number, title=f"Chapter {number}", speaker_id=presenter
    )
    db.session.add(made)
    db.session.flush()
    return made.id


def speaker(group: Group, name: str) -> Speaker:
    """The group's speaker of that name."""
    found = db.session.scalar(select(Speaker).where(Speaker.group_id == group.id, Speaker.name == name))
    if found is None:
        found = Speaker(group_id=group.id, slug=slugify(name), name=name)
        db.session.add(found)
        db.session.flush()
    return found


def reading(of: Talk, title: str, url: str, posted_at: datetime | None = NOW) -> None:
    """Something to read before a talk."""
    db.session.add(Reading(talk_id=of.id, title=title, url=url, posted_at=posted_at))
    db.session.flush()


def material(of: Talk | Meeting, kind: MaterialKind, title: str, url: str) -> None:
    """A material of a talk or of a session as a whole."""
    owner = {"talk_id": of.id} if isinstance(of, Talk) else {"meeting_id": of.id}
    db.session.add(
        Material(kind=kind, title=title, url=url, added_at=datetime(2023, 1, 1, tzinfo=UTC), **owner)
    )
    db.session.flush()


@contextmanager
def queries_of(app: Flask) -> Iterator[list[str]]:
    """The statements that run inside the block; the first of a request loads its group."""
    statements: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", listen)
