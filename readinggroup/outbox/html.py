"""A mail's plain text, read as blocks, from which its HTML is made.

The text is the one source.  What people wrote can't add a line to it (see ``messages``), so only our own templates make
lists, quotes and buttons; everything else is words and is escaped by the template that shows the blocks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, and the address that they link to, if any."""

    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (``kind`` "text"), a "list", a "quote" or a "button"; ``lines`` are pieces, line by line."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]


def blocks(text: str, site_url: str) -> list[Block]:
    """``text`` as blocks.  A line "Vote: <address of this site>" is a button; "- " begins a row, "> " a quote."""
    button = re.compile(rf"(?P<words>[^:]{{1,200}}): (?P<href>{re.escape(site_url)}/\S*)")
    found: list[Block] = []
    for kind, lines in groupby(text.splitlines(), key=lambda line: _kind(line, button)):
        if kind == "button":
            matches = (button.fullmatch(line) for line in lines)
            found += [Block(kind, ((Piece(m["words"], m["href"]),),)) for m in matches if m]
        elif kind:
            bare = (line[2:] if kind in {"list", "quote"} else line for line in lines)
            found.append(Block(kind, tuple(tuple(_pieces(line)) for line in bare)))
    return found


def _kind(line: str, button: re.Pattern[str]) -> str:
    if line.startswith(">"):  # First: within a quote, nothing is ours.
        return "quote"
    if line.startswith("- "):
        return "list"
    if button.fullmatch(line):
        return "button"
    return "text" if line.strip() else ""


def _pieces(line: str) -> Iterator[Piece]:
    """The words of a line; an address links to itself, so that no link says what it isn't."""
    at = 0
    for match in ADDRESS.finditer(line):
        if match.start() > at:
            yield Piece(line[at : match.start()])
        yield Piece(match[0], match[0])
        at = match.end()
    if at < len(line):
        yield Piece(line[at:])
