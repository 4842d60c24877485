"""``flask backup``, ``flask restore`` and ``flask doctor``."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from readinggroup.archive.search import findable
from readinggroup.backups import BackupFailed, back_up
from readinggroup.backups import restore as put_back
from readinggroup.cli.outbox import transport_of
from readinggroup.config import Settings
from readinggroup.domain.rhythm import zone_data_version
from readinggroup.migrating import NotReady, head, refuse_unready
from readinggroup.uploads.shelf import Shelf
from readinggroup.uploads.sweeping import missing


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup(file: Path) -> None:
    """Write a copy of the whole database and of all files to FILE, while the site runs."""
    try:
        back_up(current_app.config["SETTINGS"], file)
    except BackupFailed as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"The copy is in {file}; it was opened and can be read.")


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.confirmation_option(prompt="Is the site stopped, and shall the database be replaced?")
@with_appcontext
def restore(file: Path) -> None:
    """Put the copy FILE in the place of the database, and its files beside it.  Stop the site first."""
    try:
        put_back(current_app.config["SETTINGS"], file)
    except BackupFailed as problem:
        raise click.ClickException(str(problem)) from None
    click.echo("The copy is in place.  Start the site again.")


@click.command()
@with_appcontext
def doctor() -> None:
    """Say how this installation is; exit 1 where something has to be done."""
    settings: Settings = current_app.config["SETTINGS"]
    try:
        refuse_unready(settings)
        database, (found, held) = f"ready, at revision {head()}", findable()
        search = (
            f"finds {found} sessions"
            if found == held
            else f"FINDS {found} OF {held}: run flask search rebuild"
        )
        files = _files(Shelf.of(settings))
    except NotReady as problem:
        database, search, files = f"NOT READY: {problem}", "NOT READY", "NOT READY"
    mail = "sent by SMTP" if settings.smtp_url else "written to the terminal" if settings.development else ""
    for name, words in (
        ("address", settings.site_url + (" (development)" if settings.development else "")),
        ("database", database),
        ("mail", mail or "NOT SENT: SMTP_URL isn't set"),
        ("zone rules", zone_data_version()),
        ("search", search),
        ("files", files),
    ):
        click.echo(f"{name + ':':11} {words}")
    is_well = database.startswith("ready") and search.startswith("finds") and files.startswith("all")
    if not is_well or transport_of(settings) is None:
        raise SystemExit(1)


def _files(shelf: Shelf) -> str:
    gone = missing(shelf)
    first = ", ".join(sorted(gone)[:3])
    return (
        f"{len(gone)} MISSING in {shelf.folder}, such as {first}" if gone else f"all there, in {shelf.folder}"
    )
