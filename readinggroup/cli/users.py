"""``flask user``: make accounts from the command line."""

import click
from flask.cli import AppGroup
from flask_security.utils import hash_password

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.accounts.actions import AddressTaken, create_user, tell_of_change
from readinggroup.accounts.emails import BadAddress, fold
from readinggroup.accounts.queries import user_by_email
from readinggroup.accounts.second_step import end_second_step
from readinggroup.db import commit, writing


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
