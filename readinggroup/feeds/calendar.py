"""A group's sessions as iCalendar (RFC 5545): one event each, no recurrence, times in UTC, published facts only."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event

from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Group
from readinggroup.scheduling.views import MeetingView, TalkView
from readinggroup.text.markdown import plain

PRODUCT = "-//Reading Group//Calendar//EN"
ASK_AGAIN_AFTER = timedelta(hours=6)
STATUS = {
    MeetingState.PLANNED: "TENTATIVE",
    MeetingState.ANNOUNCED: "CONFIRMED",
    MeetingState.HELD: "CONFIRMED",
    MeetingState.CANCELLED: "CANCELLED",
}


def calendar_of(
    group: Group,
    meetings: Iterable[MeetingView],
    *,
    site_url: str,
    now: datetime,
    alarm: timedelta | None = None,
) -> bytes:
    """The calendar of ``meetings`` that have a date; cancelled ones stay in it as cancelled.

    ``site_url``  where the site is reached, without a slash at its end.
    ``alarm``     so long before each session that takes place a reminder is shown.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", group.name)
    calendar.add("x-wr-calname", group.name)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        if meeting.starts_at_utc is not None:
            event = _event(group, meeting, meeting.starts_at_utc, site_url, now)
            if alarm is not None and meeting.state is not MeetingState.CANCELLED:
                event.add_component(_alarm(alarm, str(event["SUMMARY"])))
            calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


def uid_of(meeting_id: int, site_url: str) -> str:
    """The name of a session's event for as long as there is one, whatever changes about it."""
    return f"meeting-{meeting_id}@{urlsplit(site_url).hostname}"


def _event(group: Group, meeting: MeetingView, starts_at: datetime, site_url: str, now: datetime) -> Event:
    url = f"{site_url}/{group.slug}/s/{meeting.id}"
    event = Event()
    event.add("uid", uid_of(meeting.id, site_url))
    event.add("dtstamp", now)
    event.add("sequence", meeting.sequence)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=meeting.minutes))
    event.add("status", STATUS[meeting.state])
    event.add("summary", _one_line(f"{group.name}: {meeting.headline}"))
    event.add("description", _description(meeting, url))
    event.add("url", url)
    return event


def _alarm(before: timedelta, words: str) -> Alarm:
    """A reminder (RFC 5545 section 3.6.6)."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -before)
    return alarm


def _description(meeting: MeetingView, url: str) -> str:
    parts = [_talk(talk) for talk in meeting.talks]
    if meeting.state is MeetingState.CANCELLED:
        parts.insert(0, f"Cancelled: {_one_line(meeting.cancelled_because)}")
    return "\n\n".join([*parts, url])


def _talk(talk: TalkView) -> str:
    speakers = ", ".join(_one_line(speaker.name) for speaker in talk.speakers)
    reading = [f"Read before: {_one_line(reading.title)} {reading.url}" for reading in talk.readings]
    return "\n".join(
        [f"{_one_line(talk.title)} ({speakers})" if speakers else _one_line(talk.title), *reading]
    )


def _one_line(text: str) -> str:
    """Text without markup and without control characters, which no calendar may hold."""
    return "".join(letter for letter in plain(text, 300) if letter.isprintable())
