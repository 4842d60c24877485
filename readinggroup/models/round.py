"""Votes: rounds, what is on their paper, ballots, who took part, and the standings."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import Audience, RoundRule, RoundState
from readinggroup.models.pitch import Pitch


class Round(Base):
    """One vote among a group's pitches.  A group has at most one open round.

    ``nonce`` is secret until the round closes; ``nonce_commit`` (SHA-256 of it) is shown from opening on.
    ``unit`` is the start load of level 1 as a fraction "p/q".  ``turnout`` counts the ballots, once closed;
    ``quorum`` is how many make the round valid.  ``extended_from`` is when it would have closed, had enough voted.
    ``released_because`` says why the results of a round below its quorum were published.
    ``releases_at_once``: whether its results are published when it is counted, unless it stayed below its quorum.
    ``nudges``: whether those who haven't voted are reminded a day before it closes.
    ``results_seen_by`` is who the voters were told would see the results; the group may show them to fewer.
    ``opens_by_itself``: whether a draft opens at ``opens_at`` without a co-lead.
    ``ended_at`` is a latch: the moment at which the round was first seen to take no more ballots.  Once it is set no
    clock that is set back makes it take any; only the one extension for want of a quorum takes it away again.
    """

    __tablename__ = "round"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        CheckConstraint("seats >= 1", name="seats"),
        CheckConstraint("threshold_min >= 0", name="threshold_min"),
        CheckConstraint("threshold_percent BETWEEN 0 AND 100", name="threshold_percent"),
        CheckConstraint(
            "(state = 'open') = (opened_at IS NOT NULL AND closed_at IS NULL AND cancelled_at IS NULL)",
            name="open_iff_opened_not_closed",
        ),
        CheckConstraint("state <> 'draft' OR opened_at IS NULL", name="draft_never_opened"),
        CheckConstraint(
            "(state IN ('closed', 'released')) <= (closed_at IS NOT NULL AND digest IS NOT NULL)",
            name="closed_is_counted",
        ),
        CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_iff_said_when"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_iff_said_when"),
        CheckConstraint(
            "(opened_at IS NULL) = (nonce IS NULL) AND (opened_at IS NULL) = (nonce_commit IS NULL)",
            name="nonce_from_opening",
        ),
        CheckConstraint("closes_at > opens_at", name="opens_before_it_closes"),
        CheckConstraint("quorum >= 0", name="quorum"),
        CheckConstraint("extended_from < closes_at", name="extended_to_later"),
        CheckConstraint("ended_at IS NULL OR opened_at IS NOT NULL", name="ended_after_opening"),
        Index(
            "uq_round_one_open",
            "group_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[RoundState] = mapped_column(one_of(RoundState, "state"), default=RoundState.DRAFT)
    rule: Mapped[RoundRule] = mapped_column(one_of(RoundRule, "rule"))
    seats: Mapped[int]
    threshold_min: Mapped[int]
    threshold_percent: Mapped[int]
    quorum: Mapped[int] = mapped_column(default=0)
    season_balance: Mapped[bool] = mapped_column(default=True)
    releases_at_once: Mapped[bool] = mapped_column(default=False)
    results_seen_by: Mapped[Audience] = mapped_column(
        one_of(Audience, "results_seen_by"), default=Audience.MEMBERS
    )
    nudges: Mapped[bool] = mapped_column(default=True)
    unit: Mapped[str] = mapped_column(String(60), default="0")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opens_by_itself: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    extended_from: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    released_because: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[str] = mapped_column(Text, default="")
    nonce: Mapped[str | None] = mapped_column(String(64))
    nonce_commit: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))
    turnout: Mapped[int | None]

    paper: Mapped[list["RoundPitch"]] = relationship(
        order_by="RoundPitch.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class RoundPitch(Base):
    """A pitch on a round's paper, fixed when the round opens."""

    __tablename__ = "round_pitch"
    __public__ = True
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    pitch_id: Mapped[int] = mapped_column(
        ForeignKey("pitch.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    position: Mapped[int]

    pitch: Mapped[Pitch] = relationship(lazy="raise_on_sql")


class Ballot(Base):
    """What one member approves in one round.

    ``choices`` lists public ids of pitches: for approval the approved ones, for rule ``ranked`` tiers, best first.
    ``membership_id`` and ``cast_at`` are set while the round is open and null ever after; the receipt is the key,
    so that no row number tells in which order ballots came.
    """

    __tablename__ = "ballot"
    __public__ = False
    __table_args__ = (
        UniqueConstraint("round_id", "membership_id"),
        CheckConstraint("level BETWEEN -1 AND 1", name="level"),
        CheckConstraint("(membership_id IS NULL) = (cast_at IS NULL)", name="linked_or_cut"),
        {"sqlite_with_rowid": False},
    )

    receipt: Mapped[str] = mapped_column(String(20), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    membership_id: Mapped[int | None] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE"), index=True
    )
    level: Mapped[int] = mapped_column(default=0)
    choices: Mapped[list[str] | list[list[str]]] = mapped_column(JSON)
    cast_at: Mapped[datetime | None]


class Participation(Base):
    """That a member took part in a closed round; never what they approved."""

    __tablename__ = "participation"
    __public__ = False

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Standing(Base):
    """A pitch's place in a counted round; place 1 is the best and no place is shared."""

    __tablename__ = "standing"
    __public__ = False
    __table_args__ = (
        UniqueConstraint("round_id", "place"),
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint("approvals >= 0", name="approvals"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    pitch_id: Mapped[int] = mapped_column(
        ForeignKey("pitch.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    place: Mapped[int]
    approvals: Mapped[int]
    won: Mapped[bool]
    tie: Mapped[str] = mapped_column(String(20), default="")

    pitch: Mapped[Pitch] = relationship(lazy="raise_on_sql")
