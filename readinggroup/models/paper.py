"""Papers that were looked up, each once for the whole installation."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of


class PaperState(StrEnum):
    """Where a look-up stands.  UNKNOWN: nobody knows the identifier.  FAILED: nobody answered, however often."""

    QUEUED = "queued"
    FOUND = "found"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Paper(Base):
    """What is known of a paper by its identifier, as ``domain.papers`` folds it; once found it isn't asked for again.

    ``source`` is who knew it.  ``due_at`` is when a queued one is asked for next.
    """

    __tablename__ = "paper"
    __public__ = False
    __table_args__ = (
        CheckConstraint("state <> 'found' OR title <> ''", name="found_has_a_title"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_paper_state_due_at", "state", "due_at"),
    )

    key: Mapped[str] = mapped_column(String(250), primary_key=True)
    state: Mapped[PaperState] = mapped_column(one_of(PaperState, "state"), default=PaperState.QUEUED)
    title: Mapped[str] = mapped_column(String(300), default="")
    authors: Mapped[list[str]] = mapped_column(JSON, default=list)
    year: Mapped[int | None]
    venue: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(20), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
