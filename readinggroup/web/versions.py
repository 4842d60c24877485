"""The version of what the public sees, read by one bare statement: some microseconds, where the ORM takes hundreds."""

import sqlite3
from collections import deque
from collections.abc import Hashable
from time import monotonic
from typing import Any

from readinggroup.config import Settings
from readinggroup.db import identity_of

OF_GROUP = """SELECT community.public_version, "group".id, "group".public_version
    FROM "group" LEFT JOIN community ON community.id = 1 WHERE slug = {}"""
OF_ALL = """SELECT (SELECT public_version FROM community), count(*), sum(public_version) FROM "group" """


LOOKED_AT_EVERY = 1.0
"""Seconds after which it is looked again whether a backup was put in the place of SQLite's file."""


class Versions:
    """Asks the database, outside of any request's transaction, on connections of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = settings.database_file if settings.on_sqlite else None
        self._of_group = OF_GROUP.format("?" if self._file else "%s")
        self._identity: Hashable = None
        self._look_after = 0.0
        self._idle: deque[tuple[Any, Hashable]] = deque()

    def of(self, slug: str | None) -> Hashable | None:
        """What differs after every change of what the public sees of that group, or, for None, of all of them.

        None where it can't be told: there is no such group, or the database is away.
        """
        try:
            connection, file = self._take()
        except Exception:
            return None
        try:
            row = connection.execute(*((self._of_group, (slug,)) if slug else (OF_ALL,))).fetchone()
        except Exception:  # Such as a slug that the database can't hold: the next asks on a new connection.
            connection.close()
            return None
        self._idle.append((connection, file))
        return (file, *row) if row else None

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop()[0].close()

    def _take(self) -> tuple[Any, Hashable]:
        """A connection to the database that lies there now; a file may have been replaced by a backup."""
        if self._file and monotonic() > self._look_after:
            self._identity, self._look_after = identity_of(self._file), monotonic() + LOOKED_AT_EVERY
        file = self._identity
        while self._idle:
            connection, opened = self._idle.pop()
            if opened == file:
                return connection, file
            connection.close()
        return self._connect(), file

    def _connect(self) -> Any:
        if self._file:
            return sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True, check_same_thread=False)
        import psycopg

        return psycopg.connect(self._settings.database_url.replace("+psycopg", "", 1), autocommit=True)
