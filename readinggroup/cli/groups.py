"""``flask group``: make groups and their co-leads from the command line."""

from datetime import datetime, time, timedelta

import click
from flask.cli import AppGroup

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.accounts.queries import user_by_email
from readinggroup.cli.command import Command, as_json_option, commit, say, teaching
from readinggroup.db import writing
from readinggroup.domain.lifecycle import Role
from readinggroup.domain.rhythm import BadZone, check_zone, zone_at
from readinggroup.groups.actions import BadSlug, SlugTaken, create_group, enrol
from readinggroup.groups.queries import group_by_slug, groups, membership_of
from readinggroup.web.when import date_words

CREATE = teaching(
    """Make a group at /SLUG/, with its coming sessions to follow.

SLUG is its address for good: lower-case letters, digits and hyphens. Its clocks are those of a place, since "MST"
means several. Everything else can be changed later, in the browser.""",
    [
        'flask group create ml-theory --name "ML Theory" --zone America/Edmonton',
        'flask group create logic --name Logic --zone Europe/Lisbon --first "2026-12-05 14:00" --weeks 1',
        "flask group create sets --name Sets --zone Europe/Rome --co-lead ada@example.org --json",
    ],
    done="the group is there",
)
ADD = teaching(
    """Take the account of EMAIL into the group at /SLUG/.

They need not accept; `flask user invite` asks them instead. Who leads the group already stays a co-lead.""",
    ["flask group add ml-theory mo@example.org", "flask group add ml-theory ada@example.org --co-lead"],
    done="they belong to the group",
)
LIST = teaching(
    "Say which groups there are, a line for each.",
    ["flask group list", "flask group list --json"],
    done="said",
)


@click.group(cls=AppGroup)
def group() -> None:
    """Make groups, and put people into them.  `flask group create --help` shows how."""


@group.command("list", cls=Command, help=LIST)
@as_json_option
def list_groups(*, as_json: bool) -> None:
    for each in groups():
        told = {"slug": each.slug, "name": each.name, "zone": each.zone}
        say(f"/{each.slug}/  {each.name}, {each.zone}", told, as_json=as_json)


@group.command("create", cls=Command, help=CREATE)
@click.argument("slug")
@click.option("--name", required=True, help="What the group is called.")
@click.option("--zone", required=True, help="The place whose clocks count, such as America/Edmonton.")
@click.option(
    "--first",
    type=click.DateTime(["%Y-%m-%d %H:%M"]),
    metavar="'YYYY-MM-DD HH:MM'",
    help="The first session, as clocks in the zone show it; the rhythm counts from it.  By default today in a week "
    "at 18:00.",
)
@click.option(
    "--weeks", default=2, show_default=True, type=click.IntRange(1, 52), help="Weeks between sessions."
)
@click.option(
    "--places", default=2, show_default=True, type=click.IntRange(1, 20), help="Talks in a session."
)
@click.option("--co-lead", "lead", help="E-mail of the account that leads the group first.")
@as_json_option
def create(
    slug: str,
    name: str,
    zone: str,
    first: datetime | None,
    weeks: int,
    places: int,
    lead: str | None,
    *,
    as_json: bool,
) -> None:
    now = clock.now()
    try:
        first = first or _in_a_week(zone, now)
        with writing():
            leader = user_by_email(lead) if lead else None
            if lead and leader is None:
                raise click.ClickException(
                    f"Nobody has an account for {lead}. `flask user create {lead}` makes one."
                )
            made = create_group(
                slug,
                name,
                zone=zone,
                anchor_on=first.date(),
                starts_at=first.time(),
                now=now,
                by=THE_SITE,
                weeks_between=weeks,
                places=places,
            )
            if leader is not None:
                enrol(made, leader, Role.CO_LEAD, now=now, by=THE_SITE)
            commit()
    except (BadSlug, BadZone) as problem:
        raise click.ClickException(str(problem)) from None
    except SlugTaken:
        raise click.ClickException(f"There is already a group at /{slug}/.") from None
    when = f"{date_words(first.date())}, {first:%H:%M}, {zone}"
    told = {"group": made.slug, "name": made.name, "first": first.isoformat(), "zone": zone, "co_lead": lead}
    say(f"{made.name} is at /{made.slug}/. Its first session: {when}.", told, as_json=as_json)


def _in_a_week(zone: str, now: datetime) -> datetime:
    """18:00 of the local day in a week.  Raises BadZone."""
    day = now.astimezone(zone_at(check_zone(zone))).date() + timedelta(days=7)
    return datetime.combine(day, time(18))


@group.command("add", cls=Command, help=ADD)
@click.argument("slug")
@click.argument("email")
@click.option("--co-lead", "leads", is_flag=True, help="As a co-lead, not as a member.")
@as_json_option
def add(slug: str, email: str, *, leads: bool, as_json: bool) -> None:
    with writing():
        found, person = group_by_slug(slug), user_by_email(email)
        if found is None:
            raise click.ClickException(f"There is no group at /{slug}/.")
        if person is None:
            raise click.ClickException(
                f"Nobody has an account for {email}. `flask user create {email}` makes one."
            )
        place = membership_of(found, person.id)
        if place is not None and place.role is Role.CO_LEAD and not leads:
            raise click.ClickException(
                f"{person.name} leads the group; roles are changed on its members page."
            )
        role = Role.CO_LEAD if leads else Role.MEMBER
        enrol(found, person, role, now=clock.now(), by=THE_SITE)
        commit()
    told = {"group": found.slug, "email": person.email, "role": role}
    say(f"{person.name} belongs to {found.name}.", told, as_json=as_json)
