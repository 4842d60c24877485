"""Taking an import back: what it made goes, what it filled in is as it was."""

from datetime import datetime

from sqlalchemy import Table, delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import Base, db
from readinggroup.exchange.loading_numbers import give_numbers, step_aside
from readinggroup.models import Group, Import, ImportedThing, PitchSpeaker, TalkSpeaker, TalkTopic

AT_ONCE = 500
MADE = ("reading", "material", "talk", "meeting", "topic", "speaker")
"""Tables in which an import makes rows, those first whose rows point to others."""


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
    _restore(run)
    for name in MADE:
        _remove(run, Base.metadata.tables[name])
    db.session.execute(delete(ImportedThing).where(ImportedThing.import_id == run.id))
    give_numbers(group)
    run.undone_at = now
    record(by, "import.undone", run, at=now)
    db.session.flush()
    return run


def _restore(run: Import) -> None:
    """Put back what stood in rows that were there before."""
    changed = ImportedThing.before.is_not(None)
    of_run = (
        select(ImportedThing)
        .where(ImportedThing.import_id == run.id, changed)
        .order_by(ImportedThing.id.desc())
    )
    while some := db.session.scalars(of_run.limit(AT_ONCE)).all():
        for thing in some:
            table = Base.metadata.tables[thing.thing]
            db.session.execute(
                table.update().where(table.c.id == thing.thing_id).values(**(thing.before or {}))
            )
            db.session.delete(thing)
        db.session.flush()


def _remove(run: Import, table: Table) -> None:
    """Delete the rows that it made in one table; a speaker or topic only where nobody uses them."""
    made = select(ImportedThing.thing_id).where(
        ImportedThing.import_id == run.id, ImportedThing.thing == table.name
    )
    statement = table.delete().where(table.c.id.in_(made))
    if table.name == "speaker":
        used = (TalkSpeaker.speaker_id, PitchSpeaker.speaker_id)
        statement = statement.where(*(table.c.id.not_in(select(column)) for column in used))
        statement = statement.where(table.c.user_id.is_(None))
    elif table.name == "topic":
        statement = statement.where(table.c.id.not_in(select(TalkTopic.topic_id)))
    db.session.execute(statement)
