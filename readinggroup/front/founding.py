"""Beginning: the community's first group and co-lead, and further groups."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from itertools import islice

from sqlalchemy.exc import IntegrityError

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.audit import record
from readinggroup.accounts.actions import create_user
from readinggroup.accounts.emails import fold
from readinggroup.accounts.queries import any_user, user_by_email
from readinggroup.db import db
from readinggroup.domain.lifecycle import Role
from readinggroup.domain.rhythm import Rhythm, dates, instant, zone_at
from readinggroup.groups.actions import create_group, enrol, name_community
from readinggroup.groups.inviting import invite
from readinggroup.groups.queries import community
from readinggroup.models import Group, User
from readinggroup.scheduling.actions import make_meetings

SESSIONS = 4
APART = 8
"""Hours between the clocks of the places in which first sessions are shown."""
ELSEWHERE = (
    "Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Shanghai", "Asia/Kolkata", "Africa/Nairobi",
    "Europe/Berlin", "Europe/London", "America/Sao_Paulo", "America/New_York", "America/Denver",
    "America/Los_Angeles", "Pacific/Honolulu",
)  # fmt: skip
INVITED_FOR = 30


class AlreadyFounded(Exception):
    """Somebody has an account here, so the site is set up."""


@dataclass(frozen=True, slots=True)
class Start:
    """A group that is to be: its address and name, and when it meets, as clocks in its place show it."""

    slug: str
    name: str
    zone: str
    first_on: date
    starts_at: time
    weeks: int
    places: int


def welcome_code(secret_key: str) -> str:
    """What shows, on a site that others can reach, that whoever sets it up runs it.  It works until somebody has."""
    made = hmac.new(secret_key.encode(), b"welcome", sha256).hexdigest()
    return "-".join(made[place : place + 4] for place in range(0, 16, 4))


def is_welcome_code(typed: str | None, secret_key: str) -> bool:
    """Whether that is the code, however it was typed."""
    plain = "".join(letter for letter in (typed or "").lower() if letter.isalnum())
    return hmac.compare_digest(plain.encode(), welcome_code(secret_key).replace("-", "").encode())


def found(
    community_name: str, start: Start, *, name: str, email: str, password_hash: str, now: datetime
) -> tuple[Group, User]:
    """Set the installation up: its name, its first group with its first sessions, and the person who leads it and
    looks after the site.  Raises AlreadyFounded, and what ``begin_group`` raises."""
    try:
        with db.session.begin_nested():
            name_community(community_name)  # Of two at once the second waits here for the first.
    except IntegrityError:
        raise AlreadyFounded from None
    if any_user():
        raise AlreadyFounded
    user = create_user(email, name, password_hash=password_hash, now=now, by=THE_SITE, is_site_admin=True)
    group = begin_group(start, now=now, by=THE_SITE)
    enrol(group, user, Role.CO_LEAD, now=now, by=THE_SITE)
    return group, user


def begin_group(start: Start, *, now: datetime, by: Actor) -> Group:
    """A group with its first sessions.  Raises BadSlug, SlugTaken and BadZone."""
    group = create_group(
        start.slug,
        start.name,
        zone=start.zone,
        anchor_on=start.first_on,
        starts_at=start.starts_at,
        now=now,
        by=by,
        weeks_between=start.weeks,
        places=start.places,
    )
    make_meetings(group, count=SESSIONS, now=now, by=by)
    return group


def appoint(group: Group, email: str, *, now: datetime, by: Actor) -> bool:
    """Let the person with that address lead the group: at once (true) where they have an account, else by a mailed
    invitation (false).  Raises BadAddress."""
    user = user_by_email(fold(email))
    if user is not None and user.active and user.confirmed_at is not None:
        enrol(group, user, Role.CO_LEAD, now=now, by=by)
        return True
    invite(group, role=Role.CO_LEAD, days=INVITED_FOR, email=email, now=now, by=by)
    return False


def describe_community(name: str, intro: str, *, now: datetime, by: Actor) -> None:
    """Give the community its name and what stands below it."""
    before = community()
    said = {"name": before.name if before else "", "intro": before.intro if before else ""}
    row = name_community(name)
    row.intro = intro
    db.session.flush()
    if said != {"name": name, "intro": intro}:
        record(by, "community.settings", row, at=now, before=said, after={"name": name, "intro": intro})


def first_sessions(start: Start) -> list[datetime]:
    """The moments of the group's first sessions."""
    rhythm = Rhythm(start.first_on, start.weeks, start.starts_at, 60, start.zone)
    return [instant(on, start.starts_at, start.zone) for on in islice(dates(rhythm), SESSIONS)]


def places_apart(zone: str, at: datetime) -> Sequence[str]:
    """``zone``, and two places whose clocks show about a third of a day more and less then."""
    own = _hours(zone, at)

    def distance(place: str, wanted: float) -> float:
        return abs((_hours(place, at) - own - wanted + 12) % 24 - 12)

    return (zone, *(min(ELSEWHERE, key=lambda place: distance(place, wanted)) for wanted in (-APART, APART)))


def _hours(zone: str, at: datetime) -> float:
    offset = at.astimezone(zone_at(zone)).utcoffset()
    return offset.total_seconds() / 3600 if offset else 0.0
