"""Ten thousand sessions: whole, in memory that doesn't grow with the file, and nothing of them where it is killed."""

import os
import random
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from readinggroup.access.actor import THE_SITE
from readinggroup.config import ROOT
from readinggroup.db import Base, db, writing
from readinggroup.exchange.histories import open_history
from readinggroup.exchange.loading import load_sessions
from readinggroup.exchange.recognised import RecognisedSession
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Meeting, Talk
from tests import build


def written(folder: Path, rows: int) -> Path:
    """A table of so many sessions."""
    first = date(1990, 1, 1)
    file = folder / f"{rows}.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write("date,speaker,title,paper\n")
        for at in range(rows):
            on = first + timedelta(days=at)
            out.write(f"{on},Demo Person {at % 500},Talk number {at},https://example.org/{at}.pdf\n")
    return file


def sessions(file: Path) -> Iterator[RecognisedSession]:
    return (each for each in open_history(file).sessions() if isinstance(each, RecognisedSession))


def peak(file: Path) -> int:
    """Bytes that reading and writing ``file`` needs at most; nothing is kept of what was written."""
    with writing():
        group = group_by_slug("ml-theory")
        assert group is not None
        tracemalloc.start()
        report = load_sessions(group, sessions(file), source=file.name, now=build.NOW, by=THE_SITE)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert report.added == int(file.stem)
    return most


@pytest.fixture
def _group(app: Flask) -> None:
    with app.app_context():
        build.group()
        build.saved()


@pytest.mark.usefixtures("_group")
def test_memory_does_not_grow_with_the_file(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        peak(written(tmp_path, 300))  # What is made once, such as compiled statements.
        small, large = (peak(written(tmp_path, rows)) for rows in (400, 1200))

    assert large < 1.5 * small, (small, large)


@pytest.mark.usefixtures("_group")
def test_every_session_is_there_in_the_order_of_dates(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        group = group_by_slug("ml-theory")
        assert group is not None
        told: list[int] = []
        load_sessions(
            group,
            sessions(written(tmp_path, 450)),
            source="a.csv",
            now=build.NOW,
            by=THE_SITE,
            tell=told.append,
        )
        build.saved()

        numbers = db.session.execute(select(Meeting.number, Meeting.on).order_by(Meeting.number)).all()
        assert [tuple(row) for row in numbers] == [
            (at + 1, date(1990, 1, 1) + timedelta(days=at)) for at in range(450)
        ]
        assert db.session.scalar(select(func.count(Talk.id))) == 450
        assert told == [200, 400, 450]


@pytest.mark.usefixtures("_group")
def test_killed_at_any_moment_it_leaves_nothing_or_all(app: Flask, tmp_path: Path) -> None:
    file = written(tmp_path, 400)
    settings = app.config["SETTINGS"]
    environment = os.environ | {"DATABASE_URL": settings.database_url, "DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-m", "flask", "import", str(file), "--group", "ml-theory"]
    chance = random.Random(8)
    counts = set()
    for _ in range(5):
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()  # It has begun to write.
        time.sleep(chance.uniform(0, 1.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with app.app_context():
            counts.add(_left())

    assert counts <= {(0, 0, 0), (400, 400, 1)}
    assert (0, 0, 0) in counts


def load(found: Iterator[RecognisedSession]) -> None:
    with writing():
        group = group_by_slug("ml-theory")
        assert group is not None
        load_sessions(group, found, source="a.csv", now=build.NOW, by=THE_SITE)
        build.saved()


def _left() -> tuple[int, int, int]:
    tables = (Base.metadata.tables[name] for name in ("meeting", "talk", "import"))
    meetings, talks, imports = (
        db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    )
    db.session.rollback()
    return meetings, talks, imports


def test_interrupted_by_hand_it_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        build.group()
        build.saved()

        def interrupted() -> Iterator[RecognisedSession]:
            for number, session in enumerate(sessions(written(tmp_path, 400))):
                if number == 300:
                    raise KeyboardInterrupt
                yield session

        with pytest.raises(KeyboardInterrupt):
            load(interrupted())

        assert _left() == (0, 0, 0)
