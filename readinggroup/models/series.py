"""Named runs: speaker series and book plans."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.models.speaker import Speaker


class SeriesKind(StrEnum):
    """What holds a series together."""

    SPEAKERS = "speakers"
    BOOK = "book"


class Series(Base):
    """A named run of talks in one group; a book's talks carry their chapter.

    ``position`` is its place among the group's series, ``ended_at`` since when nothing more is to come of it.
    ``url`` is where more is found about it: the book itself, or a programme.
    """

    __tablename__ = "series"
    __public__ = True
    __table_args__ = (UniqueConstraint("group_id", "slug"), CheckConstraint("position >= 0", name="position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    intro: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[SeriesKind] = mapped_column(one_of(SeriesKind, "kind"), default=SeriesKind.SPEAKERS)
    url: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_at: Mapped[datetime | None]


class Chapter(Base):
    """A chapter of a book that the group reads, and where it is planned.

    ``speaker_id`` is who presents it.  ``meeting_id`` and ``position`` are the place that is meant for it until it is
    on the programme; from then on its talk, which has the series and the chapter's number, says where it stands.
    ``skipped_at`` is since when the group leaves it out.
    """

    __tablename__ = "chapter"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("number >= 1", name="counts_from_one"),
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("(meeting_id IS NULL) = (position IS NULL)", name="whole_place"),
        CheckConstraint("skipped_at IS NULL OR meeting_id IS NULL", name="skipped_has_no_place"),
        ForeignKeyConstraint(
            ["meeting_id", "position"],
            ["place.meeting_id", "place.position"],
            name="fk_chapter_place",
            ondelete="SET NULL",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    pages: Mapped[str] = mapped_column(String(60), default="")
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id", ondelete="SET NULL"), index=True)
    meeting_id: Mapped[int | None]
    position: Mapped[int | None]
    skipped_at: Mapped[datetime | None]

    series: Mapped[Series] = relationship(lazy="raise_on_sql")
    speaker: Mapped[Speaker | None] = relationship(lazy="raise_on_sql")
