"""The group's second session, on 5 November 2022."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import event

from readinggroup import clock
from readinggroup.db import db
from tests.build import NOW, saved
from tests.scheduling import build


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Move the site's clock."""
    return lambda at: monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def programme(app: Flask, cast: dict[str, int], set_clock: Callable[[datetime], None]) -> dict[str, int]:
    """Four winners wait, sessions 1 (19 November) and 2 (3 December) have their dates.  Gives pitch ids by title."""
    set_clock(NOW)
    with app.app_context():
        ids = {pitch.title: pitch.id for pitch in build.second_session(build.group_of())}
        saved()
    return ids


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL that runs inside the block."""
    found: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", listen)
