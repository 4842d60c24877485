"""Files that people put on the site."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of


class UploadKind(StrEnum):
    """What a file is, by what is in it."""

    PDF = "pdf"
    PICTURE = "picture"
    VIDEO = "video"
    AUDIO = "audio"


class Upload(Base):
    """One file, kept under ``name`` in DATA_DIR/uploads, of a talk or of a meeting as a whole.

    It is seen with what it belongs to: the material that it is, or the text that names it (``uploads/queries.py``).
    ``material_id`` is null for a picture in a text.  ``alt`` says what a picture shows; a decorative one says nothing.
    """

    __tablename__ = "upload"
    __public__ = True
    __table_args__ = (
        CheckConstraint("(talk_id IS NULL) <> (meeting_id IS NULL)", name="of_talk_or_meeting"),
        CheckConstraint("bytes > 0", name="not_empty"),
        CheckConstraint(
            "(kind = 'picture') = (width IS NOT NULL AND height IS NOT NULL)", name="pictures_have_sizes"
        ),
        CheckConstraint(
            "CASE WHEN kind = 'picture' THEN (alt = '') = decorative ELSE alt = '' AND NOT decorative END",
            name="told_or_decorative",
        ),
        Index("ix_upload_by_id_made_at", "by_id", "made_at"),
        Index("uq_upload_material_id", "material_id", unique=True),
        Index("uq_upload_name", "name", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"), index=True)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("material.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[UploadKind] = mapped_column(one_of(UploadKind, "kind"))
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    alt: Mapped[str] = mapped_column(String(500), default="")
    decorative: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
