"""The co-leads' draft of the programme, which nobody else sees."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base


class DraftStep(Base):
    """One step in drafting a group's programme; the last one is the draft, the ones before are there to go back to."""

    __tablename__ = "draft_step"
    __public__ = False
    __table_args__ = (UniqueConstraint("group_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    number: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    what: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]

    seats: Mapped[list["DraftSeat"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class DraftSeat(Base):
    """Where a pitch or a published talk is to stand; without a place: the talk is to come off."""

    __tablename__ = "draft_seat"
    __public__ = False
    __table_args__ = (
        CheckConstraint("(pitch_id IS NULL) <> (talk_id IS NULL)", name="pitch_or_talk"),
        CheckConstraint("(meeting_id IS NULL) = (position IS NULL)", name="whole_place"),
        CheckConstraint("meeting_id IS NOT NULL OR talk_id IS NOT NULL", name="only_talks_come_off"),
        UniqueConstraint("step_id", "pitch_id"),
        UniqueConstraint("step_id", "talk_id"),
        UniqueConstraint("step_id", "meeting_id", "position"),
        ForeignKeyConstraint(
            ["meeting_id", "position"],
            ["place.meeting_id", "place.position"],
            name="fk_draft_seat_place",
            ondelete="CASCADE",
        ),
        Index("ix_draft_seat_place", "meeting_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("draft_step.id", ondelete="CASCADE"))
    pitch_id: Mapped[int | None] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), index=True)
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int | None]
    position: Mapped[int | None]
