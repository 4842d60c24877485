"""Taking a group out and putting it in, stopped at any moment: all of it or nothing, and nothing left over."""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from readinggroup.cli.exports import export
from readinggroup.cli.imports import import_
from readinggroup.db import db, writing
from readinggroup.exchange.group_file import TABLES, TAKEN
from readinggroup.uploads.shelf import Shelf
from readinggroup.uploads.sweeping import sweep
from tests import databases
from tests.archive import build as archive
from tests.build import saved
from tests.exchange.build import whole_group
from tests.exchange.test_group_file import parts, taken

TIMES = 6
COUNTED = [name for name in TAKEN if name != "record"]  # The import itself is recorded.
STOPS = (signal.SIGINT, signal.SIGKILL)


def stopped(app: Flask, command: Callable[[], object], how: signal.Signals, after: float) -> None:
    """Run ``command`` in a process of its own, and stop it ``after`` so many seconds."""
    process = os.fork()
    if process == 0:
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # A suite in the background ignores it.
            with app.app_context():
                db.engine.dispose(close=False)
            os.kill(os.getpid(), signal.SIGSTOP)
            command()
        finally:
            os._exit(0)
    os.waitpid(process, os.WUNTRACED)
    os.kill(process, signal.SIGCONT)
    time.sleep(after)
    os.kill(process, how)
    os.waitpid(process, 0)


def seconds(command: Callable[[], object]) -> float:
    begun = time.monotonic()
    command()
    return time.monotonic() - begun


@pytest.fixture
def whole(app: Flask, cast: dict[str, int]) -> bytes:
    """The file of a group that has something of everything, and three hundred sessions more."""
    whole_group(app)
    with app.app_context(), writing():
        group = archive.group_of()
        for number in range(10, 310):
            archive.talk(archive.session(group, number), f"Talk {number}", "Mo")
        saved()
    return taken(app)


@pytest.mark.parametrize("how", STOPS)
def test_a_stopped_export_leaves_the_file_before_or_a_whole_one(
    app: Flask, whole: bytes, tmp_path: Path, how: signal.Signals
) -> None:
    out, chance, found = tmp_path / "out.zip", random.Random(8), set()

    def run() -> None:
        app.test_cli_runner().invoke(export, ["--group", "ml-theory", "--out", str(out)])

    longest = seconds(run)
    for _ in range(TIMES):
        out.write_bytes(b"The one before.")
        stopped(app, run, how, chance.uniform(0, longest))
        left = {path.name for path in tmp_path.iterdir()} - {out.name}
        # A kill just when the file gets its name leaves the other half of it for the next run.
        assert left <= ({"out.zip.part"} if how is signal.SIGKILL else set())
        found.add(out.read_bytes())

    assert found <= {b"The one before.", whole}
    assert b"The one before." in found
    run()
    assert (list(tmp_path.iterdir()), out.read_bytes()) == ([out], whole)


@pytest.mark.parametrize("how", STOPS)
def test_a_stopped_import_leaves_nothing_or_all(
    app: Flask, whole: bytes, tmp_path: Path, how: signal.Signals
) -> None:
    file, chance = tmp_path / "in.zip", random.Random(8)
    file.write_bytes(whole)
    shelf = Shelf.of(app.config["SETTINGS"])
    (name,) = (row["name"] for row in parts(whole)["upload"])

    def run() -> None:
        app.test_cli_runner().invoke(import_, [str(file)])

    def emptied() -> None:
        with app.app_context():
            databases.empty()
        shelf.remove(name)

    emptied()
    longest, found = seconds(run), []
    assert taken(app) == whole
    for _ in range(TIMES):
        emptied()
        stopped(app, run, how, chance.uniform(0, longest))
        found.append(rows_here(app))
        if not found[-1]:
            with app.app_context():
                sweep(shelf, datetime.now(UTC) + timedelta(days=2))  # As `flask tick` does, two days later.
        assert shelf.path(name).is_file() == (found[-1] > 0)

    assert set(found) <= {0, sum(len(parts(whole)[table]) for table in COUNTED)}
    assert 0 in found


def rows_here(app: Flask) -> int:
    """How many rows there are of what goes along, besides of what was recorded; all counted at one moment."""
    counts = (select(func.count()).select_from(TABLES[name]).scalar_subquery() for name in COUNTED)
    with app.app_context():
        wait_for_postgresql()
        row = db.session.execute(select(*counts)).one()
        db.session.rollback()
        return sum(row)


def wait_for_postgresql() -> None:
    """Wait until it has ended what a killed process began: a commit that it was sent is still carried out."""
    if db.engine.dialect.name != "postgresql":
        return
    busy = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    until = time.monotonic() + 30
    while db.session.scalar(busy):
        db.session.rollback()  # What is seen of others stays the same within a transaction.
        assert time.monotonic() < until
        time.sleep(0.02)
