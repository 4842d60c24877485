"""``flask export``: take a group along; and the other end of it, which ``flask import`` calls."""

import json
import os
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.cli.progress import progress
from readinggroup.db import commit, writing
from readinggroup.exchange.group_file import TAKEN
from readinggroup.exchange.group_values import BadGroupFile
from readinggroup.exchange.putting_in import GroupIsHere, put_in, rows_in
from readinggroup.exchange.taking_out import take_out
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Group
from readinggroup.uploads.shelf import Shelf

HELP = """Write the whole group SLUG to one file, which `flask import` puts into another installation.

The same group makes the same file. docs/group-file.md says what is in it, and what isn't: no passwords, no links that
let somebody in, nothing of a round whose results aren't released. When interrupted it leaves nothing behind.

\b
Example:
  flask export --group ml-theory --out ml-theory.zip

\b
Exit codes:
  0  written
  1  refused or not possible; the message says why
  2  the command itself was mistyped
"""


@click.command("export", help=HELP)
@click.option("--group", "slug", required=True, help="The group, by its address.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the file is written."
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@with_appcontext
def export(slug: str, out: Path, *, as_json: bool) -> None:
    group = group_by_slug(slug)
    if group is None:
        raise click.ClickException(f"There is no group at /{slug}/.")
    rows = _write(group, out)
    size = out.stat().st_size
    told = {"file": str(out), "rows": rows, "bytes": size}
    click.echo(json.dumps(told) if as_json else f"{out}: {rows:,} rows, {size:,} bytes.")


def _write(group: Group, out: Path) -> int:
    """Write beside the place first, so that whoever looks there finds a whole file or the one before."""
    half = out.with_name(f"{out.name}.part")
    try:
        with half.open("wb") as file, progress("Writing", len(TAKEN)) as show:
            rows = take_out(group, file, shelf=_shelf(), seen=lambda table: show(TAKEN.index(table)))
            file.flush()
            os.fsync(file.fileno())
        half.replace(out)
    except OSError as problem:
        raise click.ClickException(f"{out} can’t be written: {problem.strerror}.") from None
    finally:
        half.unlink(missing_ok=True)
    return rows


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
