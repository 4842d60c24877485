"""``flask db``: bring the database to this code's revision, and tell whether it is there."""

import click
from flask import current_app
from flask.cli import AppGroup

from readinggroup.config import Settings
from readinggroup.migrating import NotReady, head, refuse_unready
from readinggroup.migrating import upgrade as upgrade_to


@click.group("db", cls=AppGroup)
def database() -> None:
    """Look after the database."""


@database.command()
def upgrade() -> None:
    """Bring the database to the newest revision; makes it where there is none."""
    settings: Settings = current_app.config["SETTINGS"]
    upgrade_to(settings)
    click.echo(f"The database is at revision {head()}.")


@database.command()
def check() -> None:
    """Exit 0 where the site can run on its database, 1 with the reason where it can't."""
    try:
        refuse_unready(current_app.config["SETTINGS"])
    except NotReady as problem:
        raise click.ClickException(str(problem)) from None
    click.echo("The database is ready.")
