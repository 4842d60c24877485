"""``flask worker``: what ``flask tick`` does, again and again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import click
from flask import current_app
from flask.cli import with_appcontext

from readinggroup.cli.outbox import STOPPING
from readinggroup.cli.tick import take_steps
from readinggroup.db import db
from readinggroup.exchange.waiting import was_woken

MINUTE = 60.0
LISTENING = 0.5
"""Seconds after which it looks whether somebody called."""
PATIENCE = 30
"""Seconds that a worker is given to finish the mail that it is sending."""


@click.command("worker")
@click.option("--every", default=5, show_default=True, type=click.IntRange(1, 3600), help="Seconds between.")
@click.option("--with-parent", is_flag=True, help="End when the process that started it has ended.")
@with_appcontext
def worker_command(every: int, with_parent: bool) -> None:
    """Do everything that is due: mail and ends of rounds every few seconds, the rest every minute, until told to stop.

    SIGTERM lets it finish the mail that it is sending; being killed at any moment loses nothing either.
    """
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: STOPPING.set())
    work(every, parent=os.getppid() if with_parent else None)


def work(every: float, *, parent: int | None = None) -> None:
    """Take the steps of a tick every so many seconds, until STOPPING is set or ``parent`` isn't our parent any more."""
    all_at = monotonic()
    while not STOPPING.is_set() and parent in {None, os.getppid()}:
        all_due = monotonic() >= all_at
        if all_due:
            all_at = monotonic() + MINUTE
        take_steps(only_often=not all_due)
        db.session.remove()
        _rest(every)


def _rest(seconds: float) -> None:
    """Wait so long, or until somebody calls who looks at a page meanwhile."""
    folder = current_app.config["SETTINGS"].data_dir
    until = monotonic() + seconds
    while monotonic() < until and not STOPPING.wait(min(LISTENING, seconds)) and not was_woken(folder):
        pass


@contextmanager
def worker_beside() -> Iterator[None]:
    """A worker in a process of its own, for as long as the block runs."""
    process = subprocess.Popen([sys.executable, "-m", "flask", "worker", "--with-parent"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)
