"""What the front pages show besides the rooms' own queries: the season, and the next session of each group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from readinggroup.archive.listing import SessionRow, is_published, session_rows, talk_lines
from readinggroup.archive.telling import session_title, when_of
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Group, Meeting, Talk
from readinggroup.scheduling.queries import SHOWN_FOR
from readinggroup.web.when import When

LATELY = 4
EACH = 3
TO_COME = (MeetingState.PLANNED, MeetingState.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class SeasonMark:
    """A dated session of the year."""

    number: int
    on: date
    state: MeetingState
    title: str


@dataclass(frozen=True, slots=True)
class NextSession:
    """A coming session of a group, as the community's page tells it."""

    group_id: int
    number: int
    title: str
    when: When | None
    has_programme: bool


def held_lately(group: Group) -> list[SessionRow]:
    """The latest held sessions, highest number first."""
    return session_rows(group, Meeting.state == MeetingState.HELD, limit=LATELY)


def season_of(group: Group, year: int) -> list[SeasonMark]:
    """The group's sessions of that year, earliest first."""
    in_year = Meeting.on.between(date(year, 1, 1), date(year, 12, 31))
    talks = (Talk.meeting_id == Meeting.id) & is_published()
    rows = db.session.execute(
        select(Meeting.number, Meeting.on.label("on"), Meeting.state, Meeting.title, Talk.title.label("talk"))
        .outerjoin(Talk, talks)
        .where(Meeting.group_id == group.id, in_year)
        .order_by(Meeting.on, Meeting.number, Talk.position)
    )
    found: dict[int, tuple[date, MeetingState, str, list[str]]] = {}
    for row in rows:
        *_, named = found.setdefault(row.number, (row.on, row.state, row.title, []))
        named.extend([row.talk] if row.talk else [])
    return [
        SeasonMark(number, on, state, session_title(number, title, named))
        for number, (on, state, title, named) in found.items()
    ]


def coming_sessions(groups: Sequence[Group], now: datetime) -> list[NextSession]:
    """The next sessions of each of ``groups`` that take place, EACH of each, the earliest first."""
    nth = func.row_number().over(
        partition_by=Meeting.group_id, order_by=(Meeting.starts_at_utc, Meeting.number)
    )
    coming = (Meeting.state.in_(TO_COME), Meeting.starts_at_utc >= now - SHOWN_FOR)
    ranked = select(Meeting.id, nth.label("nth")).where(*coming).subquery()
    rows = db.session.execute(
        select(
            Meeting.id,
            Meeting.group_id,
            Meeting.number,
            Meeting.title,
            Meeting.on.label("on"),
            Meeting.starts_at_utc,
            Meeting.zone,
        )
        .join(ranked, ranked.c.id == Meeting.id)
        .where(ranked.c.nth <= EACH, Meeting.group_id.in_([group.id for group in groups]))
        .order_by(Meeting.starts_at_utc, Meeting.group_id, Meeting.number)
    ).all()
    talks = talk_lines([row.id for row in rows])
    return [
        NextSession(
            row.group_id,
            row.number,
            session_title(row.number, row.title, [talk.title for talk in talks[row.id]]),
            when_of(row.on, row.starts_at_utc, row.zone),
            bool(talks[row.id]),
        )
        for row in rows
    ]
