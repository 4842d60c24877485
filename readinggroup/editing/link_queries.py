"""Looking up the links that don't answer any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from readinggroup.db import db
from readinggroup.models import Group, LinkLook, Material, Meeting, Reading, Talk

HIGHEST = 2**31 - 1
Kind = type[Reading] | type[Material]
KINDS: dict[str, Kind] = {"reading": Reading, "material": Material}


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A reading or a material whose address doesn't answer any more; ``talk`` is empty for a whole session's."""

    thing: Reading | Material
    number: int
    session: str
    talk: str
    problem: str

    @property
    def key(self) -> str:
        """What addresses call it: "reading-12"."""
        return f"{self.thing.__tablename__}-{self.thing.id}"

    @property
    def since(self) -> date | None:
        """Since when it doesn't answer."""
        return self.thing.dead_since


@dataclass(frozen=True, slots=True)
class Link:
    """A reading or a material with what it belongs to."""

    thing: Reading | Material
    of: Talk | Meeting


def dead_links(group: Group) -> Sequence[DeadLink]:
    """Those of the group, dead for longest first."""
    found = [dead for kind in KINDS.values() for dead in _dead(group, kind)]
    return sorted(found, key=lambda dead: (dead.since or date.max, dead.number, dead.key))


def link_in(group: Group, link: str) -> Link | None:
    """The group's reading or material of that key."""
    kind, _, digits = link.partition("-")
    if kind not in KINDS or not (digits.isascii() and digits.isdigit() and len(digits) < 11):
        return None
    if int(digits) > HIGHEST:
        return None
    model = KINDS[kind]
    row: Any = db.session.execute(
        select(model, Talk, Meeting)
        .outerjoin(Talk, Talk.id == model.talk_id)
        .join(Meeting, Meeting.id == _meeting_of(model))
        .where(Meeting.group_id == group.id, model.id == int(digits))
    ).one_or_none()
    return Link(row[0], row[1] or row[2]) if row else None


def look_of(url: str) -> LinkLook | None:
    """What is known of the address."""
    return db.session.get(LinkLook, url)


def _dead(group: Group, kind: Kind) -> list[DeadLink]:
    rows: Any = db.session.execute(
        select(kind, Meeting.number, Meeting.title, Talk.title, LinkLook.problem)
        .outerjoin(Talk, Talk.id == kind.talk_id)
        .join(Meeting, Meeting.id == _meeting_of(kind))
        .outerjoin(LinkLook, LinkLook.url == kind.url)
        .where(Meeting.group_id == group.id, kind.dead_since.is_not(None))
    )
    return [
        DeadLink(thing, number, session, talk or "", problem or "")
        for thing, number, session, talk, problem in rows
    ]


def _meeting_of(kind: Kind) -> ColumnElement[Any]:
    """The session of a thing whose talk, if it has one, is joined."""
    of_talk = Talk.__table__.c.meeting_id
    return func.coalesce(kind.meeting_id, of_talk) if issubclass(kind, Material) else of_talk
