"""Once a tick has run after a closing, no file of the database holds a voter beside a receipt any more."""

import re
import struct
from collections.abc import Iterable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from readinggroup.db import db
from tests.cli.test_commands import run
from tests.voting import build
from tests.voting.build import LATER


def files_of(app: Flask) -> Iterable[Path]:
    """The files that the database keeps its tables in, with all that it has written so far."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            file: Path = app.config["SETTINGS"].database_file
            return [file, file.with_name(f"{file.name}-wal")]
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            folder = connection.scalar(text("SHOW data_directory"))
            table = connection.scalar(text("SELECT pg_relation_filepath('ballot')"))
        return sorted(Path(folder, table).parent.iterdir())


def linked(app: Flask, round_id: int, receipts: dict[int, str]) -> int:
    """How many receipts stand in those files in a row that tells whose they are, or when they were given."""
    found = b"\n".join(file.read_bytes() for file in files_of(app) if file.is_file())
    with app.app_context():
        on_sqlite = db.engine.dialect.name == "sqlite"
    rows = [
        # SQLite's row has the time of casting as text behind the receipt; PostgreSQL's the round, then the member.
        receipt.encode() + b".{0,60}2022-11-05 23:"
        if on_sqlite
        else re.escape(receipt.encode() + b"\0\0\0" + struct.pack("<ii", round_id, member))
        for member, receipt in receipts.items()
    ]
    return sum(bool(re.search(row, found, re.DOTALL)) for row in rows)


@pytest.mark.parametrize("by_whom", ["tick", "a co-lead"])
def test_no_file_holds_who_cast_which_ballot(app: Flask, cast: dict[str, int], by_whom: str) -> None:
    members = build.crowd(app, 12)
    round_id = build.opened(app)
    receipts = build.voted(app, round_id, {m: ["Meta Learning"] for m in members})
    while_open = linked(app, round_id, receipts)
    if by_whom == "a co-lead":
        with build.at(LATER):
            build.closed(app, round_id)

    with build.at(LATER):
        code, said = run(app, "tick")

    assert code == 0, said
    assert while_open == 12
    assert linked(app, round_id, receipts) == 0
    everything = b"".join(file.read_bytes() for file in files_of(app) if file.is_file())
    assert all(receipt.encode() in everything for receipt in receipts.values())
