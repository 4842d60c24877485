"""The outbox: messages that are owed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of


class NoticeState(StrEnum):
    """Where a notice stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Notice(Base):
    """A message owed to somebody, written in the transaction of what it tells.

    ``subject`` names what it is about, such as "round:12"; the same kind about the same subject is owed to the
    same address once, however often it is asked for.  ``words`` are the values that the message's text needs.

    From ``ready_at`` on it may go; ``due_at`` is when it is looked at next, which is later where it waits for room.
    From ``until`` on it isn't worth sending and is dropped.  ``last_error`` says why it failed or was dropped.
    Notices that come as one mail share a ``bundle_id``, which is the id of one of them; ``tried_at`` is the last try.
    """

    __tablename__ = "notice"
    __public__ = False
    __table_args__ = (
        UniqueConstraint("kind", "subject", "recipient"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_iff_said_when"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_notice_state_due_at", "state", "due_at"),
        Index("ix_notice_recipient", "recipient"),
        Index("ix_notice_bundle_id", "bundle_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(String(254))
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[NoticeState] = mapped_column(one_of(NoticeState, "state"), default=NoticeState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    owed_at: Mapped[datetime]
    ready_at: Mapped[datetime]
    due_at: Mapped[datetime]
    until: Mapped[datetime | None]
    bundle_id: Mapped[int | None]
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
