"""How one wording became another, in pieces that a page can mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

TOKENS = re.compile(r"\S+\s*|\s+")
MOST_WORDS, MOST_LINES = 800, 1_000
"""Up to which two texts are compared by words, and by lines: it takes time by their product, or worse."""
Kind = Literal["same", "gone", "new", "left out"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; "left out" stands for lines that stayed as they were."""

    kind: Kind
    text: str = ""


def changes(before: str, after: str, *, around: int = 1) -> list[Piece]:
    """The lines that changed, word by word, each with ``around`` lines that didn't.  Empty where nothing changed."""
    if before == after:
        return []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > MOST_LINES:
        return [Piece("gone", before), Piece("new", after)]
    pieces: list[Piece] = []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for n, (kind, start, end, new_start, new_end) in enumerate(blocks):
        if kind != "equal":
            pieces += _by_words("".join(old[start:end]), "".join(new[new_start:new_end]))
            continue
        kept_before = start + (around if n else 0)
        kept_after = end - (around if n < len(blocks) - 1 else 0)
        if kept_after <= kept_before:
            pieces.append(Piece("same", "".join(old[start:end])))
        else:
            shown = (Piece("same", "".join(old[start:kept_before])), Piece("left out"))
            pieces += [*shown, Piece("same", "".join(old[kept_after:end]))]
    return [piece for piece in pieces if piece.text or piece.kind == "left out"]


def _by_words(old: str, new: str) -> Iterator[Piece]:
    before, after = TOKENS.findall(old), TOKENS.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        yield from (Piece("gone", old), Piece("new", new))
        return
    for kind, start, end, new_start, new_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(before[start:end]))
            continue
        yield Piece("gone", "".join(before[start:end]))
        yield Piece("new", "".join(after[new_start:new_end]))
