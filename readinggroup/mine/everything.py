"""All that the site keeps about one person, as plain values for a file."""

from collections.abc import Iterator
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import Column, Select, Table, select

from readinggroup.db import Base, db
from readinggroup.models import Feedback, Membership, Notice, Pitch, Speaker, Talk, TalkSpeaker, User

HIDDEN = {
    "user": {"password", "fs_uniquifier", "totp_secret", "totp_counter"},
    "sign_in": {"token_digest"},
    "api_token": {"token_digest"},
    "calendar_link": {"token_digest"},
    "passkey": {"credential_id", "public_key"},
    "invitation": {"token_digest"},
    "membership": {"level"},
    "feedback": {"author_id"},
}
"""Columns that stay here, by table: what proves something to the site; the balance, which tells of a count before its
results are out; and who left a speaker a word, which the speaker doesn't see either."""

LEFT_OUT = {"recovery_code", "mailed_code"}
"""Tables that hold such proofs alone."""

TABLES = Base.metadata.tables
Row = dict[str, Any]
Rows = Select[*tuple[Any, ...]]


def everything_about(user: User, *, now: datetime) -> dict[str, Any]:
    """The account, and every row that belongs to it, by table; moments in UTC as ISO 8601.

    Rows of the account and of its memberships are found by their foreign keys, so that a table which comes later is
    in it without a word here.
    """
    found: dict[str, list[Row]] = {}
    for table, rows in _owned(user, now):
        if table.name not in LEFT_OUT:
            kept = found.setdefault(table.name, [])
            plain = (_plain(table, row) for row in db.session.execute(rows))
            kept.extend(row for row in plain if row not in kept)
    return {"format": "rg-person-1", "made_at": now.isoformat()} | {
        name: rows for name, rows in sorted(found.items()) if rows
    }


def pointing_to(name: str) -> list[Column[Any]]:
    """The columns of all tables that point to rows of the table called ``name``."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == name for key in column.foreign_keys)
    ]


def _owned(user: User, now: datetime) -> Iterator[tuple[Table, Rows]]:
    places = select(Membership.id).where(Membership.user_id == user.id)
    pitched = select(Pitch.id).where(Pitch.author_id == user.id)
    spoken = select(TalkSpeaker.talk_id).join(Speaker).where(Speaker.user_id == user.id)
    yield _chosen(TABLES["user"].c.id, [user.id])
    for column in pointing_to("user"):
        yield _chosen(column, [user.id])
    for column in pointing_to("membership"):
        yield _chosen(column, places)
    # Not all that points to a pitch is for its author: standings of a round that isn't out, drafts of co-leads.
    yield _chosen(TABLES["pitch_link"].c.pitch_id, pitched)
    yield _chosen(TABLES["pitch_chapter"].c.pitch_id, pitched)
    yield _chosen(TABLES["pitch_day_away"].c.pitch_id, pitched)
    yield _chosen(TABLES[Talk.__tablename__].c.id, spoken)
    told = _chosen(TABLES[Feedback.__tablename__].c.talk_id, spoken)
    yield told[0], told[1].where(Feedback.opens_at <= now)
    yield _chosen(TABLES[Notice.__tablename__].c.recipient, [user.email])


def _chosen(column: Column[Any], among: Any) -> tuple[Table, Rows]:
    return column.table, select(column.table).where(column.in_(among))


def _plain(table: Table, row: Any) -> Row:
    hidden = HIDDEN.get(table.name, set())
    return {name: _value(value) for name, value in row._mapping.items() if name not in hidden}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
