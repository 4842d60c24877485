"""Dated, numbered meetings of a group (pages say "session") and the places in them."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import MeetingState


class Meeting(Base):
    """One meeting of a group.  Local date, local start, minutes and zone are the truth.

    ``starts_at_utc`` is derived from them, and null where the date is unknown, as in old archives.  ``sequence``
    rises with every change of time, place or state (RFC 5545 section 3.8.7.4).  ``made_for`` is the date of the
    group's rhythm that the meeting stands for, also once it was moved; null for an extra one.  ``number`` is the
    meeting's place in the order of dates: it may change until the meeting is held, its id never does.
    ``closed_at``: when a co-lead said that nothing is wanted for it any more.  ``has_no_recording``: nobody need ask.
    """

    __tablename__ = "meeting"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        UniqueConstraint("group_id", "met_on", "starts_at"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),
        CheckConstraint("state = 'held' OR met_on IS NOT NULL", name="only_held_may_lack_a_date"),
        CheckConstraint("closed_at IS NULL OR state = 'held'", name="only_held_is_closed"),
        CheckConstraint(
            "(starts_at_utc IS NULL) = (met_on IS NULL OR starts_at IS NULL)", name="instant_iff_dated"
        ),
        Index("ix_meeting_group_id_starts_at_utc", "group_id", "starts_at_utc"),
        Index("uq_meeting_group_id_made_for", "group_id", "made_for", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    on: Mapped[date | None] = mapped_column("met_on")
    made_for: Mapped[date | None]
    starts_at: Mapped[time | None]
    minutes: Mapped[int]
    zone: Mapped[str] = mapped_column(String(64))
    starts_at_utc: Mapped[datetime | None]
    state: Mapped[MeetingState] = mapped_column(one_of(MeetingState, "state"), default=MeetingState.PLANNED)
    locked: Mapped[bool] = mapped_column(default=False)
    recap: Mapped[str] = mapped_column(Text, default="")
    join_url: Mapped[str] = mapped_column(String(2000), default="")
    cancelled_because: Mapped[str] = mapped_column(Text, default="")
    sequence: Mapped[int] = mapped_column(default=0)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"), index=True)
    closed_at: Mapped[datetime | None]
    has_no_recording: Mapped[bool] = mapped_column(default=False, server_default=false())

    places: Mapped[list["Place"]] = relationship(
        order_by="Place.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class Place(Base):
    """One position in a meeting that a talk can take, and how long it is."""

    __tablename__ = "place"
    __public__ = True
    __table_args__ = (
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("talk_minutes BETWEEN 1 AND 600", name="talk_minutes"),
        CheckConstraint("question_minutes BETWEEN 0 AND 600", name="question_minutes"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    talk_minutes: Mapped[int]
    question_minutes: Mapped[int]
