"""Writing the group's file (``group_file.py``): from one look at the database, row by row, the same bytes each time."""

import json
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from shutil import copyfileobj
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import ColumnElement, String, Table, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState, RoundState
from readinggroup.domain.season import may_show_ballots
from readinggroup.exchange.group_file import (
    FILES,
    FORMAT,
    NOBODYS,
    PEOPLE,
    TABLES,
    TAKEN,
    UNRELEASED,
    columns_taken,
    is_numbered,
    parent_of,
    renumbered,
    rows_taken,
)
from readinggroup.exchange.group_values import plain
from readinggroup.models import Ballot, Group, Record, Round, Upload, User
from readinggroup.text.pictures import is_file_name
from readinggroup.uploads.shelf import Shelf

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of everything in the file, so that it doesn't tell when it was made."""
AT_ONCE = 1000
NOT_OPENED: Mapping[str, Any] = {
    "state": "draft", "unit": "0", "opens_by_itself": False, "opened_at": None, "ended_at": None,
    "extended_from": None, "closed_at": None, "nonce": None, "nonce_commit": None, "digest": None, "turnout": None,
}  # fmt: skip
"""What the file says of a round whose results aren't released: that it is a draft, which nobody has voted in."""
BEFORE_OPENING = frozenset({"round.drafted", "round.revised", "round.scheduled", "round.unscheduled"})
Row = dict[str, Any]


def take_out(
    group: Group, file: IO[bytes], *, shelf: Shelf, seen: Callable[[str], None] = lambda _table: None
) -> int:
    """Write the group's file and say how many rows are in it; ``seen`` is told each table before it is written.

    Ends the session's transaction first: all is read as it stands at one moment.
    """
    group_id = group.id
    _look_once()
    return _Writer(db.session.get_one(Group, group_id), file).write(shelf, seen)


def _look_once() -> None:
    """Begin a transaction in which every statement sees the same; SQLite's are so by themselves."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


class _Writer:
    """One file while it is written, and the numbers that rows have in it."""

    def __init__(self, group: Group, file: IO[bytes]) -> None:
        self._group, self._file = group, file
        states = db.session.execute(select(Round.id, Round.state).where(Round.group_id == group.id)).all()
        self._sealed = {round_id for round_id, state in states if state in UNRELEASED}
        self._levels_tell = any(state is RoundState.CLOSED for _, state in states)
        self._few = _rounds_with_few_ballots(group)
        self._ids: dict[str, array[int]] = {}
        """By table: the ids of the rows that go along, ascending; a row's number is its place among them."""
        self._people: dict[int, int] = {}

    def write(self, shelf: Shelf, seen: Callable[[str], None]) -> int:
        counts = {}
        with ZipFile(self._file, "w", ZIP_DEFLATED, compresslevel=9) as whole:
            for name in TAKEN:
                seen(name)
                counts[name] = _put(whole, f"tables/{name}.jsonl", self._rows(TABLES[name]))
            _put(whole, PEOPLE, self._persons())
            self._files(whole, shelf)
            about = {"format": FORMAT, "group": self._group.slug, "people": len(self._people), "rows": counts}
            _put(whole, "group.json", [about], indent=1)
        return sum(counts.values())

    def _rows(self, table: Table) -> Iterator[Row]:
        key = list(table.primary_key.columns)
        rows = (
            select(table)
            .where(rows_taken(table, self._group, self._few))
            .order_by(*map(_by_bytes, key))
            .execution_options(yield_per=AT_ONCE)
        )
        if is_numbered(table):  # Known before the first row is told: a talk may name a later one.
            self._ids[table.name] = array("q", db.session.scalars(rows.with_only_columns(table.c.id)))
        found = db.session.execute(rows).mappings()
        told = (self._told(table, row) for row in found if self._is_told(table, row))
        if parent_of(key[-1]) != User.__tablename__:
            yield from told
            return
        # People are numbered as they come, so that the order of their ids isn't that of their numbers.
        for _, some in groupby(told, key=lambda row: row[key[0].name]):
            yield from sorted(some, key=lambda row: row[key[-1].name])

    def _is_told(self, table: Table, row: Mapping[Any, Any]) -> bool:
        """Whether what the row is about goes along, and it tells nothing of a round that isn't released."""
        if table.name == "former_address":
            return self._number(row[table.c.kind], row[table.c.thing_id]) is not None
        if table is not Record.__table__:
            return True
        thing, words = row[table.c.thing], row[table.c.thing_id]
        if thing == User.__tablename__ or not words.isdigit() or self._number(thing, int(words)) is None:
            return False
        return not (thing == "round" and int(words) in self._sealed) or row[table.c.what] in BEFORE_OPENING

    def _told(self, table: Table, row: Mapping[Any, Any]) -> Row:
        told: Row = {}
        for column in columns_taken(table):
            value, parent = row[column], parent_of(column)
            if parent is not None and value is not None:
                value = self._number(parent, value)
            told[column.name] = renumbered(table.name, column.name, plain(value), self._number)
        if table.name == "former_address":
            told["thing_id"] = self._number(told["kind"], told["thing_id"])
        elif table is Record.__table__:
            told["thing_id"] = str(self._number(told["thing"], int(told["thing_id"])))
        elif table.name == "round" and row[table.c.id] in self._sealed:
            told.update(NOT_OPENED)
        elif table.name == "pitch" and told["state"] == PitchState.IN_ROUND:
            told["state"] = PitchState.OPEN.value
        elif table.name == "membership" and self._levels_tell:
            told["level"] = 0
        return told

    def _files(self, whole: ZipFile, shelf: Shelf) -> None:
        """What was uploaded; a file that is lost stays lost."""
        upload = TABLES[Upload.__tablename__].c
        names = select(upload.name).where(upload.group_id == self._group.id).order_by(_by_bytes(upload.name))
        for name in db.session.scalars(names):
            if is_file_name(name) and shelf.path(name).is_file():
                with (
                    shelf.path(name).open("rb") as kept,
                    whole.open(_entry(f"{FILES}{name}", ZIP_STORED), "w") as out,
                ):
                    copyfileobj(kept, out)

    def _number(self, table: str, row_id: int) -> int | None:
        if table == User.__tablename__:
            return self._people.setdefault(row_id, len(self._people) + 1)
        ids = self._ids.get(table, ())
        place = bisect_left(ids, row_id)
        return place + 1 if place < len(ids) and ids[place] == row_id else None

    def _persons(self) -> Iterator[Row]:
        for user_id in self._people:
            user = db.session.get_one(User, user_id)
            gone = user.deleted_at is not None
            yield {
                "name": user.name,
                "email": None if user.email.endswith(NOBODYS) else user.email,
                "links": user.links,
                "active": user.active,
                "gone": gone,
            }


def _by_bytes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """What to sort by for the same order everywhere: PostgreSQL's languages sort texts in their own ways."""
    if not isinstance(column.type, String):
        return column
    return column.collate("C" if db.engine.dialect.name == "postgresql" else "BINARY")


def _rounds_with_few_ballots(group: Group) -> list[int]:
    """The released rounds of which only totals are published: single ballots could be traced to their voters."""
    levels: dict[int, list[int]] = {}
    rows = select(Ballot.round_id, Ballot.level).join(Round, Round.id == Ballot.round_id)
    for round_id, level in db.session.execute(rows.where(Round.group_id == group.id)):
        levels.setdefault(round_id, []).append(level)
    return [round_id for round_id, found in levels.items() if not may_show_ballots(found)]


def _put(whole: ZipFile, name: str, rows: Iterable[Row], *, indent: int | None = None) -> int:
    """Write rows as lines of JSON; says how many."""
    count = 0
    with whole.open(_entry(name, ZIP_DEFLATED), "w") as lines:
        for row in rows:
            count += 1
            words = json.dumps(row, ensure_ascii=False, indent=indent, sort_keys=True)
            lines.write(f"{words}\n".encode())
    return count


def _entry(name: str, packing: int) -> ZipInfo:
    """A part of the ZIP, of which nothing depends on the machine or the hour."""
    entry = ZipInfo(name, LONG_AGO)
    entry.compress_type, entry.external_attr, entry.create_system = packing, 0o644 << 16, 3
    return entry
