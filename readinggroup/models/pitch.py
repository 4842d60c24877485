"""Talks that somebody offers to give."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import MaterialKind, PitchKind, PitchState
from readinggroup.models.speaker import Speaker


class Pitch(Base):
    """A talk offered to a group.  ``public_id`` names it in ballots and in ``round.json``."""

    __tablename__ = "pitch"
    __public__ = False
    __table_args__ = (
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("rounds_waited >= 0", name="rounds_waited"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_iff_said_when"),
        Index("ix_pitch_group_id_state", "group_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    abstract: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[PitchKind] = mapped_column(one_of(PitchKind, "kind"), default=PitchKind.TALK)
    state: Mapped[PitchState] = mapped_column(one_of(PitchState, "state"), default=PitchState.OPEN)
    note: Mapped[str] = mapped_column(Text, default="")
    rounds_waited: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    speakers: Mapped[list[Speaker]] = relationship(
        secondary="pitch_speaker", order_by="PitchSpeaker.position", viewonly=True, lazy="selectin"
    )
    links: Mapped[list["PitchLink"]] = relationship(
        order_by="PitchLink.position", cascade="all, delete-orphan", lazy="selectin"
    )
    days_away: Mapped[list["PitchDayAway"]] = relationship(
        order_by="PitchDayAway.on", cascade="all, delete-orphan", lazy="selectin"
    )


class PitchSpeaker(Base):
    """Who would give a pitched talk, in the order of the programme."""

    __tablename__ = "pitch_speaker"
    __public__ = False

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(
        ForeignKey("speaker.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=1)


class PitchLink(Base):
    """A paper or another address that belongs to a pitch."""

    __tablename__ = "pitch_link"
    __public__ = False
    __table_args__ = (UniqueConstraint("pitch_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=1)
    kind: Mapped[MaterialKind] = mapped_column(one_of(MaterialKind, "kind"))
    title: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(2000))


class PitchDayAway(Base):
    """A date on which the speaker of a pitch can't come."""

    __tablename__ = "pitch_day_away"
    __public__ = False

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column("away_on", primary_key=True)
