"""How many sessions each choice of a filter would leave, with the other filters as they are.

It takes as long as the archive is, so it is counted where somebody asks for it, once for each version of what the
public sees.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    cast,
    extract,
    func,
    literal,
    select,
    union_all,
)

from readinggroup.archive import search
from readinggroup.archive.finding import Filters, fitting, left_behind
from readinggroup.archive.listing import BADGES
from readinggroup.archive.overview import UNDATED
from readinggroup.archive.words import terms_of
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Group, Meeting, Series, Speaker, Talk, TalkSpeaker, TalkTopic, Topic
from readinggroup.scheduling.views import STANDING

Counts = Mapping[str, Mapping[str, int]]
"""By filter and by value, as addresses name them; what leaves nothing is left out."""
MOST_KEPT = 100
_kept: OrderedDict[tuple[int, int, Filters], Counts] = OrderedDict()


def counts_of(group: Group, filters: Filters) -> Counts:
    """How many held sessions each choice leaves, whatever else its own filter says now."""
    key = (group.id, group.public_version, filters)
    if key not in _kept:
        _kept[key] = _count(group, filters)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def forget() -> None:
    """Count everything anew, as tests must that begin with an empty database."""
    _kept.clear()


def _count(group: Group, filters: Filters) -> Counts:
    found: dict[str, dict[str, int]] = {}
    if not filters.q or terms_of(filters.q):
        for what, value, count in db.session.execute(union_all(*_lines(group, filters))):
            if count:
                found.setdefault(what, {})[value] = count
    return found


def _lines(group: Group, filters: Filters) -> Iterator[Select[*tuple[Any, ...]]]:
    """A row for each choice: its filter, its value, and how many sessions it leaves."""

    def fits(without: str) -> Subquery:
        held = (Meeting.group_id == group.id, Meeting.state == MeetingState.HELD)
        others = fitting(group, replace(filters, **{without: ""}))
        # In a FROM of its own, where no talk or session outside of it is taken for one of its own.
        return (
            select(Meeting.id, Meeting.on.label("on"))
            .where(*held, *_matching(group, filters), *others)
            .subquery()
        )

    def count(what: str, value: Any, left: Subquery, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
        chosen = select(literal(what), value, func.count(left.c.id.distinct())).where(*where)
        return chosen.group_by(value)

    topic, speaker, series, year = (fits(each) for each in ("topic", "speaker", "series", "year"))
    about = (TalkTopic.talk_id == Talk.id, Topic.id == TalkTopic.topic_id)
    by = (TalkSpeaker.talk_id == Talk.id, Speaker.id == TalkSpeaker.speaker_id, Speaker.hidden_at.is_(None))
    yield count("topic", Topic.slug, topic, Talk.meeting_id == topic.c.id, Talk.state.in_(STANDING), *about)
    yield count(
        "speaker", Speaker.slug, speaker, Talk.meeting_id == speaker.c.id, Talk.state.in_(STANDING), *by
    )
    whole = select(Meeting.series_id, Meeting.id).where(Meeting.group_id == group.id)
    talks = select(Talk.series_id, Talk.meeting_id).where(Talk.group_id == group.id, Talk.state.in_(STANDING))
    both = union_all(whole, talks).subquery()
    yield count("series", Series.slug, series, both.c.id == series.c.id, both.c.series_id == Series.id)
    yield count("year", func.coalesce(cast(extract("year", year.c.on), String), UNDATED), year)
    left = fits("has")
    for badge in BADGES:
        # Its conditions are about a session, so that it is looked up once more, by its key.
        yield count("has", literal(badge), left, Meeting.id == left.c.id, left_behind(badge))


def _matching(group: Group, filters: Filters) -> Iterator[ColumnElement[bool]]:
    """That a session has the words that are looked for."""
    if filters.q:
        words = search.written(terms_of(filters.q))
        yield Meeting.id.in_(select(search.matches(group=group.id, words=words).c.meeting_id))
