"""Tables of cells, whatever they are written in: which row names the columns, and which are headings between rows."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from readinggroup.exchange.foreign.cells import words_of
from readinggroup.exchange.foreign.columns import field_of
from readinggroup.exchange.foreign.dates import has_date, year_in
from readinggroup.exchange.foreign.rows import Entry, Leftover, Row, in_columns, shortened, with_texts_below

Record = tuple[int, list[str]]
"""The line on which a row begins, and its cells."""
DELIMITERS = ",;\t|"
LONGEST_RECORD = 400
"""Lines that one row may span; where a quotation mark isn't closed it would span the rest of the file."""


def rows_of_table(records: Iterable[Record], *, heading: str = "", named: bool = False) -> Iterator[Entry]:
    """Yield the entries of one table.  ``named``: its first row names the columns, whatever stands there."""
    return with_texts_below(_rows(records, heading, named))


def _rows(records: Iterable[Record], heading: str, named: bool) -> Iterator[Entry]:
    columns: list[str] | None = None
    above = heading
    for line, cells in records:
        filled = [text for text in cells if text.strip()]
        if not filled:
            continue
        if columns is not None and _are_names(cells, columns):
            continue  # The names once more, as long tables have them.
        is_title = columns is None and len(filled) == 1 and len(cells) > 1
        if len(filled) == 1 and (is_title or _is_heading(filled[0])):
            above = f"{heading}\n{words_of(filled[0])}"
            yield Leftover(line, shortened(filled[0]), "Taken for a heading of the rows below.")
            continue
        if _names_columns(cells) or (named and columns is None):
            if columns is not None:
                yield Leftover(
                    line, shortened(" · ".join(filled)), "Taken for the names of the columns below."
                )
            columns = _distinct(cells)
            continue
        if columns is None:
            columns = []
        yield Row(line, in_columns(columns, cells), above)


def _is_heading(text: str) -> bool:
    words = words_of(text)
    return len(words) <= 60 and not has_date(words) and year_in(words, 9) is not None


def _names_columns(cells: Sequence[str]) -> bool:
    """Whether most cells are names of columns that we know, and none is a date or a link."""
    if any(len(text) > 200 for text in cells):
        return False
    filled = [words_of(text) for text in cells if text.strip()]
    known = [field_of(text) for text in filled]
    if any(has_date(text) or "://" in text or len(text) > 60 for text in filled):
        return False
    return (
        len(filled) > 1
        and sum(field is not None for field in known) * 2 >= len(filled)
        and len(set(known)) > 1
    )


def _distinct(cells: Sequence[str]) -> list[str]:
    """Name every column: those without a name by their place, those with the same name by a number behind it."""
    columns: list[str] = []
    for at, cell in enumerate(cells, start=1):
        name = words_of(cell)[:80] or f"column {at}"
        number = 2
        while name in columns:
            name, number = f"{words_of(cell)[:80]} {number}", number + 1
        columns.append(name)
    return columns


def _are_names(cells: Sequence[str], columns: Sequence[str]) -> bool:
    return len(cells) == len(columns) and all(
        words_of(text).casefold() == column.casefold() for text, column in zip(cells, columns, strict=True)
    )


def read_csv(lines: Iterable[str], *, heading: str = "") -> Iterator[Entry]:
    """Yield the entries of a table whose cells a comma, semicolon, tab or bar separates; ``lines`` keep their ends."""
    source = iter(lines)
    first = list(islice(source, 40))
    yield from rows_of_table(_records(_chained(first, source), delimiter_of(first)), heading=heading)


def delimiter_of(lines: Iterable[str]) -> str:
    """Return the delimiter that gives the most cells in the most of ``lines``."""
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()]

    def weight(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in bare]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, sum(counts))

    return max(DELIMITERS, key=weight) if bare else ","


def _chained(first: Iterable[str], rest: Iterable[str]) -> Iterator[str]:
    for line in first:
        yield line.removeprefix("\ufeff").replace("\0", "")
    for line in rest:
        yield line.replace("\0", "")


def _records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, [f"A cell that is longer than {csv.field_size_limit():,} characters."]
            continue
        if reader.line_num - line > LONGEST_RECORD:
            yield from _unclosed(cells, line, delimiter)
        else:
            yield line, [text[1:] if re.match("'[=+@-]", text) else text for text in cells]


def _unclosed(cells: Sequence[str], line: int, delimiter: str) -> Iterator[Record]:
    """Read the lines behind a quotation mark that isn't closed one by one."""
    for number, text in enumerate("\n".join(cells).split("\n"), start=line):
        yield number, next(csv.reader(io.StringIO(text.replace('"', "")), delimiter=delimiter), [])
