"""After closing nothing in the database joins a voter to a ballot."""

import json
import random
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from readinggroup.db import Base, db
from readinggroup.domain.lifecycle import RoundRule
from readinggroup.models import Ballot, Participation
from tests.voting import build
from tests.voting.build import TITLES


def dump(app: Flask) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with app.app_context():
        return {
            table.name: [dict(row) for row in db.session.execute(table.select()).mappings()]
            for table in Base.metadata.sorted_tables
        }


def sealed(app: Flask) -> tuple[int, dict[int, str]]:
    """A closed fair round of twelve voters who came in no order; its id, and who holds which receipt."""
    members = build.crowd(app, 12)
    random.Random(4).shuffle(members)
    round_id = build.opened(app, rule=RoundRule.FAIR)
    votes = {member: [TITLES[number % 4]] for number, member in enumerate(members)}
    receipts = build.voted(app, round_id, votes)
    build.closed(app, round_id)
    return round_id, receipts


def test_no_table_holds_a_receipt_beside_anything_else(app: Flask, cast: dict[str, int]) -> None:
    _, receipts = sealed(app)

    tables = dump(app)

    for name, rows in tables.items():
        said = json.dumps(rows, default=str)
        assert name == "ballot" or not any(receipt in said for receipt in receipts.values()), name
    assert {row["receipt"] for row in tables["ballot"]} == set(receipts.values())
    for row in tables["ballot"]:
        assert set(row) == {"receipt", "round_id", "membership_id", "level", "choices", "cast_at"}
        assert (row["membership_id"], row["cast_at"]) == (None, None)


def test_order_of_rows_tells_neither_who_nor_when(app: Flask, cast: dict[str, int]) -> None:
    _, receipts = sealed(app)
    by_receipt, by_member = sorted(receipts.values()), sorted(receipts)

    with app.app_context():
        is_postgresql = db.engine.dialect.name == "postgresql"
        order = text(f"SELECT receipt FROM ballot {'ORDER BY ctid' if is_postgresql else ''}")
        took_part = text(
            f"SELECT membership_id FROM participation ORDER BY {'ctid' if is_postgresql else 'rowid'}"
        )
        stored = list(db.session.scalars(order))
        people = list(db.session.scalars(took_part))

    assert stored == by_receipt
    assert people == by_member


def test_postgresql_writes_all_sealed_ballots_at_once(app: Flask, cast: dict[str, int]) -> None:
    """On PostgreSQL each row carries the transaction that wrote it; all ballots carry that of the closing."""
    _, receipts = sealed(app)

    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return
        writers = set(db.session.scalars(text("SELECT xmin::text FROM ballot")))

    assert len(receipts) > 1
    assert len(writers) == 1


def test_who_took_part_is_kept_and_levels_single_nobody_out(app: Flask, cast: dict[str, int]) -> None:
    round_id, receipts = sealed(app)

    with app.app_context():
        took_part = select(Participation.membership_id).where(Participation.round_id == round_id)
        assert sorted(db.session.scalars(took_part)) == sorted(receipts)
        assert len(db.session.scalars(select(Ballot)).all()) == 12
    levels = [row["level"] for row in dump(app)["membership"] if row["role"] != "applicant"]
    for level in set(levels) - {0}:
        assert levels.count(level) >= 3


def test_cancelling_leaves_no_ballot(app: Flask, cast: dict[str, int], round_id: int) -> None:
    from readinggroup.db import commit, writing
    from readinggroup.models import Round
    from readinggroup.voting.ending_actions import cancel_round

    receipts = build.voted(app, round_id, {m: ["Meta Learning"] for m in build.crowd(app, 3)})
    with app.app_context(), writing():
        round_ = db.session.get_one(Round, round_id)
        cancel_round(build.ours(), round_, because="No.", now=build.VOTING, by=build.actor_of("Ada"))
        commit()

    said = json.dumps(dump(app), default=str)

    assert "No." in said
    assert not any(receipt in said for receipt in receipts.values())
