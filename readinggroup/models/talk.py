"""Talks that are planned or were given, and what should be read before them."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import PitchKind, TalkState
from readinggroup.models.group import Topic
from readinggroup.models.speaker import Speaker

STANDING = text("state IN ('planned', 'confirmed', 'given')")


class Talk(Base):
    """What is planned or was given at a place of a meeting.

    A withdrawn or replaced talk keeps its row, so that the archive tells what was planned; ``replaced_by_id``
    points to what came instead.  ``declined_at`` is since when the speaker says that they can't come.  ``answer_by``
    is the last local date on which the speaker, once asked, is to say whether they come.
    ``placed_at`` is when it got its present session, or that its present date; null where that isn't known.
    ``has_no_slides``: there are none, so nobody need ask.
    """

    __tablename__ = "talk"
    __public__ = True
    __table_args__ = (
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("state = 'replaced' OR replaced_by_id IS NULL", name="only_replaced_points"),
        CheckConstraint("replaced_by_id <> id", name="not_replaced_by_itself"),
        CheckConstraint("declined_at IS NULL OR state <> 'confirmed'", name="declined_is_not_confirmed"),
        ForeignKeyConstraint(
            ["meeting_id", "position"],
            ["place.meeting_id", "place.position"],
            name="fk_talk_place",
            ondelete="NO ACTION",
        ),
        Index(
            "uq_talk_one_at_a_place",
            "meeting_id",
            "position",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        Index(
            "uq_talk_one_of_a_pitch",
            "pitch_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    pitch_id: Mapped[int | None] = mapped_column(ForeignKey("pitch.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    abstract: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[PitchKind] = mapped_column(one_of(PitchKind, "kind"), default=PitchKind.TALK)
    state: Mapped[TalkState] = mapped_column(one_of(TalkState, "state"), default=TalkState.PLANNED)
    note: Mapped[str] = mapped_column(Text, default="")
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id", ondelete="SET NULL"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"), index=True)
    chapter: Mapped[int | None]
    placed_at: Mapped[datetime | None]
    answer_by: Mapped[date | None]
    declined_at: Mapped[datetime | None]
    declined_because: Mapped[str] = mapped_column(Text, default="", server_default="")
    has_no_slides: Mapped[bool] = mapped_column(default=False, server_default=false())

    speakers: Mapped[list[Speaker]] = relationship(
        secondary="talk_speaker", order_by="TalkSpeaker.position", viewonly=True, lazy="raise_on_sql"
    )
    topics: Mapped[list[Topic]] = relationship(
        secondary="talk_topic", order_by=Topic.name, lazy="raise_on_sql"
    )
    readings: Mapped[list["Reading"]] = relationship(
        order_by="Reading.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class TalkSpeaker(Base):
    """Who gives a talk, in the order of the programme."""

    __tablename__ = "talk_speaker"
    __public__ = True

    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(
        ForeignKey("speaker.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=1)


class TalkTopic(Base):
    """That a talk is about a topic."""

    __tablename__ = "talk_topic"
    __public__ = True

    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(
        ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Reading(Base):
    """What people should have read before a talk, and when it was posted (null: not known).

    ``dead_since`` and ``last_worked`` are as in Material.
    """

    __tablename__ = "reading"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("talk_id", "url"),
        CheckConstraint("last_worked IS NULL OR dead_since IS NOT NULL", name="worked_before_dead"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(2000))
    posted_at: Mapped[datetime | None]
    dead_since: Mapped[date | None] = mapped_column(index=True)
    last_worked: Mapped[date | None]
