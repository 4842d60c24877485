"""Values of the group's file: as JSON has them, and, believing nothing, as the columns of the database take them."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from enum import Enum as PythonEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Enum, Integer, Time

from readinggroup.db import UtcDateTime
from readinggroup.domain.colour import BadColour, accent_of
from readinggroup.domain.rhythm import BadZone, check_zone
from readinggroup.text.markdown import is_safe_link
from readinggroup.text.pictures import FILES, is_file_name

HIGHEST = 2**31 - 1
UNFIT = re.compile("[\x00\ud800-\udfff]")


class BadGroupFile(Exception):
    """The file can't be read in; says where and why, for people."""


def plain(value: Any) -> Any:
    """A value of a column as JSON knows it; moments in UTC."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return value.value if isinstance(value, PythonEnum) else value


def believed(column: Column[Any], value: Any, where: str) -> Any:
    """The value as the column takes it.  Raises BadGroupFile, which names ``where``."""
    return _CHECKS.get(column.name, _as_it_is)(_converted(column, value, where), where)


def _converted(column: Column[Any], value: Any, where: str) -> Any:
    kind = column.type
    try:
        if isinstance(kind, JSON):
            return _sound(value, where)
        if isinstance(kind, Enum):
            return kind.enum_class(value)  # type: ignore[misc]
        if isinstance(kind, Boolean | Integer):
            return _number(kind, value, where)
        text = text_of(value, where, getattr(kind, "length", None))
        if isinstance(kind, UtcDateTime):
            return (
                datetime.fromisoformat(text).astimezone(UTC) if text.endswith("Z") else _refuse(where, value)
            )
        if isinstance(kind, Date):
            return date.fromisoformat(text)
        return time.fromisoformat(text) if isinstance(kind, Time) else text
    except (ValueError, OverflowError) as problem:
        raise BadGroupFile(f"{where}: {value!r} doesn’t fit.") from problem


def _number(kind: Boolean | Integer, value: Any, where: str) -> Any:
    if isinstance(kind, Boolean) is not isinstance(value, bool) or not isinstance(value, int):
        return _refuse(where, value)
    return value if abs(value) <= HIGHEST else _refuse(where, value)


def text_of(value: Any, where: str, longest: int | None) -> str:
    if not isinstance(value, str) or UNFIT.search(value) or (longest is not None and len(value) > longest):
        _refuse(where, value)
    return str(value)


def _sound(value: Any, where: str) -> Any:
    """Plain values that both databases take: no NUL in any text."""
    if UNFIT.search(json.dumps(value, ensure_ascii=False)) or "\\u0000" in json.dumps(value):
        _refuse(where, value)
    return value


def _refuse(where: str, value: object) -> Any:
    raise BadGroupFile(f"{where}: {str(value)[:80]!r} doesn’t fit.")


def _as_it_is(value: Any, _where: str) -> Any:
    return value


def _zone(value: Any, where: str) -> Any:
    try:
        return check_zone(value)
    except BadZone as problem:
        raise BadGroupFile(f"{where}: {value!r} is no place’s time zone.") from problem


def _colour(value: Any, where: str) -> Any:
    try:
        accent_of(value)
    except BadColour as problem:
        raise BadGroupFile(f"{where}: {value!r} is no colour.") from problem
    return value


def _link(value: Any, where: str) -> Any:
    is_ours = value.startswith(FILES) and is_file_name(value.removeprefix(FILES))
    return value if not value or is_ours or is_safe_link(value) else _refuse(where, value)


def _fraction(value: Any, where: str) -> Any:
    try:
        Fraction(value)
    except (ValueError, ZeroDivisionError) as problem:
        raise BadGroupFile(f"{where}: {value!r} is no fraction.") from problem
    return value


_CHECKS: Mapping[str, Callable[[Any, str], Any]] = {
    "zone": _zone, "accent": _colour, "url": _link, "join_url": _link, "unit": _fraction,
}  # fmt: skip
"""By name of column: what would break a page, though the database takes it."""
