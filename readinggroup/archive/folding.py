"""Text without accents and case, the same in Python, SQLite and PostgreSQL, and LIKE over it."""

import re
import sqlite3
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Engine, String, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_MARKS = re.compile("[\u0300-\u036f]+")
# Letters that Unicode doesn't take apart into a base letter and a mark.
SINGLE, INSTEAD = "øłđðı’", "olddi'"


def fold(text: str) -> str:
    """``text`` as it is compared: "Erdős" as "erdos"."""
    if text.isascii():
        return text.lower()
    folded = _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower()
    for letter, instead in zip(SINGLE, INSTEAD, strict=True):  # A translation looks each letter of a text up.
        folded = folded.replace(letter, instead)
    return folded


def holds(column: ColumnElement[str] | Any, words: str) -> ColumnElement[bool]:
    """Whether ``words`` stand in ``column``, whatever their accents and case; % and _ mean themselves."""
    return folded(column).contains(fold(words), autoescape=True)


class folded(FunctionElement[str]):  # noqa: N801  (reads as the SQL function that it is)
    """``folded(column)`` is the column's text as ``fold`` gives it."""

    type = String()
    inherit_cache = True
    name = "folded"


@compiles(folded, "sqlite")
def _on_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"folded({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    bare = f"lower(regexp_replace(normalize({text}, NFKD), U&'[\\0300-\\036F]', '', 'g'))"
    quoted = (letters.replace("'", "''") for letters in (SINGLE, INSTEAD))
    return "translate({}, '{}', '{}')".format(bare, *quoted)


@event.listens_for(Engine, "connect")
def _teach(connection: Any, _entry: object) -> None:
    """Give SQLite the function; it knows only ASCII's letters by itself."""
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("folded", 1, lambda text: text and fold(text), deterministic=True)
