"""How the hour of a session went, step by step, and the link of whoever chairs it without an account."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of
from readinggroup.domain.run_sheet import PartKind

RUNNING = text("revoked_at IS NULL")


class RunStep(Base):
    """That a part of a session began: the talk or the questions of a place, or the end.  The last step is what is now.

    ``number`` counts from 1 without gaps, so that of two who press at once one step counts.
    """

    __tablename__ = "run_step"
    __public__ = False
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(kind = 'end') = (position IS NULL)", name="end_has_no_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[PartKind] = mapped_column(one_of(PartKind, "kind"))
    position: Mapped[int | None]
    began_at: Mapped[datetime]


class ChairLink(Base):
    """A secret address by which somebody without an account chairs one session; kept as a digest alone.

    It ends by itself with the session's hours (``domain/session_hours.py``); each session has one that runs.
    """

    __tablename__ = "chair_link"
    __public__ = False
    __table_args__ = (
        Index(
            "uq_chair_link_one_running",
            "meeting_id",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index("ix_chair_link_meeting_id", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    revoked_at: Mapped[datetime | None]
