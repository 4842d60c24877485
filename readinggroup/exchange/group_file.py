"""The group's file: what of the database is in it, in which order, and what stays out for which reason.

It is a ZIP with ``group.json``, ``people.jsonl``, ``tables/<name>.jsonl``, one row in each line, and the uploaded files
(docs/group-file.md).  Rows are numbered by their lines, and point to each other by these numbers, so that the same
group makes the same file wherever it lives.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, or_, select

from readinggroup.db import Base
from readinggroup.domain.lifecycle import PitchState, RoundState
from readinggroup.models import Ballot, Group, Participation, Pitch, Question, Record, Round, Standing, User

FORMAT = "rg-group-1"
PEOPLE = "people.jsonl"
FILES = "files/"
NOBODYS = "@invalid"
"""How the address of an account ends that stands for somebody without one."""
Find = Callable[[str, int], int | None]
"""Gives another number for a row: of the table called so, with that number."""

TAKEN = (
    "group", "group_break", "topic", "series", "former_address", "speaker", "speaker_day_away", "speaker_claim",
    "speaker_merge", "membership", "absence", "pitch", "pitch_topic", "pitch_speaker", "pitch_link", "pitch_day_away",
    "pitch_chapter", "pitch_change", "project", "project_member", "project_update",
    "round", "round_pitch", "ballot", "participation", "standing", "meeting", "place",
    "chapter", "talk", "talk_speaker", "talk_topic", "reading", "material", "upload", "text_version", "swap", "holding",
    "attendance", "run_step", "question", "chore_word", "draft_step", "draft_seat",
    "thread", "comment", "comment_version", "comment_report",
    "thread_follower", "record",
)  # fmt: skip
"""The tables that go along, each after those that its rows point to."""

LEFT_OUT: Mapping[str, str] = {
    "user": "Accounts stay; people.jsonl names the people, and nobody gets a sign-in by it.",
    "sign_in": "Proves who somebody is to this installation.",
    "passkey": "Proves who somebody is to this installation.",
    "recovery_code": "Proves who somebody is to this installation.",
    "mailed_code": "Proves who somebody is to this installation.",
    "api_token": "Lets programs read as somebody, in all their groups here.",
    "calendar_link": "A secret address of this installation.",
    "speaking_link": "A secret address of this installation.",
    "chair_link": "A secret address of this installation.",
    "invitation": "A secret address of this installation.",
    "guest": "Who followed an invitation, which stays.",
    "notice": "Mail that is owed is sent once, by the installation that owes it.",
    "mail_off": "What mail somebody wants is theirs to say, for all their groups.",
    "pitch_interest": "Whose mark of interest it is nobody is shown.",
    "joint_session": "It is between two groups, and the other one isn’t there.",
    "question_support": "Whose support it is nobody is shown.",
    "recap_draft": "What co-leads are still writing; it goes along once they publish it.",
    "feedback": "For the speaker alone; whoever takes the file along would read it.",
    "paper": "Looked up once for the whole installation; looked up again where it is missing.",
    "community": "About the installation, not about the group.",
    "import": "An import is taken back where it was made.",
    "imported_thing": "An import is taken back where it was made.",
    "intake": "What is looked at before it is imported isn’t the group’s yet.",
    "intake_row": "What is looked at before it is imported isn’t the group’s yet.",
    "link_look": "Links are looked at once for the whole installation; looked at again where that is missing.",
    "search_document": "Follows from the sessions; written by the database's triggers.",
    "search_due": "Follows from the sessions; written by the database's triggers.",
}
"""The tables that stay, and why."""

HIDDEN: Mapping[str, str] = {
    "group.join_url": "Lets whoever has it into the group’s room.",
    "meeting.join_url": "Lets whoever has it into the session’s room.",
    "group.public_version": "Counts changes in one installation.",
    "ballot.membership_id": "The link between a voter and their ballot; it is cut when a round closes.",
    "ballot.cast_at": "Goes with that link.",
    "pitch.typed": "Of drafts alone, which stay with their authors.",
    "question.words_digest": "Follows from the words.",
}
"""Columns that stay, and why; and every ``id`` and ``group_id``, which the place in the file tells."""

NO_SECRETS: Mapping[str, str] = {
    "round.digest": "Published with the results; those of a round that isn't released are taken out.",
    "round.nonce": "Published with the results; those of a round that isn't released are taken out.",
    "round.nonce_commit": "Published when the round opens.",
    "ballot.receipt": "Published with the results, without its voter.",
}
"""Columns that go along although their names sound like secrets, and why."""

OF_THE_FILE_ITSELF = "group.imported"
"""The record of having come by a file, which the next file doesn't carry."""
UNRELEASED = (RoundState.OPEN, RoundState.CLOSED)
TABLES = Base.metadata.tables


def rows_taken(table: Table, group: Group, hidden_ballots: Sequence[int]) -> ColumnElement[bool]:
    """Which rows of the table go along.  ``hidden_ballots``: ids of rounds whose ballots are too few to be shown."""
    conditions: list[ColumnElement[bool]] = []
    if table.name == "group":
        conditions.append(table.c.id == group.id)
    for column in table.columns:
        parent = parent_of(column)
        if column.name == "group_id":
            conditions.append(column == group.id)
        elif parent in TAKEN and not _may_be_forgotten(column):
            above = TABLES[parent]
            ids = select(above.c.id).where(rows_taken(above, group, hidden_ballots))
            conditions.append(or_(column.is_(None), column.in_(ids)) if column.nullable else column.in_(ids))
    conditions += _own_conditions(table, hidden_ballots)
    return and_(*conditions)


def _own_conditions(table: Table, hidden_ballots: Sequence[int]) -> Iterator[ColumnElement[bool]]:
    released = select(Round.id).where(Round.state == RoundState.RELEASED)
    if table is Pitch.__table__:
        yield table.c.state != PitchState.DRAFT  # A draft is its author's alone.
    elif table is Question.__table__:
        yield table.c.nameless.is_(False)  # Whose a nameless question is nobody is told.
    elif table is Record.__table__:
        yield table.c.what != OF_THE_FILE_ITSELF
    elif table in (Participation.__table__, Standing.__table__):
        yield table.c.round_id.in_(released)
    elif table is Ballot.__table__:
        yield table.c.round_id.in_(released)
        yield table.c.round_id.not_in(hidden_ballots)


def parent_of(column: Column[Any]) -> str | None:
    """The table whose row the column names by its id, also through a key of several columns; None for a plain value."""
    for key in column.foreign_keys:
        if key.column.name == "id":
            return str(key.column.table.name)
        if key.column.foreign_keys and (found := parent_of(key.column)):
            return found
    return None


def _may_be_forgotten(column: Column[Any]) -> bool:
    """Whether the row stays where what the column points to goes."""
    return any(key.ondelete == "SET NULL" for key in column.foreign_keys)


def is_numbered(table: Table) -> bool:
    """Whether rows of the table have numbers of their own."""
    return "id" in table.primary_key.columns and len(table.primary_key.columns) == 1


def columns_taken(table: Table) -> list[Column[Any]]:
    """The columns that go along, in the order of the model."""
    return [
        column
        for column in table.columns
        if column.name not in {"id", "group_id"} and f"{table.name}.{column.name}" not in HIDDEN
    ]


def renumbered(table: str, column: str, value: Any, find: Find) -> Any:
    """The value of a column that names rows inside of it, with their other numbers; rows that stay are left out."""
    inner = _NAMING_ROWS.get(f"{table}.{column}")
    return inner(value, find) if inner is not None and isinstance(value, dict) else value


def _of_merge(moved: dict[str, Any], find: Find) -> dict[str, Any]:
    told = dict(moved)
    for name, table in (("talks", "talk"), ("pitches", "pitch"), ("chapters", "chapter")):
        if name in told:
            told[name] = _renumbered_lists(told[name], (table,), find)
    if told.get("user_id") is not None:
        told["user_id"] = find(User.__tablename__, told["user_id"])
    return told


def _of_holding(before: dict[str, Any], find: Find) -> dict[str, Any]:
    named = {"talks": ("talk",), "pitches": ("pitch",), "notes": ("talk",), "instead": ("talk", "talk")}
    return {
        name: _renumbered_lists(value, named[name], find) if name in named else value
        for name, value in before.items()
    }


def _renumbered_lists(lists: list[list[Any]], tables: Sequence[str], find: Find) -> list[list[Any]]:
    """Lists that begin with the numbers of rows of ``tables``."""
    found = []
    for each in lists:
        numbers = [
            find(table, number) if number is not None else None
            for table, number in zip(tables, each, strict=False)
        ]
        if numbers[0] is not None:
            found.append([*numbers, *each[len(tables) :]])
    return found


_NAMING_ROWS: Mapping[str, Callable[[dict[str, Any], Find], dict[str, Any]]] = {
    "speaker_merge.moved": _of_merge,
    "holding.before": _of_holding,
}
