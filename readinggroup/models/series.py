"""Named runs: speaker series and book plans."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of


class SeriesKind(StrEnum):
    """What holds a series together."""

    SPEAKERS = "speakers"
    BOOK = "book"


class Series(Base):
    """A named run of talks in one group; a book's talks carry their chapter."""

    __tablename__ = "series"
    __public__ = True
    __table_args__ = (UniqueConstraint("group_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    intro: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[SeriesKind] = mapped_column(one_of(SeriesKind, "kind"), default=SeriesKind.SPEAKERS)
