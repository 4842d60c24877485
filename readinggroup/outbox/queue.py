"""Owing a notice, in the transaction of what it tells."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from readinggroup.db import db
from readinggroup.models import Notice


def owe(
    kind: str,
    recipient: str,
    *,
    about: str,
    group_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
    words: dict[str, Any] | None = None,
) -> None:
    """Owe ``recipient`` (an e-mail address) the message ``kind`` about one thing, such as "round:12", once.

    It is sent at ``due_at``, by default at once.  Asking again for the same message changes nothing.  ``words``
    are plain values for the message's text; what people wrote stays text there.
    """
    twice = select(Notice.id).where(
        Notice.kind == kind, Notice.subject == about, Notice.recipient == recipient
    )
    if db.session.scalar(twice) is not None:
        return
    db.session.execute(
        insert(Notice).values(
            group_id=group_id,
            kind=kind,
            subject=about,
            recipient=recipient,
            words=words or {},
            state="queued",
            attempts=0,
            owed_at=now,
            due_at=due_at or now,
            last_error="",
        )
    )
