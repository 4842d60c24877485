"""Words that are searched for: taken out of what was typed, found again in texts, and compared when spelled alike."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from markupsafe import Markup, escape

from readinggroup.archive.folding import fold

MOST_TERMS = 8
SHORTEST_BEGINNING = 3
"""A word of so many letters also finds longer ones that begin with it."""
AROUND = 110
"""Characters shown before and after what was found."""
_TYPED = re.compile(r'"([^"]*)"?|([^\s"]+)')
_MARK, _MARK_ENDS = Markup("<mark>"), Markup("</mark>")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_TOKEN = re.compile(r"[^\W_]+")
_QUOTES = str.maketrans("“”„«»", '"""""')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that have to stand one after the other; with ``begins`` the last may go on."""

    tokens: tuple[str, ...]
    begins: bool = False


def tokens_of(text: str) -> list[str]:
    """The words of ``text`` as they are compared: without accents, case and signs."""
    return _TOKEN.findall(fold(text))


def terms_of(typed: str) -> list[Term]:
    """What was asked for: each word, and each “phrase in quotation marks”; all of them have to be found."""
    found = []
    for phrase, word in _TYPED.findall(typed.translate(_QUOTES)):
        tokens = tuple(tokens_of(phrase or word))
        if tokens:
            found.append(Term(tokens, not phrase and len(tokens[-1]) >= SHORTEST_BEGINNING))
    return found[:MOST_TERMS]


def snippet(texts: Iterable[str], terms: Sequence[Term]) -> Markup:
    """The stretch of the first of ``texts`` in which a term stands, as HTML with ``<mark>``; empty where none does."""
    for text in texts:
        spans = list(_spans(text, terms))
        if spans:
            return _cut(text, spans)
    return Markup()


def marked(text: str, terms: Sequence[Term]) -> Markup:
    """The whole of ``text`` as HTML, with ``<mark>`` around every term."""
    return _mark(text, list(_spans(text, terms)), 0, len(text))


def alike(typed: str, known: Iterable[str]) -> list[str]:
    """What may have been meant: ``typed`` with a word exchanged for one of ``known`` that is spelled nearly so."""
    words = sorted({token for text in known for token in tokens_of(text) if len(token) > SHORTEST_BEGINNING})
    found = []
    for token in tokens_of(typed):
        for near in get_close_matches(token, words, n=2, cutoff=0.74):
            if near != token:
                found.append(" ".join(near if each == token else each for each in tokens_of(typed)))
    return list(dict.fromkeys(found))


def _spans(text: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where a term stands in ``text``, from left to right."""
    beginnings, at = tuple(term.tokens[0] for term in terms), 0
    words = list(_words(text, beginnings))
    while at < len(words):
        if not words[at][0].startswith(beginnings):  # As hardly any word does.
            at += 1
            continue
        length = max((len(term.tokens) for term in terms if _stands(term, words, at)), default=0)
        if length:
            yield words[at][1], words[at + length - 1][2]
        at += length or 1


def _words(text: str, beginnings: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """The words of ``text``, folded, with where they begin and end; those before the first of ``beginnings`` left out.

    Most text is as long when it is folded, letter by letter, and so can be folded at once; of other text each word is.
    """
    if not all(_stays_one(letter) for letter in set(_NOT_ASCII.findall(text))):
        yield from ((fold(found.group()), *found.span()) for found in _TOKEN.finditer(text))
        return
    folded = fold(text)
    places = [place for each in beginnings if (place := folded.find(each)) >= 0]
    first = min(places, default=len(folded))
    while first and folded[first - 1].isalnum():  # It is no beginning of a word.
        first -= 1
    yield from ((found.group(), *found.span()) for found in _TOKEN.finditer(folded, first))


@lru_cache(maxsize=4096)
def _stays_one(letter: str) -> bool:
    return len(fold(letter)) == 1


def _stands(term: Term, words: Sequence[tuple[str, int, int]], at: int) -> bool:
    here = [word for word, _, _ in words[at : at + len(term.tokens)]]
    if len(here) < len(term.tokens) or tuple(here[:-1]) != term.tokens[:-1]:
        return False
    return here[-1].startswith(term.tokens[-1]) if term.begins else here[-1] == term.tokens[-1]


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    start, end = max(0, spans[0][0] - AROUND), min(len(text), spans[0][1] + AROUND)
    start = text.rfind(" ", 0, start + 1) + 1 if start else 0
    space = text.find(" ", end)
    end = len(text) if space < 0 or end == len(text) else space
    return Markup("").join(
        ["… " if start else "", _mark(text, spans, start, end), " …" if end < len(text) else ""]
    )


def _mark(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> Markup:
    parts, at = [], start
    for first, last in spans:
        if first >= at and last <= end:
            parts += [escape(text[at:first]), _MARK, escape(text[first:last]), _MARK_ENDS]
            at = last
    return Markup("").join([*parts, escape(text[at:end])])
