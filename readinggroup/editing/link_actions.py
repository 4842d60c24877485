"""What co-leads do about a link that doesn't answer any more."""

from datetime import datetime

from sqlalchemy import select, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.editing.link_checks import THINGS, note_that_it_works
from readinggroup.editing.link_queries import Link, look_of
from readinggroup.models import Material, Reading
from readinggroup.scheduling.part_actions import remove_material, remove_reading
from readinggroup.scheduling.refusals import AlreadyThere


def replace_link(link: Link, url: str, *, now: datetime, by: Actor) -> None:
    """Let the reading or material be found at ``url``.  Raises AlreadyThere where its talk or session has that."""
    thing, before = link.thing, link.thing.url
    if url != before and _has(thing, url):
        raise AlreadyThere(url)
    thing.url, thing.dead_since, thing.last_worked = url, None, None
    db.session.flush()
    record(
        by, "link.replaced", link.of, at=now, before={"url": before}, after={"title": thing.title, "url": url}
    )


def take_out_link(link: Link, *, now: datetime, by: Actor) -> None:
    """Let the reading or material be gone; the record keeps its address."""
    thing = link.thing
    if isinstance(thing, Material):
        remove_material(link.of, thing, now=now, by=by)
    else:
        db.session.expire(thing)
        remove_reading(link.of, thing, now=now, by=by)  # type: ignore[arg-type]


def say_that_it_works(link: Link, *, now: datetime, by: Actor) -> None:
    """Believe whoever followed it: it isn't called dead before it has failed as often again."""
    url = link.thing.url
    if (look := look_of(url)) is not None:
        note_that_it_works(look, now)
    for thing in THINGS:
        marked = update(thing).where(thing.url == url, thing.dead_since.is_not(None))
        db.session.execute(marked.values(dead_since=None, last_worked=None))
    db.session.flush()
    record(by, "link.works", link.of, at=now, after={"url": url})


def _has(thing: Reading | Material, url: str) -> bool:
    """Whether what the thing belongs to has another of its kind with that address."""
    if isinstance(thing, Reading):
        twin = select(Reading.id).where(Reading.talk_id == thing.talk_id, Reading.url == url)
    else:
        same = (Material.kind == thing.kind, Material.url == url)
        owner = (
            Material.talk_id == thing.talk_id if thing.talk_id else Material.meeting_id == thing.meeting_id
        )
        twin = select(Material.id).where(owner, *same)
    return db.session.scalar(twin) is not None
