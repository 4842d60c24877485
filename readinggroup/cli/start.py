"""``flask start``: what ``make run`` does; ``flask routes-table``: the table of doors."""

import sys
from contextlib import nullcontext

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from werkzeug.routing import Rule

from readinggroup.access.doors import rule_of
from readinggroup.cli.worker import worker_beside
from readinggroup.config import Settings
from readinggroup.exchange.demo import load_sample_once
from readinggroup.migrating import NotReady, upgrade
from readinggroup.serving import serve
from readinggroup.starting import how_to_begin, make_ready


@click.command("start")
@click.option("--empty", is_flag=True, help="Load no sample group: a new installation begins at /welcome.")
@with_appcontext
def start(empty: bool) -> None:
    """Make or upgrade the database, load the sample group on the first start in development, and serve."""
    settings: Settings = current_app.config["SETTINGS"]
    upgrade(settings)
    try:
        make_ready(current_app)
    except NotReady as problem:
        raise click.ClickException(str(problem)) from None
    if settings.development and not empty:
        load_sample_once(settings, echo=click.echo)
    if words := how_to_begin(current_app):
        click.echo(words)
    if settings.shows_mails:
        click.echo(f"Mails are written here, and to {settings.site_url}/outbox.")
    click.echo(f"Reading Group is at http://{settings.host}:{settings.port}/ — stop it with Ctrl+C.")
    sys.stdout.flush()
    with worker_beside() if settings.development else nullcontext():
        serve(settings)


@click.command("welcome")
@with_appcontext
def welcome() -> None:
    """Say where a new installation is set up, and the code that it asks for."""
    click.echo(how_to_begin(current_app) or "The site is set up: somebody has an account.")


@click.command("routes-table")
@with_appcontext
def routes_table() -> None:
    """Print method, address and rule of every route."""
    click.echo(table_of_doors(current_app), nl=False)


def table_of_doors(app: Flask) -> str:
    """One line for each route: its methods, its address, and the rule at its door ("-" where it has none)."""
    return "".join(
        sorted(f"{_methods(r):10} {r.rule:58} {_rule(app, r)}\n" for r in app.url_map.iter_rules())
    )


def _methods(rule: Rule) -> str:
    return ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def _rule(app: Flask, rule: Rule) -> str:
    return getattr(rule_of(app, rule.endpoint), "__name__", "-")
