"""Sessions and talks in words and drawings, for pages: titles, dates, the strip, how the reading stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from readinggroup.domain.lifecycle import MaterialKind, MeetingState, TalkState
from readinggroup.domain.reasons import listed
from readinggroup.domain.rhythm import place_of_zone
from readinggroup.models import Group
from readinggroup.scheduling.telling import reading_words
from readinggroup.scheduling.telling import strip_of as programme_strip_of
from readinggroup.scheduling.views import (
    MaterialView,
    MeetingView,
    ReadingView,
    SpeakerView,
    TalkView,
    TopicView,
)
from readinggroup.web.drawings import Strip
from readinggroup.web.when import When, date_words, moment, short_date

BY_KIND = {kind: place for place, kind in enumerate(MaterialKind)}


@dataclass(frozen=True, slots=True)
class ToldTalk:
    """A talk as a block of a page; ``reading_state`` is posted, due, late or empty, said in ``reading_words``.

    A free place has ``is_free`` and nothing else.
    """

    id: int = 0
    title: str = ""
    abstract: str = ""
    speakers: tuple[SpeakerView, ...] = ()
    readings: tuple[ReadingView, ...] = ()
    materials: tuple[MaterialView, ...] = ()
    topics: tuple[TopicView, ...] = ()
    reading_state: str = ""
    reading_words: str = ""
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class GoneTalk:
    """A talk that was planned and not held; ``words`` say what came of it."""

    title: str
    speakers: tuple[SpeakerView, ...]
    words: str


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 session", "1,200 sessions"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def session_title(number: int, title: str, talks: Sequence[str]) -> str:
    """The session's own title, or its talks', or its number."""
    return title or " · ".join(talks) or f"Session {number}"


def when_of(on: date | None, starts_at_utc: datetime | None, zone: str) -> When | None:
    """When a session begins; the date alone where its start was not recorded, None where no date was."""
    if starts_at_utc is not None:
        return moment(starts_at_utc, zone)
    if on is None:
        return None
    return When(
        iso=on.isoformat(),
        date_words=date_words(on),
        short_date=short_date(on),
        time_words="",
        place=place_of_zone(zone),
        offset="",
        zone=zone,
    )


def strip_of(meeting: MeetingView) -> Strip | None:
    """The session's hour; None where it was cancelled, or its talks or its start aren't known.

    A held session has no free places.
    """
    if meeting.starts_at is None:
        return None
    if meeting.state is MeetingState.HELD:
        meeting = replace(meeting, places=tuple(place for place in meeting.places if place.talk))
    return programme_strip_of(meeting)


def told_talks(group: Group, meeting: MeetingView, *, now: datetime) -> list[ToldTalk]:
    """The session's talks in order; while it is to come also its free places, and how each reading stands."""
    coming = meeting.state is MeetingState.ANNOUNCED
    return [
        _told(group, meeting, place.talk, now=now) if place.talk else ToldTalk(is_free=True)
        for place in meeting.places
        if place.talk or coming
    ]


def without_links(talk: ToldTalk) -> ToldTalk:
    """The talk as another group's page tells it, where the host's speakers and topics have no pages."""
    return replace(talk, speakers=tuple(replace(each, has_page=False) for each in talk.speakers), topics=())


def gone_talks(meeting: MeetingView) -> list[GoneTalk]:
    """What was planned for this session and not held."""
    instead = {talk.id: listed(speaker.name for speaker in talk.speakers) for talk in meeting.talks}
    return [
        GoneTalk(talk.title, talk.speakers, _gone_words(talk, instead.get(talk.replaced_by_id or 0, "")))
        for talk in meeting.earlier_talks
    ]


def by_kind(materials: Iterable[MaterialView]) -> list[MaterialView]:
    """Slides first, then recordings, papers and so on; each kind in the order given."""
    return sorted(materials, key=lambda material: BY_KIND[material.kind])


def topics_of(meeting: MeetingView) -> list[TopicView]:
    """The topics of the session's talks, each once, by name."""
    return sorted({topic for talk in meeting.talks for topic in talk.topics}, key=lambda topic: topic.name)


def _told(group: Group, meeting: MeetingView, talk: TalkView, *, now: datetime) -> ToldTalk:
    coming = meeting.state is MeetingState.ANNOUNCED
    state, words = reading_words(group, meeting.on, talk, now=now) if coming else ("", "")
    return ToldTalk(
        id=talk.id,
        title=talk.title,
        abstract=talk.abstract,
        speakers=talk.speakers,
        readings=talk.readings,
        materials=tuple(by_kind(talk.materials)),
        topics=talk.topics,
        reading_state=state,
        reading_words=words,
    )


def _gone_words(talk: TalkView, substitute: str) -> str:
    """What came of a planned talk; ``substitute`` is who gives the talk that came instead."""
    if talk.replaced_by_title:
        what = f"replaced by {talk.replaced_by_title}{f' with {substitute}' if substitute else ''}"
    else:
        what = "replaced" if talk.state is TalkState.REPLACED else "withdrawn"
    return f"{what} ({talk.note.rstrip('.')})" if talk.note else what
