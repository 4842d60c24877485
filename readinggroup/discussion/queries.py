"""Looking up what threads are about, what was said in them, and what waits for a co-lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import selectinload

from readinggroup.access.actor import Actor
from readinggroup.access.rules import may_see_archive, may_see_pitches, may_see_schedule
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, PitchState
from readinggroup.models import (
    Comment,
    CommentReport,
    CommentVersion,
    Group,
    Meeting,
    Pitch,
    Talk,
    Thread,
    ThreadFollower,
    User,
)

ON_A_PAGE = 50
"""How many comments a page of a thread shows."""
THREADS = 30
HIGHEST = 2**31 - 1
"""No id is higher."""
OLD_AFTER = timedelta(days=180)
"""A thread in which nobody said anything for so long takes no more comments."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a thread is about: a pitch, or a talk with its session.  ``thread`` is None until somebody says a word."""

    title: str
    pitch: Pitch | None = None
    talk: Talk | None = None
    meeting: Meeting | None = None
    thread: Thread | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A comment, and what it is about."""

    comment: Comment
    matter: Matter


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as a page shows it; ``author`` is empty where that account is gone."""

    id: int
    words: str
    author_id: int | None
    author: str | None
    said_at: datetime
    edited_at: datetime | None
    hidden_at: datetime | None
    hidden_because: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A comment that somebody asked the co-leads to look at, with the reasons given."""

    comment: CommentRow
    matter: Matter
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread in a list; exactly one of ``pitch_id`` and ``talk_id`` is set."""

    id: int
    pitch_id: int | None
    talk_id: int | None
    title: str
    comments: int
    last_at: datetime


def matter_of_pitch(group: Group, pitch_id: int) -> Matter | None:
    """The group's pitch of that id, as something to talk about."""
    found = db.session.execute(
        select(Pitch, Thread)
        .outerjoin(Thread, Thread.pitch_id == Pitch.id)
        .where(Pitch.group_id == group.id, Pitch.id == pitch_id)
    ).one_or_none()
    return Matter(found[0].title, pitch=found[0], thread=found[1]) if found else None


def matter_of_talk(group: Group, talk_id: int) -> Matter | None:
    """The group's talk of that id, as something to talk about."""
    found = db.session.execute(
        select(Talk, Meeting, Thread)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .outerjoin(Thread, Thread.talk_id == Talk.id)
        .options(selectinload(Talk.speakers))
        .where(Talk.group_id == group.id, Talk.id == talk_id)
    ).one_or_none()
    return Matter(found[0].title, talk=found[0], meeting=found[1], thread=found[2]) if found else None


def matter_of(group: Group, thread: Thread) -> Matter:
    """What the thread is about."""
    if thread.pitch_id is not None:
        matter = matter_of_pitch(group, thread.pitch_id)
    else:
        matter = matter_of_talk(group, thread.talk_id or 0)
    if matter is None:
        raise LookupError(thread.id)  # The database keeps every thread on a thing of its own group.
    return matter


def thread_in(group: Group, thread_id: int) -> Thread | None:
    """The group's thread of that id."""
    return db.session.scalar(select(Thread).where(Thread.group_id == group.id, Thread.id == thread_id))


def said_in(group: Group, comment_id: int) -> Said | None:
    """The group's comment of that id."""
    found = db.session.execute(
        select(Comment, Thread)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Thread.group_id == group.id, Comment.id == comment_id)
    ).one_or_none()
    return Said(found[0], matter_of(group, found[1])) if found else None


def is_closed(thread: Thread | None, now: datetime) -> bool:
    """Whether the thread takes no more comments: a co-lead closed it, or it grew old."""
    return thread is not None and (thread.closed_at is not None or thread.last_at + OLD_AFTER <= now)


def comments_of(thread: Thread | None, *, since: int = 0) -> tuple[Sequence[CommentRow], int | None]:
    """The comments from the id ``since`` on, oldest first, as many as a page shows; and the id after them, or None."""
    if thread is None:
        return (), None
    found = db.session.execute(
        _rows()
        .where(Comment.thread_id == thread.id, Comment.id >= since)
        .order_by(Comment.id)
        .limit(ON_A_PAGE + 1)
    ).all()
    rows = [CommentRow(**row._mapping) for row in found]
    return rows[:ON_A_PAGE], rows[ON_A_PAGE].id if len(rows) > ON_A_PAGE else None


def beginning_for(thread: Thread | None, comment_id: int) -> int | None:
    """From which id on a page shows the comment with those before it; None from the first one on."""
    if thread is None:
        return None
    earlier = select(Comment.id).where(Comment.thread_id == thread.id, Comment.id < comment_id)
    return db.session.scalar(earlier.order_by(Comment.id.desc()).offset(ON_A_PAGE - 2).limit(1))


def count_comments(thread: Thread | None) -> int:
    """How many comments of the thread are in sight."""
    if thread is None:
        return 0
    return db.session.scalar(_shown_count().where(Comment.thread_id == thread.id)) or 0


def author_name(comment: Comment) -> str:
    """Who said it; empty where that account is gone."""
    return db.session.scalar(select(User.name).where(User.id == comment.author_id)) or ""


def versions_of(comment: Comment) -> Sequence[CommentVersion]:
    """What the comment said before, latest first."""
    return db.session.scalars(
        select(CommentVersion)
        .where(CommentVersion.comment_id == comment.id)
        .order_by(CommentVersion.id.desc())
    ).all()


def follows(thread: Thread | None, user_id: int | None) -> bool:
    """Whether the account hears of new comments in the thread."""
    if thread is None or user_id is None:
        return False
    row = db.session.get(ThreadFollower, (thread.id, user_id))
    return row is not None and row.follows


def reported_in(group: Group) -> Sequence[Reported]:
    """Comments whose reports nobody has settled yet, oldest first."""
    waiting = db.session.execute(
        select(CommentReport.comment_id, CommentReport.because)
        .join(Comment, Comment.id == CommentReport.comment_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Thread.group_id == group.id, CommentReport.settled_at.is_(None))
        .order_by(CommentReport.comment_id, CommentReport.made_at)
        .limit(200)
    ).all()
    reasons: dict[int, list[str]] = {}
    for comment_id, because in waiting:
        reasons.setdefault(comment_id, []).append(because)
    found = db.session.execute(
        _rows(Thread)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Comment.id.in_(reasons))
        .order_by(Comment.id)
    ).all()
    return [_reported(group, row, reasons) for row in found]


def recent_threads(group: Group, asking: Actor, *, before: int | None = None) -> Sequence[ThreadRow]:
    """The threads that ``asking`` may see, the latest word first; from below the thread with the id ``before`` on."""
    title = func.coalesce(Pitch.title, Talk.title).label("title")
    count = _shown_count().where(Comment.thread_id == Thread.id).correlate(Thread).scalar_subquery()
    wanted = (
        select(Thread.id, Thread.pitch_id, Thread.talk_id, title, count.label("comments"), Thread.last_at)
        .outerjoin(Pitch, Pitch.id == Thread.pitch_id)
        .outerjoin(Talk, Talk.id == Thread.talk_id)
        .outerjoin(Meeting, Meeting.id == Talk.meeting_id)
        .where(Thread.group_id == group.id, _in_sight(group, asking), count > 0)
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .limit(THREADS)
    )
    last = thread_in(group, before) if before is not None else None
    if last is not None:
        earlier = and_(Thread.last_at == last.last_at, Thread.id < last.id)
        wanted = wanted.where(or_(Thread.last_at < last.last_at, earlier))
    return [ThreadRow(**row._mapping) for row in db.session.execute(wanted)]


def _in_sight(group: Group, asking: Actor) -> ColumnElement[bool]:
    """As ``may_see_matter`` says of each one."""
    of_pitch = and_(Thread.pitch_id.is_not(None), Pitch.state != PitchState.DRAFT)
    if not may_see_pitches(asking, group):
        of_pitch = and_(of_pitch, Pitch.author_id == asking.user_id)
    states = [MeetingState.HELD] if may_see_archive(asking, group) else []
    if may_see_schedule(asking, group):
        states += [MeetingState.ANNOUNCED, MeetingState.CANCELLED]
    return or_(of_pitch, Meeting.state.in_(states))


def _reported(group: Group, row: Row[Any], reasons: dict[int, list[str]]) -> Reported:
    said = {name: value for name, value in row._mapping.items() if name != "Thread"}
    return Reported(CommentRow(**said), matter_of(group, row.Thread), tuple(reasons[row.id]))


def _rows(*more: Any) -> Any:
    return select(
        Comment.id,
        Comment.words,
        Comment.author_id,
        User.name.label("author"),
        Comment.said_at,
        Comment.edited_at,
        Comment.hidden_at,
        Comment.hidden_because,
        *more,
    ).outerjoin(User, User.id == Comment.author_id)


def _shown_count() -> Any:
    return select(func.count()).select_from(Comment).where(Comment.hidden_at.is_(None))
