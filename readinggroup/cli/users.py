"""``flask user``: make accounts from the command line."""

import click
from flask.cli import AppGroup
from flask_security.utils import hash_password

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.accounts.actions import AddressTaken, create_user
from readinggroup.accounts.emails import BadAddress
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
