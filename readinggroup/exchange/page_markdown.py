"""The blocks of a page written as Markdown that says the same."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from readinggroup.exchange.page_parts import Block, Piece
from readinggroup.text.markdown import is_safe_link

_MATH = re.compile(r"(\$\$[^$]+\$\$|(?<![\w$])\$(?! )[^$]*[^$\s]\$(?![\w$]))")
_MARKS = re.compile(r"([\\`*_\[\]<~$]|&(?=[#\w]+;))")
# Spaces inside a link's words were moved behind it, where they may stand before a full stop.
_SPACE_IN_LINK = re.compile(r"(?<=\)) (?=[.,;:!?])")
_MARK_AT_START = re.compile(r"^(\s*)(?:([#>=+-])|(\d{1,9})([.)]))")


def as_markdown(blocks: Iterable[Block]) -> str:
    """Return the blocks as one Markdown text; marks that stood in the words as letters stay letters."""
    text, inside_list = "", False
    for block in blocks:
        written = _written(block)
        if not written:
            continue
        is_item = bool(block.marker)
        text += ("\n" if is_item and inside_list else "\n\n") * bool(text) + written
        inside_list = is_item
    return text


def _written(block: Block) -> str:
    """Write one block; a list's items hang below its first sign, so its own prefix is one step less."""
    outer, marker = block.indent, block.marker
    if marker:
        outer = outer[: -len(marker)]
    lines = (_fenced(block) if block.fenced else _paragraph(block.pieces)).split("\n")
    if lines == [""]:
        return ""
    following = [(block.indent + line).rstrip() for line in lines[1:]]
    return "\n".join([outer + marker + lines[0], *following])


def _fenced(block: Block) -> str:
    code = "".join(piece.words for piece in block.pieces).strip("\n")
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", code)), default=0))
    return f"{fence}\n{code}\n{fence}"


def _paragraph(pieces: Sequence[Piece]) -> str:
    parts = []
    for style, group in groupby(pieces, key=lambda piece: (piece.strong, piece.emphasised)):
        parts.append(_marked("".join(map(_inline, group)), "*" * (2 * style[0] + style[1])))
    text = "".join(parts).strip()
    raw = all(piece.raw or piece.url for piece in pieces)
    if raw:
        return text
    text = _SPACE_IN_LINK.sub("", re.sub(r" *(\\\n) *", r"\1", re.sub(" {2,}", " ", text)))
    return _MARK_AT_START.sub(_escaped_start, text)


def _escaped_start(match: re.Match[str]) -> str:
    if match[2]:
        return f"{match[1]}\\{match[2]}"
    return f"{match[1]}{match[3]}\\{match[4]}"


def _marked(text: str, marks: str) -> str:
    """Put ``marks`` around the words of ``text``, inside its outer spaces, where Markdown wants them."""
    inner = text.strip()
    if not inner or not marks:
        return text
    start = text.index(inner)
    return text[:start] + marks + inner + marks + text[start + len(inner) :]


def _inline(piece: Piece) -> str:
    if piece.line_break:
        return "\\\n"
    if piece.url:
        return _link(piece)
    if piece.raw:
        return piece.words
    words = re.sub(r"\s+", " ", piece.words)
    if piece.code and words.strip():
        ticks = "`" * (1 + max((len(run) for run in re.findall("`+", words)), default=0))
        return f"{ticks} {words.strip()} {ticks}" if "`" in words else f"{ticks}{words}{ticks}"
    return escaped(words)


def escaped(words: str) -> str:
    """Return ``words`` so that Markdown shows them letter by letter, apart from formulas in dollars."""
    parts = _MATH.split(words)
    return "".join(part if at % 2 else _MARKS.sub(r"\\\1", part) for at, part in enumerate(parts))


def _link(piece: Piece) -> str:
    words = escaped(" ".join(piece.words.split()))
    if not is_safe_link(piece.url):
        return words
    address = re.sub(r"\s", "%20", piece.url).replace("(", "%28").replace(")", "%29").replace("\\", "%5C")
    address = address.replace("<", "%3C").replace(">", "%3E")
    return f"{'!' * piece.image}[{words or ('' if piece.image else escaped(piece.url))}]({address})"
