"""What texts of the archive said and say, and what co-leads write before it is one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class TextVersion(Base):
    """One wording of a talk's title and abstract, or of a meeting's title and recap; the highest number is the present.

    ``at`` and ``by_id`` are null for what was there before versions were kept; ``by_id`` alone where a guest wrote it,
    or whoever did is gone.
    """

    __tablename__ = "text_version"
    __public__ = False
    __table_args__ = (
        CheckConstraint("(talk_id IS NULL) <> (meeting_id IS NULL)", name="of_talk_or_meeting"),
        CheckConstraint("number >= 1", name="number"),
        Index("uq_text_version_meeting_id_number", "meeting_id", "number", unique=True),
        Index("uq_text_version_talk_id_number", "talk_id", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime | None]


class RecapDraft(Base):
    """The recap that co-leads are writing for a session, and that nobody else sees before it is published."""

    __tablename__ = "recap_draft"
    __public__ = False

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    changed_at: Mapped[datetime]
