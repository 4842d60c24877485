"""Names that give talks, who they belong to, and the links by which speakers without an account look after a talk."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.models.user import User

PENDING, STANDING = text("state = 'pending'"), text("undone_at IS NULL")


class Speaker(Base):
    """A name under which talks are given in one group; ``user_id`` where that person has an account.

    ``email`` is where an outside speaker is asked and reminded; co-leads alone see it.  ``hidden_at``: the page about
    them isn't shown to the public; their name stays in the programme.
    """

    __tablename__ = "speaker"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("group_id", "slug"),
        UniqueConstraint("group_id", "user_id"),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("email = lower(email)", name="email_folded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    hidden_at: Mapped[datetime | None]


class SpeakerDayAway(Base):
    """A date on which a speaker can't come, whatever talk it would be."""

    __tablename__ = "speaker_day_away"
    __public__ = False

    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column("away_on", primary_key=True)


class ClaimState(StrEnum):
    """Where a claim stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class SpeakerClaim(Base):
    """That somebody with an account says to be a speaker; a co-lead decides.  Each has one pending claim in a group."""

    __tablename__ = "speaker_claim"
    __public__ = False
    __table_args__ = (
        CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name="decided_iff_not_pending"),
        Index(
            "uq_speaker_claim_one_pending",
            "group_id",
            "user_id",
            unique=True,
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    state: Mapped[ClaimState] = mapped_column(one_of(ClaimState, "state"), default=ClaimState.PENDING)
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    speaker: Mapped[Speaker] = relationship(lazy="raise_on_sql")
    user: Mapped[User] = relationship(lazy="raise_on_sql")


class SpeakerMerge(Base):
    """That two spellings of one name became one speaker, and what is needed to undo it.  While it stands, the one that
    is gone has no talks and no account, and its address leads to the kept one.

    ``moved`` has lists of [talk id, position, whether the kept one already spoke there] under "talks", of the same
    for pitches under "pitches", and what the kept speaker got of the other: "user_id", "email".
    """

    __tablename__ = "speaker_merge"
    __public__ = False
    __table_args__ = (
        CheckConstraint("kept_id <> gone_id", name="two_speakers"),
        Index(
            "uq_speaker_merge_one_standing",
            "gone_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), index=True)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    kept: Mapped[Speaker] = relationship(foreign_keys=kept_id, lazy="raise_on_sql")
    gone: Mapped[Speaker] = relationship(foreign_keys=gone_id, lazy="raise_on_sql")


class SpeakingLink(Base):
    """A secret address by which a speaker without an account looks after one talk; kept as a digest alone."""

    __tablename__ = "speaking_link"
    __public__ = False
    __table_args__ = (CheckConstraint("expires_at > made_at", name="lasts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"), index=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    speaker: Mapped[Speaker] = relationship(lazy="raise_on_sql")
