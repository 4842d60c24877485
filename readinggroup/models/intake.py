"""Histories on their way in: a file's rows, what its columns are, and what was corrected before the import."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of


class IntakeState(StrEnum):
    """Where an intake stands: looked at, waiting to be written, or written."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


class Intake(Base):
    """A history that a co-lead brings in.

    ``fields`` says by column what it is; ``columns`` has [column, samples] in the order of the file.  ``people`` are
    names by slug.  ``day_first`` null: the dates of the file don't tell.  ``said`` is why it couldn't be written.
    """

    __tablename__ = "intake"
    __public__ = False
    __table_args__ = (
        CheckConstraint("row_count >= 0 AND doubtful >= 0 AND doubtful <= row_count", name="counted"),
        CheckConstraint("(state = 'done') = (import_id IS NOT NULL)", name="imported_iff_done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), index=True)
    state: Mapped[IntakeState] = mapped_column(one_of(IntakeState, "state"), default=IntakeState.OPEN)
    source: Mapped[str] = mapped_column(String(255))
    form: Mapped[str] = mapped_column(String(20))
    columns: Mapped[list[Any]] = mapped_column(JSON)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    people: Mapped[dict[str, str]] = mapped_column(JSON)
    warnings: Mapped[list[str]] = mapped_column(JSON)
    day_first: Mapped[bool | None]
    all_held: Mapped[bool] = mapped_column(default=False)
    base: Mapped[str] = mapped_column(String(2000), default="")
    introduction: Mapped[str] = mapped_column(Text, default="")
    row_count: Mapped[int] = mapped_column(default=0)
    doubtful: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]


class IntakeRow(Base):
    """One entry of it: ``cells`` as [column, text], or with ``why`` something that isn't taken for a session.

    ``fixed`` has what a co-lead typed in place of what was read; ``accepted``: they say that it is right as it is.
    ``found_on`` and ``doubts`` are what was read last, with everything around it.
    """

    __tablename__ = "intake_row"
    __public__ = False
    __table_args__ = (
        Index("uq_intake_row_position", "intake_id", "position", unique=True),
        CheckConstraint("doubts >= 0", name="doubts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id", ondelete="CASCADE"))
    position: Mapped[int]
    line: Mapped[int]
    cells: Mapped[list[Any]] = mapped_column(JSON)
    heading: Mapped[str] = mapped_column(Text, default="")
    noted: Mapped[list[str]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(Text, default="")
    fixed: Mapped[dict[str, Any]] = mapped_column(JSON)
    accepted: Mapped[bool] = mapped_column(default=False)
    found_on: Mapped[date | None]
    doubts: Mapped[int] = mapped_column(default=0)
