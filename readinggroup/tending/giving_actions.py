"""Giving what a session leaves behind: a talk's slides, a session's recording; or saying that there are none."""

from datetime import datetime

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.models import Material, Meeting, Talk
from readinggroup.scheduling.part_actions import add_file, keep_material
from readinggroup.scheduling.queries import belongs_to
from readinggroup.uploads.checking import Checked
from readinggroup.uploads.shelf import Laid, Shelf


def wanted_of(of: Talk | Meeting) -> MaterialKind:
    """What is asked for: of a talk its slides, of a session its recording."""
    return MaterialKind.SLIDES if isinstance(of, Talk) else MaterialKind.RECORDING


def given(of: Talk | Meeting) -> list[Material]:
    """What there is of it already, the first first."""
    found = select(Material).where(belongs_to(of), Material.kind == wanted_of(of))
    return list(db.session.scalars(found.order_by(Material.position, Material.id)))


def give(of: Talk | Meeting, url: str, *, now: datetime, by: Actor) -> None:
    """Keep a talk's slides or a session's recording by their address; given twice, they are there once."""
    keep_material(of, wanted_of(of), url=url, now=now, by=by)
    say_none(of, is_so=False, now=now, by=by)


def give_file(of: Talk | Meeting, file: Checked | Laid, *, shelf: Shelf, now: datetime, by: Actor) -> None:
    """Keep a file here as a talk's slides or a session's recording.  Raises uploads.actions.TooMuch."""
    add_file(of, wanted_of(of), file, title="", shelf=shelf, now=now, by=by)
    say_none(of, is_so=False, now=now, by=by)


def say_none(of: Talk | Meeting, *, is_so: bool, now: datetime, by: Actor) -> None:
    """Note that there are no slides, or is no recording, so that nobody asks; or take that back."""
    name = "has_no_slides" if isinstance(of, Talk) else "has_no_recording"
    if getattr(of, name) is not is_so:
        setattr(of, name, is_so)
        db.session.flush()
        what = "material.none" if is_so else "material.some"
        record(by, what, of, at=now, after={"kind": wanted_of(of).value})
