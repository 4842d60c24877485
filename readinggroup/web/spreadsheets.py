"""Tables that spreadsheets open: comma-separated, in UTF-8, and nothing in them that is run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula, or hides one that does, in the programs that people use."""


def cell(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula: behind an apostrophe where it might."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The table as a file, with the mark at its beginning by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
