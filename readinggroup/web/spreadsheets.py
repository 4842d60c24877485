"""Tables that spreadsheets open: comma-separated, in UTF-8, and nothing in them that is run as a formula."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula, or hides one that does, in the programs that people use."""


def cell(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula: behind an apostrophe where it might."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The table as a file, with the mark at its beginning by which spreadsheets know UTF-8."""
    return b"".join(parts_of_table(head, rows))


def parts_of_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The same file, line by line."""
    yield BOM_UTF8
    for row in chain([head], ([cell(text) for text in row] for row in rows)):
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue().encode()
