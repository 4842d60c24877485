"""Making and ending the secret address of a member's own calendar."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.models import CalendarLink, User
from readinggroup.scheduling.asking import digest_of


def make_calendar_link(user: User, *, now: datetime, by: Actor) -> str:
    """A new secret for the user's calendar, of which only a digest is kept; an earlier address ends."""
    _drop_link(user)
    token = secrets.token_urlsafe(32)
    db.session.add(CalendarLink(user_id=user.id, token_digest=digest_of(token), made_at=now))
    db.session.flush()
    record(by, "user.calendar_made", user, at=now)
    return token


def end_calendar_link(user: User, *, now: datetime, by: Actor) -> None:
    """End the address of the user's calendar at once, where there is one."""
    if _drop_link(user):
        record(by, "user.calendar_ended", user, at=now)


def _drop_link(user: User) -> bool:
    """Whether there was one.  Of two requests at once the second waits here, so that it sees what the first made."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    gone = delete(CalendarLink).where(CalendarLink.user_id == user.id).returning(CalendarLink.user_id)
    return db.session.scalar(gone) is not None
