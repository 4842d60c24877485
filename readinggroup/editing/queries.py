"""Looking up what is being written, and what was."""

from collections.abc import Iterable

from sqlalchemy import select

from readinggroup.access.versions import Thing, of_thing
from readinggroup.db import db
from readinggroup.models import Meeting, RecapDraft, TextVersion, User


def draft_of(meeting: Meeting) -> RecapDraft | None:
    """The draft of the session's recap."""
    return db.session.scalar(select(RecapDraft).where(RecapDraft.meeting_id == meeting.id))


def version_of(thing: Thing, number: int) -> TextVersion | None:
    """The version of that number of a talk or a session."""
    return db.session.scalar(select(TextVersion).where(of_thing(thing), TextVersion.number == number))


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """What the accounts are called, by their ids."""
    ids = {user_id for user_id in user_ids if user_id is not None}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}
