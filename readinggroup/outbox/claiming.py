"""Choosing the next mail, in a transaction of its own: no two workers take the same, and none goes at night."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from readinggroup.db import begin_writing, commit, db
from readinggroup.domain.measure import A_WEEK, Box, Owed, by_day, goes_along, sending_time
from readinggroup.models import Notice, NoticeState
from readinggroup.outbox.kinds import ALL, kind_named
from readinggroup.outbox.last_look import last_look
from readinggroup.outbox.letters import Bundle, Letter
from readinggroup.outbox.looks import Forgotten, NotYet, Outdated
from readinggroup.outbox.receivers import Receiver, receiver_of

BACKOFF = (1, 5, 15, 60, 240, 720, 1440)
"""Minutes until the next try after the first, second, ... failure; after the last one a notice has failed."""

LOCK = 7_240_932  # Any number, as long as all processes of this product use the same one.
MEASURED = frozenset(kind.name for kind in ALL if kind.haste.is_measured)
NO_ROOM = "its time was over before its receiver's measure of mails had room for it"
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


def owed_by(notice: Notice) -> Owed:
    """A notice as the rules of the measure see it."""
    return Owed(
        key=notice.id, ready_at=notice.ready_at, haste=kind_named(notice.kind).haste, until=notice.until
    )


def box_of(recipient: str, receiver: Receiver, now: datetime) -> Box:
    """The receiver as the rules of the measure see them: what they got lately, and when they want it."""
    last_tries = (
        select(func.max(Notice.tried_at))
        .where(
            Notice.recipient == recipient,
            Notice.bundle_id.is_not(None),
            Notice.tried_at > now - A_WEEK,
            Notice.state.in_((NoticeState.QUEUED, NoticeState.SENT)),
        )
        .group_by(Notice.bundle_id)
    )
    had = tuple(at for at in db.session.scalars(last_tries) if at is not None)
    return Box(zone=receiver.zone, had=had, daily=receiver.daily)


def unsent_of(recipient: str, receiver: Receiver) -> Sequence[Notice]:
    """What waits for its first try, and the receiver wants, of all that counts and comes together with others; in the
    order of its time."""
    return db.session.scalars(
        select(Notice)
        .where(
            Notice.recipient == recipient,
            Notice.state == NoticeState.QUEUED,
            Notice.bundle_id.is_(None),
            Notice.kind.in_(MEASURED - receiver.off),
        )
        .order_by(Notice.ready_at, Notice.id)
    ).all()


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
    others = _others(first, receiver)
    due_at = _sending_time(first, others, receiver, now)
    if due_at is None:
        first.due_at, first.last_error = first.until or now, NO_ROOM
        return None
    if due_at > now:
        first.due_at = due_at
        return None
    together = [
        first,
        *(each for each in others if _joins(each, first, now) and _passes(each, receiver, now)),
    ]
    together.sort(key=lambda notice: notice.id)
    if first.bundle_id is None and first.kind in MEASURED:
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
        waited = notice.last_error == NO_ROOM and notice.until is not None and now >= notice.until
        notice.state, notice.words = NoticeState.DROPPED, {}
        notice.last_error = NO_ROOM if waited else str(reason)
    except Forgotten:
        db.session.delete(notice)
    else:
        return True
    return False


def _others(first: Notice, receiver: Receiver) -> Sequence[Notice]:
    """What may come in the same mail: what was in it when it was tried before, or else all that waits."""
    if first.bundle_id is None:
        waiting = unsent_of(first.recipient, receiver) if first.kind in MEASURED else ()
        return [notice for notice in waiting if notice.id != first.id]
    return db.session.scalars(
        select(Notice).where(
            Notice.bundle_id == first.bundle_id, Notice.state == NoticeState.QUEUED, Notice.id != first.id
        )
    ).all()


def _sending_time(
    first: Notice, others: Sequence[Notice], receiver: Receiver, now: datetime
) -> datetime | None:
    if first.bundle_id is not None and first.kind in MEASURED:
        return by_day(now, receiver.zone)  # It may have arrived: it is counted, and waits for the day alone.
    box = box_of(first.recipient, receiver, now)
    return sending_time(owed_by(first), map(owed_by, others), box, now)


def _joins(other: Notice, first: Notice, now: datetime) -> bool:
    """Whether it goes along now; what was in the same mail before does at once, however it was put off."""
    return other.bundle_id is not None if first.bundle_id is not None else goes_along(owed_by(other), now)


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
