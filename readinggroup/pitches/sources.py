"""Who knows papers by their identifiers, in the order in which they are asked, and how their answers are read."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from readinggroup.domain.papers import Identifier, Scheme

MOST_AUTHORS = 50
LONGEST_TITLE = 300
_TAG = re.compile(r"<[^>]{1,200}>")
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a source says of a paper; ``title`` is never empty."""

    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str


class NotUnderstood(ValueError):
    """A source answered with something that isn't what it has always answered with."""


@dataclass(frozen=True)
class Source:
    """Somebody who is asked.  ``path`` is None for identifiers that they can't know; ``read`` gives None where the
    answer says that they don't know this one."""

    name: str
    base: str
    path: Callable[[Identifier], str | None]
    read: Callable[[bytes], Found | None]

    def address(self, identifier: Identifier) -> str | None:
        """Where to ask for the paper."""
        path = self.path(identifier)
        return self.base + path if path else None

    def at(self, base: str) -> "Source":
        """The same source, served elsewhere."""
        return replace(self, base=base)


def _crossref(body: bytes) -> Found | None:
    work = _object(_json(body).get("message"))
    authors = (
        _person(each.get("given"), each.get("family") or each.get("name"))
        for each in _objects(work, "author")
    )
    dates = _object(work.get("issued")).get("date-parts")
    return _found(_first(work.get("title")), authors, _deep(dates), _first(work.get("container-title")))


def _datacite(body: bytes) -> Found | None:
    work = _object(_object(_json(body).get("data")).get("attributes"))
    title = next((each.get("title") for each in _objects(work, "titles")), None)
    authors = (
        _person(each.get("givenName"), each.get("familyName")) or _text(each.get("name"))
        for each in _objects(work, "creators")
    )
    venue = _object(work.get("container")).get("title") or work.get("publisher")
    return _found(title, authors, work.get("publicationYear"), venue)


def _arxiv(body: bytes) -> Found | None:
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise NotUnderstood("arXiv's answers declare no entities.")
    try:
        feed = ElementTree.fromstring(body)  # noqa: S314  (no entities, a megabyte at most)
    except ElementTree.ParseError as problem:
        raise NotUnderstood(str(problem)) from problem
    entry = feed.find(f"{_ATOM}entry")
    if entry is None or "/abs/" not in entry.findtext(f"{_ATOM}id", ""):
        return None
    authors = (author.findtext(f"{_ATOM}name") for author in entry.iter(f"{_ATOM}author"))
    year = entry.findtext(f"{_ATOM}published", "")[:4]
    return _found(
        entry.findtext(f"{_ATOM}title"),
        authors,
        int(year) if year.isascii() and year.isdigit() else None,
        "arXiv",
    )


def _openalex(body: bytes) -> Found | None:
    work = _json(body)
    authors = (_object(each.get("author")).get("display_name") for each in _objects(work, "authorships"))
    venue = _object(_object(work.get("primary_location")).get("source")).get("display_name")
    return _found(work.get("display_name") or work.get("title"), authors, work.get("publication_year"), venue)


def _only_doi(path: str) -> Callable[[Identifier], str | None]:
    return lambda paper: path + quote(paper.doi, safe="") if paper.scheme is Scheme.DOI else None


def _only_arxiv(paper: Identifier) -> str | None:
    return f"/api/query?id_list={quote(paper.value, safe='/')}" if paper.scheme is Scheme.ARXIV else None


SOURCES = (
    Source("Crossref", "https://api.crossref.org", _only_doi("/works/"), _crossref),
    Source(
        "DataCite", "https://api.datacite.org", lambda paper: "/dois/" + quote(paper.doi, safe=""), _datacite
    ),
    Source("arXiv", "https://export.arxiv.org", _only_arxiv, _arxiv),
    Source(
        "OpenAlex",
        "https://api.openalex.org",
        lambda paper: "/works/doi:" + quote(paper.doi, safe="/"),
        _openalex,
    ),
)
"""arXiv's own DOIs are registered with DataCite, so Crossref isn't asked for them."""


def _found(title: Any, authors: Iterable[Any], year: Any, venue: Any) -> Found | None:
    names = [name for each in authors if (name := _text(each))]
    known_year = (
        year if isinstance(year, int) and not isinstance(year, bool) and 1000 <= year <= 2200 else None
    )
    said = _text(title)[:LONGEST_TITLE]
    return (
        Found(said, tuple(name[:120] for name in names[:MOST_AUTHORS]), known_year, _text(venue)[:300])
        if said
        else None
    )


def _json(body: bytes) -> dict[str, Any]:
    try:
        return _object(json.loads(body))
    except (ValueError, RecursionError) as problem:
        raise NotUnderstood(str(problem)) from problem


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(of: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    listed = of.get(name)
    return (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else iter(())


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _deep(value: Any) -> Any:
    """The first number in nested lists, as in [[2019, 7, 25]]."""
    while isinstance(value, list) and value:
        value = value[0]
    return value


def _person(given: Any, family: Any) -> str:
    return " ".join(filter(None, (_text(given), _text(family))))


def _text(value: Any) -> str:
    """``value`` as one line without markup and without what is no text; empty where it is none."""
    if not isinstance(value, str):
        return ""
    printable = "".join(c if c.isprintable() else " " for c in _TAG.sub("", value[:5_000]))
    return " ".join(printable.split())
