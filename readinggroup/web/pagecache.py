"""Visitors' pages, kept as they are sent: rendered, compressed, and answered by one look at the version they show.

A page is kept under the version of what the public sees (``triggers.py``), read before the page was made.  Every
change raises it in its own transaction, so once a change is committed no process answers with an older page.  What
depends on the hour changes on whole minutes here: a page is therefore kept to the end of its minute.
"""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, g, request
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from readinggroup import clock
from readinggroup.web.versions import Versions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES = 16 * 1024 * 1024
LARGEST_PAGE = 512 * 1024
SMALLEST_TO_COMPRESS = 500
NOTE = "readinggroup.kept"
COMPRESSIBLE = ("text/", "application/json", "application/atom+xml", "application/xml", "image/svg+xml")
NOT_IN_304 = frozenset({"content-type", "content-length", "content-encoding"})
View = TypeVar("View", bound=Callable[..., Any])


def kept(view: View) -> View:
    """Let what ``view`` answers a visitor be kept: it shows public tables and the clock, the same to everybody."""
    view.kept = True  # type: ignore[attr-defined]
    return view


@dataclass(slots=True)
class Note:
    """What a request finds out about its page while it is made: whose version it shows, and which one that was."""

    slug: str | None = None
    version: Hashable = None


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it is sent.  ``minute`` is None where it doesn't depend on the hour or on any version."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    note: Note
    minute: int | None
    unchanged: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        unchanged = tuple(pair for pair in self.headers if pair[0].lower() not in NOT_IN_304)
        object.__setattr__(self, "unchanged", unchanged)

    def answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Send it, or say that the browser's copy is still right."""
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 NOT MODIFIED", list(self.unchanged))
            return ()
        start_response(self.status, list(self.headers))
        return (self.body,)


class PageCache:
    """A WSGI application in front of Flask's; ``app`` is the one behind it, and ``hits`` what it was spared."""

    def __init__(self, app: "WSGIApplication", versions: Versions, *, cookies: Iterable[str]) -> None:
        self.app, self.versions, self.hits = app, versions, 0
        self._cookies = tuple(f"{name}=" for name in cookies)
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._bytes, self._lock = 0, threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not self._is_visitors(environ):
            return self.app(environ, start_response)
        packed = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        key = (environ.get("HTTP_HOST"), environ["PATH_INFO"], environ.get("QUERY_STRING"), packed)
        page = self._pages.get(key)
        if page is not None and self._is_right(page):
            self.hits += 1
            return page.answer(environ, start_response)
        return self._make(key, environ, start_response)

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def close(self) -> None:
        """Forget everything and let the database go."""
        self.clear()
        self.versions.close()

    def _is_visitors(self, environ: "WSGIEnvironment") -> bool:
        cookies = environ.get("HTTP_COOKIE", "")
        return (
            environ["REQUEST_METHOD"] == "GET"
            and "HTTP_AUTHORIZATION" not in environ
            and not any(name in cookies for name in self._cookies)
        )

    def _is_right(self, page: Page) -> bool:
        if page.minute is None:
            return True
        return page.minute == _minute() and page.note.version == self.versions.of(page.note.slug)

    def _make(
        self, key: Hashable, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        note = environ[NOTE] = Note()
        minute = _minute()
        parts, status, headers = run_wsgi_app(self.app, environ)
        is_file = _is_lasting_file(environ, headers)
        if not ((note.version is not None or is_file) and _may_be_kept(status, headers)):
            start_response(status, headers.to_wsgi_list())
            return parts
        body = b"".join(parts)
        close = getattr(parts, "close", None)
        if close is not None:
            close()
        page = _page(status, headers, body, note, minute=None if is_file else minute, packed=key[-1])  # type: ignore[index]
        self._keep(key, page)
        return page.answer(environ, start_response)

    def _keep(self, key: Hashable, page: Page) -> None:
        if len(page.body) > LARGEST_PAGE:
            return
        with self._lock:
            old = self._pages.pop(key, None)
            self._bytes += len(page.body) - (len(old.body) if old else 0)
            self._pages[key] = page
            while self._bytes > MOST_BYTES:
                self._bytes -= len(self._pages.popitem(last=False)[1].body)


def init_pagecache(app: Flask, versions: Versions) -> PageCache:
    """Put the cache in front of ``app``, and let views that are ``kept`` note their version before they look."""
    cookies = (app.config["SESSION_COOKIE_NAME"], app.config.get("REMEMBER_COOKIE_NAME", "remember_token"))
    cache = PageCache(app.wsgi_app, versions, cookies=cookies)
    app.wsgi_app = cache  # type: ignore[method-assign]

    @app.before_request
    def note_version() -> None:
        note: Note | None = request.environ.get(NOTE)
        if note is not None and getattr(app.view_functions.get(request.endpoint or ""), "kept", False):
            note.slug = g.group_slug
            note.version = versions.of(note.slug)

    return cache


def _page(
    status: str, headers: Headers, body: bytes, note: Note, *, minute: int | None, packed: bool
) -> Page:
    if _is_compressible(headers):
        headers["Vary"] = "Accept-Encoding"
        if packed and len(body) >= SMALLEST_TO_COMPRESS:
            body = gzip.compress(body, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers["ETag"], headers["Content-Length"] = etag, str(len(body))
    return Page(status, tuple(headers.to_wsgi_list()), body, etag, note, minute)


def _may_be_kept(status: str, headers: Headers) -> bool:
    """Whether an answer is a whole page, for everybody alike."""
    said = headers.get("Cache-Control", "")
    return (
        status.startswith("200")
        and "Set-Cookie" not in headers
        and "Vary" not in headers
        and "no-store" not in said
    )


def _is_lasting_file(environ: "WSGIEnvironment", headers: Headers) -> bool:
    """Whether it is a static text whose address changes with its content."""
    return (
        environ["PATH_INFO"].startswith("/static/")
        and "immutable" in headers.get("Cache-Control", "")
        and _is_compressible(headers)
    )


def _is_compressible(headers: Headers) -> bool:
    return headers.get("Content-Type", "").startswith(COMPRESSIBLE)


def _minute() -> int:
    return int(clock.now().timestamp()) // 60
