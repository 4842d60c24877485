"""Imports, and what each of them made, so that it can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class Import(Base):
    """One run of an importer into one group."""

    __tablename__ = "import"
    __public__ = False
    __table_args__ = (CheckConstraint("made_count >= 0", name="made_count"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    made_count: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ImportedThing(Base):
    """A row that an import made: its table and its id there.

    ``before``: set where the import changed the row instead, with the values that stood there.
    """

    __tablename__ = "imported_thing"
    __public__ = False
    __table_args__ = (Index("ix_imported_thing_thing", "thing", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), index=True)
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
