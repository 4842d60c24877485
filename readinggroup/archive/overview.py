"""The archive as a whole: how much was held, by what it can be narrowed, and a year of it.

It takes as long as the archive is, so it is looked up once for each version of what the public sees.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from readinggroup.archive.listing import is_published
from readinggroup.archive.telling import session_title
from readinggroup.db import db
from readinggroup.domain.lifecycle import Audience, MeetingState
from readinggroup.models import (
    Break,
    Group,
    JointSession,
    JointState,
    Meeting,
    Series,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkTopic,
    Topic,
)

UNDATED = "unknown"
"""Asked as a year: the sessions whose date was not recorded."""
MOST_CHOICES = 100
"""With more than that there is no list to choose from."""
MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated session of the year."""

    number: int
    on: date
    state: MeetingState
    title: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A held session that another group hosted and this one took part in; ``number`` is the host's."""

    id: int
    number: int
    on: date | None
    title: str
    host: str
    host_audience: Audience
    is_held: bool = True


@dataclass(frozen=True, eq=False)
class Overview:
    """Slugs with names by which the ``held`` sessions can be narrowed, and the year that was asked for.

    ``years`` are newest first, with what they are called, UNDATED last where there is any.  ``marks`` are the
    sessions of the year, earliest first; ``breaks`` the first and last days of all.
    """

    held: int
    topics: Sequence[tuple[str, str]]
    speakers: Sequence[tuple[str, str]]
    series: Sequence[tuple[str, str]]
    years: Sequence[tuple[str, str]]
    marks: Sequence[Mark]
    breaks: Sequence[tuple[date, date]]
    visits: Sequence[VisitLine]


_kept: dict[tuple[int, int, int | None], Overview] = {}


def overview_of(group: Group, year: int | None = None) -> Overview:
    """The group's archive, and a year of it; without ``year`` the latest in which a session was held."""
    key = (group.id, group.public_version, year)
    found = _kept.get(key)
    if found is None:
        found = _look_up(group, year)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = found
    return found


def forget() -> None:
    """Look everything up anew, as tests must that begin with an empty database."""
    _kept.clear()


def _look_up(group: Group, year: int | None) -> Overview:
    of: defaultdict[str, list[Any]] = defaultdict(list)
    for row in db.session.execute(OVERVIEW, {"group": group.id, "year": year}):
        of[row.what].append(row)
    talks: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in of["talk"]:
        talks[row.number].append((row.position, row.name))
    years = sorted((row.slug for row in of["year"]), reverse=True)
    return Overview(
        held=of["held"][0].number,
        topics=_choices(of["topic"]),
        speakers=_choices(of["speaker"]),
        series=_choices(of["series"]),
        years=tuple((year or UNDATED, year or "Not recorded") for year in years),
        marks=[
            _mark(row, talks[row.number]) for row in sorted(of["mark"], key=lambda row: (row.on, row.number))
        ],
        breaks=sorted((row.on, row.until) for row in of["break"]),
        visits=_visits(of),
    )


def _visits(of: Mapping[str, list[Any]]) -> list[VisitLine]:
    """What the group took part in elsewhere, the latest first."""
    hosts = {row.number: row for row in of["visit host"]}
    talks: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in of["visit talk"]:
        talks[row.number].append((row.position, row.name))
    found = [
        VisitLine(
            row.number,
            row.position,
            row.on,
            session_title(row.position, row.name, [title for _, title in sorted(talks[row.number])]),
            hosts[row.number].name,
            Audience(hosts[row.number].slug),
        )
        for row in of["visit"]
    ]
    return sorted(found, key=lambda visit: (visit.on or date.min, visit.id), reverse=True)


def _choices(rows: Sequence[Any]) -> Sequence[tuple[str, str]]:
    if len(rows) > MOST_CHOICES:
        return ()
    choices = ((row.slug, row.name) for row in rows)
    return tuple(sorted(choices, key=lambda choice: (choice[1].casefold(), choice[0])))


def _mark(row: Any, talks: Sequence[tuple[int, str]]) -> Mark:
    title = session_title(row.number, row.name, [title for _, title in sorted(talks)])
    return Mark(row.number, row.on, MeetingState(row.slug), title)


def _overview() -> Select[*tuple[Any, ...]]:
    """All of it in one query: rows of several kinds, told apart by ``what``."""
    group: BindParameter[int] = bindparam("group")
    asked: BindParameter[int] = bindparam("year", type_=Integer)
    none, zero, never = literal(""), literal(0), cast(null(), Date)
    held = (Meeting.group_id == group, Meeting.state == MeetingState.HELD)
    latest = select(extract("year", func.max(Meeting.on))).where(*held).scalar_subquery()
    in_year = (Meeting.group_id == group, extract("year", Meeting.on) == func.coalesce(asked, latest))
    talks = select(Talk.id).join(Meeting, Meeting.id == Talk.meeting_id).where(*held, is_published())
    year = func.coalesce(cast(extract("year", Meeting.on), String), "")

    def named(what: str, kind: Any, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
        chosen = select(
            literal(what).label("what"),
            kind.slug.label("slug"),
            kind.name.label("name"),
            zero.label("number"),
            zero.label("position"),
            never.label("on"),
            never.label("until"),
        )
        return chosen.where(kind.group_id == group, *where)

    of_talks = Talk.id == TalkTopic.talk_id, Talk.id == TalkSpeaker.talk_id
    series = or_(
        select(Meeting.id).where(*held, Meeting.series_id == Series.id).exists(),
        talks.where(Talk.series_id == Series.id).exists(),
    )
    lines = union_all(
        named("topic", Topic, talks.where(of_talks[0], TalkTopic.topic_id == Topic.id).exists()),
        named(
            "speaker",
            Speaker,
            Speaker.hidden_at.is_(None),
            talks.where(of_talks[1], TalkSpeaker.speaker_id == Speaker.id).exists(),
        ),
        named("series", Series, series),
        select(literal("year"), year, none, zero, zero, never, never).where(*held).distinct(),
        select(literal("held"), none, none, func.count(), zero, never, never).where(*held),
        select(
            literal("mark"),
            type_coerce(Meeting.state, String),
            Meeting.title,
            Meeting.number,
            zero,
            Meeting.on,
            never,
        ).where(*in_year),
        select(literal("talk"), none, Talk.title, Meeting.number, Talk.position, never, never)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(*in_year, is_published()),
        *_of_visits(group),
        select(literal("break"), none, none, zero, zero, Break.starts_on, Break.ends_on).where(
            Break.group_id == group
        ),
    ).subquery()
    return select(lines)


def _of_visits(group: BindParameter[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """Held sessions of other groups that the group took part in, their hosts, and their talks."""
    none, zero, never = literal(""), literal(0), cast(null(), Date)
    visits = (
        JointSession.meeting_id == Meeting.id,
        JointSession.guest_id == group,
        JointSession.state == JointState.ACCEPTED,
        Meeting.state == MeetingState.HELD,
    )
    audience = type_coerce(Group.archive_seen_by, String)
    yield select(
        literal("visit"), none, Meeting.title, JointSession.id, Meeting.number, Meeting.on, never
    ).where(*visits)
    yield select(literal("visit host"), audience, Group.name, JointSession.id, zero, never, never).where(
        *visits, Group.id == JointSession.group_id
    )
    yield select(literal("visit talk"), none, Talk.title, JointSession.id, Talk.position, never, never).where(
        *visits, Talk.meeting_id == Meeting.id, is_published()
    )


OVERVIEW = _overview()
