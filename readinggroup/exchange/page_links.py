"""What the links and images of a page are, judged by their address and by the words around them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.exchange.page_parts import Block, Piece
from readinggroup.exchange.recognised import RecognisedMaterial
from readinggroup.text.markdown import is_safe_link

LONGEST_TITLE = 300
LONGEST_URL = 2_000
_MOST_WORDS = 14

_HOSTS = {
    MaterialKind.RECORDING: {"bilibili.com", "loom.com", "twitch.tv", "vimeo.com", "youtu.be", "youtube.com"},
    MaterialKind.PAPER: {
        "aclanthology.org",
        "arxiv.org",
        "biorxiv.org",
        "dl.acm.org",
        "doi.org",
        "ieeexplore.ieee.org",
    }
    | {"jmlr.org", "link.springer.com", "openreview.net", "papers.nips.cc", "proceedings.mlr.press"}
    | {"proceedings.neurips.cc", "semanticscholar.org"},
    MaterialKind.SLIDES: {"prezi.com", "slides.com", "slideshare.net", "speakerdeck.com"},
    MaterialKind.CODE: {
        "bitbucket.org",
        "codeberg.org",
        "colab.research.google.com",
        "github.com",
        "gitlab.com",
    },
}
_WORDS = {
    MaterialKind.SLIDES: re.compile(r"\b(slides?|slide deck)\b", re.IGNORECASE),
    MaterialKind.RECORDING: re.compile(r"\b(recordings?|recorded|videos?)\b", re.IGNORECASE),
    MaterialKind.PAPER: re.compile(r"\b(papers?|preprint)\b", re.IGNORECASE),
    MaterialKind.CODE: re.compile(r"\b(code|repository|repo|notebook)\b", re.IGNORECASE),
    MaterialKind.NOTES: re.compile(r"\bnotes\b", re.IGNORECASE),
}
_IMAGE_FILE = re.compile(r"\.(avif|gif|jpe?g|png|svg|webp)$", re.IGNORECASE)
_SAYS_NOTHING = re.compile(
    r"(click |right |over )?(here|this|link|this link|the link|image|picture)?[.!]?", re.IGNORECASE
)
_IS_ADDRESS = re.compile(r"(https?://|www\.|mailto:)\S+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s)")
_TAIL = re.compile(
    r"[\s(\[:,–—-]+$|\b(like in|as in|see|at|here|in|from|on|via|for|e\.g\.|cf\.)$", re.IGNORECASE
)
_HEAD = re.compile(r"^(the|this|that|our) talk (was|is) (based )?(on|about) |^[\s)\]:,–—-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A material, and the words in bold that it stands under (empty where none)."""

    material: RecognisedMaterial
    heading: str


def links_of(blocks: Iterable[Block]) -> tuple[list[FoundLink], list[str]]:
    """Return the links and images in order, each address once for its kind, and a sentence for each one refused."""
    found: dict[tuple[str, str], FoundLink] = {}
    refused, heading = [], ""
    for block in blocks:
        for piece, before, bold in _with_words_before(block):
            if is_safe_link(piece.url) and len(piece.url) <= LONGEST_URL:
                material = _material(piece, before)
                found.setdefault((material.kind, material.url), FoundLink(material, bold or heading))
            else:
                refused.append(
                    f"The link on line {piece.line} isn't a whole web address; its words stay as text."
                )
        heading = _bold_words(block.pieces) or heading
    return list(found.values()), refused


def _with_words_before(block: Block) -> Iterator[tuple[Piece, str, str]]:
    """Yield each link with the words of its sentence since the last link or change to bold, and the last bold words."""
    before, was_strong = "", False
    for at, piece in enumerate(block.pieces):
        if piece.strong != was_strong:
            before, was_strong = "", piece.strong
        if piece.url:
            yield piece, before, _bold_words(block.pieces[:at])
            before = ""
        else:
            before = _SENTENCE_END.split(before + " " + piece.words)[-1][-LONGEST_TITLE:]


def _bold_words(pieces: Iterable[Piece]) -> str:
    """Return the last run of bold words, links left out."""
    runs = [
        " ".join("".join(piece.words for piece in run if not piece.url).split())
        for strong, run in groupby(pieces, key=lambda piece: piece.strong)
        if strong
    ]
    return runs[-1] if runs else ""


def _material(piece: Piece, before: str) -> RecognisedMaterial:
    kind = kind_of(piece.url, f"{before} {piece.words}", image=piece.image)
    return RecognisedMaterial(kind, _title(piece, before, kind)[:LONGEST_TITLE], piece.url)


def kind_of(url: str, words: str, *, image: bool = False) -> MaterialKind:
    """Judge by the file and the host first, then by the words before the link; what says nothing is a link."""
    parts = urlsplit(url)
    if image or _IMAGE_FILE.search(parts.path):
        return MaterialKind.IMAGE
    host = parts.hostname or ""
    if host == "docs.google.com" and parts.path.startswith("/presentation"):
        return MaterialKind.SLIDES
    for kind, hosts in _HOSTS.items():
        if any(host == known or host.endswith("." + known) for known in hosts):
            return kind
    return next((kind for kind, pattern in _WORDS.items() if pattern.search(words)), MaterialKind.LINK)


def _title(piece: Piece, before: str, kind: MaterialKind) -> str:
    """Name a material by its own words, or by those before it where its own are an address or just "here"."""
    own = " ".join(piece.words.split())
    is_address = bool(_IS_ADDRESS.fullmatch(own))
    if not is_address and not _SAYS_NOTHING.fullmatch(own):
        return _capital(own)
    if kind is MaterialKind.IMAGE or (not is_address and kind is not MaterialKind.LINK):
        return kind.capitalize()
    said = _trimmed(before)
    if said and len(said.split()) <= _MOST_WORDS:
        return _capital(said)
    return piece.url.split("://", 1)[-1].rstrip("/")


def _trimmed(words: str) -> str:
    words = _HEAD.sub("", " ".join(words.split()))
    shorter = _TAIL.sub("", words)
    while shorter != words:
        words, shorter = shorter, _TAIL.sub("", shorter)
    return words


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
