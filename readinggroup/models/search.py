"""What search looks through: a text of each held session, and which texts have to be written anew."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from readinggroup.db import Base


class SearchDocument(Base):
    """The words of one held session as people read them; the index over them is each database's own.

    ``papers`` are titles of what was read, ``texts`` abstracts and recap, without markup.
    """

    __tablename__ = "search_document"
    __public__ = False

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    titles: Mapped[str] = mapped_column(Text)
    names: Mapped[str] = mapped_column(Text)
    papers: Mapped[str] = mapped_column(Text)
    texts: Mapped[str] = mapped_column(Text)


class SearchDue(Base):
    """That something about a session was changed; noted by triggers, settled before the commit.

    There may be many lines about one session, so that two who change it never wait for each other here.
    """

    __tablename__ = "search_due"
    __public__ = False

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int]
