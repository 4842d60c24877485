"""``flask import``: bring a group's history in, or take an import back."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.db import commit, writing
from readinggroup.exchange.jekyll_page import NotUnderstood, read_page
from readinggroup.exchange.loading import Report, load_archive
from readinggroup.exchange.recognised import RecognisedArchive
from readinggroup.exchange.undoing import AlreadyUndone, NoSuchImport, undo_import
from readinggroup.groups.queries import group_by_slug


@click.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--group", "slug", help="The group that the sessions belong to.")
@click.option("--dry-run", is_flag=True, help="Say what was recognised and what is missing; write nothing.")
@click.option("--undo", "undone", type=int, metavar="ID", help="Take the import of this number back.")
@with_appcontext
def import_(file: Path | None, slug: str | None, dry_run: bool, undone: int | None) -> None:
    """Read a group's page of past sessions from FILE into the archive of the group SLUG.

    Sessions that are there already are kept; a file can be imported twice without doubling anything.
    """
    if undone is not None:
        _undo(undone)
        return
    if file is None:
        raise click.UsageError("Say which FILE to import, or --undo ID.")
    archive = _read(file)
    if dry_run:
        _tell(archive)
        click.echo("Nothing was written.")
        return
    if slug is None:
        raise click.UsageError("Say with --group SLUG which group the sessions belong to.")
    _tell(archive)
    _conclude(_load(archive, slug, file.name))


def _read(file: Path) -> RecognisedArchive:
    try:
        return read_page(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as problem:
        raise click.ClickException(
            f"{file} isn't text in UTF-8 (byte {problem.start}). Nothing was written."
        ) from None
    except NotUnderstood as problem:
        raise click.ClickException(f"{file}: {problem} Nothing was written.") from None


def _load(archive: RecognisedArchive, slug: str, source: str) -> Report:
    with writing():
        group = group_by_slug(slug)
        if group is None:
            raise click.ClickException(
                f"There is no group at /{slug}/. `flask group create {slug} ...` makes one."
            )
        report = load_archive(group, archive, source=source, now=clock.now(), by=THE_SITE)
        commit()
    return report


def _tell(archive: RecognisedArchive) -> None:
    for warning in archive.warnings:
        click.echo(f"! {warning}")
    for session in archive.sessions:
        on = session.on.isoformat() if session.on else "date not recorded"
        click.echo(f"Session {session.number} ({on}): {session.title or 'no title'}")
        for talk in session.talks:
            click.echo(f"    talk: {talk.title} — {', '.join(talk.speakers) or 'speaker not named'}")
        for material in session.all_materials():
            click.echo(f"    {material.kind}: {material.title} <{material.url}>")
        for line in (*session.doubts, *session.missing):
            click.echo(f"    ? {line}")


def _conclude(report: Report) -> None:
    if report.run is None:
        click.echo("Everything is there already; nothing was written.")
        return
    said = [
        f"{len(numbers)} {words}"
        for numbers, words in (
            (report.added, "sessions added"),
            (report.filled, "sessions completed"),
            (report.kept, "sessions kept as they were"),
        )
        if numbers
    ]
    click.echo(f"{', '.join(said)}. `flask import --undo {report.run.id}` takes it back.")


def _undo(number: int) -> None:
    try:
        with writing():
            run = undo_import(number, now=clock.now(), by=THE_SITE)
            commit()
    except NoSuchImport:
        raise click.ClickException(f"There is no import {number}.") from None
    except AlreadyUndone:
        raise click.ClickException(f"Import {number} was taken back before.") from None
    click.echo(f"Import {number} ({run.source}) is taken back.")
