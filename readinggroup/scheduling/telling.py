"""The programme in words and drawings, for pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from readinggroup.domain.confirming import Answer, answer_state
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.domain.reading import ReadingClock, ReadingState, reading_clock
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Break, Group
from readinggroup.scheduling.joint_queries import JointView
from readinggroup.scheduling.views import MeetingView, ReadingView, SpeakerView, TalkView
from readinggroup.text.markdown import plain
from readinggroup.web.drawings import Strip, session_strip
from readinggroup.web.when import MONTHS, When, short_date

BREAKS_AHEAD = timedelta(days=183)
"""A break is shown from half a year before it."""


ANSWER_WORDS = {
    Answer.NONE: "",
    Answer.WAITING: "asked, answer by {by}",
    Answer.OVERDUE: "unconfirmed since {by}",
    Answer.CONFIRMED: "confirmed",
    Answer.DECLINED: "can’t come",
}


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """Whether a speaker comes: ``state`` is a value of Answer, ``words`` the same for co-leads."""

    state: str
    words: str


NO_ANSWER = ToldAnswer("none", "")


@dataclass(frozen=True, slots=True)
class ToldTalk:
    """A talk in a list: ``reading_state`` is posted, due, late or empty.  A free place has ``is_free`` alone."""

    id: int = 0
    title: str = ""
    abstract: str = ""
    speakers: tuple[SpeakerView, ...] = ()
    readings: tuple[ReadingView, ...] = ()
    reading_state: str = ""
    reading_words: str = ""
    note: str = ""
    position: int = 0
    is_free: bool = False
    answer: ToldAnswer = NO_ANSWER


@dataclass(frozen=True, slots=True)
class ToldMeeting:
    """A session in the programme."""

    id: int
    number: int
    title: str
    name: str
    """Its own title, or its number."""
    when: When | None
    state: str
    locked: bool
    because: str
    talks: tuple[ToldTalk, ...]
    gone: tuple[TalkView, ...]
    strip: Strip | None
    has_begun: bool
    guests: tuple[str, ...] = ()
    """The names of the groups that take part."""
    visit_id: int | None = None
    host: str = ""
    """Of a session that another group hosts: the invitation, and that group's name."""
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class ToldBreak:
    """A break in the programme: ``words`` are its dates."""

    name: str
    words: str
    is_break: bool = True


def told_programme(
    group: Group,
    meetings: Sequence[MeetingView],
    breaks: Iterable[Break],
    *,
    visits: Iterable[JointView] = (),
    now: datetime,
) -> list[ToldMeeting | ToldBreak]:
    """Sessions, those of others that the group takes part in, and coming breaks in the order of their dates."""
    today = now.astimezone(zone_at(group.zone)).date()
    rows: list[tuple[date, ToldMeeting | ToldBreak]] = [
        (meeting.on or today, told_meeting(group, meeting, now=now)) for meeting in meetings
    ]
    rows += [
        (
            visit.meeting.on or today,
            replace(
                told_meeting(visit.host, visit.meeting, now=now), visit_id=visit.id, host=visit.host.name
            ),
        )
        for visit in visits
    ]
    rows += [
        (pause.starts_on, ToldBreak(pause.name, span_words(pause.starts_on, pause.ends_on)))
        for pause in breaks
        if pause.ends_on >= today and pause.starts_on <= today + BREAKS_AHEAD
    ]
    return [told for _, told in sorted(rows, key=lambda row: row[0])]


def next_number(programme: Iterable[ToldMeeting | ToldBreak]) -> int | None:
    """The number of the first session that takes place."""
    takes_place = (
        told.number
        for told in programme
        if isinstance(told, ToldMeeting) and told.visit_id is None and told.state != "cancelled"
    )
    return next(takes_place, None)


def told_meeting(group: Group, meeting: MeetingView, *, now: datetime) -> ToldMeeting:
    """A coming session with its talks and free places."""
    return ToldMeeting(
        id=meeting.id,
        number=meeting.number,
        title=meeting.headline,
        name=meeting.title or f"Session {meeting.number}",
        when=meeting.when,
        state=meeting.state.value,
        locked=meeting.locked,
        because=meeting.cancelled_because,
        talks=tuple(
            told_talk(group, meeting, place.talk, now=now)
            if place.talk
            else ToldTalk(is_free=True, position=place.position)
            for place in meeting.places
        ),
        gone=meeting.earlier_talks,
        strip=strip_of(meeting),
        guests=tuple(guest.name for guest in meeting.guests),
        has_begun=meeting.starts_at_utc is not None and meeting.starts_at_utc <= now,
    )


def told_talk(group: Group, meeting: MeetingView, talk: TalkView, *, now: datetime) -> ToldTalk:
    """A talk with how its reading stands."""
    state, words = reading_words(group, meeting.on, talk, now=now)
    return ToldTalk(
        id=talk.id,
        title=talk.title,
        abstract=talk.abstract,
        speakers=talk.speakers,
        readings=talk.readings,
        reading_state=state,
        reading_words=words,
        note=talk.note,
        position=talk.position,
        answer=told_answer(talk, today=now.astimezone(zone_at(group.zone)).date()),
    )


def told_answer(talk: TalkView, *, today: date) -> ToldAnswer:
    """Whether the speaker comes, as far as is known."""
    state = answer_state(
        confirmed=talk.state is TalkState.CONFIRMED,
        declined=talk.declined_at is not None,
        wanted_by=talk.answer_by if talk.state is TalkState.PLANNED else None,
        today=today,
    )
    by = short_date(talk.answer_by) if talk.answer_by else ""
    return ToldAnswer(state.value, ANSWER_WORDS[state].format(by=by))


def strip_of(meeting: MeetingView) -> Strip | None:
    """The session's hour; None where it has no talk yet, or is cancelled."""
    if not meeting.talks or meeting.state is MeetingState.CANCELLED:
        return None
    places = (
        (plain(place.talk.title) if place.talk else "", place.talk_minutes, place.question_minutes)
        for place in meeting.places
    )
    return _strip(tuple(places), meeting.starts_at)


_strip = lru_cache(maxsize=500)(session_strip)
"""Drawn once for all pages that show the same."""


def reading_words(group: Group, on: date | None, talk: TalkView, *, now: datetime) -> tuple[str, str]:
    """How the reading of a talk on ``on`` stands: (posted, due or late; the same in words), in local dates.

    Reading of which nobody noted when it came was there in time.
    """
    if on is None:
        return "", ""
    clock = clock_of(group, on, talk, now=now)
    if clock.state in {ReadingState.IN_TIME, ReadingState.CAME_LATE}:
        return "posted", "reading posted"
    if clock.state is ReadingState.LATE:
        return "late", f"reading late since {short_date(clock.due_on)}"
    if clock.days_left == 0:
        return "due", "reading due today"
    return "due", f"reading due {short_date(clock.due_on)}, {counted(clock.days_left, 'day')} left"


def clock_of(group: Group, on: date, talk: TalkView, *, now: datetime) -> ReadingClock:
    """How the reading of a talk on ``on`` stands, in the group's local dates."""
    zone = zone_at(group.zone)
    posted = [r.posted_at.astimezone(zone).date() if r.posted_at else date.min for r in talk.readings]
    return reading_clock(
        on,
        group.lead_days,
        today=now.astimezone(zone).date(),
        posted_on=min(posted, default=None),
        asked_on=asked_on(group, talk),
    )


def asked_on(group: Group, talk: TalkView) -> date | None:
    """The local day on which the talk got its session, or that its date; None where that isn't known."""
    return talk.placed_at.astimezone(zone_at(group.zone)).date() if talk.placed_at else None


def counted(number: int, one: str) -> str:
    """ "1 session", "3 sessions"."""
    return f"{number} {one if number == 1 else one + 's'}"


def span_words(first: date, last: date) -> str:
    """ "20 December 2026 to 6 January 2027"."""
    if first == last:
        return _day_words(first)
    return f"{_day_words(first)} to {_day_words(last)}"


def place_words(meeting: MeetingView, position: int) -> str:
    """A place in a list to choose from: "Session 5, 19 Nov 2022, place 2"."""
    on = f"{short_date(meeting.on)} {meeting.on.year}" if meeting.on else "no date"
    return f"Session {meeting.number}, {on}, place {position}"


def _day_words(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"
