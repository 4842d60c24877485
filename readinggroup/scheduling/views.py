"""Sessions and talks as pages read them: plain values, by the same few queries for one or for a hundred.

``meeting_views(group, Meeting.state == MeetingState.HELD, order_by=(Meeting.number.desc(),), limit=20)`` and
``talk_views(group, Talk.id.in_(ids))`` take any conditions on Meeting and Talk.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import (
    ColumnElement,
    Row,
)

from readinggroup.db import fetch
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, PitchKind, TalkState
from readinggroup.models import (
    Group,
    Meeting,
    Talk,
)
from readinggroup.nested import day_in, moment_in, rows_in
from readinggroup.scheduling.view_rows import MEETINGS, TALKS, TALKS_OF_MEETING, TALKS_OF_MEETINGS
from readinggroup.text.pictures import Size, played_as, size_of
from readinggroup.web.when import When, moment

STANDING = frozenset({TalkState.PLANNED, TalkState.CONFIRMED, TalkState.GIVEN})
"""The states in which a talk holds its place; at the others it is told as planned and not held."""


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """A name that gives a talk; ``user_id`` where that person has an account.

    ``has_page``: whether the public finds a page about them.
    """

    id: int
    name: str
    slug: str
    user_id: int | None
    has_page: bool = True


@dataclass(frozen=True, slots=True)
class TopicView:
    """A subject of a talk."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class SeriesView:
    """The series that a talk or a session belongs to."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What should be read before a talk; ``posted_at`` is None where that isn't known.

    ``dead_since``: since when its address doesn't answer, ``last_worked`` when it last did, of these and of materials.
    """

    id: int
    title: str
    url: str
    posted_at: datetime | None
    dead_since: date | None = None
    last_worked: date | None = None


@dataclass(frozen=True, slots=True)
class MaterialView:
    """What a talk or a session left behind; ``alt`` is what a picture that is kept here shows, in words."""

    id: int
    kind: MaterialKind
    title: str
    url: str
    alt: str = ""
    dead_since: date | None = None
    last_worked: date | None = None

    @property
    def picture(self) -> Size | None:
        """Its size, where it is a picture that is kept here; pages then show it."""
        return size_of(self.url)

    @property
    def played(self) -> str:
        """ "video" or "audio", where it is a recording that is kept here; pages then play it."""
        return played_as(self.url)

    @property
    def host(self) -> str:
        """Whose site it lies on; empty where the address doesn't tell."""
        try:
            return (urlsplit(self.url).hostname or "").removeprefix("www.")
        except ValueError:
            return ""


@dataclass(frozen=True, slots=True)
class TalkView:
    """A talk with everything that belongs to it, and the session it was planned for."""

    id: int
    pitch_id: int | None
    title: str
    abstract: str
    kind: PitchKind
    state: TalkState
    note: str
    position: int
    chapter: int | None
    placed_at: datetime | None
    series: SeriesView | None
    meeting_id: int
    meeting_number: int
    meeting_on: date | None
    meeting_state: MeetingState
    answer_by: date | None
    """The last local date on which the speaker, once asked, is to say whether they come."""
    declined_at: datetime | None
    """Since when the speaker says that they can't come."""
    declined_because: str
    has_no_slides: bool
    replaced_by_id: int | None
    replaced_by_title: str
    """The title of the talk that came instead; empty where there is none."""
    speakers: tuple[SpeakerView, ...]
    topics: tuple[TopicView, ...]
    readings: tuple[ReadingView, ...]
    materials: tuple[MaterialView, ...]

    @property
    def stands(self) -> bool:
        """Whether it holds its place, or was given at it."""
        return self.state in STANDING

    @property
    def is_published(self) -> bool:
        """Whether the public sees it: its session was announced."""
        return self.meeting_state is not MeetingState.PLANNED


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A position in a session, and the talk that holds it."""

    position: int
    talk_minutes: int
    question_minutes: int
    talk: TalkView | None

    @property
    def is_free(self) -> bool:
        """Whether a talk can still take it."""
        return self.talk is None


@dataclass(frozen=True, slots=True)
class GuestView:
    """Another group that takes part in a session."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A session with its places, talks and materials."""

    id: int
    number: int
    title: str
    on: date | None
    starts_at: time | None
    minutes: int
    zone: str
    starts_at_utc: datetime | None
    state: MeetingState
    locked: bool
    recap: str
    closed_at: datetime | None
    has_no_recording: bool
    has_own_room: bool
    """Whether it has an address of its own on the web, which no page shows (``holding.rooms``)."""
    cancelled_because: str
    sequence: int
    series: SeriesView | None
    when: When | None
    """None where the date was not recorded."""
    places: tuple[PlaceView, ...]
    earlier_talks: tuple[TalkView, ...]
    """Planned for this session and not held: withdrawn or replaced, in order of place."""
    materials: tuple[MaterialView, ...]
    """Those of the session as a whole; a talk has its own."""
    guests: tuple[GuestView, ...]
    """The other groups that take part, by name."""

    @property
    def talks(self) -> tuple[TalkView, ...]:
        """The talks that hold their places, in order."""
        return tuple(place.talk for place in self.places if place.talk is not None)

    @property
    def headline(self) -> str:
        """What to call it: its own title, else its talks', else its number."""
        return self.title or " · ".join(talk.title for talk in self.talks) or f"Session {self.number}"

    @property
    def free_places(self) -> int:
        """How many talks can still come in."""
        return sum(place.is_free for place in self.places)


def meeting_views(
    group: Group,
    *where: ColumnElement[bool],
    order_by: Sequence[Any] = (Meeting.number,),
    limit: int | None = None,
    with_unpublished: bool = False,
) -> list[MeetingView]:
    """The group's sessions that fulfil all of ``where``, with everything in them.

    Talks of a session that isn't announced yet are left out, unless ``with_unpublished``.
    """
    chosen = MEETINGS.where(Meeting.group_id == group.id, *where).order_by(*order_by).limit(limit)
    return views_of_meetings(fetch(chosen, {}), with_unpublished=with_unpublished)


def views_of_meetings(
    rows: Sequence[Row[*tuple[Any, ...]]], *, with_unpublished: bool = False
) -> list[MeetingView]:
    """Rows of ``MEETINGS`` with everything that belongs to them, in their order."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    talks: defaultdict[int, list[TalkView]] = defaultdict(list)
    found = (
        fetch(TALKS_OF_MEETINGS, {"meetings": ids})
        if len(ids) > 1
        else fetch(
            TALKS_OF_MEETING, {"meeting": ids[0]}
        )  # Without a list, whose length is written into each query.
    )
    for row in found:
        talk = _talk_view(row)
        if with_unpublished or talk.is_published:
            talks[talk.meeting_id].append(talk)
    return [_meeting_view(row, talks[row.id]) for row in rows]


def talk_views(
    group: Group,
    *where: ColumnElement[bool],
    order_by: Sequence[Any] = (Meeting.number, Talk.position, Talk.id),
    limit: int | None = None,
) -> list[TalkView]:
    """The group's talks that fulfil all of ``where``, in any state; conditions on Meeting work too."""
    chosen = TALKS.where(Talk.group_id == group.id, *where).order_by(*order_by).limit(limit)
    return [_talk_view(row) for row in fetch(chosen, {})]


NESTED = {"series_slug", "series_name", "places", "guests", "speakers", "topics", "readings", "materials"}
"""Columns that become something else in a view; the others are its fields."""
OF_TALK = [name for name in TALKS.selected_columns.keys() if name not in NESTED]  # noqa: SIM118
OF_MEETING = [name for name in MEETINGS.selected_columns.keys() if name not in NESTED]  # noqa: SIM118


def _talk_view(row: Row[*tuple[Any, ...]]) -> TalkView:
    named = row._mapping
    return TalkView(
        **{name: named[name] for name in OF_TALK},
        series=_series_view(row),
        speakers=tuple(
            SpeakerView(id_, name, slug, user_id, bool(has_page))
            for _, id_, name, slug, user_id, has_page in rows_in(row.speakers)
        ),
        topics=tuple(TopicView(slug, name) for name, slug in rows_in(row.topics)),
        readings=tuple(
            ReadingView(id_, title, url, moment_in(posted_at), day_in(dead_since), day_in(last_worked))
            for _, id_, title, url, posted_at, dead_since, last_worked in rows_in(row.readings)
        ),
        materials=_material_views(row.materials),
    )


def _meeting_view(row: Row[*tuple[Any, ...]], talks: Sequence[TalkView]) -> MeetingView:
    named = row._mapping
    holding = {talk.position: talk for talk in talks if talk.stands}
    return MeetingView(
        **{name: named[name] for name in OF_MEETING},
        series=_series_view(row),
        when=moment(row.starts_at_utc, row.zone) if row.starts_at_utc else None,
        places=tuple(
            PlaceView(position, minutes, questions, holding.get(position))
            for position, minutes, questions in rows_in(row.places)
        ),
        earlier_talks=tuple(talk for talk in talks if not talk.stands),
        materials=_material_views(row.materials),
        guests=tuple(GuestView(slug, name) for name, slug in rows_in(row.guests)),
    )


def _series_view(row: Row[*tuple[Any, ...]]) -> SeriesView | None:
    return SeriesView(row.series_slug, row.series_name) if row.series_slug else None


def _material_views(rows: str) -> tuple[MaterialView, ...]:
    return tuple(
        MaterialView(id_, MaterialKind(kind), title, url, alt or "", day_in(dead_since), day_in(last_worked))
        for _, id_, kind, title, url, alt, dead_since, last_worked in rows_in(rows)
    )
