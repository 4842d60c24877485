"""Sessions that one group hosts and another takes part in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of


class JointState(StrEnum):
    """Where an invitation stands: the guest answers and may LEAVE later, the host may take it back (WITHDRAWN)."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"
    WITHDRAWN = "withdrawn"


class JointSession(Base):
    """That the host (``group_id``) invited another group (``guest_id``) to one of its sessions.

    While it is ACCEPTED, every change of what the host shows raises the guest's ``public_version`` too (triggers.py).
    """

    __tablename__ = "joint_session"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("meeting_id", "guest_id"),
        CheckConstraint("guest_id <> group_id", name="two_groups"),
        CheckConstraint("(state = 'invited') = (answered_at IS NULL)", name="answered_iff_not_invited"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    state: Mapped[JointState] = mapped_column(one_of(JointState, "state"), default=JointState.INVITED)
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
