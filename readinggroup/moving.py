"""Moving house: everything from one database into an empty one of the other kind, compared row by row, or nothing."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import JSON, Connection, Table, bindparam, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from readinggroup.archive.search import KEEP, PARTS
from readinggroup.archive.words import tokens_of
from readinggroup.config import Settings
from readinggroup.db import Base
from readinggroup.migrating import alembic_config, connection_for_migrating, refuse_unready, upgrade
from readinggroup.triggers import drop_triggers, make_triggers

AT_ONCE = 1_000
TABLES: Sequence[Table] = Base.metadata.sorted_tables
"""Those first that others point to."""


class MoveRefused(Exception):
    """It can't be moved there, and nothing was; the message says why."""


@dataclass(frozen=True)
class Moved:
    """One table: how many rows it has, and the checksum of them, in the old house as in the new."""

    table: str
    rows: int
    checksum: str


def move(
    source: Settings, target: Settings, *, tell: Callable[[int], object] = lambda _: None
) -> list[Moved]:
    """Copy every row of ``source`` into ``target``, which must be empty, and compare both.

    The site must not be running meanwhile.  Raises MoveRefused or NotReady; whatever happens before the end, the target
    is as empty as before, and the source is only read.  ``tell`` hears how many rows were copied so far.
    """
    refuse_unready(source)
    try:
        with connection_for_migrating(source) as old, _new_house(target) as new, old.begin():
            if old.dialect.name == "postgresql":
                old.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return _moved(old, new, tell)
    except SQLAlchemyError as problem:
        raise MoveRefused(f"The database doesn't take it: {problem.__cause__ or problem}") from problem


def rows_in(settings: Settings) -> int:
    """How many rows there are to be moved."""
    with connection_for_migrating(settings) as connection:
        counts = (connection.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES)
        return sum(counts)


@contextmanager
def _new_house(target: Settings) -> Iterator[Connection]:
    """A connection to an empty database with our tables, which is there for others only once the block has ended."""
    if target.on_sqlite:
        with _new_file(target) as connection:
            yield connection
        return
    with connection_for_migrating(target) as connection, connection.begin():
        if inspect(connection).get_table_names():
            raise MoveRefused("The new database isn't empty; make another one with `createdb`.")
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        yield connection


@contextmanager
def _new_file(target: Settings) -> Iterator[Connection]:
    file = target.database_file
    if file.exists():
        raise MoveRefused(f"{file} is there already; choose another name.")
    part = replace(target, database_url=f"sqlite:///{file}.part")
    _forget(part.database_file)
    try:
        upgrade(part)
        with connection_for_migrating(part) as connection, connection.begin():
            yield connection
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise MoveRefused(f"Rows would point nowhere: {broken[:5]}")
        with closing(sqlite3.connect(part.database_file)) as settled:
            settled.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        part.database_file.chmod(0o600)
        part.database_file.rename(file)
    finally:
        _forget(part.database_file)


def _forget(file: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _moved(old: Connection, new: Connection, tell: Callable[[int], object]) -> list[Moved]:
    drop_triggers(new)
    done = 0
    for table in TABLES:
        for rows in _batches(old, table):
            _insert(new, table, rows)
            done += len(rows)
            tell(done)
        _point_within(old, new, table)
    _make_findable(new)
    _set_sequences(new)
    make_triggers(new)
    return [_compared(old, new, table) for table in TABLES]


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table in the order of its key, some at a time."""
    keys = list(table.primary_key) or list(table.c)
    query = select(table).order_by(*keys)
    result = connection.execute(query, execution_options={"stream_results": True})
    rows = (dict(row._mapping) for row in result)
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _within(table: Table) -> list[str]:
    """The columns that point to rows of the same table."""
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _insert(new: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows; what points within the table waits until all of them are there."""
    nothing = dict.fromkeys(_within(table))
    # A JSON column that has nothing is NULL, and not the text "null".
    bare = {
        c.name: bindparam(c.name, type_=JSON(none_as_null=True)) for c in table.c if isinstance(c.type, JSON)
    }
    new.execute(table.insert().values(bare) if bare else table.insert(), [row | nothing for row in rows])


def _point_within(old: Connection, new: Connection, table: Table) -> None:
    for name in _within(table):
        pointing = old.execute(select(table.c.id, table.c[name]).where(table.c[name].is_not(None))).all()
        if pointing:
            change = table.update().where(table.c.id == bindparam("key")).values({name: bindparam("to")})
            new.execute(change, [{"key": key, "to": to} for key, to in pointing])


def _make_findable(new: Connection) -> None:
    """Fill the index of search, which each database keeps in its own way, from the documents."""
    documents = Base.metadata.tables["search_document"]
    for rows in _batches(new, documents):
        folded = [
            {"meeting_id": row["meeting_id"], **{part: " ".join(tokens_of(row[part])) for part in PARTS}}
            for row in rows
        ]
        new.execute(text(KEEP[new.dialect.name]), folded)


def _set_sequences(new: Connection) -> None:
    """Let the next rows of PostgreSQL get ids behind those that are there; SQLite does so by itself."""
    if new.dialect.name != "postgresql":
        return
    for table in TABLES:
        for column in table.primary_key:
            named = {"table": f'"{table.name}"', "column": column.name}
            sequence = new.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
            if sequence:
                most = new.scalar(select(func.max(column)))
                new.execute(
                    text("SELECT setval(:sequence, :most, :used)"),
                    {"sequence": sequence, "most": most or 1, "used": most is not None},
                )


def _compared(old: Connection, new: Connection, table: Table) -> Moved:
    before, after = (_counted(connection, table) for connection in (old, new))
    if before != after:
        raise MoveRefused(f"The table {table.name} isn't the same in both databases; nothing was moved.")
    return before


def _counted(connection: Connection, table: Table) -> Moved:
    """Count and sum up a table by what its rows mean, however the database writes them."""
    count, digest = 0, sha256()
    for rows in _batches(connection, table):
        count += len(rows)
        for row in rows:
            digest.update(_as_text(row).encode())
    return Moved(table.name, count, digest.hexdigest())


def _as_text(row: Mapping[str, Any]) -> str:
    return json.dumps(list(row.values()), sort_keys=True, ensure_ascii=True, default=repr) + "\n"
