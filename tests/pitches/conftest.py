"""Fixtures of the pitch tests: the clock stands at the group's second season day."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from readinggroup import clock
from readinggroup.db import db
from tests.build import NOW


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 5 November 2022, 16:30 in Edmonton."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with statements() as seen`` gathers what the database is asked inside the block."""

    @contextmanager
    def listen() -> Iterator[list[str]]:
        seen: list[str] = []

        def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", hear)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", hear)

    return listen
