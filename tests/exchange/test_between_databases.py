"""A group's file from SQLite to PostgreSQL and back: the same bytes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from readinggroup import create_app
from readinggroup.config import Settings
from readinggroup.db import db
from readinggroup.migrating import upgrade
from tests import databases
from tests.exchange.build import close_second_round, whole_group
from tests.exchange.test_group_file import parts, put, taken

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
Installation = Callable[[str], Flask]


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """Makes another installation on the database of that kind, which is empty."""
    with ExitStack() as until_the_end:
        yield lambda name: until_the_end.enter_context(_installed(name, tmp_path))


@contextmanager
def _installed(name: str, folder: Path) -> Iterator[Flask]:
    url = databases.fresh(name, folder)
    settings = Settings.read({"DATABASE_URL": url, "DATA_DIR": str(folder / name), "RATE_LIMITS": "off"})
    upgrade(settings)
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions["pagecache"].close()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("is_round_counted", [False, True])
def test_there_and_back_again_the_file_is_the_same(
    app: Flask, cast: dict[str, int], installation: Installation, tmp_path: Path, is_round_counted: bool
) -> None:
    whole_group(app)
    if is_round_counted:
        close_second_round(app)
    here = "sqlite" if app.config["SETTINGS"].on_sqlite else "postgresql"
    there, back = installation(OTHER[here]), installation(here)
    first = taken(app)

    put(there, first, tmp_path)
    second = taken(there)
    put(back, second, tmp_path)

    assert parts(second) == parts(first)
    assert second == first
    assert taken(back) == first
