"""The secret addresses at which members' own calendars are read."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class CalendarLink(Base):
    """The one running address of a user's own calendar; kept as a digest alone.  Ended ones are gone."""

    __tablename__ = "calendar_link"
    __public__ = False

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
