"""Sessions as iCalendar (RFC 5545): one event each, no recurrence, times in UTC, published facts only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Group
from readinggroup.scheduling.views import MeetingView, TalkView
from readinggroup.text.markdown import plain

if TYPE_CHECKING:
    from icalendar import Alarm, Event

PRODUCT = "-//Reading Group//Calendar//EN"
YOU_SPEAK, YOURS = "You speak · ", "Yours: "
ASK_AGAIN_AFTER = timedelta(hours=6)
STATUS = {
    MeetingState.PLANNED: "TENTATIVE",
    MeetingState.ANNOUNCED: "CONFIRMED",
    MeetingState.HELD: "CONFIRMED",
    MeetingState.CANCELLED: "CANCELLED",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in a calendar, and the group whose it is; ``path`` is its page, where that isn't the group's own."""

    group: Group
    meeting: MeetingView
    path: str = ""


def calendar_of(
    name: str,
    entries: Iterable[Entry],
    *,
    site_url: str,
    now: datetime,
    alarm: timedelta | None = None,
    reader_id: int | None = None,
) -> bytes:
    """The calendar of those ``entries`` that have a date; cancelled ones stay in it as cancelled.

    ``site_url``   where the site is reached, without a slash at its end.
    ``alarm``      so long before each session that takes place a reminder is shown.
    ``reader_id``  whose own calendar it is: what that user gives is marked.
    """
    from icalendar import Calendar  # Here and below: 3 MB, for those who subscribe.

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for entry in entries:
        if entry.meeting.starts_at_utc is not None:
            event = _event(entry, entry.meeting.starts_at_utc, site_url, now, reader_id)
            if alarm is not None and entry.meeting.state is not MeetingState.CANCELLED:
                event.add_component(_alarm(alarm, str(event["SUMMARY"])))
            calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


def uid_of(meeting_id: int, site_url: str) -> str:
    """The name of a session's event for as long as there is one, whatever changes about it."""
    return f"meeting-{meeting_id}@{urlsplit(site_url).hostname}"


def _event(entry: Entry, starts_at: datetime, site_url: str, now: datetime, reader_id: int | None) -> "Event":
    from icalendar import Event

    group, meeting = entry.group, entry.meeting
    speaks = meeting.state is not MeetingState.CANCELLED and any(
        _is_by(talk, reader_id) for talk in meeting.talks
    )
    url = f"{site_url}{entry.path or f'/{group.slug}/s/{meeting.id}'}"
    event = Event()
    event.add("uid", uid_of(meeting.id, site_url))
    event.add("dtstamp", now)
    event.add("sequence", meeting.sequence)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=meeting.minutes))
    event.add("status", STATUS[meeting.state])
    event.add("summary", _one_line(f"{YOU_SPEAK if speaks else ''}{group.name}: {meeting.headline}"))
    event.add("description", _description(meeting, url, reader_id))
    event.add("url", url)
    if series := series_of(meeting):
        event.add("categories", [_one_line(name) for name in series.values()])
    return event


def series_of(meeting: MeetingView) -> dict[str, str]:
    """The series that the session, or a talk of it, belongs to: names by slug."""
    found = [meeting.series, *(talk.series for talk in meeting.talks)]
    return {series.slug: series.name for series in found if series is not None}


def _alarm(before: timedelta, words: str) -> "Alarm":
    """A reminder (RFC 5545 section 3.6.6)."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -before)
    return alarm


def _description(meeting: MeetingView, url: str, reader_id: int | None) -> str:
    parts = [f"{YOURS if _is_by(talk, reader_id) else ''}{_talk(talk)}" for talk in meeting.talks]
    if meeting.state is MeetingState.CANCELLED:
        parts.insert(0, f"Cancelled: {_one_line(meeting.cancelled_because)}")
    return "\n\n".join([*parts, url])


def _is_by(talk: TalkView, reader_id: int | None) -> bool:
    return reader_id is not None and any(speaker.user_id == reader_id for speaker in talk.speakers)


def _talk(talk: TalkView) -> str:
    speakers = ", ".join(_one_line(speaker.name) for speaker in talk.speakers)
    reading = [f"Read before: {_one_line(reading.title)} {reading.url}" for reading in talk.readings]
    return "\n".join(
        [f"{_one_line(talk.title)} ({speakers})" if speakers else _one_line(talk.title), *reading]
    )


def _one_line(text: str) -> str:
    """Text without markup and without control characters, which no calendar may hold."""
    return "".join(letter for letter in plain(text, 300) if letter.isprintable())
