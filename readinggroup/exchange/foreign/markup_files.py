"""Markdown and HTML: their tables, and the lists and headings that begin with a date."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from readinggroup.exchange.foreign.cells import words_of
from readinggroup.exchange.foreign.items import row_of_item
from readinggroup.exchange.foreign.rows import Entry, Leftover, shortened
from readinggroup.exchange.foreign.tables import Record, rows_of_table

MOST_LINES = 2_000
"""Lines of one table, item or paragraph that are held at once."""
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*")
_GRID = re.compile(r"\s*\+[-=+:]+\+\s*")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s*(.+?)\s*#*\s*")
_ITEM = re.compile(r"(\s*)(?:[-*+•]|\d{1,4}[.)])\s+(.*)")
_DEFINITION = re.compile(r"\s{0,3}\[([^\]\n]+)\]:\s*<?(\S+?)>?(?:\s+[\"'(].*)?\s*")
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[([^\[\]]*)\]")


def read_markdown(
    lines: Iterable[str], *, heading: str = "", definitions: dict[str, str] | None = None
) -> Iterator[Entry]:
    """Yield the entries of a page: rows of its tables, and items and headings that begin with a date.

    Everything else is left over, piece by piece.  ``definitions``: addresses of ``[words][name]`` by name, as
    ``definitions_in`` finds them.
    """
    page = _Page(heading, definitions or {})
    html_lines: list[tuple[int, str]] = []
    depth = 0
    for number, text in enumerate(lines, start=1):
        line = text.rstrip("\r\n").replace("\0", "").removeprefix("\ufeff" if number == 1 else "\0")
        if depth or re.search(r"<table\b", line, re.IGNORECASE):
            depth += len(re.findall(r"<table\b", line, re.IGNORECASE)) - len(
                re.findall(r"</table", line, re.IGNORECASE)
            )
            html_lines.append((number, line))
            if depth <= 0 or len(html_lines) > 50 * MOST_LINES:
                yield from page.flush()
                yield from _html_within(html_lines, page.above())
                html_lines, depth = [], 0
            continue
        yield from page.take(number, line)
    yield from page.flush()
    if html_lines:
        yield from _html_within(html_lines, page.above())


def definitions_in(lines: Iterable[str]) -> dict[str, str]:
    """Return the addresses of a page's references by name, the first 5,000 of them."""
    found: dict[str, str] = {}
    for line in lines:
        match = _DEFINITION.fullmatch(line.rstrip())
        if match and len(found) < 5_000:
            found.setdefault(match[1].casefold(), match[2])
    return found


def _html_within(lines: list[tuple[int, str]], heading: str) -> Iterator[Entry]:
    return read_html((f"{text}\n" for _, text in lines), heading=heading, first_line=lines[0][0])


class _Page:
    """A page of Markdown line by line: at most one table, item or paragraph is held."""

    def __init__(self, heading: str, definitions: dict[str, str]) -> None:
        self._outer, self._headings, self._definitions = heading, list[tuple[int, str]](), definitions
        self._held: list[tuple[int, str]] = []
        self._kind = ""

    def above(self) -> str:
        return "\n".join(filter(None, (self._outer, *(words for _, words in self._headings))))

    def take(self, number: int, line: str) -> Iterator[Entry]:
        line = self._with_addresses(line)
        kind = self._kind_of(line)
        if kind == "rule":
            if self._kind == "text" and len(self._held) == 1 and "|" in self._held[0][1]:
                self._kind = "table"
            return
        goes_on = (kind == self._kind and kind in {"table", "text"}) or (
            self._kind in {"item", "dated"} and kind == "within"
        )
        if not goes_on or len(self._held) >= MOST_LINES:
            yield from self.flush()
        if kind == "heading":
            yield from self._take_heading(number, line)
        elif kind:
            self._kind = "text" if kind == "within" and not self._held else self._kind if goes_on else kind
            self._held.append((number, line))

    def _kind_of(self, line: str) -> str:
        if _DEFINITION.fullmatch(line) or _GRID.fullmatch(line):
            return "rule"
        if not line.strip():
            return "within" if self._kind in {"item", "dated"} else ""
        if _RULE.fullmatch(line) and "-" in line:
            return "rule"
        if _HEADING.fullmatch(line):
            return "heading"
        if self._kind == "dated" and not line.lstrip().startswith("|"):
            return "within"
        item = _ITEM.fullmatch(line)
        if item:
            return "within" if self._kind == "item" and len(item[1]) > self._indent() else "item"
        if self._kind == "item" and line[:1] in " \t":
            return "within"
        return "table" if len(_BAR.findall(line)) >= 2 or (self._kind == "table" and "|" in line) else "text"

    def _indent(self) -> int:
        match = _ITEM.fullmatch(self._held[0][1]) if self._held else None
        return len(match[1]) if match else 0

    def _take_heading(self, number: int, line: str) -> Iterator[Entry]:
        marks, words = _HEADING.sub(r"\1", line), _HEADING.sub(r"\2", line)
        level = len(marks)
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        row = row_of_item(number, [words], self.above())
        if row is not None:
            self._kind, self._held = "dated", [(number, words)]
            return
        self._headings.append((level, words_of(words)[:200]))
        yield Leftover(number, shortened(words_of(words)), "Taken for a heading.")

    def flush(self) -> Iterator[Entry]:
        """Yield what is held."""
        held, kind = self._held, self._kind
        self._held, self._kind = [], ""
        if not held:
            return
        if kind == "table":
            yield from rows_of_table((_record(number, line) for number, line in held), heading=self.above())
            return
        texts = [
            _ITEM.sub(r"\2", held[0][1]) if kind == "item" else held[0][1],
            *(line for _, line in held[1:]),
        ]
        row = row_of_item(held[0][0], texts, self.above()) if kind != "text" else None
        if row is not None:
            yield row
        elif shown := shortened(" ".join(words_of(text) for text in texts)):
            yield Leftover(
                held[0][0],
                shown,
                "No date stands at its beginning." if kind == "item" else "Not part of a session.",
            )

    def _with_addresses(self, line: str) -> str:
        if not self._definitions or "][" not in line:
            return line

        def whole(match: re.Match[str]) -> str:
            url = self._definitions.get((match[2] or match[1]).casefold())
            return f"[{match[1]}]({url})" if url else match[0]

        return _REFERENCE.sub(whole, line)


def _record(number: int, line: str) -> Record:
    bare = line.strip()
    bare = bare.removeprefix("|").removesuffix("|") if not bare.endswith("\\|") else bare.removeprefix("|")
    return number, [cell.strip().replace("\\|", "|") for cell in _BAR.split(bare)]


def read_html(lines: Iterable[str], *, heading: str = "", first_line: int = 1) -> Iterator[Entry]:
    """Yield the rows of a page's tables; headings above a table go with it, what stands in no table is left over."""
    parser = _Tables(heading, first_line)
    for line in lines:
        parser.feed(line.replace("\0", ""))
        yield from parser.given()
    parser.close()
    yield from parser.given(at_end=True)


class _Tables(HTMLParser):
    """Collects the tables of a page.  Inner tables are part of their cell."""

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
        done, self._done = self._done, []
        yield from done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._silent += tag in self._SILENT
        if tag == "table":
            self._tables += 1
            if self._tables == 1:
                self._end_text()
                self._records, self._spans, self._has_head = [], {}, False
        elif self._tables == 1 and tag == "tr":
            self._end_row()
            self._row_line, self._all_head = self._first_line + self.getpos()[0] - 1, True
        elif self._tables == 1 and tag in {"td", "th"}:
            self._end_cell()
            self._cell, self._all_head = [], self._all_head and tag == "th"
            self._span = (_whole(said.get("rowspan")), _whole(said.get("colspan")))
        elif self._tables == 0 and re.fullmatch(r"h[1-6]|p|div|li|section|ul|ol|body|main", tag):
            self._end_text(level=0)
        if self._cell is not None and tag in self._KEPT:
            href = (said.get("href") or "").replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
            self._cell.append(
                f'<a href="{href}">' if tag == "a" else "\n" if tag in {"br", "li", "p"} else f"<{tag}>"
            )

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
            self._end_text(level=int(tag[1]) if tag[0] == "h" else 0)
        if self._cell is not None and tag in {"a", "s", "del", "strike"}:
            self._cell.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._cell is not None:
            self._cell.append(re.sub(r"\s+", " ", data).replace("&", "&amp;").replace("<", "&lt;"))
        else:
            self._text.append(data)

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
            above = "\n".join(filter(None, (self._outer, *self._above)))
            self._done.extend(rows_of_table(self._records, heading=above, named=self._has_head))
        self._records = []

    def _end_text(self, *, level: int = 0) -> None:
        words, self._text = " ".join("".join(self._text).split()), []
        if not words or self._tables:
            return
        if level:
            self._above = [*self._above[: level - 1], *[""] * (level - 1 - len(self._above)), words[:200]]
        line = self._first_line + self.getpos()[0] - 1
        self._done.append(
            Leftover(line, shortened(words), "Taken for a heading." if level else "Not part of a session.")
        )


def _whole(text: str | None) -> int:
    return (
        min(int(text), 200)
        if text and text.isascii() and text.isdigit() and len(text) < 5 and int(text)
        else 1
    )
