"""The community as a whole: the one row that is about no group."""

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class Community(Base):
    """The name and the front page of this installation.  There is one row, number 1."""

    __tablename__ = "community"
    __public__ = True
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text, default="")
    public_version: Mapped[int] = mapped_column(default=1)
