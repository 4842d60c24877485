"""HTML: its tables, and the items, paragraphs and headings that begin with a date."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from readinggroup.exchange.foreign.cells import words_of
from readinggroup.exchange.foreign.items import is_dated, rows_of_item
from readinggroup.exchange.foreign.rows import Entry, Leftover, shortened
from readinggroup.exchange.foreign.tables import Record, rows_of_table


def read_html(lines: Iterable[str], *, heading: str = "", first_line: int = 1) -> Iterator[Entry]:
    """Yield the rows of a page's tables and its dated items, with the headings above; all else is left over."""
    parser = _Page(heading, first_line)
    for line in lines:
        parser.feed(line.replace("\0", ""))
        yield from parser.given()
    parser.close()
    yield from parser.given(at_end=True)


class _Page(HTMLParser):
    """Collects the tables and dated texts of a page.  Inner tables are part of their cell."""

    _KEPT = frozenset({"a", "br", "s", "del", "strike", "li", "p"})
    _SILENT = frozenset({"script", "style", "title", "template", "noscript"})

    def __init__(self, heading: str, first_line: int) -> None:
        super().__init__(convert_charrefs=True)
        self._outer, self._first_line = heading, first_line
        self._above: list[str] = []
        self._done: list[Entry] = []
        self._records: list[Record] = []
        self._row: list[str] = []
        self._cell: list[str] | None = None
        self._text: list[str] = []
        self._dated: list[str] = []
        self._dated_line = self._dated_depth = self._depth = 0
        self._tables = self._silent = 0
        self._spans: dict[int, tuple[int, str]] = {}
        self._row_line = 1
        self._all_head = self._has_head = False
        self._span = (1, 1)

    def given(self, *, at_end: bool = False) -> Iterator[Entry]:
        """Yield what is finished."""
        if at_end:
            self._end_row()
            self._end_table()
            self._end_text()
            self._end_dated()
        done, self._done = self._done, []
        yield from done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._silent += tag in self._SILENT
        if tag == "table":
            self._tables += 1
            if self._tables == 1:
                self._end_text()
                self._end_dated()
                self._records, self._spans, self._has_head = [], {}, False
        elif self._tables == 1 and tag == "tr":
            self._end_row()
            self._row_line, self._all_head = self._first_line + self.getpos()[0] - 1, True
        elif self._tables == 1 and tag in {"td", "th"}:
            self._end_cell()
            self._cell, self._all_head = [], self._all_head and tag == "th"
            self._span = (_whole(said.get("rowspan")), _whole(said.get("colspan")))
        elif self._tables == 0 and re.fullmatch(r"h[1-6]|p|div|li|section|ul|ol|body|main", tag):
            self._end_text()
            self._depth += tag == "li"
        if tag in self._KEPT:
            self._keep(tag, said.get("href") or "")

    def _keep(self, tag: str, address: str) -> None:
        """Keep the mark of a link, a line or what is struck through; a paragraph is set apart from what is above."""
        href = address.replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
        mark = f'<a href="{href}">' if tag == "a" else f"<{tag}>"
        if self._cell is not None:
            self._cell.append({"br": "\n", "li": "\n", "p": "\n\n"}.get(tag, mark))
        elif tag not in {"br", "li", "p"}:
            self._text.append(mark)

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))
        if tag == "table" and self._tables:
            if self._tables == 1:
                self._end_row()
                self._end_table()
            self._tables -= 1
        elif self._tables == 1 and tag == "tr":
            self._end_row()
        elif self._tables == 1 and tag in {"td", "th"}:
            self._end_cell()
        elif self._tables == 0 and re.fullmatch(r"h[1-6]|p|div|li|section", tag):
            self._end_text(level=int(tag[1]) if tag[0] == "h" else 0, item=tag == "li")
            self._depth = max(0, self._depth - (tag == "li"))
            if self._depth < self._dated_depth:
                self._end_dated()
        if tag in {"a", "s", "del", "strike"}:
            (self._text if self._cell is None else self._cell).append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._cell is not None:
            self._cell.append(re.sub(r"\s+", " ", data).replace("&", "&amp;").replace("<", "&lt;"))
        else:
            self._text.append(data.replace("&", "&amp;").replace("<", "&lt;"))

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text, self._cell = "".join(self._cell).strip(), None
        self._fill_spans()
        rows, columns = self._span
        for at in range(columns):
            if rows > 1:
                self._spans[len(self._row)] = (rows - 1, text if at == 0 else "")
            self._row.append(text if at == 0 else "")

    def _fill_spans(self) -> None:
        """Repeat in this row what a cell further up says for several rows."""
        while (left := self._spans.get(len(self._row), (0, ""))[0]) > 0:
            text = self._spans[len(self._row)][1]
            self._spans[len(self._row)] = (left - 1, text)
            self._row.append(text)

    def _end_row(self) -> None:
        self._end_cell()
        if not self._row and not any(left for left, _ in self._spans.values()):
            return
        if self._row:
            self._fill_spans()
            self._has_head = self._has_head or (self._all_head and not self._records)
            self._records.append((self._row_line, self._row))
        self._row = []

    def _end_table(self) -> None:
        if self._records:
            self._done.extend(rows_of_table(self._records, heading=self._headings(), named=self._has_head))
        self._records = []

    def _end_text(self, *, level: int = 0, item: bool = False) -> None:
        text, self._text = " ".join("".join(self._text).split()), []
        words = words_of(text)
        if not words or self._tables:
            return
        line = self._first_line + self.getpos()[0] - 1
        is_own = level > 0 or (not self._dated and (item or self._depth > 0 or is_dated(text)))
        if level:
            self._end_dated()
        if is_own and rows_of_item(line, [text], self._headings()):
            self._dated, self._dated_line, self._dated_depth = [text], line, 0 if level else self._depth
            if not level and not self._depth:
                self._end_dated()
        elif self._dated:
            self._dated.append(text)
        else:
            if level:
                self._above = [*self._above[: level - 1], *[""] * (level - 1 - len(self._above)), words[:200]]
            why = "Taken for a heading." if level else "Not part of a session."
            self._done.append(Leftover(line, shortened(words), why))

    def _end_dated(self) -> None:
        """Give what stands below a date, as far as it belongs to it."""
        if self._dated:
            self._done.extend(rows_of_item(self._dated_line, self._dated, self._headings()))
        self._dated, self._dated_depth = [], 0

    def _headings(self) -> str:
        return "\n".join(filter(None, (self._outer, *self._above)))


def _whole(text: str | None) -> int:
    return (
        min(int(text), 200)
        if text and text.isascii() and text.isdigit() and len(text) < 5 and int(text)
        else 1
    )
