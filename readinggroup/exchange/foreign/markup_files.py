"""Markdown: its tables, and the items, paragraphs and headings that begin with a date."""

import re
from collections.abc import Iterable, Iterator, Sequence

from readinggroup.exchange.foreign.cells import words_of
from readinggroup.exchange.foreign.dates import names_term
from readinggroup.exchange.foreign.html_files import read_html
from readinggroup.exchange.foreign.items import of_paragraph, rows_of_item
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
        self._kind = self._announced = ""

    def above(self) -> str:
        headings = (words for _, words in self._headings)
        return "\n".join(filter(None, (self._outer, *headings, self._announced)))

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
        self._announced = ""
        if rows_of_item(number, [words], self.above()):
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
        items = of_paragraph(held) if kind == "text" else [(held[0][0], _texts(held, kind))]
        rows = [row for number, texts in items for row in rows_of_item(number, texts, self.above())]
        yield from rows
        shown = shortened(" ".join(words_of(text) for _, text in held))
        if kind == "text" and names_term(shown):
            self._announced = shown
        if not rows and shown:
            yield Leftover(
                held[0][0],
                words_of(_ITEM.sub(r"\2", shown)),
                "No date stands at its beginning." if kind == "item" else "Not part of a session.",
            )

    def _with_addresses(self, line: str) -> str:
        if not self._definitions or "][" not in line:
            return line

        def whole(match: re.Match[str]) -> str:
            url = self._definitions.get((match[2] or match[1]).casefold())
            return f"[{match[1]}]({url})" if url else match[0]

        return _REFERENCE.sub(whole, line)


def _texts(held: Sequence[tuple[int, str]], kind: str) -> list[str]:
    first = held[0][1]
    return [_ITEM.sub(r"\2", first) if kind == "item" else first, *(line for _, line in held[1:])]


def _record(number: int, line: str) -> Record:
    bare = line.strip()
    bare = bare.removeprefix("|").removesuffix("|") if not bare.endswith("\\|") else bare.removeprefix("|")
    return number, [cell.strip().replace("\\|", "|") for cell in _BAR.split(bare)]
