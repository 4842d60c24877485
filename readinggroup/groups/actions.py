"""Making groups and taking people in."""

import re
from datetime import date, datetime, time

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.domain.rhythm import check_zone
from readinggroup.groups.queries import community, group_by_slug, membership_of
from readinggroup.models import Community, Group, Membership, User

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
RESERVED = frozenset(
    {
        "about",
        "account",
        "admin",
        "api",
        "assets",
        "calendar",
        "community",
        "confirm",
        "embed",
        "export",
        "favicon",
        "feed",
    }
    | {
        "files",
        "group",
        "groups",
        "healthz",
        "help",
        "import",
        "invite",
        "join",
        "login",
        "logout",
        "media",
        "new",
    }
    | {
        "outbox",
        "readyz",
        "register",
        "reset",
        "robots",
        "search",
        "security",
        "session",
        "settings",
        "setup",
    }
    | {"sitemap", "static", "tf", "user", "users", "verify", "wan", "welcome"}
)


class BadSlug(ValueError):
    """The slug can't stand in an address; the message says why."""


class SlugTaken(Exception):
    """Another group has this slug."""


def name_community(name: str) -> Community:
    """Give the community its name, the first time or anew."""
    found = community()
    if found is None:
        found = Community(id=1, name=name)
        db.session.add(found)
    found.name = name
    db.session.flush()
    return found


def create_group(
    slug: str,
    name: str,
    *,
    zone: str,
    anchor_on: date,
    starts_at: time,
    now: datetime,
    by: Actor,
    **rhythm: int,
) -> Group:
    """A new group that meets every two weeks from ``anchor_on`` at ``starts_at``, local time in ``zone``.

    ``rhythm`` may give weeks_between, minutes, places, talk_minutes, question_minutes and lead_days.
    Raises BadSlug, SlugTaken, and BadZone where ``zone`` isn't an IANA place.
    """
    check_slug(slug)
    check_zone(zone)
    if group_by_slug(slug) is not None:
        raise SlugTaken(slug)
    if community() is None:
        name_community(name)
    group = Group(
        slug=slug,
        name=name.strip() or slug,
        zone=zone,
        anchor_on=anchor_on,
        starts_at=starts_at,
        created_at=now,
        **rhythm,
    )
    db.session.add(group)
    db.session.flush()
    record(by, "group.created", group, at=now, group_id=group.id, after={"slug": slug, "zone": zone})
    return group


def enrol(group: Group, user: User, role: Role, *, now: datetime, by: Actor) -> Membership:
    """Give ``user`` the role in the group; a membership that ended begins again."""
    place = membership_of(group, user.id)
    if place is None:
        place = Membership(group_id=group.id, user_id=user.id, joined_at=now, role=role)
        db.session.add(place)
    before = place.role if place.id is not None and place.state is MembershipState.ACTIVE else None
    place.role, place.state = role, MembershipState.ACTIVE
    db.session.flush()
    if before is None:
        record(by, "membership.enrolled", place, at=now, after={"role": role})
    elif before is not role:
        record(by, "membership.role", place, at=now, before={"role": before}, after={"role": role})
    return place


def check_slug(slug: str) -> None:
    """Return where ``slug`` can be a group's address; raise BadSlug, which says why not."""
    if not SLUG.fullmatch(slug):
        raise BadSlug(
            "A group's address takes up to 60 lower-case letters, digits and hyphens, such as ml-theory."
        )
    if slug in RESERVED:
        raise BadSlug(f"{slug} is a word that the site needs for itself; take another one.")
