"""Talks that somebody offers to give."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import ChangeState, MaterialKind, PitchKind, PitchState
from readinggroup.models.group import Topic
from readinggroup.models.series import Series
from readinggroup.models.speaker import Speaker


class Pitch(Base):
    """A talk offered to a group.  ``public_id`` names it in ballots and in ``round.json``.

    ``typed`` holds the fields of a draft's form just as they were typed, by name; ``wanted_after`` is how many rounds
    it had waited when its author last said that they still want to give it.  ``not_before`` and ``not_after`` are the
    local dates between which the talk can be given, both included.
    """

    __tablename__ = "pitch"
    __public__ = False
    __table_args__ = (
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("rounds_waited >= 0", name="rounds_waited"),
        CheckConstraint("typed IS NULL OR state = 'draft'", name="typed_while_draft"),
        CheckConstraint("wanted_after >= 0", name="wanted_after"),
        CheckConstraint("not_before <= not_after", name="window_in_order"),
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
    typed: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    wanted_after: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[date | None]
    not_after: Mapped[date | None]

    chapter: Mapped["PitchChapter | None"] = relationship(cascade="all, delete-orphan", lazy="selectin")
    topics: Mapped[list[Topic]] = relationship(secondary="pitch_topic", order_by=Topic.name, lazy="selectin")
    speakers: Mapped[list[Speaker]] = relationship(
        secondary="pitch_speaker", order_by="PitchSpeaker.position", viewonly=True, lazy="selectin"
    )
    links: Mapped[list["PitchLink"]] = relationship(
        order_by="PitchLink.position", cascade="all, delete-orphan", lazy="selectin"
    )
    days_away: Mapped[list["PitchDayAway"]] = relationship(
        order_by="PitchDayAway.on", cascade="all, delete-orphan", lazy="selectin"
    )


class PitchTopic(Base):
    """That a pitch is about a topic."""

    __tablename__ = "pitch_topic"
    __public__ = False

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(
        ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class PitchInterest(Base):
    """That somebody would like to hear a pitched talk.  It is no vote (docs/decisions/)."""

    __tablename__ = "pitch_interest"
    __public__ = False

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class PitchChange(Base):
    """What an author would have their pitch say that is on a paper or past one; a co-lead decides.

    ``before`` and ``says`` are offers (``pitches.offers``), as the pitch stood and as it shall be.
    """

    __tablename__ = "pitch_change"
    __public__ = False
    __table_args__ = (
        CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name="pending_until_decided"),
        Index(
            "uq_pitch_change_one_pending",
            "pitch_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_pitch_change_pitch_id", "pitch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    says: Mapped[dict[str, Any]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ChangeState] = mapped_column(one_of(ChangeState, "state"), default=ChangeState.PENDING)
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    because: Mapped[str] = mapped_column(Text, default="")


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


class PitchChapter(Base):
    """Which chapter of which of the group's books a pitch is about."""

    __tablename__ = "pitch_chapter"
    __public__ = False
    __table_args__ = (CheckConstraint("number >= 1", name="counts_from_one"),)

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]

    series: Mapped[Series] = relationship(lazy="joined", innerjoin=True)

    @property
    def book(self) -> str:
        """What the group calls the book."""
        return self.series.name
