"""Named runs: speaker series and book plans."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of


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
