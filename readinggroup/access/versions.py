"""Texts that keep what they said: whoever changes one does it by ``rewrite``."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from readinggroup.access.actor import Actor
from readinggroup.db import db
from readinggroup.models import Meeting, Talk, TextVersion

Thing = Talk | Meeting
MOST_SHOWN = 100


def rewrite(thing: Thing, *, title: str, words: str, now: datetime, by: Actor) -> bool:
    """Let a talk or a session have that title and that abstract or recap; says whether that changed anything.

    Both what it said and what it says are versions from then on.
    """
    db.session.execute(select(type(thing).id).where(type(thing).id == thing.id).with_for_update())
    before = (thing.title, words_of(thing))
    if before == (title, words):
        return False
    last = next(iter(versions_of(thing, limit=1)), None)
    number = last.number if last else 0
    if last is None or (last.title, last.words) != before:
        number += 1
        _keep(thing, number, *before, by_id=None, at=None)
    thing.title = title
    if isinstance(thing, Talk):
        thing.abstract = words
    else:
        thing.recap = words
    _keep(thing, number + 1, title, words, by_id=by.user_id, at=now)
    db.session.flush()
    return True


def words_of(thing: Thing) -> str:
    """A talk's abstract, a session's recap."""
    return thing.abstract if isinstance(thing, Talk) else thing.recap


def versions_of(thing: Thing, *, limit: int = MOST_SHOWN) -> Sequence[TextVersion]:
    """What it says and said, latest first."""
    found = select(TextVersion).where(of_thing(thing)).order_by(TextVersion.number.desc()).limit(limit)
    return db.session.scalars(found).all()


def of_thing(thing: Thing) -> ColumnElement[bool]:
    """The condition on versions that they are this talk's or session's."""
    return TextVersion.talk_id == thing.id if isinstance(thing, Talk) else TextVersion.meeting_id == thing.id


def _keep(
    thing: Thing, number: int, title: str, words: str, *, by_id: int | None, at: datetime | None
) -> None:
    version = TextVersion(number=number, title=title, words=words, by_id=by_id, at=at)
    if isinstance(thing, Talk):
        version.talk_id = thing.id
    else:
        version.meeting_id = thing.id
    db.session.add(version)
