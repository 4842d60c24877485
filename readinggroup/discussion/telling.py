"""Threads and comments as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from readinggroup.access.actor import Actor
from readinggroup.access.rules import may_comment
from readinggroup.discussion import queries
from readinggroup.discussion.queries import CommentRow, Matter, is_closed
from readinggroup.models import Group
from readinggroup.web.when import When, moment

NOBODY = "A former member"


@dataclass(frozen=True, slots=True)
class ToldComment:
    """A comment on a page.  Where ``words`` is empty it is hidden from the viewer, and ``hidden_because`` says why."""

    id: int
    author: str
    words: str
    said: When
    edited: When | None
    hidden_because: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ToldThread:
    """A page of a thread.  ``later`` is the id at which the next page begins, or None; ``pitched_id`` is the pitch that
    the talk was, which has a thread of its own."""

    title: str
    pitch_id: int | None
    talk_id: int | None
    pitched_id: int | None
    session_number: int | None
    thread_id: int | None
    comments: tuple[ToldComment, ...]
    since: int
    later: int | None
    is_closed: bool
    closed_by_age: bool
    follows: bool
    may_say: bool


def told_thread(group: Group, matter: Matter, *, since: int = 0, now: datetime, asking: Actor) -> ToldThread:
    """What was said about the matter, from the comment with the id ``since`` on, as ``asking`` sees it."""
    thread = matter.thread
    rows, later = queries.comments_of(thread, since=since)
    closed = is_closed(thread, now)
    return ToldThread(
        title=matter.title,
        pitch_id=matter.pitch.id if matter.pitch else None,
        talk_id=matter.talk.id if matter.talk else None,
        pitched_id=matter.talk.pitch_id if matter.talk else None,
        session_number=matter.meeting.number if matter.meeting else None,
        thread_id=thread.id if thread else None,
        comments=told_comments(group, rows, asking=asking),
        since=since,
        later=later,
        is_closed=closed,
        closed_by_age=closed and thread is not None and thread.closed_at is None,
        follows=queries.follows(thread, asking.user_id),
        may_say=may_comment(asking, matter, group) and not closed,
    )


def told_comments(group: Group, rows: Sequence[CommentRow], *, asking: Actor) -> tuple[ToldComment, ...]:
    """The comments in words; of a hidden one only its author and the co-leads read what it says."""
    return tuple(told_comment(group, row, asking=asking) for row in rows)


def told_comment(group: Group, row: CommentRow, *, asking: Actor) -> ToldComment:
    """One comment in words."""
    is_mine = row.author_id is not None and row.author_id == asking.user_id
    in_sight = row.hidden_at is None or is_mine or asking.is_co_lead
    return ToldComment(
        id=row.id,
        author=row.author or NOBODY,
        words=row.words if in_sight else "",
        said=moment(row.said_at, group.zone),
        edited=moment(row.edited_at, group.zone) if row.edited_at else None,
        hidden_because=row.hidden_because,
        is_mine=is_mine,
    )


def quoted(author: str, words: str) -> str:
    """``words`` as a quotation in Markdown, to begin an answer with."""
    lines = "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
    return f"{author or NOBODY} wrote:\n\n{lines}\n\n"
