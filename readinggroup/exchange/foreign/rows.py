"""What every reader of a foreign file gives, before anything is understood: its entries, cell by cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

BELOW = "(below)"
"""The column of a long text that stands in a row of its own below the entry that it belongs to."""
LONGEST_CELL = 20_000
LONGEST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One entry.

    ``line``     where it begins in its file, counted from 1.
    ``cells``    (column, text) in the order of the file; text is Markdown or HTML as it was written, several values
                 of one cell stand on lines of their own.  A column may come twice.
    ``heading``  what stands above it: headings, the name of the file, fields around a list; the innermost last.
    ``doubts``   what the reader itself couldn't tell for sure.
    """

    line: int
    cells: tuple[tuple[str, str], ...]
    heading: str = ""
    doubts: tuple[str, ...] = ()

    def shown(self) -> str:
        """Return the row on one line, for people."""
        return shortened(" · ".join(text for _, text in self.cells if text.strip()))


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that isn't taken for a session, and why: nothing of a file is dropped without a word."""

    line: int
    text: str
    why: str


Entry = Row | Leftover


def shortened(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Return ``text`` on one line, cut with an ellipsis."""
    words = " ".join(text.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def in_columns(columns: Sequence[str], cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Give each cell its column; what stands beyond the last named column gets a number for a name."""
    named = [*columns, *(f"column {at + 1}" for at in range(len(columns), len(cells)))]
    return tuple((column, text.strip()[:LONGEST_CELL]) for column, text in zip(named, cells, strict=False))


def with_texts_below(rows: Iterator[Entry]) -> Iterator[Entry]:
    """Join a row of nothing but one long text, as tables have below an entry for its abstract, to the row before."""
    waiting: Row | None = None
    for row in rows:
        if isinstance(row, Row) and waiting is not None and (text := _only_text(row)):
            waiting = replace(waiting, cells=(*waiting.cells, (BELOW, text)))
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if isinstance(row, Row):
            waiting = row
        else:
            yield row
    if waiting is not None:
        yield waiting


def _only_text(row: Row) -> str:
    filled = [text for _, text in row.cells if text.strip()]
    is_below = len(filled) == 1 and not row.cells[0][1].strip() and len(filled[0]) > 80
    return filled[0] if is_below or (len(filled) == 1 and len(filled[0]) > 200) else ""
