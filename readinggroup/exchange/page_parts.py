"""A page of HTML and Markdown taken apart into sections, blocks and pieces of text; nothing is judged here."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


class NotUnderstood(Exception):
    """The page can't be read: ``line`` counts from 1, and ``expected`` says in a sentence what should stand there."""

    def __init__(self, line: int, expected: str) -> None:
        super().__init__(f"Line {line}: {expected}")
        self.line = line
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in one style, a link (``url``), an image (its words are the alternative) or a line break.

    ``raw`` words are Markdown already.
    """

    words: str
    url: str = ""
    image: bool = False
    strong: bool = False
    emphasised: bool = False
    code: bool = False
    raw: bool = False
    line_break: bool = False
    line: int = 0


@dataclass(slots=True)
class Block:
    """A paragraph, a list item or preformatted text; ``indent`` goes before each of its lines, ``marker`` once."""

    indent: str = ""
    marker: str = ""
    fenced: bool = False
    pieces: list[Piece] = field(default_factory=list)

    def words(self) -> str:
        """Return the words on one line, without marks."""
        return " ".join("".join(" " if piece.line_break else piece.words for piece in self.pieces).split())

    def all_strong(self) -> bool:
        """Tell whether the block stands in bold as a whole, as a heading in disguise does."""
        return any(piece.strong for piece in self.pieces) and all(
            piece.strong or not piece.words.strip() for piece in self.pieces
        )


@dataclass(slots=True)
class Section:
    """What stands under one title; the group's own text is the section without one."""

    title: str = ""
    line: int = 1
    by_button: bool = False
    blocks: list[Block] = field(default_factory=list)


TITLES = frozenset({"button", "summary", "h1", "h2", "h3", "h4", "h5", "h6"})
STRONG = frozenset({"b", "bold", "strong"})
EMPHASISED = frozenset({"em", "i"})
HOLDERS = frozenset({"article", "div", "section"})
BREAKING = HOLDERS | frozenset(
    {"address", "aside", "blockquote", "body", "center", "dd", "details", "dl", "dt", "figcaption", "figure"}
    | {
        "footer",
        "form",
        "head",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "table",
        "tbody",
    }
    | {"td", "tfoot", "th", "thead", "tr", "ul"}
)
VOID = frozenset({"br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})

MARKDOWN_LINK = re.compile(
    r"(?P<image>!?)\[(?P<words>[^\[\]]*)\]"
    r"\(\s*<?(?P<url>[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)"
)
_HIDDEN = re.compile(r"<!--|<(script|style)\b[^<>]*>", re.IGNORECASE)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s\"']+)>", re.IGNORECASE)
_NOT_A_TAG = re.compile(r"<(?!/?[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)")
_RULE_OF_STYLE = re.compile(r"[^{}<]*+\{(?:[^{}]|\{[^{}]*\})*+\}\s*|<style\b[^<>]*>\s*", re.IGNORECASE)
_TAG_BUT_STYLE = re.compile(r"<(?!/?style\b)[A-Za-z/!]", re.IGNORECASE)


def take_apart(source: str, *, first_line: int, is_title: re.Pattern[str]) -> list[Section]:
    """Return the group's own section, then one for each title that ``is_title`` matches, in the order of the page.

    ``first_line``  the line of the file on which ``source`` begins.
    Raises NotUnderstood where a script or comment has no end.
    """
    parser = _PageParser(first_line, is_title)
    parser.feed(_plain_tags(without_hidden(source, first_line=first_line)))
    parser.close()
    parser.end_block()
    return parser.sections


def without_hidden(source: str, *, first_line: int = 1) -> str:
    """Return ``source`` without comments, scripts and style sheets; its lines keep their numbers."""
    kept, at = [], 0
    while hidden := _HIDDEN.search(source, at):
        kept.append(source[at : hidden.start()])
        end = _end_of_hidden(source, hidden, first_line)
        kept.append("\n" * source.count("\n", hidden.start(), end))
        at = end
    return "".join(kept) + source[at:]


def _end_of_hidden(source: str, hidden: re.Match[str], first_line: int) -> int:
    name = (hidden[1] or "").lower()
    if name == "style":
        return _end_of_style(source, hidden.end())
    closing = re.compile(r"</script[^<>]*>" if name else "-->", re.IGNORECASE).search(source, hidden.end())
    if closing is None:
        line = first_line + source.count("\n", 0, hidden.start())
        raise NotUnderstood(line, f"The {name or 'comment'} that begins here needs an end.")
    return closing.end()


def _end_of_style(source: str, start: int) -> int:
    """Find where a style sheet ends: at its end tag, or, where that is missing, behind its last rule.

    CSS holds no tags, so an end tag that comes only after some other tag belongs to another style sheet.
    """
    closing = re.compile(r"</style[^<>]*>", re.IGNORECASE).search(source, start)
    other = _TAG_BUT_STYLE.search(source, start)
    if closing and (other is None or closing.start() < other.start()):
        return closing.end()
    at, limit = start, other.start() if other else len(source)
    while rule := _RULE_OF_STYLE.match(source, at, limit):
        at = rule.end()
    return at


def _plain_tags(source: str) -> str:
    """Let only whole tags begin with "<", so that the parser takes nothing else for one."""
    return _NOT_A_TAG.sub("&lt;", _AUTOLINK.sub(r'<a href="\1">\1</a>', source))


class _PageParser(HTMLParser):
    """Collects sections while the tags go by; any tag may be missing its end."""

    def __init__(self, first_line: int, is_title: re.Pattern[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.sections = [Section()]
        self._first_line = first_line
        self._is_title = is_title
        self._section = self.sections[0]
        self._block = Block()
        self._depth = 0
        self._strong = self._emphasised = self._code = 0
        self._prefixes: list[str] = []
        self._marker = ""
        self._link: tuple[str, list[str], int] | None = None
        self._title: tuple[str, list[str], int] | None = None
        self._holder: tuple[str, int] | None = None
        self._awaits_holder = False

    # Tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: (text or "").strip() for name, text in attrs}
        self._hold(tag)
        if tag in TITLES or tag in BREAKING:
            self.end_block()
        if tag in TITLES:
            self._title = (tag, [], self._line())
        elif tag in {"ul", "ol"}:
            self._prefixes.append("  " if tag == "ul" else "   ")
        elif tag == "blockquote":
            self._prefixes.append("> ")
        elif tag == "a":
            self._end_link()
            self._link = (attributes.get("href", ""), [], self._line())
        elif tag == "img":
            self._add(
                Piece(attributes.get("alt", ""), attributes.get("src", ""), image=True, line=self._line())
            )
        else:
            self._start_style(tag)
        self._depth += tag not in VOID

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag in BREAKING or tag in TITLES:
            self.end_block()
        if tag in {"ul", "ol", "blockquote"} and self._prefixes:
            self._prefixes.pop()
        elif tag == "a":
            self._end_link()
        else:
            self._end_style(tag)
        if tag in {"li", "ul", "ol"}:
            self._marker = ""
        self._depth = max(0, self._depth - 1)
        self._release(tag)

    def _start_style(self, tag: str) -> None:
        if tag == "br":
            self._break_line()
        elif tag == "li":
            self._marker = "1. " if self._prefixes and self._prefixes[-1] == "   " else "- "
        elif tag == "pre":
            self._block.fenced = True
        self._strong += tag in STRONG
        self._emphasised += tag in EMPHASISED
        self._code += tag == "code"

    def _end_style(self, tag: str) -> None:
        self._strong = max(0, self._strong - (tag in STRONG))
        self._emphasised = max(0, self._emphasised - (tag in EMPHASISED))
        self._code = max(0, self._code - (tag == "code"))

    # Sections

    def _begin_section(self, title: str, tag: str, line: int) -> None:
        self._section = Section(title, line, by_button=tag in {"button", "summary"})
        self.sections.append(self._section)
        self._awaits_holder, self._holder = True, None

    def _hold(self, tag: str) -> None:
        """Note the element that a section's text stands in: at its end the group's own text goes on."""
        if self._holder and tag == self._holder[0]:
            self._holder = (tag, self._holder[1] + 1)
        elif self._awaits_holder and tag in HOLDERS:
            self._holder = (tag, 1)
        if tag not in VOID:
            self._awaits_holder = False

    def _release(self, tag: str) -> None:
        if self._holder is None or tag != self._holder[0]:
            return
        self._holder = (tag, self._holder[1] - 1)
        if self._holder[1] == 0:
            self._holder = None
            self._section = self.sections[0]

    # Text

    def handle_data(self, data: str) -> None:
        if self._title:
            self._title[1].append(data)
        elif self._link:
            self._link[1].append(data)
        elif self._block.fenced:
            self._add(Piece(data, code=True))
        elif self._depth == 0:
            self._add_markdown(data)
        else:
            self._add_words(data, raw=False)
        if data.strip():
            self._awaits_holder = False

    def _add_markdown(self, data: str) -> None:
        """Add text that stands outside all tags, where Jekyll reads Markdown: blank lines end a block."""
        for number, part in enumerate(re.split(r"\n[ \t]*\n", data)):
            if number:
                self.end_block()
            self._add_words(part, raw=True)

    def _add_words(self, text: str, *, raw: bool) -> None:
        at, line = 0, self._line()
        for link in MARKDOWN_LINK.finditer(text):
            self._add(self._styled(text[at : link.start()], raw))
            line_of_link = line + text.count("\n", 0, link.start())
            self._add_link(link["words"], link["url"], image=bool(link["image"]), line=line_of_link)
            at = link.end()
        self._add(self._styled(text[at:], raw))

    def _styled(self, words: str, raw: bool) -> Piece:
        return Piece(
            words, strong=self._strong > 0, emphasised=self._emphasised > 0, code=self._code > 0, raw=raw
        )

    def _add_link(self, words: str, url: str, *, line: int, image: bool = False) -> None:
        self._add(Piece(words, url, image, self._strong > 0, self._emphasised > 0, line=line))

    def _end_link(self) -> None:
        if self._link is None:
            return
        (url, words, line), self._link = self._link, None
        label = "".join(words)
        inner = " ".join(label.split())
        self._add(self._styled(label[: len(label) - len(label.lstrip())], raw=False))
        if inner or url:
            self._add_link(inner, url, line=line)
        self._add(self._styled(label[len(label.rstrip()) :] if inner else "", raw=False))

    def _break_line(self) -> None:
        """Take one line break for a line break, and two in a row for the end of a paragraph."""
        pieces = self._block.pieces
        while pieces and not pieces[-1].line_break and not pieces[-1].words.strip() and not pieces[-1].url:
            pieces.pop()
        if self._title is None and self._link is None and pieces:
            if pieces[-1].line_break:
                self.end_block()
            else:
                pieces.append(Piece("\n", line_break=True))

    def _add(self, piece: Piece) -> None:
        if piece.words or piece.url:
            self._block.pieces.append(piece)

    def end_block(self) -> None:
        """Close the block at hand, and a link or title that was left open."""
        self._end_link()
        self._end_title()
        while self._block.pieces and self._block.pieces[-1].line_break:
            self._block.pieces.pop()
        if any(piece.words.strip() or piece.url for piece in self._block.pieces):
            self._block.indent, self._block.marker = "".join(self._prefixes), self._marker
            self._section.blocks.append(self._block)
            self._marker = ""
        self._block = Block()
        self._strong = self._emphasised = 0

    def _end_title(self) -> None:
        if self._title is None:
            return
        (tag, words, line), self._title = self._title, None
        title = " ".join("".join(words).split())
        if self._is_title.search(title):
            self._begin_section(title, tag, line)
        elif title:
            self._section.blocks.append(Block(pieces=[Piece(title, strong=True, line=line)]))

    def _line(self) -> int:
        return self._first_line + self.getpos()[0] - 1
