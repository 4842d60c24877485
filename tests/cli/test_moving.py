"""From one kind of database to the other and back: the same rows, and nothing at all where it fails."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from readinggroup import create_app
from readinggroup.config import Settings
from readinggroup.db import db
from readinggroup.exchange.demo import load
from readinggroup.exchange.sample import SAMPLE, read_sample
from readinggroup.migrating import connection_for_migrating, refuse_unready
from readinggroup.models import Meeting, Talk
from readinggroup.moving import TABLES, MoveRefused, move
from tests import build, databases
from tests.cli.test_commands import run

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def filled(app: Flask) -> Settings:
    """A site with the sample group, a replaced talk, and what somebody looks for."""
    with app.app_context():
        load(read_sample(SAMPLE.read_text(encoding="utf-8")), password="demo pass phrase", now=build.NOW)
        build.saved()
        first, second = db.session.scalars(select(Talk).order_by(Talk.id).limit(2)).all()
        first.state, first.replaced_by_id = "replaced", second.id  # type: ignore[assignment]
        build.saved()
        settings: Settings = app.config["SETTINGS"]
        return settings


@pytest.fixture
def elsewhere(filled: Settings, tmp_path: Path) -> Callable[[str], Settings]:
    def made(name: str) -> Settings:
        url = databases.fresh(name, tmp_path)
        return Settings.read({"DATABASE_URL": url, "DATA_DIR": str(tmp_path), "RATE_LIMITS": "off"})

    assert filled is not None
    return made


def test_there_and_back_again_every_row_is_the_same(
    filled: Settings, elsewhere: Callable[[str], Settings]
) -> None:
    here = "sqlite" if filled.on_sqlite else "postgresql"
    there, back = elsewhere(OTHER[here]), elsewhere(here)

    moved = move(filled, there)

    assert sum(each.rows for each in moved) > 200
    assert move(there, back) == moved
    refuse_unready(there)
    refuse_unready(back)


def test_the_new_house_works(filled: Settings, elsewhere: Callable[[str], Settings]) -> None:
    there = elsewhere("postgresql" if filled.on_sqlite else "sqlite")
    move(filled, there)
    moved = create_app(there)
    moved.testing = True

    with moved.app_context():
        latest = db.session.scalar(select(func.max(Meeting.id)))
        title = db.session.scalars(select(Talk.title).where(Talk.state == "given").order_by(Talk.id)).first()
        code, said = run(moved, "group", "create", "second", "--name", "New", "--zone", "Europe/Lisbon")
        assert (code, said[:6]) == (0, "New is")
        assert title is not None
        found = moved.test_client().get("/ml-theory/sessions/", query_string={"q": title.split()[0]})
        assert title.split()[0] in found.get_data(as_text=True)
        assert db.session.scalar(select(func.max(Meeting.id))) == latest
        db.session.remove()
        db.engine.dispose()
    moved.extensions["pagecache"].close()


def test_what_fails_on_the_way_leaves_nothing(
    filled: Settings, elsewhere: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = elsewhere("postgresql" if filled.on_sqlite else "sqlite")

    def stop(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(filled, there, tell=stop)
    assert is_empty(there)

    monkeypatch.setattr("readinggroup.moving._point_within", lambda *_: None)
    with pytest.raises(MoveRefused, match="The table talk isn't the same"):
        move(filled, there)
    assert is_empty(there)


def is_empty(settings: Settings) -> bool:
    if settings.on_sqlite:
        folder = settings.database_file.parent
        return not list(folder.glob(f"{settings.database_file.name}*"))
    with connection_for_migrating(settings) as connection:
        return not connection.dialect.has_table(connection, "meeting")


def test_a_database_that_is_not_empty_is_refused(
    app: Flask, filled: Settings, elsewhere: Callable[[str], Settings]
) -> None:
    there = elsewhere("postgresql" if filled.on_sqlite else "sqlite")
    url = there.database_url.replace("postgresql+psycopg", "postgresql")

    code, said = run(app, "move", "--to", url)
    assert (code, said.endswith("Set DATABASE_URL to the new one, and start the site.\n")) == (0, True)

    code, said = run(app, "move", "--to", url)
    assert (code, "Nothing was moved." in said) == (1, True)
    assert run(app, "move", "--to", "mysql://nowhere")[0] == 1
    assert run(app, "move")[0] == 2


def test_every_table_goes_along() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES) > 60
