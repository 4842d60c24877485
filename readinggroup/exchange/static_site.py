"""The public archive as files that any web host serves: the site's own pages as a visitor sees them, with links from
file to file, and without what needs a server: forms, scripts, and links to pages that aren't there."""

from collections import deque
from collections.abc import Callable, Iterable
from contextvars import Context
from pathlib import Path
from posixpath import dirname, relpath
from urllib.parse import parse_qsl, urljoin, urlsplit
from xml.etree.ElementTree import Element, SubElement

import html5lib
from flask import Flask
from html5lib.serializer import serialize
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import Client, TestResponse

PAGES = {
    "front.group": "index.html",
    "archive.session": "sessions/{number}.html",
    "archive.speakers": "speakers/index.html",
    "archive.speaker": "speakers/{slug}.html",
    "archive.topics": "topics/index.html",
    "archive.topic": "topics/{slug}.html",
    "archive.all_series": "series/index.html",
    "archive.series": "series/{slug}.html",
}
"""By endpoint: the pages that go along, and their files."""
IN_PAGES = {"archive.sessions": "sessions", "archive.reading": "reading"}
"""Lists that go on from page to page; the first one can be one year's."""
KEPT_QUERY = {"year", "page", "below"}
FILES = {"static": "{path}", "groups.accent": "accent.css", "uploads.show": "files/{name}",
         "archive.reading_bibtex": "reading.bib", "archive.reading_csl": "reading.json"}  # fmt: skip
GONE = {"script", "form"}
DOT = "·"


class StaticSite:
    """A group's public archive while it is written to ``folder``; ``files`` are those that are there."""

    def __init__(self, app: Flask, slug: str, folder: Path) -> None:
        self._app, self._slug, self._folder = app, slug, folder
        self._adapter = app.url_map.bind("localhost")
        self._site_url: str = app.config["SETTINGS"].site_url
        self._waiting: deque[tuple[str, str]] = deque()
        self.files: set[str] = set()

    def write(self, tell: Callable[[int, int], None] = lambda _done, _of: None) -> int:
        """Write everything and say how many files there are; ``tell`` hears how many are written, and of how many that
        are known by then."""
        self._file_of(f"/{self._slug}/")
        self._file_of(f"/{self._slug}/sessions/")
        self._save(".nojekyll", ())
        while self._waiting:
            tell(len(self.files) - len(self._waiting), len(self.files))
            address, file = self._waiting.popleft()
            answer = self._ask(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                self._save(file, [self._page(answer.get_data(as_text=True), address, file)])
            elif answer.status_code == 200 and file.endswith(".css"):
                self._save(file, [answer.get_data()])
                self._fonts(answer.get_data(as_text=True), address)
            elif answer.status_code == 200:
                self._save(file, answer.iter_encoded())
            answer.close()
        return len(self.files) + 1

    def _ask(self, address: str) -> TestResponse:
        """What a visitor gets, asked outside of whatever context this runs in."""
        client = Client(self._app.wsgi_app, TestResponse)
        return Context().run(lambda: client.get(address, base_url=self._site_url, buffered=False))

    def _save(self, file: str, parts: Iterable[bytes]) -> None:
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.writelines(parts)

    # --- addresses ----------------------------------------------------------------------------------------

    def _file_of(self, address: str) -> str | None:
        """The file of one of this site's addresses, which will be written; None for what doesn't go along."""
        parts = urlsplit(address)
        file = self._named(parts.path, dict(parse_qsl(parts.query)))
        if file is not None and file not in self.files:
            self.files.add(file)
            self._waiting.append((address.partition("#")[0], file))
        return file

    def _named(self, path: str, query: dict[str, str]) -> str | None:
        try:
            endpoint, values = self._adapter.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            return None
        if values.get("group_slug", self._slug) != self._slug:
            return None
        if endpoint in FILES:
            return FILES[endpoint].format(path=path.lstrip("/"), **values)
        if endpoint in IN_PAGES and set(query) <= KEPT_QUERY:
            year, page = query.get("year"), query.get("page")
            name = "-".join(part for part in (year, page and f"page-{page}") if part)
            return f"{IN_PAGES[endpoint]}/{name or 'index'}.html"
        return PAGES[endpoint].format(**values) if endpoint in PAGES and not query else None

    def _fonts(self, sheet: str, address: str) -> None:
        for part in sheet.split('url("')[1:]:
            self._file_of(urljoin(address, part.partition('"')[0]))

    # --- pages --------------------------------------------------------------------------------------------

    def _page(self, words: str, address: str, file: str) -> bytes:
        tree = html5lib.parse(words, namespaceHTMLElements=False)
        self._years(tree)
        for parent in list(tree.iter()):
            for child in list(parent):
                if _is_gone(child):
                    _take_out(parent, child)
        parents = {child: parent for parent in tree.iter() for child in parent}
        for element in list(tree.iter()):
            for name in ("href", "src"):
                if element.get(name):
                    self._link(element, name, address, file, parents)
        words = serialize(
            tree, omit_optional_tags=False, quote_attr_values="always", alphabetical_attributes=True
        )
        return f"<!doctype html>\n{words}\n".encode()

    def _years(self, tree: Element) -> None:
        """Let links stand in the place of the form by which years are chosen."""
        for parent in list(tree.iter()):
            for form in [
                child for child in parent if child.tag == "form" and child.get("class") == "filters"
            ]:
                years = SubElement(Element("div"), "nav", {"class": "row", "aria-label": "Years"})
                chosen = [each for each in form.iter("select") if each.get("name") == "year"]
                for option in (each for select in chosen for each in select.iter("option")):
                    value = option.get("value", "")
                    href = f"/{self._slug}/sessions/" + (f"?year={value}" if value else "")
                    SubElement(years, "a", {"href": href}).text = option.text
                years.tail = form.tail
                parent[list(parent).index(form)] = years

    def _link(
        self, element: Element, name: str, address: str, file: str, parents: dict[Element, Element]
    ) -> None:
        """Let a link lead to the file beside; one that leads nowhere here goes, with what is only there for it."""
        target = urljoin(self._site_url + address, element.get(name, ""))
        if not target.startswith(f"{self._site_url}/"):
            return
        path, _, fragment = target.removeprefix(self._site_url).partition("#")
        if path == address and fragment:
            element.set(name, f"#{fragment}")
            return
        found = self._file_of(path)
        if found is not None:
            element.set(name, relpath(found, dirname(file) or ".") + (f"#{fragment}" if fragment else ""))
            return
        gone, parent = element, parents.get(element)
        while parent is not None and parent.tag in {"p", "li", "ul", "nav"} and _text(parent) == _text(gone):
            gone, parent = parent, parents.get(parent)
        if gone is not element or element.tag != "a" or "btn" in element.get("class", ""):
            if parent is not None and gone in list(parent):
                _take_out(parent, gone)
        elif parent is None or not _taken_off_row(parent, element):
            element.tag, element.attrib = "span", {k: v for k, v in element.attrib.items() if k == "class"}


def _is_gone(element: Element) -> bool:
    if not isinstance(element.tag, str):
        return False  # A comment.
    if element.tag == "meta":
        return element.get("property", "").startswith("og:") or element.get("name", "").startswith("twitter:")
    is_for_the_site = element.tag == "link" and element.get("rel") in {"alternate", "canonical", "preload"}
    is_of_the_hour = element.tag == "aside" and element.get("aria-label") == "Voting"
    return element.tag in GONE or is_for_the_site or is_of_the_hour or element.get("class") == "account"


def _taken_off_row(parent: Element, link: Element) -> bool:
    """Take a link away that stands behind others, as in "Speakers · Feed", or behind a button; says whether it did."""
    place = list(parent).index(link)
    before = parent[place - 1] if place else None
    if before is None or place + 1 < len(parent) or (link.tail or "").strip():
        return False
    is_behind_dot = (before.tail or "").strip() == DOT
    if is_behind_dot:
        before.tail = ""
    if is_behind_dot or parent.get("class") == "row":
        parent.remove(link)
        return True
    return False


def _take_out(parent: Element, child: Element) -> None:
    """Remove ``child`` and keep the text behind it."""
    place = list(parent).index(child)
    if place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
