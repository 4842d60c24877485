"""Reading a group's file (``group_file.py``) into an installation that lacks the group: all of it or nothing.

The file is somebody else's word: every value is held against the type of its column here, and the database has the last
word on the rest.  It makes nobody able to sign in who wasn't, and gives no account to anybody but by an address that
was confirmed here.
"""

import json
from array import array
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import BadZipFile, ZipFile

from sqlalchemy import (
    Column,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.accounts.emails import BadAddress, fold
from readinggroup.accounts.queries import user_by_email
from readinggroup.db import db
from readinggroup.exchange.group_file import (
    FILES,
    FORMAT,
    NOBODYS,
    OF_THE_FILE_ITSELF,
    PEOPLE,
    TABLES,
    TAKEN,
    columns_taken,
    is_numbered,
    parent_of,
    renumbered,
)
from readinggroup.exchange.group_files import lay_entry
from readinggroup.exchange.group_values import HIGHEST, BadGroupFile, believed, text_of
from readinggroup.groups.actions import RESERVED, SLUG
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Group, Upload, User
from readinggroup.text.markdown import is_safe_link
from readinggroup.uploads.shelf import Shelf

LONGEST_LINE = 8_000_000
AT_ONCE = 500
Row = dict[str, Any]


class GroupIsHere(Exception):
    """There is a group at the file's address already."""


def put_in(
    file: Path,
    *,
    shelf: Shelf | None,
    now: datetime,
    by: Actor,
    seen: Callable[[int], None] = lambda _rows: None,
) -> Group:
    """The group of the file, with everything in it.  Raises BadGroupFile and GroupIsHere.

    ``seen`` is told how many rows have been read.  Without ``shelf`` no uploaded file is kept.
    Whoever calls commits once, or nothing was done.
    """
    try:
        with ZipFile(file) as whole:
            return _Reader(whole, now).read(by, shelf, seen)
    except (BadZipFile, OSError, EOFError, RecursionError, UnicodeDecodeError) as problem:
        raise BadGroupFile(f"It is no group’s file, or a damaged one: {problem}") from problem
    except (IntegrityError, DataError) as problem:
        raise BadGroupFile(f"What it says doesn’t fit together: {problem.orig}") from problem


def is_group_file(file: Path) -> bool:
    """Whether it says that it is a group's file; whether it is one ``put_in`` finds out."""
    try:
        with ZipFile(file) as whole:
            return {"group.json", PEOPLE} <= set(whole.namelist())
    except (BadZipFile, OSError):
        return False


def rows_in(file: Path) -> int:
    """How many rows the file says that it has, to show how far one is; 0 where it can't be told."""
    try:
        with ZipFile(file) as whole:
            return sum(json.loads(whole.read("group.json"))["rows"].values())
    except (BadZipFile, OSError, KeyError, ValueError, TypeError, AttributeError):
        return 0


class _Reader:
    """One file while it is read, and the ids that its rows have here by their numbers."""

    def __init__(self, whole: ZipFile, now: datetime) -> None:
        self._whole, self._now = whole, now
        self._ids: dict[str, array[int]] = {}
        self._read = 0

    def read(self, by: Actor, shelf: Shelf | None, seen: Callable[[int], None]) -> Group:
        self._check()
        with closing(self._lines(PEOPLE)) as lines:
            people = (self._person(where, row) for where, row in lines)
            self._ids[User.__tablename__] = array("q", people)
        for name in TAKEN:
            self._table(TABLES[name], seen)
        if len(self._ids["group"]) != 1:
            raise BadGroupFile(f"It has {len(self._ids['group'])} groups and not one.")
        group = db.session.get_one(Group, self._ids["group"][0])
        self._files(group, shelf)
        record(by, OF_THE_FILE_ITSELF, group, at=self._now)
        db.session.flush()
        return group

    def _check(self) -> None:
        """Refuse what isn't a group's file that we know, before anything is written."""
        try:
            about = json.loads(self._whole.read("group.json"))
            known = about["format"] == FORMAT
        except (KeyError, ValueError, TypeError) as problem:
            raise BadGroupFile(
                "It is no group’s file: there is no group.json in it that says so."
            ) from problem
        if not known:
            raise BadGroupFile(f"Its format is {about['format']!r}; this version reads {FORMAT!r}.")
        expected = {"group.json", PEOPLE, *(f"tables/{name}.jsonl" for name in TAKEN)}
        parts = {name for name in self._whole.namelist() if not name.startswith(FILES)}
        if strange := parts - expected:
            raise BadGroupFile(f"It has what this version doesn’t know: {', '.join(sorted(strange)[:5])}.")

    def _lines(self, name: str) -> Generator[tuple[str, Row]]:
        """Each line's place, for messages, and what it says; none where the file lacks that part."""
        if name not in self._whole.namelist():
            return
        with self._whole.open(name) as lines:
            for number in range(1, HIGHEST):
                line = lines.readline(LONGEST_LINE)
                if not line:
                    return
                where = f"{name}, line {number}"
                try:
                    row = json.loads(line)
                except ValueError as problem:
                    raise BadGroupFile(f"{where}: not JSON ({problem}).") from problem
                if not isinstance(row, dict):
                    raise BadGroupFile(f"{where}: not a row.")
                yield where, row

    def _files(self, group: Group, shelf: Shelf | None) -> None:
        """Put uploaded files on the shelf, once their rows are in: then no other group's file is called so.

        Where their rows aren't committed they are swept from it like all that nothing shows (``uploads/sweeping.py``).
        """
        there = set(self._whole.namelist())
        for upload in db.session.scalars(select(Upload).where(Upload.group_id == group.id)):
            name = f"{FILES}{upload.name}"
            lay_entry(self._whole, name, upload, shelf, is_there=name in there)

    # --- people -------------------------------------------------------------------------------------------

    def _person(self, where: str, row: Row) -> int:
        """The account here whose confirmed address it is, else a name without a sign-in."""
        name = text_of(row.get("name"), where, 120) or "Somebody"
        email = self._address(where, row.get("email"))
        found = user_by_email(email) if email else None
        if found is not None and found.confirmed_at is not None and found.deleted_at is None:
            return found.id
        gone = bool(row.get("gone"))
        links = [link for link in row.get("links") or () if isinstance(link, str) and is_safe_link(link)]
        person = User(
            email=email if email and found is None else f"imported-{uuid4().hex}{NOBODYS}",
            name=name,
            links=[] if gone else links,
            active=bool(row.get("active", True)) and not gone,
            deleted_at=self._now if gone else None,
            fs_uniquifier=uuid4().hex,
            created_at=self._now,
        )
        db.session.add(person)
        db.session.flush()
        return person.id

    def _address(self, where: str, email: object) -> str | None:
        if email is None:
            return None
        try:
            return fold(text_of(email, where, 254))
        except BadAddress as problem:
            raise BadGroupFile(f"{where}: {email!r} is no address.") from problem

    # --- rows ---------------------------------------------------------------------------------------------

    def _table(self, table: Table, seen: Callable[[int], None]) -> None:
        self._ids[table.name] = array("q")
        later: list[Row] = []
        with closing(self._lines(f"tables/{table.name}.jsonl")) as lines:
            rows = (self._row(table, where, row, later) for where, row in lines)
            while batch := list(islice(rows, AT_ONCE)):
                for _, alike in groupby(batch, key=list):
                    self._insert(table, list(alike))
                self._read += len(batch)
                seen(self._read)
        self._point_to_own(table, later)

    def _insert(self, table: Table, rows: list[Row]) -> None:
        if not is_numbered(table):
            db.session.execute(insert(table), rows)
            return
        made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        self._ids[table.name].extend(db.session.scalars(made, rows))

    def _point_to_own(self, table: Table, later: list[Row]) -> None:
        """Let rows point to rows of their own table, which may come after them."""
        for column in columns_taken(table):
            pairs = [
                {
                    "row": self._ids[table.name][row["row"]],
                    "to": self._id(table.name, row["to"], row["where"]),
                }
                for row in later
                if row["column"] == column.name
            ]
            if pairs:
                change = update(table).where(table.c.id == bindparam("row")).values({column: bindparam("to")})
                db.session.connection().execute(change, pairs)

    def _row(self, table: Table, where: str, row: Row, later: list[Row]) -> Row:
        columns = {column.name: column for column in columns_taken(table)}
        if strange := set(row) - set(columns):
            raise BadGroupFile(f"{where}: this version doesn’t know {', '.join(sorted(strange))}.")
        told: Row = {}
        number = int(where.rpartition(" ")[2]) - 1
        for name, value in row.items():
            parent = parent_of(columns[name])
            is_own = parent == table.name and value is not None
            if is_own:
                later.append({"row": number, "to": value, "column": name, "where": f"{where}, {name}"})
            told[name] = self._value(columns[name], parent, None if is_own else value, f"{where}, {name}")
        if "group_id" in table.c:
            told["group_id"] = self._id("group", 1, where)
        return told | self._named_inside(table, told, where) | _follows(table, told, where)

    def _named_inside(self, table: Table, told: Row, where: str) -> Row:
        """Values that name rows in another way than by a key, with the ids that these have here."""
        if table.name == "former_address":
            return {"thing_id": self._id(told["kind"], told["thing_id"], where)}
        if table.name == "record":
            thing_id = told["thing_id"]
            number = int(thing_id) if thing_id.isascii() and thing_id.isdigit() and len(thing_id) < 10 else 0
            return {"thing_id": str(self._id(told["thing"], number, where))}
        try:
            return {
                name: renumbered(table.name, name, value, lambda of, number: self._id(of, number, where))
                for name, value in told.items()
                if isinstance(value, dict)
            }
        except (TypeError, IndexError, KeyError, AttributeError) as problem:
            raise BadGroupFile(f"{where}: it names rows in a way that can’t be read.") from problem

    def _value(self, column: Column[Any], parent: str | None, value: Any, where: str) -> Any:
        if value is None:
            if not column.nullable:
                raise BadGroupFile(f"{where}: it says nothing.")
            return None
        if parent is not None:
            return self._id(parent, value, where)
        return believed(column, value, where)

    def _id(self, table: str, number: object, where: str) -> int:
        """The id here of the row of that number."""
        known = self._ids.get(table, ())
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(known):
            raise BadGroupFile(f"{where}: there is no {table} number {number!r} before it.")
        return known[number - 1]


def _follows(table: Table, told: Row, where: str) -> Row:
    """What isn't in the file, since it follows from what is."""
    if table.name == "question":
        return {"words_digest": sha256(told["words"].encode()).hexdigest()}
    if table.name == "group" and group_by_slug(told["slug"]) is not None:
        raise GroupIsHere(told["slug"])
    if table.name == "group" and (not SLUG.fullmatch(told["slug"]) or told["slug"] in RESERVED):
        raise BadGroupFile(f"{where}: {told['slug']!r} can’t be a group’s address.")
    return {}
