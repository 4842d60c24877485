"""The database: base of all models, column types, SQLite's manners, the writer's turn, and the one commit."""

import fcntl
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, TypeVarTuple, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Row,
    Select,
    TypeDecorator,
    event,
    literal,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert

Kept = TypeVar("Kept")
Shown = TypeVarTuple("Shown")
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment.  Takes and gives aware datetimes in UTC; refuses naive ones with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its zone: naive datetimes aren't stored.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every model stands on."""

    __public__: ClassVar[bool]
    """Whether the public sees anything of its rows; every model says which (``triggers.py``)."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {datetime: UtcDateTime()}


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


def fetch(statement: Select[*Shown], asked: Mapping[str, Any]) -> Sequence[Row[*Shown]]:
    """The rows of a statement that asks for columns alone, at half the price of asking by way of the ORM."""
    session = db.session()
    session.flush()
    return session.connection().execute(statement, asked).all()


def among(column: InstrumentedAttribute[Kept], values: Iterable[Kept]) -> ColumnElement[bool]:
    """Whether a column has one of a few values that are always the same; a list for ``in_`` is written into the
    statement anew each time that it is asked."""
    return column.in_([literal(value, column.type) for value in values])


def insert_into(table: Any) -> "Insert":
    """An INSERT that knows ON CONFLICT, in the words of the database in use; the other one's aren't even imported."""
    if db.engine.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert

        return insert(table)
    from sqlalchemy.dialects import postgresql

    return cast("Insert", postgresql.insert(table))  # The two are alike in all that we ask of them.


def one_of(kinds: type[StrEnum], name: str) -> Enum:
    """A column type for the values of ``kinds``, kept by a CHECK called ``name``."""
    return Enum(
        kinds,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def commit() -> None:
    """Make the request's changes lasting.  What was said to be done is done once this returns."""
    db.session.commit()
    end_writing()


# --- The writer's turn -----------------------------------------------------------------------------
# SQLite has one writer at a time, and its own way of waiting is unfair: under load some wait for half a
# second.  Writers therefore queue here, in this process and across processes, before BEGIN IMMEDIATE.

_writing: ContextVar[bool] = ContextVar("writing", default=False)


PATIENCE = 10.0
"""Seconds that a writer waits in all: longer than an import of ten thousand sessions writes, and a page that says "try
again" beats one that never comes."""


class TurnNotCome(Exception):
    """Somebody else writes for too long; nothing was changed, and it can be tried again."""


class WriterTurn:
    """A queue of writers over all threads and processes that use one database file."""

    def __init__(self, file: Path) -> None:
        self._file = file.with_name(f"{file.name}.lock")
        self._thread = threading.Lock()

    def take(self) -> Any:
        """Wait for the turn; give back what ``done`` takes.  Raises TurnNotCome."""
        until = monotonic() + PATIENCE
        if not self._thread.acquire(timeout=PATIENCE):
            raise TurnNotCome
        handle = self._file.open("a")
        try:
            while not _locked(handle):
                if monotonic() > until:
                    raise TurnNotCome
                sleep(0.002)
        except BaseException:
            self.done(handle)
            raise
        return handle

    def done(self, handle: Any) -> None:
        """Let the next writer in."""
        handle.close()
        self._thread.release()


def _locked(handle: Any) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def end_reading() -> None:
    """Let go of the connection and of what was read, before something that takes long; the next query reads anew."""
    db.session.rollback()


def begin_writing() -> None:
    """From here on this request writes: end the read transaction, so that the next begins with a writer's lock."""
    db.session.rollback()
    _writing.set(True)


def is_writing() -> bool:
    """Whether this request has begun to write."""
    return _writing.get()


def end_writing() -> None:
    """This request is over."""
    _writing.set(False)


@contextmanager
def writing() -> Iterator[None]:
    """A block that writes and commits by itself, such as a command."""
    begin_writing()
    try:
        yield
    finally:
        db.session.rollback()
        end_writing()


def tune(engine: Engine, file: Path | None) -> None:
    """Give ``engine`` the manners that the site relies on.  ``file``: SQLite's database, None elsewhere."""
    if file is None:
        return
    turn = WriterTurn(file)

    @event.listens_for(engine, "checkout")
    def checkout(_connection: sqlite3.Connection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        # A file that was replaced or taken away lives on in old connections, and what they write is lost.
        if entry.info["file"] != identity_of(file):
            raise DisconnectionError

    @event.listens_for(engine, "connect")
    def settle(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = identity_of(file)
        connection.isolation_level = None  # BEGIN is said below, not guessed by the driver.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver = cast(sqlite3.Connection, connection.connection.driver_connection)
        if not _writing.get():
            driver.execute("BEGIN")
            return
        connection.info["turn"] = turn.take()
        driver.execute("BEGIN IMMEDIATE")
        connection.info["changes"] = driver.total_changes

    @event.listens_for(engine, "checkin")
    def checkin(_connection: sqlite3.Connection | None, entry: ConnectionPoolEntry) -> None:
        # The transaction has ended by the time that the pool gets its connection back.
        if handle := entry.info.pop("turn", None):
            turn.done(handle)


def identity_of(file: Path) -> tuple[int, int] | None:
    """Which file lies at that path now; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def leave_turn_unless_written() -> None:
    """Let the next writer in before a page is made, where this request has changed nothing: a refused form, say."""
    session = db.session()
    if not _writing.get() or not session.in_transaction() or session.new or session.dirty or session.deleted:
        return
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and driver.total_changes == connection.info.get("changes"):
        commit()
