"""Saying, editing, reporting and hiding comments; closing threads, opening them again, following them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.discussion.notices import tell_of_report
from readinggroup.discussion.queries import Matter, Said, is_closed
from readinggroup.models import (
    Comment,
    CommentReport,
    CommentVersion,
    Group,
    Pitch,
    Talk,
    Thread,
    ThreadFollower,
)

SENT_TWICE = timedelta(minutes=1)


class ThreadClosed(Exception):
    """The thread takes no more comments."""


class CommentHidden(Exception):
    """The comment was hidden, and stays as it is until a co-lead shows it again."""


def say(group: Group, matter: Matter, words: str, *, now: datetime, by: Actor) -> Comment:
    """A new comment; whoever says something follows the thread from then on.

    The same words once more within SENT_TWICE, as by a double click, give the comment that is there.
    Raises ThreadClosed.
    """
    thread = _thread_of(group, matter, now=now)
    if is_closed(thread, now):
        raise ThreadClosed(thread.id)
    twin = db.session.scalar(
        select(Comment).where(
            Comment.thread_id == thread.id,
            Comment.author_id == by.user_id,
            Comment.said_at > now - SENT_TWICE,
            Comment.words == words,
        )
    )
    if twin is not None:
        return twin
    comment = Comment(thread_id=thread.id, author_id=by.user_id, words=words, said_at=now)
    thread.last_at = now
    db.session.add(comment)
    _let_follow(thread, [by.user_id], now=now)
    db.session.flush()
    return comment


def edit_comment(comment: Comment, words: str, *, now: datetime) -> None:
    """Let the comment say ``words``; what it said before is kept.  Raises CommentHidden."""
    db.session.refresh(comment, with_for_update=True)
    if comment.hidden_at is not None:
        raise CommentHidden(comment.id)
    if comment.words == words:
        return
    db.session.add(CommentVersion(comment_id=comment.id, words=comment.words, until=now))
    comment.words, comment.edited_at = words, now
    db.session.flush()


def hide_comment(group: Group, comment: Comment, *, because: str, now: datetime, by: Actor) -> None:
    """Take the comment out of sight, with the reason that stands in its place; reports of it are settled."""
    db.session.refresh(comment, with_for_update=True)
    if comment.hidden_at is None:
        record(by, "comment.hidden", comment, at=now, group_id=group.id, after={"because": because})
    comment.hidden_at, comment.hidden_because = comment.hidden_at or now, because
    settle_reports(comment, now=now)
    db.session.flush()


def show_comment(group: Group, comment: Comment, *, now: datetime, by: Actor) -> None:
    """Bring a hidden comment back."""
    db.session.refresh(comment, with_for_update=True)
    if comment.hidden_at is None:
        return
    comment.hidden_at, comment.hidden_because = None, ""
    record(by, "comment.shown", comment, at=now, group_id=group.id)
    db.session.flush()


def report_comment(group: Group, said: Said, *, because: str, now: datetime, by: Actor) -> None:
    """Ask the co-leads to look at the comment; who asks again gives another reason."""
    if by.user_id is None:
        raise ValueError("Only an account reports.")
    comment = said.comment
    report = db.session.get(CommentReport, (comment.id, by.user_id), with_for_update=True)
    if report is None:
        report = CommentReport(comment_id=comment.id, by_id=by.user_id)
        db.session.add(report)
    report.because, report.made_at, report.settled_at = because, now, None
    tell_of_report(group, said, now=now)
    db.session.flush()


def settle_reports(comment: Comment, *, now: datetime) -> None:
    """Write down that the co-leads have looked at the comment."""
    db.session.execute(
        update(CommentReport)
        .where(CommentReport.comment_id == comment.id, CommentReport.settled_at.is_(None))
        .values(settled_at=now)
    )


def close_thread(thread: Thread, *, now: datetime, by: Actor) -> None:
    """Let nobody say more in the thread."""
    if thread.closed_at is None:
        thread.closed_at = now
        record(by, "thread.closed", thread, at=now)
        db.session.flush()


def reopen_thread(thread: Thread, *, now: datetime, by: Actor) -> None:
    """Let people go on in a thread that was closed, or closed by age."""
    if is_closed(thread, now):
        thread.closed_at, thread.last_at = None, now
        record(by, "thread.reopened", thread, at=now)
        db.session.flush()


def follow(group: Group, matter: Matter, *, wants: bool, now: datetime, by: Actor) -> None:
    """Tell ``by`` of new comments in the digest, or stop it."""
    thread = _thread_of(group, matter, now=now)
    _let_follow(thread, [by.user_id], now=now)
    row = db.session.get(ThreadFollower, (thread.id, by.user_id))
    if row is not None and row.follows != wants:
        row.follows, row.told_until = wants, now
    db.session.flush()


def open_thread(group: Group, matter: Matter, *, now: datetime) -> Thread:
    """See to it that there is a thread before anybody says a word, so that those whose talk it is follow it."""
    return _thread_of(group, matter, now=now)


def _thread_of(group: Group, matter: Matter, *, now: datetime) -> Thread:
    """The thread, made where there is none; those whose pitch or talk it is follow it.

    Two who say the first word at once wait for each other at the pitch or the talk.
    """
    thing = matter.pitch or matter.talk
    if thing is None:
        raise ValueError("A thread is about a pitch or a talk.")
    model, key = (Pitch, Thread.pitch_id) if matter.pitch else (Talk, Thread.talk_id)
    db.session.execute(select(model.id).where(model.id == thing.id).with_for_update(key_share=True))
    found = db.session.scalar(select(Thread).where(key == thing.id).with_for_update())
    if found is not None:
        return found
    thread = Thread(group_id=group.id, **{key.key: thing.id}, last_at=now)
    db.session.add(thread)
    db.session.flush()
    authors = [matter.pitch.author_id] if matter.pitch else []
    _let_follow(thread, [*authors, *(speaker.user_id for speaker in thing.speakers)], now=now)
    return thread


def _let_follow(thread: Thread, user_ids: Iterable[int | None], *, now: datetime) -> None:
    """Let those follow who haven't said whether they want to."""
    for user_id in dict.fromkeys(user_ids):
        if user_id is not None and db.session.get(ThreadFollower, (thread.id, user_id)) is None:
            db.session.add(ThreadFollower(thread_id=thread.id, user_id=user_id, follows=True, told_until=now))
    db.session.flush()
