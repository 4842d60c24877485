"""What members tell a speaker after a talk, for the speaker alone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class Feedback(Base):
    """What one member tells the speakers of a talk: what was good, and what could be better.

    ``is_signed``  whether the speakers see who says it; nobody else ever sees that, or what is said.
    ``opens_at``   from when on they read it; until then it can be changed.
    """

    __tablename__ = "feedback"
    __public__ = False
    __table_args__ = (
        UniqueConstraint("talk_id", "author_id"),
        CheckConstraint("good <> '' OR better <> ''", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    good: Mapped[str] = mapped_column(Text)
    better: Mapped[str] = mapped_column(Text)
    is_signed: Mapped[bool]
    said_at: Mapped[datetime]
    opens_at: Mapped[datetime]
