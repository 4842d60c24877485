"""What a page says of itself to other programs: schema.org for search engines, Open Graph for whoever shows a link."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Group
from readinggroup.scheduling.views import MeetingView, TalkView
from readinggroup.text.markdown import plain

STATUS = {MeetingState.CANCELLED: "EventCancelled"}


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a link to a page, and what is written on its picture.

    ``over`` stands above the title, ``by`` below it, ``under`` at the foot; each may be empty.
    """

    title: str
    over: str
    by: str
    under: str
    accent: str | None

    @property
    def version(self) -> str:
        """What changes with every word that is on the picture."""
        words = "\n".join((self.title, self.over, self.by, self.under, self.accent or ""))
        return sha256(words.encode()).hexdigest()[:12]


def card_of_group(group: Group) -> Card:
    """The card of a group's front page."""
    return Card(
        title=group.name, over="Reading group", by=plain(group.mission, 140), under="", accent=group.accent
    )


def card_of_session(group: Group, meeting: MeetingView) -> Card:
    """The card of a session: its title, who speaks, and when."""
    speakers = dict.fromkeys(speaker.name for talk in meeting.talks for speaker in talk.speakers)
    when = meeting.when
    at = f"{when.date_words}, {when.time_words} {when.place}" if when else ""
    cancelled = meeting.state is MeetingState.CANCELLED
    return Card(
        title=plain(meeting.headline, 200),
        over=f"{group.name} · Session {meeting.number}",
        by=", ".join(speakers),
        under=f"Cancelled: {at}" if cancelled else at,
        accent=group.accent,
    )


def event_of(group: Group, meeting: MeetingView, *, site_url: str) -> dict[str, Any] | None:
    """The session as an Event of schema.org with its talks as events in it; None where its start isn't known."""
    if meeting.starts_at_utc is None:
        return None
    home = f"{site_url}/{group.slug}/"
    url = f"{home}sessions/{meeting.number}"
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": f"{home}s/{meeting.id}",
        "url": url,
        "name": plain(meeting.headline, 200),
        "eventStatus": f"https://schema.org/{STATUS.get(meeting.state, 'EventScheduled')}",
        **_between(meeting, 0, meeting.minutes),
        "organizer": {"@type": "Organization", "name": group.name, "url": home},
        "subEvent": list(_talks(meeting, home)),
    }


def _talks(meeting: MeetingView, home: str) -> Iterator[dict[str, Any]]:
    begins = 0
    for place in meeting.places:
        if place.talk is not None:
            yield _talk(place.talk, home) | _between(
                meeting, begins, place.talk_minutes + place.question_minutes
            )
        begins += place.talk_minutes + place.question_minutes


def _talk(talk: TalkView, home: str) -> dict[str, Any]:
    told: dict[str, Any] = {"@type": "Event", "name": plain(talk.title, 200)}
    if talk.abstract:
        told["description"] = plain(talk.abstract, 500)
    told["performer"] = [
        {"@type": "Person", "name": speaker.name}
        | ({"url": f"{home}speakers/{speaker.slug}"} if speaker.has_page else {})
        for speaker in talk.speakers
    ]
    read = [{"@type": "CreativeWork", "name": each.title, "url": each.url} for each in talk.readings]
    return told | ({"workFeatured": read} if read else {})


def _between(meeting: MeetingView, begins: int, minutes: int) -> dict[str, str]:
    """``startDate`` and ``endDate`` in the session's own zone; ``begins`` is in minutes after its start."""
    assert meeting.starts_at_utc is not None  # noqa: S101  (its only caller has looked)
    starts = meeting.starts_at_utc + timedelta(minutes=begins)
    ends, zone = starts + timedelta(minutes=minutes), zone_at(meeting.zone)
    return {"startDate": starts.astimezone(zone).isoformat(), "endDate": ends.astimezone(zone).isoformat()}
