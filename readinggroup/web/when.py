"""Moments and dates in words: the group's own time with its place and offset."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from readinggroup.domain.rhythm import offset_words, place_of_zone, zone_at
from readinggroup.models import Meeting

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

UTC_ALL_YEAR = "Atlantic/Reykjavik"
"""A place whose clocks show UTC and are never changed."""


@dataclass(frozen=True)
class When:
    """A moment as a page shows it.  ``iso`` is in UTC, for ``<time datetime>``; ``offset`` is empty where ``place`` is
    "UTC" and says it."""

    iso: str
    date_words: str
    short_date: str
    time_words: str
    place: str
    offset: str
    zone: str


def moment(at: datetime, zone: str) -> When:
    """The aware moment ``at``, told in the IANA zone ``zone``."""
    local = at.astimezone(zone_at(zone))
    return When(
        iso=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        date_words=date_words(local.date()),
        short_date=short_date(local.date()),
        time_words=local.strftime("%H:%M"),
        place=place_of_zone(zone),
        offset=offset_words(local),
        zone=zone,
    )


def utc_moment(at: datetime) -> When:
    """The aware moment ``at``, told in UTC to somebody of whom no place is known."""
    return replace(moment(at, UTC_ALL_YEAR), place="UTC", offset="")


def of_meeting(meeting: Meeting) -> When | None:
    """When a meeting begins; None where its date was not recorded."""
    return moment(meeting.starts_at_utc, meeting.zone) if meeting.starts_at_utc else None


def own_words(when: When, zone: str) -> str:
    """The same moment for somebody in ``zone``: "20:00 for you in Lisbon"; empty where their clocks agree."""
    there = datetime.fromisoformat(when.iso)
    here, group = there.astimezone(zone_at(zone)), there.astimezone(zone_at(when.zone))
    if here.replace(tzinfo=None) == group.replace(tzinfo=None):
        return ""
    day = (
        "" if here.date() == group.date() else f"{DAYS[here.weekday()]} {here.day} {MONTHS[here.month - 1]}, "
    )
    return f"{day}{here:%H:%M} for you in {place_of_zone(zone)}"


def day_words(on: date) -> str:
    """ "3 Mar 2026"."""
    return f"{on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def date_words(on: date) -> str:
    """ "Saturday 5 December 2026"."""
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"


def short_date(on: date) -> str:
    """ "5 Dec"."""
    return f"{on.day} {MONTHS[on.month - 1][:3]}"
