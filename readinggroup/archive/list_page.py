"""What the archive's list says around its rows: headings, counts, the year as a drawing, and ways on."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask import g

from readinggroup.access.doors import actor
from readinggroup.access.rules import may_see_joint, may_see_schedule
from readinggroup.archive.finding import Filters, Found, is_year
from readinggroup.archive.listing import PUBLISHED, SessionRow, States
from readinggroup.archive.overview import UNDATED, Overview, VisitLine
from readinggroup.archive.telling import counted
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.web.drawings import Ribbon, season_ribbon
from readinggroup.web.links import link

UNDATED_WORDS = "Date not recorded"
MOST_MARKS = 120
"""A year of more sessions than that is no drawing any more."""


def states_shown() -> States:
    """The states of the sessions that pages of the archive tell whoever asks of: what is to come is for those who see
    the schedule."""
    return PUBLISHED if may_see_schedule(actor(), g.group) else (MeetingState.HELD,)


def by_year(rows: Sequence[SessionRow]) -> list[tuple[str, list[SessionRow]]]:
    """The rows under their years, in the order that they have."""
    years = groupby(rows, key=lambda row: str(row.on.year) if row.on else UNDATED_WORDS)
    return [(heading, list(of_year)) for heading, of_year in years]


def visits_shown(overview: Overview, filters: Filters) -> list[VisitLine]:
    """The sessions of other groups that belong to what was asked for: the archive as such, or one year of it."""
    if not shows_a_year(filters):
        return []
    return [
        visit
        for visit in overview.visits
        if may_see_joint(actor(), visit, g.group)
        and (not filters.year or (visit.on is not None and str(visit.on.year) == filters.year))
    ]


def shows_a_year(filters: Filters) -> bool:
    """Whether what was asked for is the archive as such, or one year of it."""
    return not filters or (filters.asked().keys() == {"year"} and is_year(filters.year))


def ribbon_of(overview: Overview) -> Ribbon | None:
    """The year as a drawing; None for one without sessions, or with too many to be told apart."""
    return _drawn(overview, link(".session", number=1))


@lru_cache(maxsize=100)
def _drawn(overview: Overview, first: str) -> Ribbon | None:
    """The drawing, made once; ``first`` is the address of session 1, which tells how the others are made."""
    before, after = first.rsplit("1", 1)
    marks = overview.marks
    if not 0 < len(marks) <= MOST_MARKS:
        return None
    sessions = [(mark.on, mark.state.value, mark.title, f"{before}{mark.number}{after}") for mark in marks]
    return season_ribbon(marks[0].on.year, sessions, overview.breaks)


def found_words(filters: Filters, overview: Overview, total: int) -> str:
    """ "3 sessions about Privacy by Mo in 2022 with slides with “gradient”"."""
    words = [counted(total, "session")]
    if filters.topic:
        words.append(f"about {dict(overview.topics).get(filters.topic, filters.topic)}")
    if filters.speaker:
        words.append(f"by {dict(overview.speakers).get(filters.speaker, filters.speaker)}")
    if filters.series:
        words.append(f"of {dict(overview.series).get(filters.series, filters.series)}")
    if filters.year:
        words.append("without a recorded date" if filters.year == UNDATED else f"in {filters.year}")
    if filters.has:
        words.append(f"with {filters.has}")
    if filters.q:
        words.append(f"with “{filters.q}”")
    return " ".join(words)


def beside(filters: Filters, found: Found, page: int, *, is_there: bool) -> Mapping[str, str]:
    """The addresses of the pages beside this one; empty where there is none."""
    here = filters.asked()
    onward: dict[str, Any] = {} if filters.q or not found.rows else {"below": str(found.rows[-1].number)}
    return {
        "newer_url": link(".sessions", **here, page=page - 1) if page > 1 and is_there else "",
        "older_url": link(".sessions", **here, page=page + 1, **onward) if found.goes_on else "",
    }
