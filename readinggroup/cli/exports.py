"""``flask export``: take a group along; and the other end of it, which ``flask import`` calls."""

import json
from pathlib import Path
from typing import IO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from readinggroup import clock
from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.rules import may_see_archive
from readinggroup.cli.command import Command, commit, teaching
from readinggroup.cli.progress import progress
from readinggroup.cli.whole import whole_file, whole_folder
from readinggroup.db import writing
from readinggroup.exchange.group_file import TAKEN
from readinggroup.exchange.group_values import BadGroupFile
from readinggroup.exchange.putting_in import GroupIsHere, put_in, rows_in
from readinggroup.exchange.session_table import write_session_table
from readinggroup.exchange.static_site import StaticSite
from readinggroup.exchange.taking_out import take_out
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Group
from readinggroup.uploads.shelf import Shelf

HELP = teaching(
    """Write what the group SLUG has: whole, as a table, or as a web site.

With --out the whole group goes into one file, which `flask import` puts into another installation. The same group
makes the same file. docs/group-file.md says what is in it, and what isn't: no passwords, no links that let somebody
in, nothing of a round whose results aren't released.""",
    [
        "flask export --group ml-theory --out ml-theory.zip",
        "flask export --group ml-theory --csv sessions.csv",
        "flask export --group ml-theory --static public/",
    ],
    done="written",
)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("export", cls=Command, help=HELP)
@click.option("--group", "slug", required=True, help="The group, by its address.")
@click.option("--out", type=NEW_FILE, metavar="FILE.zip", help="The whole group, for another installation.")
@click.option("--csv", "table", type=NEW_FILE, metavar="FILE.csv", help="Sessions and talks as a table.")
@click.option(
    "--static",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The public archive as a web site for any host, in a new or empty folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@with_appcontext
def export(slug: str, out: Path | None, table: Path | None, folder: Path | None, *, as_json: bool) -> None:
    group = group_by_slug(slug)
    if group is None:
        raise click.ClickException(f"There is no group at /{slug}/.")
    if sum(each is not None for each in (out, table, folder)) != 1:
        raise click.UsageError("Say one of --out FILE.zip, --csv FILE.csv and --static DIR.")
    if folder is not None:
        _conclude({"folder": str(folder), "files": _write_site(group, folder)}, as_json=as_json)
        return
    file = out or table
    assert file is not None  # noqa: S101  (one of them was said)
    try:
        with whole_file(file) as content:
            rows = _take_out(group, content) if out is not None else write_session_table(group, content)
    except OSError as problem:
        raise click.ClickException(f"{file} can’t be written: {problem.strerror}.") from None
    _conclude({"file": str(file), "rows": rows, "bytes": file.stat().st_size}, as_json=as_json)


def _conclude(told: dict[str, str | int], *, as_json: bool) -> None:
    where, *counts = told.items()
    words = ", ".join(f"{value:,} {name}" for name, value in counts)
    click.echo(json.dumps(told) if as_json else f"{where[1]}: {words}.")


def _write_site(group: Group, folder: Path) -> int:
    if not may_see_archive(Actor(), group):
        raise click.ClickException("The archive of this group isn’t public, so there is nothing to show.")
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} isn’t empty; say a new folder.")
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        with whole_folder(folder) as half, progress("Writing files") as show:
            return StaticSite(app, group.slug, half).write(show)
    except OSError as problem:
        raise click.ClickException(f"{folder} can’t be written: {problem.strerror}.") from None


def _take_out(group: Group, file: IO[bytes]) -> int:
    with progress("Writing", len(TAKEN)) as show:
        return take_out(group, file, shelf=_shelf(), seen=lambda table: show(TAKEN.index(table)))


def import_group(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Put a group's file in, or say why not; nothing is half done."""
    try:
        with writing(), progress("Reading rows", rows_in(file)) as show:
            group = put_in(file, shelf=None if dry_run else _shelf(), now=clock.now(), by=THE_SITE, seen=show)
            slug = group.slug
            if not dry_run:
                commit()
    except GroupIsHere as problem:
        raise click.ClickException(f"There is a group at /{problem}/ already. Nothing was written.") from None
    except BadGroupFile as problem:
        raise click.ClickException(f"{file}: {problem} Nothing was written.") from None
    if as_json:
        click.echo(json.dumps({"group": slug, "written": not dry_run}))
    elif dry_run:
        click.echo(f"It would make the group at /{slug}/. Nothing was written.")
    else:
        click.echo(
            f"The group is at /{slug}/. Whoever has a confirmed account with an address of the file is in it;"
        )
        click.echo("everybody else comes in by joining with that address.")


def _shelf() -> Shelf:
    return Shelf.of(current_app.config["SETTINGS"])
