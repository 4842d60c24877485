"""Commands and the worker, stopped at any moment: nothing or all, and nothing left lying about."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from readinggroup.access.actor import THE_SITE
from readinggroup.cli.command import INTERRUPTED
from readinggroup.config import ROOT
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.exchange.foreign.formats import open_text
from readinggroup.exchange.histories import open_history
from readinggroup.exchange.intakes import let_wait, take_in
from readinggroup.exchange.loading import load_sessions
from readinggroup.exchange.putting_in import rows_in
from readinggroup.exchange.recognised import RecognisedSession
from readinggroup.exchange.waiting import progress_file, write_waiting
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Group, Import, Intake, IntakeState, Meeting, Talk
from tests import build
from tests.exchange.test_large import written

ROWS = 400
CHANCE = random.Random(8)


def started(app: Flask, tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    """A command in a process of its own, which keeps its temporary files below ``tmp_path``."""
    settings, temp = app.config["SETTINGS"], tmp_path / "temp"
    temp.mkdir(exist_ok=True)
    environment = os.environ | {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "TMPDIR": str(temp),
    }
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # A suite in the background ignores it.
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", *words],
            env=environment,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    finally:
        signal.signal(signal.SIGINT, usual)


def stopped(
    process: subprocess.Popen[str], sent: signal.Signals, *, once: Callable[[], object], within: float
) -> int:
    """Send a signal at some moment after ``once`` gives something; the exit code."""
    while not once() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(CHANCE.uniform(0, within))
    process.send_signal(sent)
    process.communicate()
    return process.returncode


def counted() -> tuple[int, int, int]:
    """How many sessions that were held, talks and imports there are."""
    held = db.session.scalar(select(func.count(Meeting.id)).where(Meeting.state == MeetingState.HELD)) or 0
    talks = db.session.scalar(select(func.count(Talk.id))) or 0
    imports = db.session.scalar(select(func.count(Import.id))) or 0
    db.session.rollback()
    return held, talks, imports


def here() -> Group:
    group = group_by_slug("ml-theory")
    assert group is not None
    return group


@pytest.fixture
def _group(app: Flask) -> None:
    with app.app_context():
        build.group()
        build.saved()


@pytest.mark.usefixtures("_group")
def test_an_import_that_is_interrupted_leaves_nothing_or_all(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, ROWS)
    for _ in range(3):
        process = started(app, tmp_path, "import", str(file), "--group", "ml-theory")
        assert process.stdout is not None
        code = stopped(process, signal.SIGINT, once=process.stdout.readline, within=0.7)

        with app.app_context():
            all_there = counted() == (ROWS, ROWS, 1)
            assert (code, counted()) == (
                0 if all_there else INTERRUPTED,
                (ROWS, ROWS, 1) if all_there else (0, 0, 0),
            )
        assert list((tmp_path / "temp").iterdir()) == []
        if all_there:
            return


@pytest.mark.usefixtures("_group")
def test_an_export_that_is_interrupted_leaves_nothing_or_a_whole_file(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        sessions = (
            s for s in open_history(written(tmp_path, ROWS)).sessions() if isinstance(s, RecognisedSession)
        )
        load_sessions(here(), sessions, source="a.csv", now=build.NOW, by=THE_SITE)
        build.saved()
    out = tmp_path / "out"
    out.mkdir()
    file = out / "ml-theory.zip"
    for _ in range(3):
        process = started(app, tmp_path, "export", "--group", "ml-theory", "--out", str(file))
        code = stopped(process, signal.SIGINT, once=lambda: list(out.iterdir()), within=0.3)

        assert (code, [each.name for each in out.iterdir()]) in ((INTERRUPTED, []), (0, [file.name]))
        if file.exists():
            assert rows_in(file) > 2 * ROWS
            file.unlink()


@pytest.mark.usefixtures("_group")
def test_a_worker_that_is_killed_leaves_nothing_or_all_and_the_next_goes_on(
    app: Flask, tmp_path: Path
) -> None:
    folder = app.config["SETTINGS"].data_dir
    with app.app_context():
        text = written(tmp_path, ROWS).read_text(encoding="utf-8")
        intake = take_in(here(), open_text("a.csv", text), now=build.NOW)
        let_wait(intake)
        build.saved()
        file = progress_file(folder, intake.id)

    for _ in range(2):
        process = started(app, tmp_path, "worker", "--every", "1")
        stopped(process, signal.SIGKILL, once=file.exists, within=0.7)

        with app.app_context():
            state = db.session.scalars(select(Intake.state)).one()
            assert (state, counted()) in (
                (IntakeState.WAITING, (0, 0, 0)),
                (IntakeState.DONE, (ROWS, ROWS, 1)),
            )
        if state is IntakeState.DONE:
            break

    with app.app_context():
        write_waiting(folder, build.NOW)
        assert (db.session.scalars(select(Intake.state)).one(), counted()) == (
            IntakeState.DONE,
            (ROWS, ROWS, 1),
        )
