"""Slides, recordings, papers and other things that a talk or a meeting leaves behind."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import MaterialKind


class Material(Base):
    """One thing of a talk, or of a meeting as a whole; exactly one of the two."""

    __tablename__ = "material"
    __public__ = True
    __table_args__ = (
        CheckConstraint("(talk_id IS NULL) <> (meeting_id IS NULL)", name="of_talk_or_meeting"),
        CheckConstraint("url <> ''", name="addressed"),
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
