"""Where things used to be found, so that old links lead on."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class FormerAddress(Base):
    """That a group, speaker, topic or series had this slug until it was renamed; triggers write it.

    ``thing_id`` is its id in the table that ``kind`` names.
    """

    __tablename__ = "former_address"
    __public__ = False
    __table_args__ = (
        UniqueConstraint("group_id", "kind", "slug"),
        CheckConstraint("kind IN ('group', 'speaker', 'topic', 'series')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(60), index=True)
    thing_id: Mapped[int]
