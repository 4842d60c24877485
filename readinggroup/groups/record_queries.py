"""Reading the audit trail of a group: what was done, to what, and by whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Executable, String, and_, cast, or_, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState
from readinggroup.models import Group, Meeting, Membership, Pitch, Record, Round, Series, Speaker, Talk, User

ON_A_PAGE = 50


class Area(StrEnum):
    """What a record is about."""

    PEOPLE = "people"
    SETTINGS = "settings"
    PITCHES = "pitches"
    ROUNDS = "rounds"
    PROGRAMME = "programme"


PREFIXES: Mapping[Area, tuple[str, ...]] = {
    Area.PEOPLE: ("membership.", "members.", "invitation.", "speaker."),
    Area.SETTINGS: ("group.", "mail."),
    Area.PITCHES: ("pitch.", "project.", "comment.", "thread."),
    Area.ROUNDS: ("round.",),
    Area.PROGRAMME: (
        "meeting.",
        "talk.",
        "reading.",
        "material.",
        "draft.",
        "programme.",
        "swap.",
        "import.",
        "series.",
        "chapter.",
        "joint.",
    ),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the trail.  ``by``: empty for the site by itself, or somebody who is gone."""

    id: int
    at: datetime
    by: str
    what: str
    thing: str
    thing_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """What a record is about, as the page names it: its words, and what its address takes (None: no page)."""

    words: str
    value: int | str | None = None


def deeds_of(
    group: Group, *, area: Area | None = None, by_id: int | None = None, before_id: int | None = None
) -> list[Deed]:
    """The group's records below ``before_id``, the latest first: a page of them and one more, if there is one."""
    where: list[ColumnElement[bool]] = [Record.group_id == group.id, ~_of_a_draft(group)]
    if area is not None:
        where.append(or_(*(Record.what.startswith(prefix) for prefix in PREFIXES[area])))
    if by_id is not None:
        where.append(Record.by_id == by_id)
    if before_id is not None:
        where.append(Record.id < before_id)
    rows = db.session.execute(
        select(
            Record.id,
            Record.at,
            User.name,
            Record.what,
            Record.thing,
            Record.thing_id,
            Record.before,
            Record.after,
        )
        .outerjoin(User, User.id == Record.by_id)
        .where(*where)
        .order_by(Record.id.desc())
        .limit(ON_A_PAGE + 1)
    )
    return [Deed(id_, at, by or "", *rest) for id_, at, by, *rest in rows]


def doers_of(group: Group) -> Sequence[tuple[int, str]]:
    """Everybody who stands in the group's trail, as (user id, name), by name."""
    done = select(Record.by_id).where(Record.group_id == group.id).distinct()
    rows = db.session.execute(
        select(User.id, User.name).where(User.id.in_(done)).order_by(User.name, User.id)
    )
    return [(user_id, name) for user_id, name in rows]


def names_of(group: Group, deeds: Iterable[Deed]) -> dict[tuple[str, str], Named]:
    """What the deeds are about, by (table, id); what is gone is left out."""
    wanted: dict[str, set[int]] = {}
    for deed in deeds:
        if deed.thing_id.isascii() and deed.thing_id.isdigit():
            wanted.setdefault(deed.thing, set()).add(int(deed.thing_id))
    return {
        (thing, str(row[0])): NAMED[thing](row)
        for thing, ids in wanted.items()
        if thing in NAMED
        for row in db.session.execute(_selected(group, thing, ids))
    }


def _of_a_draft(group: Group) -> ColumnElement[bool]:
    """Whether it is about a pitch that only its author sees."""
    drafts = select(cast(Pitch.id, String)).where(Pitch.group_id == group.id, Pitch.state == PitchState.DRAFT)
    return or_(
        Record.what.in_(["pitch.kept", "pitch.deleted"]),
        and_(Record.thing == "pitch", Record.thing_id.in_(drafts)),
    )


def _selected(group: Group, thing: str, ids: set[int]) -> Executable:
    match thing:
        case "membership":
            return (
                select(Membership.id, User.name)
                .join(User, User.id == Membership.user_id)
                .where(Membership.group_id == group.id, Membership.id.in_(ids))
            )
        case "talk":
            return (
                select(Talk.id, Talk.title, Meeting.number)
                .outerjoin(Meeting, Meeting.id == Talk.meeting_id)
                .where(Talk.group_id == group.id, Talk.id.in_(ids))
            )
        case "meeting":
            return select(Meeting.id, Meeting.number).where(Meeting.group_id == group.id, Meeting.id.in_(ids))
        case "pitch":
            return select(Pitch.id, Pitch.title).where(Pitch.group_id == group.id, Pitch.id.in_(ids))
        case "round":
            return select(Round.id, Round.title).where(Round.group_id == group.id, Round.id.in_(ids))
        case "series":
            ours = (Series.group_id == group.id, Series.id.in_(ids))
            return select(Series.id, Series.name, Series.slug).where(*ours)
        case _:
            found = select(Speaker.id, Speaker.name, Speaker.slug)
            return found.where(Speaker.group_id == group.id, Speaker.id.in_(ids))


NAMED: Mapping[str, Any] = {
    "membership": lambda row: Named(row[1]),
    "talk": lambda row: Named(f"“{row[1]}”", row[2]),
    "meeting": lambda row: Named(f"session {row[1]}", row[1]),
    "pitch": lambda row: Named(f"“{row[1]}”", row[0]),
    "round": lambda row: Named(f"the round “{row[1]}”", row[0]),
    "speaker": lambda row: Named(row[1], row[2]),
    "series": lambda row: Named(f"“{row[1]}”", row[2]),
}
