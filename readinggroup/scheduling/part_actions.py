"""Adding and removing what belongs to talks and sessions: reading before them, materials after them."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.models import Material, Meeting, Reading, Talk
from readinggroup.scheduling.queries import belongs_to
from readinggroup.scheduling.refusals import AlreadyThere
from readinggroup.uploads.actions import address_of, become_material, keep_upload
from readinggroup.uploads.checking import Checked
from readinggroup.uploads.shelf import Laid, Shelf


def _lock(of: Talk | Meeting) -> None:
    """Let what is added twice at the same moment come in one after the other."""
    model = type(of)
    db.session.execute(select(model.id).where(model.id == of.id).with_for_update())


def add_reading(talk: Talk, *, title: str, url: str, now: datetime, by: Actor) -> Reading:
    """Post what people should read before the talk.  Raises AlreadyThere."""
    _lock(talk)
    mine = Reading.talk_id == talk.id
    if db.session.scalar(select(Reading.id).where(mine, Reading.url == url)) is not None:
        raise AlreadyThere(url)
    last = db.session.scalar(select(func.max(Reading.position)).where(mine)) or 0
    reading = Reading(talk_id=talk.id, position=last + 1, title=title or url[:300], url=url, posted_at=now)
    db.session.add(reading)
    db.session.flush()
    record(by, "reading.added", talk, at=now, after={"title": reading.title, "url": url})
    return reading


def remove_reading(talk: Talk, reading: Reading, *, now: datetime, by: Actor) -> None:
    """Take a reading away; the record keeps what it was."""
    record(by, "reading.removed", talk, at=now, before={"title": reading.title, "url": reading.url})
    db.session.delete(reading)
    db.session.flush()


def add_material(
    of: Talk | Meeting, kind: MaterialKind, *, title: str, url: str, now: datetime, by: Actor
) -> Material:
    """Keep a slide deck, recording or other thing with a talk, or with a session as a whole.

    Raises AlreadyThere for the same address of the same kind.
    """
    _lock(of)
    mine = belongs_to(of)
    if (
        db.session.scalar(select(Material.id).where(mine, Material.kind == kind, Material.url == url))
        is not None
    ):
        raise AlreadyThere(url)
    last = db.session.scalar(select(func.max(Material.position)).where(mine)) or 0
    material = Material(
        talk_id=of.id if isinstance(of, Talk) else None,
        meeting_id=of.id if isinstance(of, Meeting) else None,
        position=last + 1,
        kind=kind,
        title=title or kind.value.capitalize(),
        url=url,
        added_at=now,
    )
    db.session.add(material)
    db.session.flush()
    record(by, "material.added", of, at=now, after={"kind": kind.value, "title": material.title, "url": url})
    return material


def add_file(
    of: Talk | Meeting,
    kind: MaterialKind,
    file: Checked | Laid,
    *,
    title: str,
    alt: str = "",
    decorative: bool = False,
    shelf: Shelf,
    now: datetime,
    by: Actor,
) -> Material:
    """Keep a file here as a material of a talk, or of a session as a whole.  Raises uploads.actions.TooMuch."""
    upload = keep_upload(of, file, alt=alt, decorative=decorative, shelf=shelf, now=now, by=by)
    material = add_material(of, kind, title=title, url=address_of(upload), now=now, by=by)
    become_material(upload, material)
    return material


def keep_material(of: Talk | Meeting, kind: MaterialKind, *, url: str, now: datetime, by: Actor) -> None:
    """See to it that the talk or session has that material."""
    with suppress(AlreadyThere):
        add_material(of, kind, title="", url=url, now=now, by=by)


def remove_material(of: Talk | Meeting, material: Material, *, now: datetime, by: Actor) -> None:
    """Take a material away; the record keeps what it was."""
    before = {"kind": material.kind.value, "title": material.title, "url": material.url}
    record(by, "material.removed", of, at=now, before=before)
    db.session.delete(material)
    db.session.flush()
