"""Names that give talks."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class Speaker(Base):
    """A name under which talks are given in one group; ``user_id`` where that person has an account."""

    __tablename__ = "speaker"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("group_id", "slug"),
        UniqueConstraint("group_id", "user_id"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
