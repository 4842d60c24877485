"""When addresses in the archive were looked at, and whether they answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base

LONGEST_LOOKED_AT = 650


class LinkLook(Base):
    """One address, looked at once for the whole installation, however many things point to it.

    ``worked_at`` is when it last answered, ``failing_since`` when it was first found not to since then, ``failures``
    how often in a row.  What readers see of that stands in the things that point to it (``dead_since``).
    """

    __tablename__ = "link_look"
    __public__ = False
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("(failures = 0) = (failing_since IS NULL)", name="failing_iff_failed"),
        Index("ix_link_look_due_at", "due_at"),
    )

    url: Mapped[str] = mapped_column(String(LONGEST_LOOKED_AT), primary_key=True)
    due_at: Mapped[datetime]
    worked_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Text, default="")
