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


class Notice(Base):
    """A message owed to somebody, written in the transaction of what it tells.

    ``subject`` names what it is about, such as "round:12"; the same kind about the same subject is owed to the
    same address once, however often it is asked for.  ``words`` are the values that the message's text needs.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "recipient"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_iff_said_when"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_notice_state_due_at", "state", "due_at"),
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
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
