"""Tokens by which programs read as a member (docs/api.md)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class ApiToken(Base):
    """A token of a user, kept as a digest alone; it reads what they may see and changes nothing.  Ended ones are gone.

    ``last_used_at`` is right to the day.
    """

    __tablename__ = "api_token"
    __public__ = False
    __table_args__ = (CheckConstraint("name <> ''", name="named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
