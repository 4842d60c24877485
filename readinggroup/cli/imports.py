"""``flask import``: bring a group's history in, or take an import back."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.cli.command import Command, commit, teaching
from readinggroup.cli.exports import import_group
from readinggroup.cli.progress import progress
from readinggroup.db import writing
from readinggroup.exchange.foreign.rows import Leftover
from readinggroup.exchange.histories import FORMS, History, NotUnderstood, open_history
from readinggroup.exchange.loading import Report, load_sessions
from readinggroup.exchange.putting_in import is_group_file
from readinggroup.exchange.recognised import RecognisedSession
from readinggroup.exchange.spool import spooled
from readinggroup.exchange.undoing import AlreadyUndone, NoSuchImport, undo_import
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Group

EXAMPLES = teaching(
    """Read a group's past sessions from FILE into the archive of the group SLUG.

FILE is a table (CSV, Markdown, HTML), a list (YAML, JSON, Markdown), a page with a heading for each session, or a
Jekyll site as a folder or zip. What is doubtful is said, never guessed. Sessions that are there already are kept: a
file can be imported twice without doubling anything. All of it is written or, when interrupted, nothing.

A FILE that `flask export` wrote is a whole group; it goes into an installation that lacks it, without --group.""",
    [
        "flask import talks.csv --group ml-theory --dry-run",
        "flask import site.zip --group ml-theory --base https://group.example.org/",
        "flask import schedule.md --group ml-theory --day-first",
        "flask import --undo 7",
        "flask import ml-theory.zip",
    ],
    done="done, or with --dry-run: FILE is understood",
)


@click.command("import", cls=Command, help=EXAMPLES)
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--group", "slug", help="The group that the sessions belong to.")
@click.option("--dry-run", is_flag=True, help="Say what was recognised and what is missing; write nothing.")
@click.option(
    "--format", "form", type=click.Choice(FORMS), help="The form of FILE; told by itself if left out."
)
@click.option(
    "--base",
    default="",
    metavar="URL",
    help="Where the page stood; completes addresses such as slides/3.pdf.",
)
@click.option(
    "--day-first/--month-first", default=None, help="How 03/04/2023 is read where the file doesn't tell."
)
@click.option("--undo", "undone", type=int, metavar="ID", help="Take the import of this number back.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON, a line for each session.")
@with_appcontext
def import_(
    file: Path | None,
    slug: str | None,
    form: str | None,
    base: str,
    undone: int | None,
    *,
    dry_run: bool,
    day_first: bool | None,
    as_json: bool,
) -> None:
    if undone is not None:
        _undo(undone, as_json=as_json)
        return
    if file is None:
        raise click.UsageError("Say which FILE to import, or --undo ID.")
    if is_group_file(file):
        import_group(file, dry_run=dry_run, as_json=as_json)
        return
    if slug is None and not dry_run:
        raise click.UsageError("Say with --group SLUG which group the sessions belong to.")
    tell = _tell_as_json if as_json else _tell
    try:
        history = open_history(file, form=form, base=base, day_first=day_first)
        for warning in history.warnings:
            click.echo(f"! {warning}", err=as_json)
        if dry_run or slug is None:
            for found in history.sessions():
                tell(found)
            click.echo("Nothing was written.", err=as_json)
            return
        report = _load(history, slug, file.name, tell)
    except NotUnderstood as problem:
        raise click.ClickException(f"{file}: {problem} Nothing was written.") from None
    _conclude(report, as_json=as_json)


def _load(
    history: History, slug: str, source: str, tell: Callable[[RecognisedSession | Leftover], None]
) -> Report:
    group_called(slug)  # Nobody waits for a file to be read that nobody takes.
    with ExitStack() as stack:
        with progress("Reading rows", history.rows) as show:
            sessions = stack.enter_context(spooled(_told(history.sessions(), tell, show)))
        with writing(), progress("Writing sessions", history.rows) as show:
            report = load_sessions(
                group_called(slug),
                sessions,
                introduction=history.introduction,
                all_held=history.all_held,
                source=source,
                now=clock.now(),
                by=THE_SITE,
                tell=show,
            )
            commit()
    return report


def group_called(slug: str) -> Group:
    """The group at that address; else says how one is made."""
    group = group_by_slug(slug)
    if group is None:
        raise click.ClickException(
            f"There is no group at /{slug}/. `flask group create {slug} ...` makes one."
        )
    return group


def _told(
    found: Iterator[RecognisedSession | Leftover],
    tell: Callable[[RecognisedSession | Leftover], None],
    show: Callable[[int], None],
) -> Iterator[RecognisedSession]:
    for count, each in enumerate(found, start=1):
        tell(each)
        show(count)
        if isinstance(each, RecognisedSession):
            yield each


def _tell(found: RecognisedSession | Leftover) -> None:
    if isinstance(found, Leftover):
        click.echo(f"Line {found.line}, left over: {found.text} ({found.why})")
        return
    on = found.on.isoformat() if found.on else "date not recorded"
    name = f"Session {found.number}" if found.number else f"Line {found.line}"
    said = f"did not take place: {found.because}" if found.cancelled else found.title or "no title"
    click.echo(f"{name} ({on}{f', {found.starts_at:%H:%M}' if found.starts_at else ''}): {said}")
    for talk in found.talks:
        click.echo(f"    talk: {talk.title} — {', '.join(talk.speakers) or 'speaker not named'}")
    for material in found.all_materials():
        click.echo(f"    {material.kind}: {material.title} <{material.url}>")
    for line in (*found.doubts, *found.missing):
        click.echo(f"    ? {line}")


def _tell_as_json(found: RecognisedSession | Leftover) -> None:
    if isinstance(found, Leftover):
        _say({"line": found.line, "left_over": found.text, "why": found.why})
        return
    talks = [
        {
            "title": talk.title,
            "speakers": list(talk.speakers),
            "state": talk.state,
            "links": [material.url for material in (*talk.readings, *talk.materials)],
        }
        for talk in found.talks
    ]
    _say(
        {
            "line": found.line,
            "number": found.number or None,
            "date": found.on.isoformat() if found.on else None,
            "start": found.starts_at.isoformat("minutes") if found.starts_at else None,
            "cancelled": found.cancelled,
            "talks": talks,
            "links": [material.url for material in found.materials],
            "doubts": [*found.doubts, *found.missing],
        }
    )


def _say(told: dict[str, Any]) -> None:
    click.echo(json.dumps(told, ensure_ascii=False))


def _conclude(report: Report, *, as_json: bool) -> None:
    if as_json:
        told = {"added": report.added, "completed": report.filled, "kept": report.kept}
        _say({"import": report.run.id if report.run else None, **told})
        return
    if report.run is None:
        click.echo("Everything is there already; nothing was written.")
        return
    said = [
        f"{count} {words}"
        for count, words in (
            (report.added, "sessions added"),
            (report.filled, "sessions completed"),
            (report.kept, "sessions kept as they were"),
        )
        if count
    ]
    click.echo(f"{', '.join(said)}. `flask import --undo {report.run.id}` takes it back.")


def _undo(number: int, *, as_json: bool) -> None:
    try:
        with writing():
            run = undo_import(number, now=clock.now(), by=THE_SITE)
            commit()
    except NoSuchImport:
        raise click.ClickException(f"There is no import {number}.") from None
    except AlreadyUndone:
        raise click.ClickException(f"Import {number} was taken back before.") from None
    if as_json:
        _say({"import": number, "undone": True})
    else:
        click.echo(f"Import {number} ({run.source}) is taken back.")
