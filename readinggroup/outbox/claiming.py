"""Choosing the next mail, in a transaction of its own: no two workers take the same, and none goes at night."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from readinggroup.db import begin_writing, commit, db
from readinggroup.domain.measure import A_WEEK, by_day, day_of, full_until, sending_time
from readinggroup.models import Notice, NoticeState
from readinggroup.outbox.kinds import ALL, kind_named
from readinggroup.outbox.last_look import last_look
from readinggroup.outbox.letters import Bundle, Letter
from readinggroup.outbox.looks import Forgotten, NotYet, Outdated
from readinggroup.outbox.receivers import Receiver, receiver_of

BACKOFF = (1, 5, 15, 60, 240, 720, 1440)
"""Minutes until the next try after the first, second, ... failure; after the last one a notice has failed."""

LOCK = 7_240_932  # Any number, as long as all processes of this product use the same one.
WAITING = frozenset(kind.name for kind in ALL if kind.waits)
SWITCHABLE = frozenset(kind.name for kind in ALL if kind.topic is not None)
log = logging.getLogger(__name__)


def next_bundle(now: datetime) -> Bundle | None:
    """The next mail to send, its next try already set, so that no other worker takes it; None when none is due.

    What isn't worth sending any more is dropped on the way, and what comes at night is put off.
    """
    while True:
        begin_writing()
        _take_turn()
        first = db.session.scalar(
            select(Notice)
            .where(Notice.state == NoticeState.QUEUED, Notice.due_at <= now)
            .order_by(Notice.due_at, Notice.id)
            .limit(1)
        )
        if first is None:
            commit()
            return None
        first_id = first.id
        try:
            bundle = _bundle(first, now)
            commit()
        except Exception as error:  # One notice that can't be looked at must not stop the others.
            log.exception("notice %s can't be looked at", first_id)
            _set_aside(first_id, error, now)
            continue
        if bundle is not None:
            return bundle


def planned_time(notice: Notice, receiver: Receiver, now: datetime) -> datetime:
    """When a queued notice is going to be sent, as far as can be told now."""
    return _sending_time(notice, receiver, max(now, notice.due_at))


def wait_after(attempts: int) -> timedelta:
    """How long after its ``attempts``-th try a notice is tried again."""
    return timedelta(minutes=BACKOFF[min(attempts, len(BACKOFF)) - 1])


def _take_turn() -> None:
    """Let one worker choose at a time, so that all of a receiver's notices are seen together.  Choosing is short;
    sending, which isn't, goes on side by side.  SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _bundle(first: Notice, now: datetime) -> Bundle | None:
    receiver = receiver_of(first.recipient, first.group_id)
    if not _passes(first, receiver, now):
        return None
    due_at = _sending_time(first, receiver, now)
    if due_at > now:
        first.due_at = due_at
        return None
    others = [other for other in _others(first, receiver, now) if _passes(other, receiver, now)]
    together = sorted([first, *others], key=lambda notice: notice.id)
    if first.bundle_id is None and _waits(first, receiver):
        for notice in together:
            notice.bundle_id = first.id
    for notice in together:
        notice.attempts, notice.tried_at = notice.attempts + 1, now
        notice.due_at = now + wait_after(notice.attempts)
    return Bundle(
        id=first.bundle_id or first.id,
        recipient=first.recipient,
        user_id=receiver.user_id,
        dated=now,
        attempts=max(notice.attempts for notice in together),
        letters=tuple(Letter.of(notice) for notice in together),
    )


def _passes(notice: Notice, receiver: Receiver, now: datetime) -> bool:
    try:
        last_look(notice, receiver, now)
    except NotYet as later:
        notice.due_at = later.until
    except Outdated as reason:
        notice.state, notice.last_error, notice.words = NoticeState.DROPPED, str(reason), {}
    except Forgotten:
        db.session.delete(notice)
    else:
        return True
    return False


def _sending_time(notice: Notice, receiver: Receiver, now: datetime) -> datetime:
    if kind_named(notice.kind).asked:
        return now
    if (
        notice.bundle_id is not None
    ):  # It may have arrived; what is tried again waits for nothing but the day.
        return by_day(now, receiver.zone)
    return sending_time(
        notice.due_at,
        now,
        receiver.zone,
        waits=_waits(notice, receiver),
        daily=receiver.daily,
        had_one_today=_had_one_today(notice.recipient, receiver, now),
        full_until=full_until(_lately(notice.recipient, now)) if notice.kind in WAITING else None,
        until=notice.until,
    )


def _waits(notice: Notice, receiver: Receiver) -> bool:
    return notice.kind in _waiting_kinds(receiver)


def _waiting_kinds(receiver: Receiver) -> Iterable[str]:
    return SWITCHABLE if receiver.daily else WAITING


def _had_one_today(recipient: str, receiver: Receiver, now: datetime) -> bool:
    begins, _ = day_of(now, receiver.zone)
    today = select(Notice.id).where(
        Notice.recipient == recipient,
        Notice.bundle_id.is_not(None),
        Notice.tried_at >= begins,
        Notice.state.in_((NoticeState.QUEUED, NoticeState.SENT)),
    )
    return db.session.scalar(today.limit(1)) is not None


def _lately(recipient: str, now: datetime) -> Sequence[datetime]:
    """When the receiver got a mail of those that wait, in the last week."""
    sent = select(func.max(Notice.tried_at)).where(
        Notice.recipient == recipient,
        Notice.bundle_id.is_not(None),
        Notice.tried_at > now - A_WEEK,
        Notice.state.in_((NoticeState.QUEUED, NoticeState.SENT)),
    )
    return [at for at in db.session.scalars(sent.group_by(Notice.bundle_id)) if at is not None]


def _others(first: Notice, receiver: Receiver, now: datetime) -> Sequence[Notice]:
    """What goes in the same mail: what went in it before, or else what else is due to its receiver that day."""
    mine = select(Notice).where(
        Notice.recipient == first.recipient, Notice.state == NoticeState.QUEUED, Notice.id != first.id
    )
    if first.bundle_id is not None:
        return db.session.scalars(mine.where(Notice.bundle_id == first.bundle_id)).all()
    if not _waits(first, receiver):
        return ()
    _, ends = day_of(now, receiver.zone)
    return db.session.scalars(
        mine.where(
            Notice.bundle_id.is_(None), Notice.due_at < ends, Notice.kind.in_(_waiting_kinds(receiver))
        ).order_by(Notice.due_at, Notice.id)
    ).all()


def _set_aside(notice_id: int, error: Exception, now: datetime) -> None:
    begin_writing()
    notice = db.session.get(Notice, notice_id)
    if notice is not None:
        notice.attempts += 1
        notice.due_at, notice.last_error = (
            now + wait_after(notice.attempts),
            f"{type(error).__name__}: {error}"[:500],
        )
        if notice.attempts > len(BACKOFF):
            notice.state = NoticeState.FAILED
    commit()
