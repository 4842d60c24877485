"""What co-leads say about chores: that they take one or don't, and when they are away.

The chores themselves are in no table: they are made from how a session or a round stands (``domain/chores.py``).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of
from readinggroup.domain.chores import Chore

TAKEN = text("takes")


class ChoreWord(Base):
    """What a co-lead says of one chore of a session or a round: that they take it, or that they give it back."""

    __tablename__ = "chore_word"
    __public__ = False
    __table_args__ = (
        CheckConstraint("(meeting_id IS NULL) <> (round_id IS NULL)", name="of_meeting_or_round"),
        Index("uq_chore_word_meeting", "meeting_id", "chore", "user_id", unique=True),
        Index("uq_chore_word_round", "round_id", "chore", "user_id", unique=True),
        Index(
            "uq_chore_word_meeting_one_takes",
            "meeting_id",
            "chore",
            unique=True,
            sqlite_where=TAKEN,
            postgresql_where=TAKEN,
        ),
        Index(
            "uq_chore_word_round_one_takes",
            "round_id",
            "chore",
            unique=True,
            sqlite_where=TAKEN,
            postgresql_where=TAKEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    chore: Mapped[Chore] = mapped_column(one_of(Chore, "chore"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    takes: Mapped[bool]
    said_at: Mapped[datetime]


class Absence(Base):
    """Dates, both ends included, on which a co-lead does no chores of the group; the others have them then."""

    __tablename__ = "absence"
    __public__ = False
    __table_args__ = (CheckConstraint("from_on <= until_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
