"""Taking an import back: what it made goes, what it filled in is as it was."""

from datetime import datetime

from sqlalchemy import delete, func, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import Base, db
from readinggroup.exchange.loading_numbers import give_numbers, step_aside
from readinggroup.models import Group, Import, ImportedThing, PitchSpeaker, Speaker, TalkSpeaker, TalkTopic

AT_ONCE = 500
LAST = ("speaker", "topic")
"""Tables whose rows others may use by now; they go last, and only where nobody does."""


class NoSuchImport(Exception):
    """There is no import of that number."""


class AlreadyUndone(Exception):
    """The import was taken back before."""


def undo_import(number: int, *, now: datetime, by: Actor) -> Import:
    """Take import ``number`` back, in one go.  Raises NoSuchImport or AlreadyUndone.

    A speaker or topic that something else uses by now stays.
    """
    run = db.session.get(Import, number, with_for_update=True)
    if run is None:
        raise NoSuchImport(number)
    if run.undone_at is not None:
        raise AlreadyUndone(number)
    group = db.session.get_one(Group, run.group_id)
    step_aside(group)
    of_run = select(ImportedThing).where(ImportedThing.import_id == run.id).order_by(ImportedThing.id.desc())
    for those in (ImportedThing.thing.not_in(LAST), ImportedThing.thing.in_(LAST)):
        while some := db.session.scalars(of_run.where(those).limit(AT_ONCE)).all():
            for thing in some:
                _take_back(thing)
                db.session.expunge(thing)
    give_numbers(group)
    run.undone_at = now
    record(by, "import.undone", run, at=now)
    db.session.flush()
    return run


def _take_back(thing: ImportedThing) -> None:
    table = Base.metadata.tables[thing.thing]
    here = table.c.id == thing.thing_id
    if thing.before is not None:
        db.session.execute(table.update().where(here).values(**thing.before))
    elif not _is_used(thing):
        db.session.execute(table.delete().where(here))
    db.session.execute(delete(ImportedThing).where(ImportedThing.id == thing.id))


def _is_used(thing: ImportedThing) -> bool:
    if thing.thing == "speaker":
        uses = [
            select(func.count()).select_from(TalkSpeaker).where(TalkSpeaker.speaker_id == thing.thing_id),
            select(func.count()).select_from(PitchSpeaker).where(PitchSpeaker.speaker_id == thing.thing_id),
            select(func.count()).where(Speaker.id == thing.thing_id, Speaker.user_id.is_not(None)),
        ]
    elif thing.thing == "topic":
        uses = [select(func.count()).select_from(TalkTopic).where(TalkTopic.topic_id == thing.thing_id)]
    else:
        return False
    return any(db.session.scalar(use) for use in uses)
