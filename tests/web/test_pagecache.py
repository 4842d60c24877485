"""Visitors' pages are kept, and never a moment longer than they are true."""

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.test import Client

from readinggroup.db import Base, commit, db, writing
from readinggroup.exchange.demo import load
from readinggroup.exchange.sample import SAMPLE, read_sample
from readinggroup.models import Group, Meeting, Talk
from readinggroup.triggers import public_tables
from readinggroup.web.pagecache import PageCache
from tests import build
from tests.conftest import assert_fresh
from tests.site.test_doors import rules

NOW = datetime.fromisoformat("2026-11-23T20:00:10+00:00")
SESSIONS = "/ml-theory/sessions/"


@pytest.fixture
def sample(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The sample group, and a clock that stands still."""
    monkeypatch.setattr("readinggroup.clock.now", lambda: NOW)
    with app.app_context(), writing():
        load(read_sample(SAMPLE.read_text(encoding="utf-8")), password=build.PASSWORD, now=NOW)
        commit()
    return app


def cache_of(app: Flask) -> PageCache:
    found: PageCache = app.extensions["pagecache"]
    return found


def kept_paths(app: Flask) -> Iterator[str]:
    """An address of each view that is kept."""
    values = {"group_slug": "ml-theory", "number": 3, "slug": "max-marion", "joint_id": 1}
    with app.test_request_context():
        for rule in rules(app):
            if getattr(app.view_functions[rule.endpoint], "kept", False):
                asked = {name: values[name] for name in rule.arguments}
                yield str(app.url_map.bind("localhost").build(rule.endpoint, asked))


def test_kept_page_asks_one_thing_and_is_the_same(sample: Flask) -> None:
    visitor, cache = sample.test_client(), cache_of(sample)
    first = visitor.get(SESSIONS)
    hits = cache.hits

    second = visitor.get(SESSIONS)

    assert cache.hits == hits + 1
    assert (second.data, dict(second.headers)) == (first.data, dict(first.headers))
    assert second.headers["Vary"] == "Accept-Encoding"
    assert "default-src 'none'" in second.headers["Content-Security-Policy"]


def test_a_browser_that_has_it_is_told_so_and_gets_it_compressed(sample: Flask) -> None:
    visitor = sample.test_client()
    plain = visitor.get(SESSIONS)
    packed = Client(sample).get(SESSIONS, headers={"Accept-Encoding": "br, gzip"})

    again = visitor.get(SESSIONS, headers={"If-None-Match": plain.headers["ETag"]})
    other = visitor.get(SESSIONS, headers={"If-None-Match": packed.headers["ETag"]})

    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 3 < len(plain.data)
    assert (again.status_code, again.data, other.status_code) == (304, b"", 200)
    assert again.headers["ETag"] == plain.headers["ETag"]


def test_a_change_shows_at_once_whoever_made_it(sample: Flask) -> None:
    visitor = sample.test_client()
    before = visitor.get("/").get_data(as_text=True), visitor.get("/ml-theory/").get_data(as_text=True)
    with sample.app_context(), db.engine.begin() as connection:
        connection.execute(update(Group).values(name="Renamed by hand"))

    after = visitor.get("/").get_data(as_text=True), visitor.get("/ml-theory/").get_data(as_text=True)

    assert [page.count("Renamed by hand") > 0 for page in (*before, *after)] == [False, False, True, True]


def test_a_change_that_is_not_committed_shows_to_nobody(sample: Flask) -> None:
    visitor, cache = sample.test_client(), cache_of(sample)
    visitor.get(SESSIONS)
    hits = cache.hits
    with sample.app_context(), db.engine.connect() as connection:
        connection.execute(update(Talk).values(title="Not yet"))
        page = visitor.get(SESSIONS).get_data(as_text=True)
        connection.rollback()

    assert ("Not yet" in page, cache.hits) == (False, hits + 1)


def test_who_is_signed_in_gets_a_page_of_their_own(
    app: Flask, as_: Callable[[str | None], FlaskClient]
) -> None:
    visitor, mo = as_(None), as_("Mo")
    visitor.get(SESSIONS)

    assert "Sign out" in mo.get(SESSIONS).get_data(as_text=True)
    assert "Sign out" not in visitor.get(SESSIONS).get_data(as_text=True)


def test_a_page_lasts_to_the_end_of_its_minute(sample: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, cache = sample.test_client(), cache_of(sample)
    visitor.get(SESSIONS)
    hits = []
    for seconds in (49, 50):
        monkeypatch.setattr("readinggroup.clock.now", lambda later=NOW + timedelta(seconds=seconds): later)
        visitor.get(SESSIONS)
        hits.append(cache.hits)

    assert hits[0] == hits[1]


def test_what_the_pages_show_is_public_and_what_is_not_public_shows_nowhere(sample: Flask) -> None:
    """Every text of every table that raises no version is changed; no kept page may differ."""
    visitor, cache = Client(sample), cache_of(sample)
    paths = list(kept_paths(sample))
    first = {path: visitor.get(path) for path in paths}
    assert {answer.status_code for answer in first.values()} <= {200, 404}
    private = set(Base.metadata.sorted_tables) - {*public_tables(), Base.metadata.tables["record"]}
    with sample.app_context(), db.engine.begin() as connection:
        for column in (column for table in private for column in table.c if type(column.type) is String):
            with connection.begin_nested() as attempt:
                try:
                    connection.execute(column.table.update().values({column: column + "x"}))
                except SQLAlchemyError:
                    attempt.rollback()
    hits = cache.hits

    for path in paths:
        if first[path].status_code == 200:
            assert_fresh(cache, visitor.get(path))

    assert cache.hits - hits == sum(answer.status_code == 200 for answer in first.values()) > 8


def test_cookies_errors_and_other_hosts_are_not_kept(sample: Flask) -> None:
    visitor, cache = Client(sample), cache_of(sample)
    cache.clear()
    for path in ("/login", "/ml-theory/nowhere", "/ml-theory/sessions/999", "/ml-theory/join", "/healthz"):
        Client(sample).get(path)
    statuses = [
        visitor.get(SESSIONS, headers={"Host": host}).status_code for host in ("localhost", "evil.example")
    ]
    again = visitor.get(SESSIONS, headers={"Host": "evil.example"}).status_code

    assert (statuses, again) == ([200, 400], 400)
    assert len(cache._pages) == 1


def test_the_cache_has_a_limit_and_forgets_what_was_asked_longest_ago(
    sample: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readinggroup.web.pagecache.MOST_BYTES", 100_000)
    visitor, cache = Client(sample), cache_of(sample)
    cache.clear()
    for n in range(30):
        visitor.get(SESSIONS, query_string={"q": f"nothing{n}"})

    sizes = [len(page.body) for page in cache._pages.values()]
    assert sum(sizes) == cache._bytes <= 100_000 < 30 * min(sizes)


def test_many_at_once_while_somebody_writes_never_see_an_old_page(sample: Flask) -> None:
    """Writers count up in a title; whoever asks after a commit sees that number or a later one."""
    committed, wrong = [0], []

    def write() -> None:
        for number in range(1, 16):
            with sample.app_context(), writing():
                db.session.execute(update(Meeting).values(title=f"Title {number} of 99"))
                commit()
            committed[0] = number

    def read() -> None:
        visitor = Client(sample)
        while committed[0] < 15:
            least = committed[0]
            page = visitor.get(SESSIONS).get_data(as_text=True)
            shown = int(page.partition(">Title ")[2].partition(" of 99")[0] or 0)
            if shown < least:
                wrong.append((shown, least))

    threads = [threading.Thread(target=work) for work in (write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
