"""Fixtures of all tests: an application on each database, the cast, and a ban on the outside world."""

import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from readinggroup import create_app
from readinggroup.access.deeds import WORDS
from readinggroup.archive import counts, overview
from readinggroup.config import Settings
from readinggroup.db import db, end_writing
from readinggroup.domain.lifecycle import Role
from readinggroup.migrating import upgrade
from readinggroup.models import Record
from readinggroup.web.pagecache import PageCache
from tests import build, databases
from tests.pages import check_page

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
CHEAP = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
DTSTAMP = re.compile(r"DTSTAMP:.*")  # Of a calendar: when it was asked for.
CAST = ("Ada", "Mo", "Nia", "Sam", "Rex", "Root")


@pytest.fixture(autouse=True)
def _no_outside_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches anything but servers on this machine that it started itself."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {address!r}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _can_be_interrupted() -> Iterator[None]:
    """Commands that were run within a test don't leave it deaf to Ctrl+C."""
    usual = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.fixture(scope="session", params=databases.NAMES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a migrated database, shared by all tests on that database."""
    folder = tmp_path_factory.mktemp(request.param)
    url = databases.fresh(request.param, folder)
    settings = Settings.read({"DATABASE_URL": url, "DATA_DIR": str(folder), "RATE_LIMITS": "off"})
    upgrade(settings)
    app = create_app(settings, SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=CHEAP)
    app.testing = True
    app.test_client_class = CheckedClient
    yield app
    app.extensions["pagecache"].close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(site: Flask) -> Iterator[Flask]:
    """The application on an empty database."""
    site.extensions["pagecache"].clear()
    overview.forget()
    counts.forget()
    with site.app_context():
        databases.empty()
    yield site
    end_writing()
    with site.app_context():
        wordless = set(db.session.scalars(select(Record.what).distinct())) - set(WORDS)
    assert wordless == set(), "what the audit trail records needs words in access/deeds.py"


class CheckedClient(FlaskClient):
    """A client whose every HTML answer is parsed strictly, and whose every kept answer is compared with a fresh one."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        cache = self.application.extensions["pagecache"]
        hits = cache.hits
        response = super().open(*args, **kwargs)
        if cache.hits > hits and response.status_code == 200 and "Content-Encoding" not in response.headers:
            assert_fresh(cache, response)
        if response.mimetype == "text/html":
            check_page(response.get_data(as_text=True), str(response.request.path))
        return response


def assert_fresh(cache: PageCache, response: TestResponse) -> None:
    """Fail unless the page behind the cache is word for word what the cache answered."""
    asked = response.request
    path = f"{asked.path}?{asked.query_string.decode('latin-1')}"
    fresh = Client(cache.app).get(path, base_url=asked.host_url)
    told = [DTSTAMP.sub("", body.get_data().decode(errors="surrogateescape")) for body in (response, fresh)]
    assert told[0] == told[1], f"{path}: what was kept isn't what is true now"


@pytest.fixture
def cast(app: Flask) -> dict[str, int]:
    """Ada leads ml-theory, Mo and Nia are its members, Sam is a stranger, Rex leads the neighbour group
    ``biology``, Root looks after the site.  Gives each one's user id by name."""
    with app.app_context():
        people = {name: build.user(name, is_site_admin=name == "Root") for name in CAST}
        own, other = build.group(), build.group("biology", "Biology")
        build.member(own, people["Ada"], Role.CO_LEAD)
        build.member(own, people["Mo"])
        build.member(own, people["Nia"])
        build.member(other, people["Rex"], Role.CO_LEAD)
        build.saved()
        return {name: person.id for name, person in people.items()}


@pytest.fixture
def as_(app: Flask, cast: dict[str, int]) -> Callable[[str | None], FlaskClient]:
    """``as_("Mo")`` is a browser in which Mo is signed in; ``as_(None)`` a visitor's."""

    def sign_in(who: str | None) -> FlaskClient:
        client = app.test_client()
        if who is not None:
            sign_in_as(client, f"{who.lower()}@example.org")
        return client

    return sign_in


def sign_in_as(client: FlaskClient, email: str) -> None:
    """Sign in through the real form."""
    answer = post(client, "/login", {"email": email, "password": build.PASSWORD}, at="/login")
    assert answer.status_code == 303, answer.get_data(as_text=True)


def post(client: FlaskClient, url: str, fields: dict[str, Any], *, at: str | None = None) -> Any:
    """Send a form as a browser would: read the page ``at`` (by default ``url``) first, for its CSRF token."""
    page = client.get(at or url)
    return client.post(url, data={"csrf_token": token_in(page.get_data(as_text=True)), **fields})


def token_in(page: str) -> str:
    """The CSRF token of a page's first form that has one."""
    _, found, rest = page.partition('name="csrf_token"')
    assert found, "The page has no form with a CSRF token."
    return rest.partition('value="')[2].partition('"')[0]


@pytest.fixture
def shared_data() -> Path:
    """The real page, where it lies beside the checkout; tests that need it skip elsewhere."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real group's page isn't beside this checkout (../shared/data)")
    return folder
