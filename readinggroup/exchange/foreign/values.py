"""Lists and maps, as YAML and JSON have them: which of them are entries, and what is said around those."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from readinggroup.exchange.foreign.columns import Field, field_of
from readinggroup.exchange.foreign.dates import has_date
from readinggroup.exchange.foreign.rows import Entry, Leftover, Row, in_columns, shortened

Value: TypeAlias = Any
"""What YAML or JSON gives: a text, a number, a date, a list or a map of values."""
DEEPEST = 8
MOST_CELLS = 60
_TELLING = {Field.DATE, Field.TITLE, Field.SPEAKER, Field.PAPER}
_WORDS = ("name", "title", "paper", "label", "text", "full_name", "fullname", "display_name", "description")
_ADDRESSES = ("url", "link", "href", "website", "homepage", "src", "file", "path")


def rows_of_value(value: Value, *, line: int, heading: str = "", depth: int = 0) -> Iterator[Entry]:
    """Yield the entries of a list, of a map of lists or of a map whose keys are dates or names; nothing is left out.

    A list of maps that stands within an entry is its talks, and each has what is said of the entry as a whole.
    """
    if depth > DEEPEST:
        yield Leftover(line, shortened(as_text(value)), "It stands too deep within lists and maps.")
    elif isinstance(value, Mapping):
        yield from _rows_of_map(value, line, heading, depth)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _rows_of_item(item, line, heading, depth)
    elif as_text(value):
        yield Leftover(line, shortened(as_text(value)), "It stands in no list.")


def _rows_of_item(item: Value, line: int, heading: str, depth: int) -> Iterator[Entry]:
    line = getattr(item, "line", line)
    if isinstance(item, Mapping):
        yield from rows_of_value(item, line=line, heading=heading, depth=depth + 1)
    elif isinstance(item, list | tuple) and not any(
        isinstance(each, list | tuple | Mapping) for each in item
    ):
        cells = in_columns((), [as_text(each) for each in item])
        if any(text for _, text in cells):
            yield Row(line, cells, heading)
    elif isinstance(item, list | tuple):
        yield from rows_of_value(item, line=line, heading=heading, depth=depth + 1)
    elif text := as_text(item):
        yield Leftover(
            line, shortened(text), "An entry of one text alone; a date, a title or a speaker has to be named."
        )


def _rows_of_map(value: Mapping[Any, Value], line: int, heading: str, depth: int) -> Iterator[Entry]:
    within = {key: inner for key, inner in value.items() if _holds_entries(str(key), inner)}
    cells = [(str(key)[:80], as_text(inner)) for key, inner in value.items() if key not in within][
        :MOST_CELLS
    ]
    if within or not _is_entry(cells):
        within |= {
            key: inner
            for key, inner in value.items()
            if isinstance(inner, Mapping) and _is_map_of_entries(inner)
        }
        named = {
            key: inner for key, inner in value.items() if key not in within and isinstance(inner, Mapping)
        }
        within |= named if not _is_entry(cells) else {}
        cells = [(key, text) for key, text in cells if key not in {str(key) for key in within}]
    if not within:
        if any(text for _, text in cells):
            yield Row(line, tuple(cells), heading)
        return
    is_dated = any(field_of(key) is Field.DATE for key, _ in cells)
    above = (
        "\n".join([heading, *(f"{key}: {text}" for key, text in cells if len(text) < 200)])
        if not is_dated
        else heading
    )
    for key, inner in within.items():
        own = f"{above}\n{key}" if not is_dated else above
        for entry in _below(key, inner, line, own, depth):
            yield _with_cells(entry, cells) if is_dated else entry
    if not is_dated:
        yield from (
            Leftover(line, f"{key}: {shortened(text)}", "Taken for a heading.") for key, text in cells if text
        )


def _below(key: Any, inner: Value, line: int, heading: str, depth: int) -> Iterator[Entry]:
    """Yield the entries below a key; below a key that is a date they have that."""
    line = getattr(inner, "line", line)
    dated = [("date", str(key))] if has_date(str(key)) else []
    for entry in rows_of_value(inner, line=line, heading=heading, depth=depth + 1):
        yield _with_cells(entry, dated)


def _with_cells(entry: Entry, cells: Sequence[tuple[str, str]]) -> Entry:
    if not isinstance(entry, Row):
        return entry
    own = {key for key, text in entry.cells if text}
    return Row(entry.line, (*(cell for cell in cells if cell[0] not in own), *entry.cells), entry.heading)


def _holds_entries(key: str, value: Value) -> bool:
    if not isinstance(value, list | tuple) or not value:
        return False
    if all(isinstance(item, list | tuple) for item in value):
        return True
    maps = [item for item in value if isinstance(item, Mapping)]
    if not maps or field_of(key) in {Field.SPEAKER, Field.LINK, Field.SLIDES, Field.TOPICS, Field.PAPER}:
        return any(_tells({Field.DATE}, item) for item in maps)
    return any(_tells(_TELLING, item) for item in maps) or any(_is_map_of_entries(item) for item in maps)


def _tells(fields: set[Field], item: Mapping[Any, Value]) -> bool:
    return any(field_of(str(key)) in fields for key in item)


def _is_map_of_entries(value: Mapping[Any, Value]) -> bool:
    return any(_holds_entries(str(key), inner) for key, inner in value.items()) or any(
        isinstance(inner, Mapping) and _tells(_TELLING, inner) for inner in value.values()
    )


def _is_entry(cells: Sequence[tuple[str, str]]) -> bool:
    return any(field_of(key) in _TELLING for key, text in cells if text)


def as_text(value: Value, depth: int = 0) -> str:
    """Return a value as a cell: lists on lines of their own, maps with an address as a link, other maps as lines."""
    if value is None or depth > DEEPEST:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _map_as_text(value, depth)
    if isinstance(value, list | tuple | set):
        return "\n".join(filter(None, (as_text(item, depth + 1) for item in list(value)[:500])))
    return str(value).strip()


def _map_as_text(value: Mapping[Any, Value], depth: int) -> str:
    low = {str(key).casefold(): inner for key, inner in value.items()}
    words = next((as_text(low[key], depth + 1) for key in _WORDS if low.get(key)), "")
    address = next((as_text(low[key], depth + 1) for key in _ADDRESSES if low.get(key)), "")
    if words and address and "\n" not in words + address:
        return f"[{words.replace('[', '(').replace(']', ')')}]({address.replace(' ', '%20')})"
    if words and len(low) == 1:
        return words
    lines = []
    for key, inner in value.items():
        if text := as_text(inner, depth + 1):
            is_address = "://" in text and not any(mark in text for mark in " \n()")
            lines.append(
                f"[{key}]({text})"
                if is_address
                else text
                if str(key).casefold() in _WORDS
                else f"{key}: {text}"
            )
    return "\n".join(lines)
