"""``flask search``: write what search looks through anew."""

import click
from flask.cli import AppGroup

from readinggroup.archive.search import rebuild as write_anew
from readinggroup.db import commit, writing


@click.group("search", cls=AppGroup)
def search() -> None:
    """Look after search."""


@search.command()
def rebuild() -> None:
    """Write every session's words anew; the site may run meanwhile."""
    with writing():
        count = write_anew()
        commit()
    click.echo(f"{count} sessions can be found.")
