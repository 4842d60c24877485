"""What the database layer promises: fair turns, no write into a file that is gone, no page made while others wait."""

import fcntl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import select, text

from readinggroup import create_app
from readinggroup.config import Settings
from readinggroup.db import TurnNotCome, WriterTurn, commit, db, writing
from readinggroup.migrating import upgrade
from readinggroup.models import Community
from tests.conftest import post

only_on_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture
def own(tmp_path: Path) -> Flask:
    """An application on a SQLite file of its own."""
    settings = Settings.read({"DATA_DIR": str(tmp_path)})
    upgrade(settings)
    return create_app(settings)


def test_a_writer_that_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readinggroup.db.PATIENCE", 0.05)
    file = tmp_path / "database"
    turn = WriterTurn(file)
    with (tmp_path / "database.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(TurnNotCome):
            turn.take()

    turn.done(turn.take())


@only_on_sqlite
def test_a_busy_database_is_a_page_that_says_so(
    app: Flask, as_: Callable[[str | None], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    mo = as_("Mo")
    monkeypatch.setattr("readinggroup.db.PATIENCE", 0.05)
    file: Path = app.config["SETTINGS"].database_file
    page = "/ml-theory/pitches/new"
    with file.with_name(f"{file.name}.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        answer = post(mo, page, {"title": "One", "speakers": "Mo"})
        visitor = app.test_client().post("/ml-theory/plan/sessions")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Nothing is lost" in answer.get_data(as_text=True)
    assert visitor.status_code == 400
    assert post(mo, page, {"title": "One", "speakers": "Mo"}).status_code == 303


@only_on_sqlite
def test_a_refused_form_lets_the_next_writer_in_before_its_page_is_made(
    app: Flask, as_: Callable[[str | None], FlaskClient]
) -> None:
    ada = as_("Ada")
    file: Path = app.config["SETTINGS"].database_file
    free: list[bool] = []

    def look(_app: Flask, **_: object) -> None:
        with file.with_name(f"{file.name}.lock").open("a") as other:
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                free.append(False)
            else:
                free.append(True)

    with template_rendered.connected_to(look, app):
        answer = post(ada, "/ml-theory/sessions/new", {"on": "never"})

    assert answer.status_code == 422
    assert free == [True, True]


def test_a_file_that_was_replaced_is_noticed(own: Flask) -> None:
    file: Path = own.config["SETTINGS"].database_file
    with own.app_context(), writing():
        db.session.add(Community(id=1, name="Before"))
        commit()
    with own.app_context():
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    copy = file.with_suffix(".copy")
    copy.write_bytes(file.read_bytes())
    copy.replace(file)

    with own.app_context(), writing():
        db.session.get_one(Community, 1).name = "After"
        commit()
    with own.app_context():
        db.engine.dispose()
        assert db.session.scalars(select(Community.name)).all() == ["After"]
        db.engine.dispose()


def test_a_file_that_is_gone_is_never_written(own: Flask) -> None:
    file: Path = own.config["SETTINGS"].database_file
    client = own.test_client()
    assert client.get("/readyz").status_code == 200
    file.rename(file.with_suffix(".away"))

    assert client.get("/readyz").status_code == 503
    assert client.get("/").status_code == 503
    assert not file.exists()
    with own.app_context():
        db.engine.dispose()


def test_turns_are_taken_one_after_the_other(tmp_path: Path) -> None:
    turn, inside, most = WriterTurn(tmp_path / "database"), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            handle = turn.take()
            inside += 1
            most = max(most, inside)
            inside -= 1
            turn.done(handle)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (most, inside) == (1, 0)
