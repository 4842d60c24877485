"""Markdown with math as HTML that is safe to show.  Whatever comes before, the sanitiser comes last."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from time import monotonic
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup
from mdit_py_plugins.dollarmath.index import math_block_dollar, math_inline_dollar
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

from readinggroup.text.formula import to_mathml
from readinggroup.text.pictures import size_of
from readinggroup.text.shelf import Shelf

# Longer texts are shown as plain paragraphs: Markdown made to be costly takes some 30 seconds for a megabyte.
LONGEST = 100_000
LONGEST_CODE = 20_000
LONGEST_SUMMARY = 2_000
LONGEST_TITLE = 300
LONGEST_MATH_SECONDS = 2.0
# Each mark that may open something costs some 10 us; a text that is made of them is shown as it is written.
MOST_MARKS = 2_000
MARKS = "[*~"
KEPT_CHARACTERS = 8_000_000

URL_SCHEMES = frozenset({"http", "https", "mailto"})
PHRASES = frozenset({"br", "code", "em", "s", "span", "strong"})
BLOCKS = frozenset(
    {"a", "blockquote", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "ul"}
    | {"table", "tbody", "td", "th", "thead", "tr"}
)
# MathML Core without what can link, style, run or hide: no maction, no annotation, no semantics.
MATHML = frozenset(
    {"math", "menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom"}
    | {
        "mprescripts",
        "mroot",
        "mrow",
        "mspace",
        "msqrt",
        "mstyle",
        "msub",
        "msubsup",
        "msup",
        "mtable",
        "mtd",
    }
    | {"mtext", "mtr", "munder", "munderover"}
)
_MATHML_LENGTHS = frozenset(
    {"depth", "height", "linethickness", "lspace", "maxsize", "minsize", "rspace", "voffset", "width"}
)
_MATHML_ATTRIBUTES = {
    "math": {"display"},
    "menclose": {"notation"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {
        "form",
        "largeop",
        "lspace",
        "maxsize",
        "minsize",
        "movablelimits",
        "rspace",
        "stretchy",
        "symmetric",
    },
    "mover": {"accent"},
    "mpadded": {"depth", "height", "lspace", "voffset", "width"},
    "mspace": {"depth", "height", "width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"displaystyle", "scriptlevel"},
    "mtd": {"columnspan", "rowspan"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
}
_PICTURE = {"alt", "decoding", "height", "loading", "src", "width"}
ATTRIBUTES = {"a": {"href", "title"}, "img": _PICTURE, "ol": {"start"}} | _MATHML_ATTRIBUTES
_ALIGNMENTS = {"align-center", "align-left", "align-right"}
CLASSES = {
    "a": {"image-link"},
    "code": {"tex"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    "td": _ALIGNMENTS,
    "th": _ALIGNMENTS,
}
# Pygments knows hundreds of languages; a grammar that nobody uses is only somewhere to hang.
LANGUAGES = frozenset(
    {
        "bash",
        "c",
        "cpp",
        "diff",
        "go",
        "haskell",
        "java",
        "javascript",
        "json",
        "julia",
        "latex",
        "lean",
        "matlab",
    }
    | {"ocaml", "python", "r", "rust", "sh", "sql", "tex", "toml", "typescript", "yaml"}
)

_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}
_SHORT_LENGTH = re.compile(r"(-0?\.\d{1,10}|\d{1,2}(\.\d{1,10})?|\.\d{1,10})(em|ex|mu|pt|px|%)?")


def render(text: str) -> Markup:
    """Return ``text`` as HTML blocks: headings from h3 on, and images as links, so that no other site is asked for
    anything; pictures that are kept here are shown.

    A text that is longer than ``LONGEST``, or has more than ``MOST_MARKS`` marks, is shown as plain paragraphs.
    """
    return _kept("blocks", text, _render_blocks)


def render_inline(text: str) -> Markup:
    """Return ``text`` as HTML for a title: emphasis, code and math, but no blocks and no links of its own."""
    return _kept("inline", text, _render_inline)


def summary(text: str) -> Markup:
    """Return the first paragraph of ``text`` as a line of HTML for a list: formulas and all, links as words.

    Three dots stand for the rest of a sentence that goes on after it.
    """
    whole = text.strip()
    first = re.split(r"\n\s*\n", whole[:LONGEST_SUMMARY], maxsplit=1)[0].rstrip()
    goes_on = len(first) < len(whole) and not first.endswith((".", "!", "?", "…"))
    return render_inline(first + " …" if goes_on else first)


def plain(text: str, limit: int = 200) -> str:
    """Return the words of ``text`` on one line, cut between words to at most ``limit`` characters.

    The result is text without markup, not HTML.  Formulas stay as they were written.
    """
    if len(text) <= LONGEST_TITLE:
        return _plain_title(text, limit)
    label = Shelf.label(f"plain {limit}", text)
    words = _shelf.find(label)
    if words is None:
        words = _plain(text, limit)
        _shelf.put(label, words)
    return words


def _plain(text: str, limit: int) -> str:
    beginning = _readable(text[: 20 * limit + 2_000])[:LONGEST]
    said = [beginning] if _is_costly(beginning) else _words(_markdown.parse(beginning))
    words = " ".join("".join(said).split())
    if len(words) <= limit:
        return words
    cut = words[: max(limit, 1)]
    return cut[:-1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


_plain_title = lru_cache(maxsize=4096)(_plain)
"""Titles are asked for by every list that they stand in."""


def is_safe_link(url: str) -> bool:
    """Tell whether a text may link to ``url``: a whole http, https or mailto address."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "mailto" or (parts.scheme in URL_SCHEMES and bool(parts.hostname))
    except ValueError:
        return False


def _kept(kind: str, text: str, make: Callable[[str, EnvType], str]) -> Markup:
    """What ``make`` gives for ``text``, made once and kept, unless its formulas ran out of time."""
    label = Shelf.label(kind, text)
    html = _shelf.find(label)
    if html is None:
        env: EnvType = {}
        html = make(_readable(text), env)
        if env.get("math_seconds", 0.0) <= LONGEST_MATH_SECONDS:
            _shelf.put(label, html)
    return Markup(html)  # noqa: S704


def _render_blocks(text: str, env: EnvType) -> str:
    return _sanitiser.clean(_plain_paragraphs(text) if _is_costly(text) else _markdown.render(text, env))


def _render_inline(text: str, env: EnvType) -> str:
    env["inline"] = True
    return _inline_sanitiser.clean(
        escapeHtml(text) if _is_costly(text) else _markdown.renderInline(text, env)
    )


def _is_costly(text: str) -> bool:
    return len(text) > LONGEST or sum(map(text.count, MARKS)) > MOST_MARKS


def _readable(text: str) -> str:
    """Return ``text`` without control characters, with halves of surrogate pairs joined or replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_CONTROLS)


def _plain_paragraphs(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", escapeHtml(text))
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children is not None:
            yield from _words(token.children)
            yield " "
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
        else:
            yield token.content


# Rules over tokens


def _lower_headings(state: StateCore) -> None:
    """Let the first heading of a text be h3, since h1 and h2 are the page's own."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"


def _align_by_class(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"th_open", "td_open"} and "style" in token.attrs:
            style = str(token.attrs.pop("style"))
            token.attrs["class"] = "align-" + style.removeprefix("text-align:")


def _images_as_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.children and any(child.type == "image" for child in token.children):
            token.children = list(_without_images(token.children, shows_ours="inline" not in state.env))


def _without_images(children: Sequence[Token], *, shows_ours: bool) -> Iterator[Token]:
    inside_link = False
    for token in children:
        inside_link = token.type == "link_open" or (inside_link and token.type != "link_close")
        if token.type != "image":
            yield token
            continue
        size = size_of(str(token.attrs["src"])) if shows_ours else None
        if size:
            token.attrs |= {
                "width": size.width,
                "height": size.height,
                "loading": "lazy",
                "decoding": "async",
            }
            yield token
            continue
        alt = Token("text", "", 0, content=" ".join("".join(_words(token.children or [])).split()) or "image")
        if inside_link:
            yield alt
            continue
        attrs = {"href": token.attrs["src"], "class": "image-link"}
        yield from (Token("link_open", "a", 1, attrs=attrs), alt, Token("link_close", "a", -1))


# Math and code

_dollar = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)


def _inline_dollar(state: StateInline, silent: bool) -> bool:
    """Find ``$...$`` by the plugin's rule.

    Before a dollar that opens a paragraph the plugin looks at the paragraph's last character, and takes a
    digit there for one that stands before the dollar; so for that one look the paragraph ends in a space.
    """
    if state.pos > 0:
        return _dollar(state, silent)
    whole = state.src
    state.src = whole + " "
    try:
        return _dollar(state, silent)
    finally:
        state.src = whole


def _show_math(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, env: EnvType
) -> str:
    """Return the formula as MathML, or as its source in ``<code>`` where it can't be converted."""
    latex = tokens[at].content.strip()
    display = tokens[at].type != "math_inline" and "inline" not in env
    html = _mathml(latex, display, env) or f'<code class="tex">{escapeHtml(latex)}</code>'
    return f"<p>{html}</p>\n" if tokens[at].type == "math_block" else html


def _mathml(latex: str, display: bool, env: EnvType) -> str | None:
    """Convert one formula, as long as the formulas before it in the same text have left time for it."""
    if env.setdefault("math_seconds", 0.0) > LONGEST_MATH_SECONDS:
        return None
    begin = monotonic()
    mathml = to_mathml(latex, display=display)
    env["math_seconds"] += monotonic() - begin
    return mathml


def _show_code(
    _renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    """Return a fenced block with Pygments' classes where its language is one of ``LANGUAGES``."""
    code, language = tokens[at].content, tokens[at].info.strip().partition(" ")[0].lower()
    if language not in LANGUAGES or len(code) > LONGEST_CODE:
        return f"<pre><code>{escapeHtml(code)}</code></pre>\n"
    coloured = highlight(code, get_lexer_by_name(language, stripnl=False), HtmlFormatter(nowrap=True))
    return f"<pre><code>{coloured}</code></pre>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.validateLink = _may_stand_in_a_text  # type: ignore[method-assign]
    parser.inline.ruler.before("escape", "math_inline", _inline_dollar)
    parser.block.ruler.before("fence", "math_block", math_block_dollar(False, None, False))
    for rule in (_lower_headings, _align_by_class, _images_as_links):
        parser.core.ruler.push(rule.__name__, rule)
    for kind in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(kind, _show_math)
    parser.add_render_rule("fence", _show_code)
    return parser


# The sanitiser


def _may_stand_in_a_text(url: str) -> bool:
    return is_safe_link(url) or size_of(url) is not None


def _kept_attribute(element: str, name: str, content: str) -> str | None:
    """Drop lengths with which a formula could be laid over the rest of the page, and pictures of other sites."""
    if element == "img":
        return content if name != "src" or size_of(content) else None
    if name in _MATHML_LENGTHS and not _SHORT_LENGTH.fullmatch(content):
        return None
    return content


def _cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags={"script", "style"} - tags,
        attributes={tag: names for tag, names in ATTRIBUTES.items() if tag in tags},
        attribute_filter=_kept_attribute,
        allowed_classes={tag: names for tag, names in CLASSES.items() if tag in tags},
        link_rel="nofollow ugc noopener",
        url_schemes=URL_SCHEMES,
        url_relative=lambda url: url if size_of(url) else None,
    )


_shelf = Shelf(KEPT_CHARACTERS)
_markdown = _parser()
_sanitiser = _cleaner(BLOCKS | PHRASES | MATHML)
_inline_sanitiser = _cleaner(PHRASES - {"br"} | MATHML)
