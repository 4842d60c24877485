"""Two speakers who want to change places."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.models.talk import Talk

LIVE = text("state IN ('proposed', 'agreed')")


class SwapState(StrEnum):
    """Where a swap stands.  AGREED: the co-leads can still say no.  LAPSED: the programme changed meanwhile."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VETOED = "vetoed"
    LAPSED = "lapsed"


class Swap(Base):
    """The wish of one speaker to change places with another talk, and what came of it.

    A talk is in one swap at a time.  Once both agree it happens at ``veto_until``, unless a co-lead says no.
    """

    __tablename__ = "swap"
    __public__ = False
    __table_args__ = (
        CheckConstraint("talk_id <> other_id", name="two_talks"),
        CheckConstraint("(state IN ('proposed', 'agreed')) = (ended_at IS NULL)", name="ended_iff_over"),
        CheckConstraint("state <> 'agreed' OR veto_until IS NOT NULL", name="agreed_has_its_time"),
        Index("uq_swap_one_of_a_talk", "talk_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("uq_swap_one_of_an_other", "other_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"), index=True)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    note: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[SwapState] = mapped_column(one_of(SwapState, "state"), default=SwapState.PROPOSED)
    proposed_at: Mapped[datetime]
    veto_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    talk: Mapped[Talk] = relationship(foreign_keys=[talk_id], lazy="raise_on_sql")
    other: Mapped[Talk] = relationship(foreign_keys=[other_id], lazy="raise_on_sql")
