"""Questions to a talk, before and during its session, and who supports them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class Question(Base):
    """What a member asks about a talk, in Markdown.  The same words of one member count once.

    ``words_digest``  SHA-256 of ``words``, since no index takes texts of any length.
    ``nameless``      the group sees it without a name; its author sees that it is theirs.
    ``withdrawn_at``  since when its author doesn't ask it any more; they can ask it again.
    """

    __tablename__ = "question"
    __public__ = True
    __table_args__ = (
        CheckConstraint("words <> ''", name="asks_something"),
        UniqueConstraint("talk_id", "asked_by_id", "words_digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    nameless: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(Text)
    words_digest: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class QuestionSupport(Base):
    """That a member would like to hear the answer, too."""

    __tablename__ = "question_support"
    __public__ = True

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
