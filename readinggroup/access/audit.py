"""The audit trail: actions write down what they did, in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from readinggroup.access.actor import Actor
from readinggroup.db import db
from readinggroup.models import Record


class Recorded(Protocol):
    """A row of one of our tables, with an id of its own."""

    id: Any
    __tablename__: str


def record(
    by: Actor,
    what: str,
    thing: Recorded,
    *,
    at: datetime,
    group_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add a line: who (``by``) did ``what``, such as "pitch.withdrawn", to ``thing``.

    ``group_id`` is the thing's own where that has one.  ``before`` and ``after`` are plain values, fit for JSON;
    never what is on a ballot.  What is recorded has words for people in ``deeds.py``.
    """
    db.session.add(
        Record(
            group_id=group_id if group_id is not None else getattr(thing, "group_id", None),
            by_id=by.user_id,
            what=what,
            thing=thing.__tablename__,
            thing_id=str(thing.id),
            before=dict(before or {}),
            after=dict(after or {}),
            at=at,
        )
    )
