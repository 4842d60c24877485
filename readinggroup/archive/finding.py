"""Finding held sessions: what was asked for, what the archive can be narrowed by, and what fits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    bindparam,
    false,
    func,
    or_,
    select,
    type_coerce,
)

from readinggroup.archive import search
from readinggroup.archive.listing import BADGES, SESSIONS, SessionRow, is_published, rows_with_talks
from readinggroup.archive.overview import UNDATED, overview_of
from readinggroup.archive.words import Term, alike, snippet, terms_of
from readinggroup.db import db, fetch
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import (
    Group,
    Material,
    Meeting,
    Reading,
    SearchDocument,
    Series,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkTopic,
    Topic,
)
from readinggroup.scheduling.views import STANDING

ON_A_PAGE = 25
LATEST, MOST_TRIED, MOST_SUGGESTED = 500, 6, 3
"""Where nothing is found: how many sessions lend their words, how many other searches are tried, and shown."""
HIGHEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for in the archive, as it was asked; empty where it wasn't.

    ``q`` are words that all have to be there, ``topic``, ``speaker`` and ``series`` slugs, ``year`` digits or
    UNDATED, ``has`` a key of BADGES.
    """

    q: str = ""
    topic: str = ""
    speaker: str = ""
    year: str = ""
    series: str = ""
    has: str = ""

    def asked(self) -> dict[str, Any]:
        """What was asked, by its name in the address."""
        named = {name: getattr(self, name) for name in ("q", "topic", "speaker", "year", "series", "has")}
        return {name: value for name, value in named.items() if value}

    def __bool__(self) -> bool:
        return bool(self.asked())


@dataclass(frozen=True, slots=True)
class Found:
    """A page of sessions that fit: how many do in all, and whether more come after it.

    ``snippets`` by number: where the words stand that were looked for.
    """

    rows: Sequence[SessionRow]
    total: int
    goes_on: bool
    snippets: dict[int, Markup]


NOTHING = Found((), 0, goes_on=False, snippets={})


def found_sessions(group: Group, filters: Filters, *, page: int = 1, below: int | None = None) -> Found:
    """The held sessions that fit, ON_A_PAGE of them: those that match words best, else the highest number first.

    ``below``  a session's number: the page begins after it, which costs the same however long the archive is.
    """
    skip = 0 if below else (page - 1) * ON_A_PAGE
    asked = {"group": group.id, "below": below or HIGHEST_NUMBER, "limit": ON_A_PAGE + 1, "skip": skip}
    if not filters:
        rows = fetch(UNFILTERED, asked)
        return _found(rows, overview_of(group).held)
    if filters.q:
        terms = terms_of(filters.q)
        return _matching(group, filters, terms, asked) if terms else NOTHING
    rows = fetch(_narrowed(group, filters), asked)
    return _found(rows, rows[0].total if rows else 0)


def _matching(group: Group, filters: Filters, terms: Sequence[Term], asked: dict[str, Any]) -> Found:
    """A page of the sessions in which all of ``terms`` stand, and which fit."""
    asked |= {"words": search.written(terms)}
    if filters == Filters(q=filters.q) and asked["below"] == HIGHEST_NUMBER:
        page, count = _ranked_of_all(db.engine.dialect.name)
    else:
        page, count = _ranked(*fitting(group, filters), Meeting.number < bindparam("below"))
    rows = fetch(page, asked)
    ends_here = 0 < len(rows) <= ON_A_PAGE
    total = asked["skip"] + len(rows) if ends_here else fetch(count, asked)[0][0]
    return _found(rows, total, terms)


@cache
def _ranked_of_all(_dialect: str) -> tuple[Select[*tuple[Any, ...]], Select[int]]:
    return _ranked()


def _ranked(*where: ColumnElement[bool]) -> tuple[Select[*tuple[Any, ...]], Select[int]]:
    """A page of the sessions that match, the best first, and how many do.

    They are counted by themselves: a count beside each row would keep the rows that the page leaves out, which takes
    as long as ranking them.  Of two that match alike the later one comes first, by id, since that is at hand.
    """
    matches = search.matches()
    fitting = select(matches.c.meeting_id, matches.c.rank)
    if where:
        fitting = fitting.join(Meeting, Meeting.id == matches.c.meeting_id).where(*where)
    best = fitting.order_by(matches.c.rank, matches.c.meeting_id.desc())
    page = best.limit(bindparam("limit")).offset(bindparam("skip")).subquery("page")
    rows = SESSIONS.add_columns(SearchDocument.texts, SearchDocument.papers)
    rows = rows.join(page, page.c.meeting_id == Meeting.id).where(Meeting.state == MeetingState.HELD)
    rows = rows.join(SearchDocument, SearchDocument.meeting_id == Meeting.id)
    return rows.order_by(page.c.rank, Meeting.id.desc()), fitting.with_only_columns(
        func.count(), maintain_column_froms=True
    )


def _found(rows: Sequence[Row[*tuple[Any, ...]]], total: int, terms: Sequence[Term] = ()) -> Found:
    shown = rows[:ON_A_PAGE]
    snippets = {}
    if terms:
        snippets = {row.number: snippet((row.texts, row.papers), terms) for row in shown}
    return Found(rows_with_talks(shown), total, len(rows) > ON_A_PAGE, snippets)


def _unfiltered() -> Select[*tuple[Any, ...]]:
    here = (Meeting.group_id == bindparam("group"), Meeting.state == MeetingState.HELD)
    page = SESSIONS.where(*here, Meeting.number < bindparam("below")).order_by(Meeting.number.desc())
    return page.limit(bindparam("limit")).offset(bindparam("skip"))


UNFILTERED = _unfiltered()


def _narrowed(group: Group, filters: Filters) -> Select[*tuple[Any, ...]]:
    """A page of the sessions that fit, each with how many do in all; the page is cut before texts are fetched."""
    chosen = select(Meeting.id, func.count().over().label("total")).where(
        Meeting.group_id == group.id,
        Meeting.state == MeetingState.HELD,
        Meeting.number < bindparam("below"),
        *fitting(group, filters),
    )
    page = (
        chosen.order_by(Meeting.number.desc()).limit(bindparam("limit")).offset(bindparam("skip")).subquery()
    )
    rows = SESSIONS.add_columns(page.c.total).join(page, page.c.id == Meeting.id)
    return rows.order_by(Meeting.number.desc())


def fitting(group: Group, filters: Filters) -> Iterator[ColumnElement[bool]]:
    """What a session has to be to fit, words aside."""
    if filters.topic:
        about = (TalkTopic.talk_id == Talk.id, Topic.id == TalkTopic.topic_id)
        yield _in_talk(*about, Topic.group_id == group.id, Topic.slug == filters.topic)
    if filters.speaker:
        yield _in_talk(*by_speaker(group, filters.speaker))
    if filters.series:
        ours = (Series.group_id == group.id, Series.slug == filters.series)
        whole = select(Series.id).where(*ours, Series.id == Meeting.series_id).exists()
        yield or_(whole, _in_talk(Series.id == Talk.series_id, *ours))
    if filters.year:
        yield _in_year(filters.year)
    if filters.has:
        yield left_behind(filters.has)


def _in_talk(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a session has a published talk of which ``where`` is true; found from the talks, not session by session."""
    talks = select(Talk.meeting_id).where(Talk.state.in_(STANDING), *where)
    return Meeting.id.in_(talks)


def has_talk(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a session has a published talk of which ``where`` is true."""
    here = (Talk.meeting_id == Meeting.id, is_published(), *where)
    return select(Talk.id).where(*here).correlate(Meeting).exists()


def by_speaker(group: Group, slug: str) -> tuple[ColumnElement[bool], ...]:
    """That a talk, in a query of talks, is given by that speaker."""
    ours = (Speaker.id == TalkSpeaker.speaker_id, Speaker.group_id == group.id, Speaker.slug == slug)
    return (TalkSpeaker.talk_id == Talk.id, *ours)


def left_behind(badge: str) -> ColumnElement[bool]:
    """That a session left behind what lists call ``badge``; what is no badge fits none."""
    if badge not in BADGES:
        return false()
    kinds = type_coerce(Material.kind, String).in_(BADGES[badge])
    whole = select(Material.id).where(Material.meeting_id == Meeting.id, kinds).correlate(Meeting).exists()
    fits = [whole, has_talk(Material.talk_id == Talk.id, kinds)]
    if badge == "reading":
        fits.append(has_talk(Reading.talk_id == Talk.id))
    if badge == "notes":
        fits.append(Meeting.recap != "")
    return or_(*fits)


def _in_year(year: str) -> ColumnElement[bool]:
    """That a session was in that year; what is no year fits none."""
    if year == UNDATED:
        return Meeting.on.is_(None)
    if not is_year(year):
        return false()
    return Meeting.on.between(date(int(year), 1, 1), date(int(year), 12, 31))


def is_year(words: str) -> bool:
    """Whether ``words`` are a year that a date can have."""
    return words.isascii() and words.isdigit() and 0 < int(words[:5]) <= date.max.year


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another thing to look for where nothing was found: ``words`` with what they find."""

    words: str
    filters: Filters
    total: int


def suggestions(group: Group, filters: Filters) -> list[Suggestion]:
    """What finds something where ``filters`` do not: words spelled a little otherwise, fewer of them, no filters."""
    if not filters.q:
        return []
    words = [*alike(filters.q, _known(group)), *(filters.q.split() if " " in filters.q else ())]
    others = [Filters(q=each) for each in dict.fromkeys(words)]
    others = ([Filters(q=filters.q)] if filters.asked().keys() > {"q"} else []) + others
    found = (Suggestion(each.q, each, found_sessions(group, each).total) for each in others[:MOST_TRIED])
    return [each for each in found if each.total][:MOST_SUGGESTED]


def _known(group: Group) -> list[str]:
    """Names, topics and titles of the group's latest sessions, whose words may be the ones that were meant."""
    latest = select(SearchDocument.titles, SearchDocument.names).where(SearchDocument.group_id == group.id)
    rows = db.session.execute(latest.order_by(SearchDocument.meeting_id.desc()).limit(LATEST))
    return [words for row in rows for words in row]
