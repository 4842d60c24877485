"""Rows within rows: what belongs to a row comes along as a column of the same query, instead of by one of its own.

talks = select(Talk.position, Talk.title).where(Talk.meeting_id == Meeting.id)
select(Meeting.number, rows_of(talks).label("talks"))     # then rows_in(row.talks)
"""

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Cast, ScalarSelect, Select, Text, cast
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def rows_of(chosen: Select[*tuple[Any, ...]]) -> Cast[str]:
    """A column that holds the rows of ``chosen``, which names the row that they belong to in its conditions.

    It is text that ``rows_in`` reads.  Rows come in no order; times come as text, and truths as 0 and 1 on SQLite.
    """
    return cast(inner_rows_of(chosen), Text)


def inner_rows_of(chosen: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    """The same for a column of what itself is given to ``rows_of``: lists within the lists."""
    return chosen.with_only_columns(_rows(*chosen.selected_columns)).scalar_subquery()


def rows_in(text: str) -> list[list[Any]]:
    """The rows in such a column, by what their first columns say."""
    return sorted(json.loads(text))


def moment_in(text: str | None) -> datetime | None:
    """The moment that stands in such a column, in UTC."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def day_in(text: str | None) -> date | None:
    """The date that stands in such a column."""
    return date.fromisoformat(text) if text else None


class _rows(FunctionElement[Any]):  # noqa: N801  (reads as the SQL function that it is)
    """An aggregate: a JSON array that has an array for each row."""

    type = JSON()
    inherit_cache = True
    name = "rows"


@compiles(_rows, "sqlite")
def _on_sqlite(element: _rows, compiler: SQLCompiler, **options: Any) -> str:
    # What comes out of a subquery is text to SQLite; json() tells that it is JSON.
    values = (
        f"json({sql})" if isinstance(column.type, JSON) else sql
        for column in element.clauses
        for sql in [compiler.process(column, **options)]
    )
    return f"json_group_array(json_array({', '.join(values)}))"


@compiles(_rows, "postgresql")
def _on_postgresql(element: _rows, compiler: SQLCompiler, **options: Any) -> str:
    values = compiler.process(element.clauses, **options)
    return f"coalesce(json_agg(json_build_array({values})), '[]'::json)"
