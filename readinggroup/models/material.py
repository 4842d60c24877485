"""Slides, recordings, papers and other things that a talk or a meeting leaves behind."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import MaterialKind


class Material(Base):
    """One thing of a talk, or of a meeting as a whole; exactly one of the two.

    ``dead_since`` is the date since which its address doesn't answer, ``last_worked`` the last one on which it did;
    both are null where it works, as far as is known.
    """

    __tablename__ = "material"
    __public__ = True
    __table_args__ = (
        CheckConstraint("(talk_id IS NULL) <> (meeting_id IS NULL)", name="of_talk_or_meeting"),
        CheckConstraint("url <> ''", name="addressed"),
        CheckConstraint("last_worked IS NULL OR dead_since IS NOT NULL", name="worked_before_dead"),
        Index("uq_material_meeting", "meeting_id", "kind", "url", unique=True),
        Index("uq_material_talk", "talk_id", "kind", "url", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=1)
    kind: Mapped[MaterialKind] = mapped_column(one_of(MaterialKind, "kind"))
    title: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(2000))
    added_at: Mapped[datetime]
    dead_since: Mapped[date | None] = mapped_column(index=True)
    last_worked: Mapped[date | None]
