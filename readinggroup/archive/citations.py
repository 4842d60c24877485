"""What was read as citations: BibTeX, and CSL-JSON for reference managers."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from readinggroup.text.slugs import slugify

ARXIV = re.compile(r"/(?:abs|pdf|html)/((?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?)")
DOI = re.compile(r"/(10\.\d{4,9}/\S+)")
_TEX = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"} | {
    sign: f"\\{sign}" for sign in "{}$&%#_"
}


@dataclass(frozen=True, slots=True)
class Cited:
    """Something that was read: its title, address, and the numbers of the sessions that it was read for."""

    title: str
    url: str
    sessions: tuple[int, ...]

    @property
    def arxiv(self) -> str:
        """Its number on arXiv; empty where it isn't there."""
        found = ARXIV.match(_path(self.url, ("arxiv.org", "www.arxiv.org", "export.arxiv.org")))
        return found[1] if found else ""

    @property
    def doi(self) -> str:
        """Its DOI; empty where its address has none."""
        found = DOI.match(_path(self.url, ("doi.org", "dx.doi.org", "www.doi.org")))
        return found[1] if found else ""


def bibtex(group: str, things: Sequence[Cited]) -> str:
    """A BibTeX file; keys are made of the group's slug, the first session and the title, and differ."""
    return "\n".join(_entry(key, group, thing) for key, thing in _keyed(things))


def csl_json(group: str, things: Sequence[Cited]) -> str:
    """The same as an array of CSL items (citeproc-js, schema 1.0)."""
    return json.dumps(
        [_item(key, group, thing) for key, thing in _keyed(things)], ensure_ascii=False, indent=1
    )


def _keyed(things: Iterable[Cited]) -> Iterator[tuple[str, Cited]]:
    taken: dict[str, int] = {}
    for thing in things:
        key = f"session{thing.sessions[0]}-{slugify(thing.title, longest=40)}"
        taken[key] = taken.get(key, 0) + 1
        yield (key if taken[key] == 1 else f"{key}--{taken[key]}"), thing


def _entry(key: str, group: str, thing: Cited) -> str:
    fields = {
        "title": f"{{{_tex(thing.title)}}}",
        "url": quote(thing.url, safe=_SAFE),
        "note": _tex(_note(group, thing)),
    }
    if thing.arxiv:
        fields |= {"eprint": thing.arxiv, "archiveprefix": "arXiv"}
    if thing.doi:
        fields["doi"] = quote(thing.doi, safe=_SAFE)
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{lines}}}\n"


def _item(key: str, group: str, thing: Cited) -> dict[str, Any]:
    item = {
        "id": key,
        "type": "article" if thing.arxiv or thing.doi else "webpage",
        "title": thing.title,
        "URL": thing.url,
        "note": _note(group, thing),
    }
    if thing.arxiv:
        item |= {"publisher": "arXiv", "number": f"arXiv:{thing.arxiv}"}
    return item | {"DOI": thing.doi} if thing.doi else item


def _note(group: str, thing: Cited) -> str:
    sessions = ", ".join(map(str, thing.sessions))
    return f"Read for session{'s' if len(thing.sessions) > 1 else ''} {sessions} of {group}"


def _path(url: str, hosts: Sequence[str]) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return unquote(parts.path) if parts.hostname in hosts else ""


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


_SAFE = "!#$%&'()*+,-./:;=?@[]_~"
"""What stays as it is in an address: braces and backslashes would end the field."""
