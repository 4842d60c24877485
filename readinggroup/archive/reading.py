"""Everything that was read: by session, and as citations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all

from readinggroup.archive.citations import Cited
from readinggroup.archive.finding import ON_A_PAGE, has_talk
from readinggroup.archive.listing import PUBLISHED, States, is_published, session_rows
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.models import Group, Material, Meeting, Reading, Talk
from readinggroup.text.markdown import plain
from readinggroup.web.when import date_words


@dataclass(frozen=True, slots=True)
class ReadTalk:
    """What was read for one talk, as (title, address); ``talk`` is empty for what the whole session read."""

    talk: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReadSession:
    """What was read for one session."""

    number: int
    title: str
    on: date | None
    talks: tuple[ReadTalk, ...]

    @property
    def date_words(self) -> str:
        """ "Saturday 5 December 2026"; empty where the date was not recorded."""
        return date_words(self.on) if self.on else ""


def cited(group: Group, states: States) -> list[Cited]:
    """Everything that was read for sessions in one of ``states``, each address once, in the order of the sessions."""
    lines = _reading_lines(group, Meeting.state.in_(states)).subquery()
    rows = db.session.execute(
        select(lines).order_by(lines.c.number, lines.c.talk_position, lines.c.what, lines.c.id)
    )
    found: dict[str, tuple[str, list[int]]] = {}
    for row in rows:
        _, numbers = found.setdefault(row.url, (row.title, []))
        if row.number not in numbers:
            numbers.append(row.number)
    return [Cited(plain(title, 300), url, tuple(numbers)) for url, (title, numbers) in found.items()]


def read_sessions(group: Group, states: States, *, page: int = 1) -> list[ReadSession]:
    """The sessions in one of ``states`` for which there is something to read, latest first, ON_A_PAGE of them."""
    rows = session_rows(
        group, _has_reading(), Meeting.state.in_(states), limit=ON_A_PAGE, skip=(page - 1) * ON_A_PAGE
    )
    found = _reading_of(group, [row.number for row in rows])
    return [ReadSession(row.number, row.title, row.on, tuple(found[row.number])) for row in rows]


def count_read(group: Group, states: States) -> tuple[int, int]:
    """How many sessions in one of ``states`` have reading, and how many titles there are in all."""
    told = Meeting.state.in_(states)
    sessions = select(func.count(Meeting.id)).where(Meeting.group_id == group.id, told, _has_reading())
    lines = _reading_lines(group, told).subquery()
    each = select(lines.c.number, lines.c.talk_position, lines.c.url).distinct().subquery()
    titles = select(func.count()).select_from(each)
    row = db.session.execute(select(sessions.scalar_subquery(), titles.scalar_subquery())).one()
    return row[0], row[1]


def _reading_of(group: Group, numbers: Sequence[int]) -> Mapping[int, list[ReadTalk]]:
    """What was read, by the session's number and in the order of its talks; an address once for each talk."""
    found: defaultdict[int, list[ReadTalk]] = defaultdict(list)
    lines = _reading_lines(group, Meeting.number.in_(numbers)).subquery()
    order = (lines.c.number, lines.c.talk_position, lines.c.what, lines.c.position, lines.c.id)
    rows = db.session.execute(select(lines).order_by(*order))
    for (number, _, talk), of_talk in groupby(
        rows, key=lambda row: (row.number, row.talk_position, row.talk)
    ):
        titles = {row.url: row.title for row in reversed(list(of_talk))}
        found[number].append(ReadTalk(talk, tuple((title, url) for url, title in reversed(titles.items()))))
    return found


def _reading_lines(group: Group, *where: ColumnElement[bool]) -> Any:
    """Readings of talks, papers of talks, and papers of sessions, as one table."""
    ours = (Meeting.group_id == group.id, Meeting.state.in_(PUBLISHED), *where)
    paper = Material.kind == MaterialKind.PAPER
    of_talks = select(Meeting.number, Talk.title.label("talk"), Talk.position.label("talk_position")).join(
        Talk, Talk.meeting_id == Meeting.id
    )
    return union_all(
        _line(of_talks.join(Reading, Reading.talk_id == Talk.id), Reading, 1).where(*ours, is_published()),
        _line(of_talks.join(Material, Material.talk_id == Talk.id), Material, 2).where(
            *ours, is_published(), paper
        ),
        _line(
            select(Meeting.number, literal("").label("talk"), literal(0).label("talk_position")).join(
                Material, Material.meeting_id == Meeting.id
            ),
            Material,
            2,
        ).where(*ours, paper),
    )


def _line(chosen: Select[*tuple[Any, ...]], of: Any, what: int) -> Select[*tuple[Any, ...]]:
    return chosen.add_columns(
        of.title.label("title"), of.url, literal(what).label("what"), of.position, of.id
    )


def _has_reading() -> ColumnElement[bool]:
    paper = Material.kind == MaterialKind.PAPER
    whole = select(Material.id).where(Material.meeting_id == Meeting.id, paper).correlate(Meeting).exists()
    read = select(Reading.id).where(Reading.talk_id == Talk.id).correlate(Talk).exists()
    papers = select(Material.id).where(Material.talk_id == Talk.id, paper).correlate(Talk).exists()
    return (whole & Meeting.state.in_(PUBLISHED)) | has_talk(or_(read, papers))
