"""After closing nothing in the database joins a voter to a ballot."""

import json
import random
import re
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from readinggroup.db import Base, commit, db, writing
from readinggroup.domain.lifecycle import Role, RoundRule
from readinggroup.models import Ballot, Participation
from readinggroup.voting.notices import owe_nudges
from tests import build as people
from tests import databases
from tests.build import NOW
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


RANDOM = {"receipt", "digest", "nonce", "nonce_commit", "public_id", "position", "password", "fs_uniquifier"}


def known_after(app: Flask, swapped: bool) -> dict[str, list[str]]:
    """Every row of every table after a round in which two members voted one way or, ``swapped``, the other way round.

    What is drawn at random, receipts among it, is left out, and pitches are called by their titles.
    """
    with app.app_context():
        databases.empty()
        group = people.group()
        for name in ("Ada", "Mo"):
            people.member(group, people.user(name), Role.CO_LEAD)
        people.saved()
    first, second, *others = build.crowd(app, 8)
    round_id = build.opened(app)
    votes = {first: [TITLES[0], TITLES[2]], second: [TITLES[1]]} | dict.fromkeys(others, TITLES[:2])
    votes |= {others[0]: TITLES[:1], others[1]: TITLES[2:]}  # No two pitches are equal, so no lot decides.
    if swapped:
        votes |= {first: votes[second], second: votes[first]}
    build.voted(app, round_id, votes)
    with app.app_context(), writing():
        owe_nudges(NOW + timedelta(days=6, hours=12))
        commit()
    build.closed(app, round_id, release=True)
    titles = {public_id: title for title, public_id in build.public_ids(app).items()}
    known = {}
    for table, rows in dump(app).items():
        said = [
            json.dumps({name: row[name] for name in row if name not in RANDOM}, default=str) for row in rows
        ]
        for public_id, title in titles.items():
            said = [re.sub("[0-9a-f]{64}", "", row.replace(public_id, title)) for row in said]
        known[table] = sorted(" ".join(sorted(re.findall(r"\w+", row))) for row in said)
    return known


def test_whole_database_is_the_same_whoever_cast_which_ballot(app: Flask, cast: dict[str, int]) -> None:
    """Tables, the outbox and the audit trail included: what is the same either way can't tell."""
    as_it_was, the_other_way = known_after(app, swapped=False), known_after(app, swapped=True)

    assert len(as_it_was["ballot"]) == 8
    assert len(as_it_was["participation"]) == 8
    assert len(as_it_was["notice"]) >= 2 * 10
    assert the_other_way == as_it_was


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
