"""``flask user``: make accounts from the command line."""

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security.utils import hash_password

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.accounts.actions import AddressTaken, create_user, tell_of_change
from readinggroup.accounts.emails import BadAddress, fold
from readinggroup.accounts.queries import user_by_email
from readinggroup.accounts.second_step import end_second_step
from readinggroup.cli.command import Command, as_json_option, commit, say, teaching
from readinggroup.config import Settings
from readinggroup.db import writing
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.inviting import invite as invite_to
from readinggroup.groups.queries import group_by_slug

CREATE = teaching(
    """Make an account for EMAIL, which can sign in at once.

The password is asked for, so that it stands in no history of a shell. People who shall choose their own are invited
instead: `flask user invite`.""",
    [
        'flask user create ada@example.org --name "Ada Demo"',
        "flask user create root@example.org --admin",
    ],
    done="the account is there",
)
INVITE = teaching(
    """Mail EMAIL an invitation to a group, and say its link here.

Whoever opens the link makes an account, or signs in, and is in the group. It works once.""",
    [
        "flask user invite mo@example.org --group ml-theory",
        "flask user invite ada@example.org --group ml-theory --co-lead --days 7",
    ],
    done="the mail is owed, and the link works",
)
RESET = teaching(
    """Let EMAIL sign in without a second step, once you know that it is them who ask.

For somebody who has lost the telephone that made their codes. They are told by mail.""",
    ["flask user reset-second-step ada@example.org"],
    done="they sign in by their password alone",
)


@click.group(cls=AppGroup)
def user() -> None:
    """Make accounts, invite people, and let those in who are locked out.  `flask user create --help` shows how."""


@user.command("create", cls=Command, help=CREATE)
@click.argument("email")
@click.option("--name", default="", help="What people call them; by default what stands before the @.")
@click.option("--admin", is_flag=True, help="Let them look after the whole site.")
@click.password_option(help="Asked for when not given.")
@as_json_option
def create(email: str, name: str, password: str, *, admin: bool, as_json: bool) -> None:
    hashed = hash_password(password)
    try:
        with writing():
            made = create_user(
                email, name, password_hash=hashed, now=clock.now(), by=THE_SITE, is_site_admin=admin
            )
            commit()
    except BadAddress as problem:
        raise click.ClickException(str(problem)) from None
    except AddressTaken:
        raise click.ClickException(f"There is already an account for {email}.") from None
    told = {"email": made.email, "name": made.name, "admin": admin}
    say(f"{made.name} can sign in as {made.email}.", told, as_json=as_json)


@user.command("invite", cls=Command, help=INVITE)
@click.argument("email")
@click.option("--group", "slug", required=True, help="The group that they are invited to.")
@click.option("--co-lead", "leads", is_flag=True, help="As a co-lead, not as a member.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 90), help="How long it works.")
@as_json_option
def invite(email: str, slug: str, days: int, *, leads: bool, as_json: bool) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    role = Role.CO_LEAD if leads else Role.MEMBER
    with writing():
        group = group_by_slug(slug)
        if group is None:
            raise click.ClickException(f"There is no group at /{slug}/.")
        try:
            token = invite_to(group, role=role, days=days, email=email, now=clock.now(), by=THE_SITE)
        except BadAddress as problem:
            raise click.ClickException(str(problem)) from None
        commit()
    link = f"{settings.site_url}/{slug}/invited/{token}"
    told = {"email": email, "group": slug, "role": role, "link": link}
    say(f"{email} is invited to {group.name}: {link}", told, as_json=as_json)


@user.command("reset-second-step", cls=Command, help=RESET)
@click.argument("email")
@as_json_option
def reset_second_step(email: str, *, as_json: bool) -> None:
    try:
        folded = fold(email)
    except BadAddress as problem:
        raise click.ClickException(str(problem)) from None
    with writing():
        found = user_by_email(folded, lock=True)
        if found is None or found.totp_secret is None:
            raise click.ClickException(f"Nobody signs in as {email} by a second step.")
        end_second_step(found, now=clock.now(), by=THE_SITE)
        tell_of_change(
            found, "Whoever looks after the site has switched its second step off.", now=clock.now()
        )
        commit()
    told = {"email": found.email, "second_step": False}
    say(f"{found.name} signs in without a second step now.", told, as_json=as_json)
