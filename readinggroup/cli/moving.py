"""``flask move``: from SQLite to PostgreSQL, or back."""

import json
import os

import click
from flask import current_app
from flask.cli import with_appcontext

from readinggroup.cli.command import Command, it_is_done, teaching
from readinggroup.cli.progress import progress
from readinggroup.config import BadSetting, Settings
from readinggroup.migrating import NotReady
from readinggroup.moving import MoveRefused, move, rows_in

HELP = teaching(
    """Copy the whole database into another, empty one: from SQLite to PostgreSQL, or back.

Stop the site first. Every table is compared afterwards, row by row; when anything goes wrong, or you stop it, the new
database is as empty as before. The old one is only read, and stays. Uploaded files stay where they are.""",
    [
        "flask move --to postgresql://reading:secret@localhost/reading",
        "flask move --to sqlite:////var/lib/reading-group/new.sqlite3",
    ],
    done="everything is in the new database: set DATABASE_URL to it, and start the site",
)


@click.command("move", cls=Command, help=HELP)
@click.option(
    "--to", required=True, metavar="DATABASE_URL", help="The new database, as DATABASE_URL names it."
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@with_appcontext
def move_command(to: str, *, as_json: bool) -> None:
    source: Settings = current_app.config["SETTINGS"]
    try:
        target = Settings.read({**os.environ, "DATABASE_URL": to})
        if target.database_url == source.database_url:
            raise click.ClickException("That is the database that is used already.")
        with progress("Moving rows", rows_in(source)) as show:
            moved = move(source, target, tell=show)
            it_is_done()
    except (BadSetting, NotReady, MoveRefused) as problem:
        raise click.ClickException(f"{problem} Nothing was moved.") from None
    if as_json:
        click.echo(json.dumps({each.table: {"rows": each.rows, "sha256": each.checksum} for each in moved}))
        return
    for each in moved:
        if each.rows:
            click.echo(f"{each.table:24} {each.rows:>9,} rows  {each.checksum[:12]}")
    click.echo("Every row is the same in both. Set DATABASE_URL to the new one, and start the site.")
