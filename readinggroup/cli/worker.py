"""``flask worker``: what ``flask tick`` does, again and again."""

import signal

import click
from flask.cli import with_appcontext

from readinggroup.cli.outbox import STOPPING
from readinggroup.cli.tick import take_steps
from readinggroup.db import db


@click.command("worker")
@click.option("--every", default=5, show_default=True, type=click.IntRange(1, 3600), help="Seconds between.")
@with_appcontext
def worker_command(every: int) -> None:
    """Do everything that is due every few seconds, until it is told to stop.

    SIGTERM lets it finish the mail that it is sending; being killed at any moment loses nothing either.
    """
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: STOPPING.set())
    click.echo("The worker looks at what is due.")
    work(every)


def work(every: float) -> None:
    """Take the steps of a tick every so many seconds, until STOPPING is set."""
    while not STOPPING.is_set():
        take_steps()
        db.session.remove()
        STOPPING.wait(every)
