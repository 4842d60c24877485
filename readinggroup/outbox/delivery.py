"""Sending what is owed: at least once, and never forgotten when the process is killed in between."""

import logging
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import update

from readinggroup.db import begin_writing, commit, db
from readinggroup.models import Notice, NoticeState
from readinggroup.outbox.claiming import BACKOFF, next_bundle, wait_after
from readinggroup.outbox.letters import Bundle
from readinggroup.outbox.messages import Writer
from readinggroup.outbox.smtp import Send, Transport, is_away, is_final

AWAY_FOR = timedelta(minutes=15)
"""How long a notice waits at most while the server is away."""
log = logging.getLogger(__name__)


def send_due(
    writer: Writer,
    transport: Transport,
    *,
    now: datetime,
    limit: int = 200,
    keep_words: bool = False,
    stopping: Event | None = None,
) -> tuple[int, int]:
    """Send what is due, oldest first; gives how many mails were sent and how many were not.

    Each mail's notices are first marked with their next try, then it is sent, then they are marked as sent, in
    transactions of their own: killed in between, it is sent again later with the same Message-ID.  A server that is
    away ends the run, and so does ``stopping``.  What a sent notice said is forgotten, unless ``keep_words``.
    """
    sent = failed = 0
    with transport() as send:
        for _ in range(limit):
            bundle = None if stopping is not None and stopping.is_set() else next_bundle(now)
            if bundle is None:
                break
            error = _deliver(bundle, writer, send)
            if error is None:
                _mark_sent(bundle, now, keep_words=keep_words)
                sent += 1
                continue
            _mark_failure(bundle, error, now)
            failed += 1
            if is_away(error):
                break
    return sent, failed


def _deliver(bundle: Bundle, writer: Writer, send: Send) -> Exception | None:
    try:
        send(writer.mail(bundle))
    except Exception as error:  # Whatever is wrong with one mail must not stop the others.
        log.warning("mail %s was not sent: %s", bundle.id, type(error).__name__)
        return error
    return None


def _mark_sent(bundle: Bundle, now: datetime, *, keep_words: bool) -> None:
    forgotten: dict[str, object] = {} if keep_words else {"words": {}}
    _mark(bundle, state=NoticeState.SENT, sent_at=now, last_error="", **forgotten)


def _mark_failure(bundle: Bundle, error: Exception, now: datetime) -> None:
    values: dict[str, object] = {"last_error": f"{type(error).__name__}: {error}"[:500]}
    if is_away(error):
        values["due_at"] = now + min(wait_after(bundle.attempts), AWAY_FOR)
    elif is_final(error) or bundle.attempts > len(BACKOFF):
        values["state"] = NoticeState.FAILED
    _mark(bundle, **values)


def _mark(bundle: Bundle, **values: object) -> None:
    """Write to the bundle's notices that are still there: a round that ends deletes its reminders."""
    begin_writing()
    ids = [letter.notice_id for letter in bundle.letters]
    db.session.execute(update(Notice).where(Notice.id.in_(ids)).values(**values))
    commit()
