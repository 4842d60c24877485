"""That a session happened: what that changed, so that it can be taken back, and who was there."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class Holding(Base):
    """That a co-lead said that a session happened.  It goes when that is taken back.

    ``before``  how things stood: the session's "state", "talks" and "pitches" as lists of [id, state], "notes" as
                [talk id, note], and "instead" as [talk id, id of the talk that came in its place].
    ``guests``  how many were there who are no members; null where nobody counted.
    """

    __tablename__ = "holding"
    __public__ = False
    __table_args__ = (CheckConstraint("guests BETWEEN 0 AND 10000", name="guests"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    held_at: Mapped[datetime]
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    guests: Mapped[int | None]


class Attendance(Base):
    """That a member was at a session; seen by the co-leads and that member alone."""

    __tablename__ = "attendance"
    __public__ = False

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
