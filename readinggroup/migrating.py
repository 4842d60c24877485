"""Bringing the database to the revision that this code needs, and telling whether it is there.

Only the former takes Alembic; a server that starts asks the latter, and does without its time and its memory.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import Connection, NullPool, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from readinggroup.config import ROOT, Settings
from readinggroup.triggers import missing_triggers

if TYPE_CHECKING:
    from alembic.config import Config

REVISION = re.compile(r'^(revision|down_revision)\b[^=]*= "([^"]+)"', re.MULTILINE)
QUICK_CHECK_LASTS = 600
PACKAGED = Path(__file__).with_name("migrations")


class NotReady(Exception):
    """The database is missing, damaged or at another revision; the message says what to do."""


def scripts() -> Path:
    """Where the migrations are: beside the package in a checkout, inside it when installed."""
    return ROOT / "migrations" if (ROOT / "migrations").is_dir() else PACKAGED


def alembic_config() -> "Config":
    """What Alembic is told."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    return config


@cache
def head() -> str:
    """The newest revision that this code knows: the one that no other follows."""
    named: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
    for file in (scripts() / "versions").glob("*.py"):
        for which, revision in REVISION.findall(file.read_text(encoding="utf-8")):
            named[which].add(revision)
    (newest,) = named["revision"] - named["down_revision"]
    return newest


@contextmanager
def connection_for_migrating(settings: Settings) -> Iterator[Connection]:
    """A connection of its own, on which SQLite's DDL is transactional and foreign keys are checked at the end."""
    engine = create_engine(settings.engine_url, poolclass=NullPool)
    if settings.on_sqlite:
        event.listen(engine, "connect", _settle)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _settle(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in ("foreign_keys=OFF", "busy_timeout=60000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the database to ``revision``; a missing SQLite file is made first."""
    from alembic import command

    if settings.on_sqlite:
        settings.database_file.parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(settings.database_file) as made:
            made.execute("PRAGMA journal_mode=WAL")
        made.close()
    with connection_for_migrating(settings) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(settings: Settings, revision: str) -> None:
    """Take the database back to ``revision``, "base" being empty."""
    from alembic import command

    with connection_for_migrating(settings) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def refuse_unready(settings: Settings) -> None:
    """Return when the site may run on its database; raise NotReady, which says what to do, when it may not."""
    if settings.on_sqlite and not settings.database_file.is_file():
        raise NotReady(f"There is no database at {settings.database_file}. `flask db upgrade` makes one.")
    try:
        with connection_for_migrating(settings) as connection:
            check_revision(connection)
            _check_file(connection)
    except SQLAlchemyError as error:
        raise NotReady(f"The database doesn't answer: {error.__cause__ or error}") from error


def check_revision(connection: Connection) -> None:
    """Raise NotReady unless the database is at the revision of this code and a real table can be read."""
    found = None
    if inspect(connection).has_table("alembic_version"):
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found != head():
        raise NotReady(
            f"The database is at revision {found or 'none'}, this code needs {head()}: run `flask db upgrade`."
        )
    connection.execute(text("SELECT count(*) FROM community")).scalar_one()
    if missing := missing_triggers(connection):
        raise NotReady(f"The database lacks the triggers of {', '.join(missing)}: run `flask db upgrade`.")


def check_file(settings: Settings) -> None:
    """Raise NotReady where SQLite finds the file damaged; looked at anew every QUICK_CHECK_LASTS seconds."""
    _damage(settings, int(monotonic() // QUICK_CHECK_LASTS))


@lru_cache(maxsize=2)
def _damage(settings: Settings, _period: int) -> None:
    with connection_for_migrating(settings) as connection:
        _check_file(connection)


def _check_file(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if verdict != "ok":
        raise NotReady(
            f"The database file is damaged ({verdict}). Restore a backup; docs/running.md says how."
        )
