"""Looking the archive up: sessions by what they were about, one session, speakers, series, and the reading."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    cast,
    extract,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from readinggroup.archive.folding import holds
from readinggroup.archive.listing import PUBLISHED, SessionRow, is_published, session_rows
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState
from readinggroup.groups.speakers import speaker_by_slug
from readinggroup.models import (
    Group,
    Material,
    Meeting,
    Reading,
    Series,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkTopic,
    Topic,
)
from readinggroup.scheduling.views import MeetingView, meeting_views
from readinggroup.web.when import When

ON_A_PAGE = 25
HIGHEST_NUMBER = 2**31 - 1
UNDATED = "unknown"
"""Asked as a year: the sessions whose date was not recorded."""
TAKES_PLACE = Meeting.state != MeetingState.CANCELLED
_CHOICES = ("topic", "speaker", "year", "found")


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for in the archive, as it was asked; empty where it wasn't.

    ``q`` are words that all have to be there, ``topic`` and ``speaker`` slugs, ``year`` digits or UNDATED.
    """

    q: str = ""
    topic: str = ""
    speaker: str = ""
    year: str = ""

    def __bool__(self) -> bool:
        return any((self.q, self.topic, self.speaker, self.year))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the archive can be narrowed by: slugs with names, and years, newest first; ``found`` sessions fit."""

    found: int

    topics: tuple[tuple[str, str], ...]
    speakers: tuple[tuple[str, str], ...]
    years: tuple[tuple[str, str], ...]
    """With what they are called; UNDATED last, where there is any."""


@dataclass(frozen=True, slots=True)
class SpeakerLine:
    """A speaker in the list of all, with how many talks they gave."""

    name: str
    slug: str
    talks: int


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
    when: When | None
    talks: tuple[ReadTalk, ...]


# --- sessions ---------------------------------------------------------------------------------------------


def held_sessions(group: Group, filters: Filters, *, page: int = 1) -> list[SessionRow]:
    """The held sessions that fit, highest number first, ON_A_PAGE of them."""
    where = (Meeting.state == MeetingState.HELD, *_fitting(group, filters))
    return session_rows(group, *where, limit=ON_A_PAGE, skip=(page - 1) * ON_A_PAGE)


def choices_of(group: Group, filters: Filters) -> Choices:
    """What the group's held sessions can be narrowed by, and how many of them fit ``filters``."""
    held = (Meeting.group_id == group.id, Meeting.state == MeetingState.HELD)
    talks = select(Talk.id).join(Meeting, Meeting.id == Talk.meeting_id).where(*held, is_published())
    topics = select(TalkTopic.topic_id).where(TalkTopic.talk_id.in_(talks))
    speakers = select(TalkSpeaker.speaker_id).where(TalkSpeaker.talk_id.in_(talks))
    year = cast(extract("year", Meeting.on), String)
    found = select(func.count(Meeting.id)).where(*held, *_fitting(group, filters)).scalar_subquery()
    rows = db.session.execute(
        union_all(
            select(literal("topic").label("what"), Topic.slug, Topic.name).where(Topic.id.in_(topics)),
            select(literal("speaker"), Speaker.slug, Speaker.name).where(
                Speaker.id.in_(speakers), Speaker.hidden_at.is_(None)
            ),
            select(literal("year"), func.coalesce(year, ""), literal("")).where(*held).distinct(),
            select(literal("found"), cast(found, String), literal("")),
        )
    ).all()
    of = {what: [(row[1], row[2]) for row in rows if row[0] == what] for what in _CHOICES}
    return Choices(
        found=int(of["found"][0][0]),
        topics=tuple(sorted(of["topic"], key=_by_name)),
        speakers=tuple(sorted(of["speaker"], key=_by_name)),
        years=tuple(
            (year or UNDATED, year or "Not recorded") for year, _ in sorted(of["year"], reverse=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A session between the ones before and after it by number, if there are any."""

    meeting: MeetingView
    before: MeetingView | None
    after: MeetingView | None


def session_in(group: Group, number: int) -> Neighbours | None:
    """The group's session of that number, in whatever state, and its neighbours."""
    if number > HIGHEST_NUMBER:
        return None
    other = aliased(Meeting)
    before = select(func.max(other.number)).where(other.group_id == group.id, other.number < number)
    after = select(func.min(other.number)).where(other.group_id == group.id, other.number > number)
    beside = (Meeting.number == before.scalar_subquery(), Meeting.number == after.scalar_subquery())
    found = meeting_views(group, or_(Meeting.number == number, *beside))
    here = next((meeting for meeting in found if meeting.number == number), None)
    if here is None:
        return None
    return Neighbours(
        here,
        next((meeting for meeting in found if meeting.number < number), None),
        next((meeting for meeting in found if meeting.number > number), None),
    )


def _fitting(group: Group, filters: Filters) -> Iterator[ColumnElement[bool]]:
    for word in filters.q.split():
        yield _mentions(word)
    if filters.topic:
        ours = (Topic.id == TalkTopic.topic_id, Topic.group_id == group.id, Topic.slug == filters.topic)
        yield _has_talk(TalkTopic.talk_id == Talk.id, *ours)
    if filters.speaker:
        yield _has_talk(*_by_speaker(group, filters.speaker))
    if filters.year:
        yield _in_year(filters.year)


def _mentions(word: str) -> ColumnElement[bool]:
    named = select(TalkSpeaker.talk_id).where(
        TalkSpeaker.talk_id == Talk.id, Speaker.id == TalkSpeaker.speaker_id, holds(Speaker.name, word)
    )
    told = or_(holds(Talk.title, word), holds(Talk.abstract, word), named.correlate(Talk).exists())
    return or_(holds(Meeting.title, word), holds(Meeting.recap, word), _has_talk(told))


def _has_talk(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a session has a published talk of which ``where`` is true."""
    return (
        select(Talk.id)
        .where(Talk.meeting_id == Meeting.id, is_published(), *where)
        .correlate(Meeting)
        .exists()
    )


def _by_speaker(group: Group, slug: str) -> tuple[ColumnElement[bool], ...]:
    ours = (Speaker.id == TalkSpeaker.speaker_id, Speaker.group_id == group.id, Speaker.slug == slug)
    return (TalkSpeaker.talk_id == Talk.id, *ours)


def _in_year(year: str) -> ColumnElement[bool]:
    """That a session was in that year; what is no year fits none."""
    if year == UNDATED:
        return Meeting.on.is_(None)
    if not (year.isascii() and year.isdigit() and 0 < int(year[:5]) <= date.max.year):
        return false()
    return Meeting.on.between(date(int(year), 1, 1), date(int(year), 12, 31))


def _by_name(choice: tuple[str, str]) -> tuple[str, str]:
    return choice[1].casefold(), choice[0]


# --- speakers and series ----------------------------------------------------------------------------------


def speakers_of(group: Group) -> list[SpeakerLine]:
    """Everybody who gave or is announced to give a talk and whose page isn't hidden, by name."""
    rows = db.session.execute(
        select(Speaker.name, Speaker.slug, func.count(Talk.id))
        .join(TalkSpeaker, TalkSpeaker.speaker_id == Speaker.id)
        .join(Talk, Talk.id == TalkSpeaker.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(Speaker.group_id == group.id, Speaker.hidden_at.is_(None), is_published(), TAKES_PLACE)
        .group_by(Speaker.id, Speaker.name, Speaker.slug)
    )
    return sorted((SpeakerLine(*row) for row in rows), key=lambda line: (line.name.casefold(), line.slug))


def speaker_in(group: Group, slug: str) -> Speaker | None:
    """The group's speaker, where they gave or are announced to give a talk; another spelling leads to the kept one."""
    if not _is_text(slug):
        return None
    talks = (
        select(TalkSpeaker.talk_id)
        .join(Talk, Talk.id == TalkSpeaker.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(TalkSpeaker.speaker_id == Speaker.id, is_published(), TAKES_PLACE)
    )
    ours = (Speaker.group_id == group.id, Speaker.slug == slug)
    found = db.session.scalar(select(Speaker).where(*ours, talks.exists()))
    kept = speaker_by_slug(group, slug) if found is None else None
    return speaker_in(group, kept.slug) if kept is not None and kept.slug != slug else found


def sessions_of_speaker(group: Group, speaker: Speaker) -> list[SessionRow]:
    """The sessions at which they talked or are announced to talk, latest first, with their talks alone."""
    rows = session_rows(group, _has_talk(*_by_speaker(group, speaker.slug)), TAKES_PLACE)
    return [row.with_talks_of(speaker.id) for row in rows]


def series_in(group: Group, slug: str) -> Series | None:
    """The group's series."""
    ours = (Series.group_id == group.id, Series.slug == slug)
    return db.session.scalar(select(Series).where(*ours)) if _is_text(slug) else None


def sessions_of_series(group: Group, series: Series) -> list[SessionRow]:
    """The announced and held sessions of a series, or with a talk of it, in order."""
    whole = (Meeting.series_id == series.id) & Meeting.state.in_(PUBLISHED)
    return session_rows(group, or_(whole, _has_talk(Talk.series_id == series.id)), newest_first=False)


def _is_text(slug: str) -> bool:
    """Whether a slug from an address may be asked of the database: PostgreSQL refuses NUL."""
    return slug.isprintable()


# --- reading ----------------------------------------------------------------------------------------------


def read_sessions(group: Group, *, page: int = 1) -> list[ReadSession]:
    """The sessions for which there was or is something to read, latest first, ON_A_PAGE of them."""
    rows = session_rows(group, _has_reading(), limit=ON_A_PAGE, skip=(page - 1) * ON_A_PAGE)
    found = _reading_of(group, [row.number for row in rows])
    return [ReadSession(row.number, row.title, row.when, tuple(found[row.number])) for row in rows]


def count_read(group: Group) -> tuple[int, int]:
    """How many sessions have reading, and how many titles there are in all."""
    sessions = select(func.count(Meeting.id)).where(Meeting.group_id == group.id, _has_reading())
    lines = _reading_lines(group).subquery()
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
    return (whole & Meeting.state.in_(PUBLISHED)) | _has_talk(or_(read, papers))
