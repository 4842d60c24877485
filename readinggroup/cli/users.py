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
from readinggroup.config import Settings
from readinggroup.db import commit, writing
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.inviting import invite as invite_to
from readinggroup.groups.queries import group_by_slug


@click.group(cls=AppGroup)
def user() -> None:
    """Look after accounts."""


@user.command("create")
@click.argument("email")
@click.option("--name", default="", help="What people call them; by default what stands before the @.")
@click.option("--admin", is_flag=True, help="Let them look after the whole site.")
@click.password_option(help="Asked for when not given.")
def create(email: str, name: str, admin: bool, password: str) -> None:
    """Make an account for EMAIL."""
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
    click.echo(f"{made.name} can sign in as {made.email}.")


@user.command("invite")
@click.argument("email")
@click.option("--group", "slug", required=True, help="The group that they are invited to.")
@click.option("--co-lead", "leads", is_flag=True, help="As a co-lead, not as a member.")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 90), help="How long it works.")
def invite(email: str, slug: str, leads: bool, days: int) -> None:
    """Mail EMAIL an invitation to a group, and say its link here."""
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
    click.echo(f"{email} is invited to {group.name}: {settings.site_url}/{slug}/invited/{token}")


@user.command("reset-second-step")
@click.argument("email")
def reset_second_step(email: str) -> None:
    """Let EMAIL sign in without a second step, once you know that it is them who ask."""
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
    click.echo(f"{found.name} signs in without a second step now.")
