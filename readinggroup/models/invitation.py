"""Invitations into a group, and who followed them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base, one_of
from readinggroup.domain.lifecycle import Role


class Invitation(Base):
    """A link by which people come into a group.  Only the digest of what the link carries is kept.

    ``email`` and ``name``: whom it was mailed to; null for a link that a co-lead hands on by themselves.  Those of an
    imported list share its ``list_id``.  ``used`` is how many came
    in by it, of ``most`` who may.
    """

    __tablename__ = "invitation"
    __public__ = False
    __table_args__ = (
        CheckConstraint("role <> 'applicant'", name="into_the_group"),
        CheckConstraint("most >= 1 AND used BETWEEN 0 AND most", name="used_at_most"),
        CheckConstraint("email IS NULL OR most = 1", name="mailed_to_one"),
        CheckConstraint("expires_at > made_at", name="expires_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    list_id: Mapped[str | None] = mapped_column(String(16), index=True)
    most: Mapped[int] = mapped_column(default=1)
    used: Mapped[int] = mapped_column(default=0)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Guest(Base):
    """Somebody who followed an invitation.  ``came_at`` is null until their address is confirmed."""

    __tablename__ = "guest"
    __public__ = False

    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    came_at: Mapped[datetime | None]
