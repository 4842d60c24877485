"""Papers by their identifiers: a DOI or an arXiv id found in what people type, and one key for each paper."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote, urlsplit

LONGEST_KEY = 250


class Scheme(StrEnum):
    """The kinds of identifiers that can be looked up."""

    ARXIV = "arxiv"
    DOI = "doi"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A paper's identifier, folded: ``value`` is lower case, and an arXiv id has no version."""

    scheme: Scheme
    value: str

    @property
    def key(self) -> str:
        """ "arxiv:1703.03400" or "doi:10.1145/3292500.3330701"."""
        return f"{self.scheme.value}:{self.value}"

    @property
    def address(self) -> str:
        """Where a browser finds the paper."""
        place = "https://arxiv.org/abs/" if self.scheme is Scheme.ARXIV else "https://doi.org/"
        return place + quote(self.value, safe="/():;.-_")

    @property
    def doi(self) -> str:
        """The DOI; arXiv gives each of its papers one (https://info.arxiv.org/help/doi.html)."""
        return f"10.48550/arxiv.{self.value}" if self.scheme is Scheme.ARXIV else self.value


_ARXIV_ID = r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z][a-z-]*(?:\.[a-z]{2})?/[0-9]{7})"
_ARXIV = re.compile(rf"(?:arxiv:\s*)?({_ARXIV_ID})(?:v[0-9]+)?", re.IGNORECASE)
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|format|ps)/({_ARXIV_ID})(?:v[0-9]+)?(?:\.pdf)?/?", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV_ID})(?:v[0-9]+)?", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:\s*)?(10\.[0-9]{4,9}/[!-~]+)", re.IGNORECASE)
_DOI_IN_PATH = re.compile(r"/(10\.[0-9]{4,9}/[!-~]+)")
_PAGE_OF_DOI = re.compile(r"(?:\.pdf|/(?:pdf|epdf|full|fulltext|abstract|summary|meta|html))$")
_DOI_HOSTS = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})


def identifier_in(text: str) -> Identifier | None:
    """The identifier that ``text`` is, or that the web address ``text`` leads to; None where there is none."""
    text = text.strip()
    if text.lower().startswith(("http://", "https://")):
        return _in_address(text)
    if found := _ARXIV.fullmatch(text):
        return Identifier(Scheme.ARXIV, found[1].lower())
    if found := _DOI.fullmatch(text):
        return _of_doi(found[1])
    return None


def paper_key(address: str) -> str:
    """What is equal for two addresses of the same paper: its identifier, or else the address without what varies."""
    found = identifier_in(address)
    return (found.key if found else f"url:{_bare(address)}")[:LONGEST_KEY]


def needle(address: str) -> str:
    """A text that stands in every address of the same paper as this one, in lower case."""
    found = identifier_in(address)
    return found.value if found else _bare(address)


def _in_address(address: str) -> Identifier | None:
    try:
        parts = urlsplit(address)
        host, path = (parts.hostname or "").lower(), unquote(parts.path)
    except ValueError:
        return None
    if host == "arxiv.org" or host.endswith(".arxiv.org"):
        found = _ARXIV_PATH.fullmatch(path)
        return Identifier(Scheme.ARXIV, found[1].lower()) if found else None
    found = _DOI_IN_PATH.search(path)
    if found is None:
        return None
    return _of_doi(found[1] if host in _DOI_HOSTS else _PAGE_OF_DOI.sub("", found[1]))


def _of_doi(text: str) -> Identifier | None:
    doi = text.lower().rstrip(".,;")
    if found := _ARXIV_DOI.fullmatch(doi):
        return Identifier(Scheme.ARXIV, found[1])
    is_whole = _DOI.fullmatch(doi) is not None and len(doi) <= LONGEST_KEY - 4
    return Identifier(Scheme.DOI, doi) if is_whole else None


def _bare(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError:
        return address.strip().lower()
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}".lower()
