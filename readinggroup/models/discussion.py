"""What people say about pitches and talks: threads, comments, their versions, reports, and who follows."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class Thread(Base):
    """What is said about one pitch or one talk; it is made with the first word.

    ``last_at``    when the last comment came, or when a co-lead opened it again: a thread closes by age.
    ``closed_at``  when a co-lead closed it.
    """

    __tablename__ = "thread"
    __public__ = False
    __table_args__ = (
        CheckConstraint("(pitch_id IS NULL) <> (talk_id IS NULL)", name="of_pitch_or_talk"),
        Index("uq_thread_pitch", "pitch_id", unique=True),
        Index("uq_thread_talk", "talk_id", unique=True),
        Index("ix_thread_group_id_last_at", "group_id", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    pitch_id: Mapped[int | None] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"))
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Comment(Base):
    """What somebody said in a thread, in Markdown.  Whoever hides it says why."""

    __tablename__ = "comment"
    __public__ = False
    __table_args__ = (
        CheckConstraint("words <> ''", name="says_something"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_because = '')", name="hidden_for_a_reason"),
        Index("ix_comment_thread_id_id", "thread_id", "id"),
        Index("ix_comment_author_id_said_at", "author_id", "said_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_because: Mapped[str] = mapped_column(Text, default="")


class CommentVersion(Base):
    """What a comment said before it was edited at ``until``."""

    __tablename__ = "comment_version"
    __public__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime]


class CommentReport(Base):
    """That a member asks the co-leads to look at a comment; each member asks once."""

    __tablename__ = "comment_report"
    __public__ = False
    __table_args__ = (CheckConstraint("because <> ''", name="reasoned"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    because: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ThreadFollower(Base):
    """Whether somebody follows a thread; a row that says no keeps them from being made to follow again.

    ``told_until``: comments from then on haven't been told to them yet.
    """

    __tablename__ = "thread_follower"
    __public__ = False

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    follows: Mapped[bool]
    told_until: Mapped[datetime]
