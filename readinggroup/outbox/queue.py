"""Owing notices, in the transaction of what they tell."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from readinggroup.db import db, insert_into
from readinggroup.models import Notice, NoticeState, User
from readinggroup.outbox.kinds import ALL, kind_named

MANY = 500
"""Rows of one statement: each has some ten values, and PostgreSQL takes at most 65535."""


def owe(
    kind: str,
    recipient: str,
    *,
    about: str,
    group_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
    until: datetime | None = None,
    words: Mapping[str, Any] | None = None,
) -> None:
    """Owe ``recipient`` (an e-mail address) the message ``kind`` about one thing, such as "round:12", once.

    It may go from ``due_at`` on, by default at once, and not at all from ``until`` on.  Asking again for the same
    message changes nothing.  ``words`` are plain values for the message's text.  Raises UnknownKind.
    """
    _owe(kind, [(recipient, dict(words or {}))], about, group_id, now, due_at, until)


def owe_all(
    kind: str,
    people: Iterable[User],
    *,
    about: str,
    group_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
    until: datetime | None = None,
    words: Mapping[str, Any] | None = None,
) -> None:
    """Owe everybody of ``people`` the message ``kind``, as ``owe`` does, by one statement; each one's ``name`` is
    added to the words."""
    told = [(user.email, dict(words or {}) | {"name": user.name}) for user in people]
    _owe(kind, told, about, group_id, now, due_at, until)


def readdress(old: str, new: str) -> None:
    """Let what is or was owed at one address be owed at another: its owner moved, and is told nothing twice.

    What their account hangs on stays: that a change was made is told where it was made from.
    """
    switchable = [kind.name for kind in ALL if kind.topic is not None]
    twin = aliased(Notice)
    there = exists().where(twin.kind == Notice.kind, twin.subject == Notice.subject, twin.recipient == new)
    moved = update(Notice).where(Notice.recipient == old, Notice.kind.in_(switchable), ~there)
    db.session.execute(moved.values(recipient=new), execution_options={"synchronize_session": False})


def _owe(
    kind: str,
    told: list[tuple[str, dict[str, Any]]],
    about: str,
    group_id: int | None,
    now: datetime,
    due_at: datetime | None,
    until: datetime | None,
) -> None:
    rows = [
        {
            "group_id": group_id,
            "kind": kind_named(kind).name,
            "subject": about,
            "recipient": recipient,
            "words": words,
            "state": NoticeState.QUEUED,
            "attempts": 0,
            "owed_at": now,
            "ready_at": due_at or now,
            "due_at": due_at or now,
            "until": until,
            "last_error": "",
        }
        for recipient, words in told
    ]
    owed = select(Notice.recipient).where(Notice.kind == kind, Notice.subject == about)
    already = set(db.session.scalars(owed))  # Refused rows would use up numbers of theirs, every minute.
    rows = [row for row in rows if row["recipient"] not in already]
    for start in range(0, len(rows), MANY):
        some = insert_into(Notice).values(rows[start : start + MANY])
        db.session.execute(some.on_conflict_do_nothing())
