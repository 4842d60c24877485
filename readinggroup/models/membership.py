"""A user's place in a group."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.models.user import User


class Membership(Base):
    """One user in one group.  ``level`` is the season balance: -1 waiting, 0 even, +1 recently served.

    ``why`` is what an applicant wrote to the co-leads, ``answers`` are pairs of a question of the group and what they
    answered.  An applicant whose state is removed was declined, one whose state is left took the application back.
    ``decided_at``: when co-leads accepted or declined it.
    """

    __tablename__ = "membership"
    __public__ = False
    __table_args__ = (
        UniqueConstraint("group_id", "user_id"),
        CheckConstraint("level BETWEEN -1 AND 1", name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    state: Mapped[MembershipState] = mapped_column(
        one_of(MembershipState, "state"), default=MembershipState.ACTIVE
    )
    level: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(Text, default="", server_default="")
    answers: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default="[]")
    joined_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise_on_sql")
