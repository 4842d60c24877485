"""One cell taken apart: its words without markup, its links, and whether it was struck through."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from readinggroup.exchange.page_parts import MARKDOWN_LINK
from readinggroup.text.markdown import is_safe_link

LONGEST_URL = 2_000
_MARKED = re.compile(r"[\[<>*_`&~\\{:\xa0]")
"""What a text without markup and links has nothing of."""
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*\)")
_ANCHOR = re.compile(
    r"<a\b[^<>]*?\bhref\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s<>\"']+))[^<>]*>(.*?)</a\s*>",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"<(?:br|/p|/li|/div)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--.*?-->", re.DOTALL)
_ADDRESS = re.compile(r"<?\b(https?://[^\s<>\"'`|]+)>?")
_STRUCK = re.compile(
    r"~~(.+?)~~|<(?:del|s|strike)\b[^<>]*>(.*?)</(?:del|s|strike)\s*>", re.IGNORECASE | re.DOTALL
)
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_UNDERLINED = re.compile(r"(?<!\w)_(?=\S)([^_\n]+)(?<=\S)_(?!\w)")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,200}\}|\{%[^%\n]{0,200}%\}")
_EMPTY_BRACKETS = re.compile(r"[(\[]\s*(?:[,;|/·&]|and|\s)*\s*[)\]]")
_AT_ENDS = " \t\n,;:|/·–—-"


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """A link: the words that lead there, the words before them on the same line, and the whole address.

    ``whole`` is false where the address was only a part, such as ``slides/3.pdf``, and no page to complete it is known.
    """

    words: str
    before: str
    url: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """``words`` keep line breaks; link words are in them, bare addresses aren't."""

    words: str
    links: tuple[FoundAddress, ...] = ()
    struck: bool = False


@lru_cache(maxsize=2048)
def take_cell_apart(text: str, *, base: str = "") -> Cell:
    """Return what stands in a cell of Markdown, HTML or plain text.  ``base`` completes addresses that are parts."""
    if not _MARKED.search(text):
        return Cell("\n".join(" ".join(line.split()) for line in text.split("\n")).strip())
    text = _ANCHOR.sub(_as_markdown, _BREAK.sub("\n", text))
    struck = _STRUCK.fullmatch(text.strip()) is not None
    text = _ATTRIBUTES.sub("", _STRUCK.sub(lambda m: m[1] or m[2] or "", text))
    links = tuple(_links(_IMAGE.sub("", text), base))
    words = MARKDOWN_LINK.sub(lambda m: "" if m["image"] else m["words"], text)
    return Cell(_bare(_ADDRESS.sub("", words)), links, struck)


def words_of(text: str) -> str:
    """Return the words of a cell on one line."""
    return " ".join(take_cell_apart(text).words.split())


def without_link_words(text: str, *, only: re.Pattern[str] | None = None) -> str:
    """Return a cell's words without those of its links, or of those links alone whose words ``only`` matches."""
    text = _ANCHOR.sub(_as_markdown, _BREAK.sub("\n", text))
    text = _ATTRIBUTES.sub("", _STRUCK.sub(lambda m: m[1] or m[2] or "", text))

    def kept(link: re.Match[str]) -> str:
        return (
            link["words"] if only and not link["image"] and not only.fullmatch(_bare(link["words"])) else ""
        )

    bare = _bare(_ADDRESS.sub("", MARKDOWN_LINK.sub(kept, text)))
    return _EMPTY_BRACKETS.sub("", bare).strip(_AT_ENDS)


def _as_markdown(anchor: re.Match[str]) -> str:
    url = html.unescape(next(filter(None, anchor.groups()[:3]), "")).strip()
    words = " ".join(_TAG.sub(" ", anchor[4]).split()).replace("[", "(").replace("]", ")")
    url = url.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    return f"[{words}]({url})" if url else words


def _links(text: str, base: str) -> Iterator[FoundAddress]:
    seen = set()
    for match in re.finditer(f"{MARKDOWN_LINK.pattern}|{_ADDRESS.pattern}", text):
        url = match["url"] or match[4] or ""
        url = html.unescape(url).rstrip(".,;" if match["url"] is None else "")
        whole = is_safe_link(url) and len(url) <= LONGEST_URL
        if not whole and base and len(url) <= LONGEST_URL:
            completed_url = completed(base, url)
            url, whole = completed_url or url, bool(completed_url)
        if url in seen or url.startswith("#"):
            continue
        seen.add(url)
        before = text[: match.start()].rpartition("\n")[2]
        yield FoundAddress(
            _bare(match["words"] or ""), _bare(MARKDOWN_LINK.sub(" ", before))[-120:], url, whole
        )


def completed(base: str, part: str) -> str:
    """Return the whole address that ``part`` is on the page at ``base``; nothing where that gives none."""
    try:
        whole = urljoin(base, part)
    except ValueError:
        return ""
    return whole if is_safe_link(whole) and len(whole) <= LONGEST_URL else ""


def _bare(text: str) -> str:
    text = html.unescape(_TAG.sub("", text))
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    text = _UNDERLINED.sub(r"\1", text).replace("\\|", "|").replace("\xa0", " ")
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
