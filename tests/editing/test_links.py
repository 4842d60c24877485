"""Links that don't answer any more: when readers are told, and what co-leads do about it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.editing.link_checks import look_at_links
from readinggroup.models import Group, LinkLook, Material, Reading, Record
from readinggroup.web.fetching import Fetcher, NotAllowed, NotFetched
from tests import build
from tests.archive import build as archive
from tests.cli.test_commands import run
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
PAGE, LINKS = "/ml-theory/sessions/1", "/ml-theory/links"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Site(BaseHTTPRequestHandler):
    """Answers as it is told, by the path: a status, or where to go on to."""

    says: dict[str, int | str] = {}  # noqa: RUF012
    asked: list[str] = []  # noqa: RUF012

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        said = self.says.get(self.path, 200)
        status = 405 if self.path == "/no-head" and self.command == "HEAD" else said
        self.send_response(302 if isinstance(status, str) else status)
        if isinstance(status, str):
            self.send_header("Location", status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    """A server's host and port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    Site.says.clear()
    Site.asked.clear()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def looks() -> Fetcher:
    """Asks the test's server, which a real one wouldn't."""
    return Fetcher(None, allowed=lambda address: address == "127.0.0.1")


@pytest.fixture
def paper(app: Flask, cast: dict[str, int], host: str) -> str:
    """The address of a paper that was read, and from which notes were taken, at one held session."""
    url = f"http://{host}/paper"
    with app.app_context():
        session = archive.session(archive.group_of(), 1, date(2022, 10, 8))
        talk = archive.talk(session, "Generalisation", "Mo")
        archive.reading(talk, "The paper", url)
        archive.material(session, MaterialKind.NOTES, "The notes", url)
        build.saved()
    return url


def look(app: Flask, looks: Fetcher, at: datetime) -> int:
    with app.app_context():
        return look_at_links(looks, at)


def marks(app: Flask) -> set[tuple[date | None, date | None]]:
    """What stands at reading and material: since when dead, when it last worked."""
    with app.app_context():
        return {
            tuple(row)
            for thing in (Reading, Material)
            for row in db.session.execute(select(thing.dead_since, thing.last_worked))
        }


def version(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(Group.public_version).where(Group.slug == "ml-theory")).one()


def page(client: FlaskClient, at: str = PAGE) -> str:
    return client.get(at).get_data(as_text=True)


def die(app: Flask, looks: Fetcher) -> None:
    """Let the paper work on the first, and fail on four days from the third on."""
    look(app, looks, NOW)
    Site.says["/paper"] = 404
    for day in range(4):
        with app.app_context():
            db.session.execute(update(LinkLook).values(due_at=NOW))
            db.session.commit()
        look(app, looks, NOW + (2 + day) * DAY)


def test_a_link_is_called_dead_only_after_days_and_with_its_dates(
    app: Flask, as_: Browser, looks: Fetcher, paper: str
) -> None:
    look(app, looks, NOW)
    Site.says["/paper"] = 404
    before, told = version(app), []
    for day in (15, 16, 17, 18):
        look(app, looks, NOW + day * DAY)
        told.append((version(app) > before, marks(app)))

    alive, dead = {(None, None)}, {(date(2026, 3, 16), date(2026, 3, 1))}
    assert told == [(False, alive), (False, alive), (False, alive), (True, dead)]
    shown = page(as_(None))
    assert shown.count("Did not answer since") == 2
    assert '<time datetime="2026-03-16">16 Mar 2026</time>; last worked ' in shown
    assert 'last worked <time datetime="2026-03-01">1 Mar 2026</time>.' in shown


def test_a_dead_link_that_answers_again_is_unmarked_and_nothing_else_raises_the_version(
    app: Flask, as_: Browser, looks: Fetcher, paper: str
) -> None:
    die(app, looks)
    dead = version(app)
    look(app, looks, NOW + 7 * DAY)
    assert version(app) == dead
    Site.says["/paper"] = 200

    look(app, looks, NOW + 9 * DAY)

    assert marks(app) == {(None, None)}
    assert version(app) > dead
    assert "Did not answer" not in page(as_(None))


@pytest.mark.parametrize("status", [401, 403, 429, 451])
def test_what_is_there_for_people_is_not_dead(app: Flask, looks: Fetcher, paper: str, status: int) -> None:
    Site.says["/paper"] = status
    for day in range(0, 90, 15):
        look(app, looks, NOW + day * DAY)

    assert marks(app) == {(None, None)}


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_what_is_gone_or_broken_is_dead(app: Flask, looks: Fetcher, paper: str, status: int) -> None:
    Site.says["/paper"] = status
    for day in range(5):
        look(app, looks, NOW + day * DAY)

    assert marks(app) == {(date(2026, 3, 1), None)}


def test_an_address_is_asked_for_its_headers_first_and_once_in_two_weeks(
    app: Flask, looks: Fetcher, paper: str
) -> None:
    assert [look(app, looks, NOW + hours * timedelta(hours=1)) for hours in (0, 1, 13 * 24, 15 * 24)] == [
        1,
        0,
        0,
        1,
    ]

    assert Site.asked == ["HEAD /paper"] * 2


def test_a_host_is_asked_one_thing_at_a_time(app: Flask, looks: Fetcher, paper: str, host: str) -> None:
    with app.app_context():
        talk = archive.talk(archive.session(archive.group_of(), 2, date(2022, 11, 8)), "More", "Nia")
        for n in range(3):
            archive.reading(talk, str(n), f"http://{host}/{n}")
        archive.reading(talk, "Too long", f"http://{host}/{'x' * 700}")
        archive.reading(talk, "No web address", "ftp://example.org/")
        build.saved()

    assert [look(app, looks, NOW) for _ in range(6)] == [1, 1, 1, 1, 0, 0]
    assert sorted(Site.asked) == ["HEAD /0", "HEAD /1", "HEAD /2", "HEAD /paper"]


def test_what_nothing_points_to_any_more_is_forgotten(
    app: Flask, as_: Browser, looks: Fetcher, paper: str
) -> None:
    look(app, looks, NOW)
    with app.app_context():
        for thing in (Reading, Material):
            db.session.delete(db.session.scalars(select(thing)).one())
        db.session.commit()

    assert look(app, looks, NOW + 15 * DAY) == 0

    with app.app_context():
        assert db.session.scalars(select(LinkLook.url)).all() == []


class CutOff:
    """A site without the network."""

    def look(self, url: str) -> int:
        raise NotFetched(f"nobody can be reached, {url} neither")


def test_a_site_that_is_cut_off_blames_nobody(app: Flask, looks: Fetcher, paper: str) -> None:
    with app.app_context():
        talk = archive.talk(archive.session(archive.group_of(), 2, date(2022, 11, 8)), "More", "Nia")
        for n in range(3):
            archive.reading(talk, str(n), f"https://{n}.example.org/")
        build.saved()
        for day in range(9):
            assert look_at_links(CutOff(), NOW + day * DAY) == 4

    with app.app_context():
        assert set(db.session.scalars(select(LinkLook.failures))) == {0}
    assert marks(app) == {(None, None)}


# --- Where the guard lets it go ---------------------------------------------------------------------------------


def test_redirects_lead_to_other_hosts_through_the_same_guard(host: str) -> None:
    Site.says |= {"/doi": f"http://far.example:{host.partition(':')[2]}/there", "/there": 200}
    asked = []

    def resolve(name: str, _port: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"]

    looks = Fetcher(None, allowed=lambda address: address == "127.0.0.1", resolve=resolve)

    assert looks.look(f"http://{host}/doi") == 200
    assert asked == ["127.0.0.1", "far.example"]


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "file:///etc/passwd",
        "//u@x.example/",
    ],
)
def test_no_redirect_leads_inside(host: str, target: str) -> None:
    Site.says["/evil"] = target
    looks = Fetcher(
        None, allowed=lambda address: address == "127.0.0.1", resolve=lambda name, _port: [name.strip("[]")]
    )

    with pytest.raises(NotAllowed):
        looks.look(f"http://{host}/evil")


def test_what_leads_in_a_circle_is_left(host: str, looks: Fetcher) -> None:
    Site.says["/round"] = "/round"

    with pytest.raises(NotFetched, match="on and on"):
        looks.look(f"http://{host}/round")
    assert len(Site.asked) == 6


def test_who_does_not_like_to_be_asked_for_headers_is_asked_for_all(host: str, looks: Fetcher) -> None:
    assert looks.look(f"http://{host}/no-head") == 200
    assert Site.asked == ["HEAD /no-head", "GET /no-head"]


def test_a_real_one_asks_nobody_inside_and_marks_nothing_for_it(app: Flask, paper: str) -> None:
    for day in range(0, 99, 15):
        assert look(app, Fetcher(None), NOW + day * DAY) == 1

    assert Site.asked == []
    assert marks(app) == {(None, None)}


def test_tick_looks_only_where_the_setting_lets_it(app: Flask, paper: str) -> None:
    app.config["SETTINGS"], kept = _without_lookups(app), app.config["SETTINGS"]
    try:
        assert "links looked at" not in run(app, "tick")[1]
    finally:
        app.config["SETTINGS"] = kept

    assert "1 links looked at." in run(app, "tick")[1]


def _without_lookups(app: Flask) -> object:
    from dataclasses import replace

    return replace(app.config["SETTINGS"], lookups=False)


# --- What co-leads do ------------------------------------------------------------------------------------------------


def test_co_leads_see_the_dead_links_and_replace_one(
    app: Flask, as_: Browser, looks: Fetcher, paper: str
) -> None:
    assert "No dead links" in page(as_("Ada"), LINKS)
    die(app, looks)
    ada = as_("Ada")
    shown = page(ada, LINKS)
    assert "2 links don’t answer any more." in shown
    assert "It answered 404." in shown

    bad = post(ada, f"{LINKS}/reading-1/replace", {"reading-1-url": "javascript:alert(1)"}, at=LINKS)
    good = post(ada, f"{LINKS}/reading-1/replace", {"reading-1-url": "https://a.example/new"}, at=LINKS)

    assert bad.status_code == 422
    assert 'value="javascript:alert(1)"' in bad.get_data(as_text=True)
    assert good.status_code == 303
    assert 'href="https://a.example/new">The paper</a></li>' in page(as_(None))
    assert "1 link doesn’t answer any more." in page(ada, LINKS)


def test_a_link_is_taken_out(app: Flask, as_: Browser, looks: Fetcher, paper: str) -> None:
    die(app, looks)
    for key in ("reading-1", "material-1"):
        assert post(as_("Ada"), f"{LINKS}/{key}/remove", {}, at=LINKS).status_code == 303

    assert paper not in page(as_(None))
    with app.app_context():
        assert {"reading.removed", "material.removed"} <= set(db.session.scalars(select(Record.what)))


def test_one_that_works_for_a_co_lead_is_believed_for_a_while(
    app: Flask, as_: Browser, looks: Fetcher, paper: str
) -> None:
    die(app, looks)

    assert post(as_("Ada"), f"{LINKS}/material-1/works", {}, at=LINKS).status_code == 303

    assert marks(app) == {(None, None)}
    with app.app_context():
        look_now = db.session.scalars(select(LinkLook)).one()
        assert (look_now.failures, look_now.failing_since, look_now.problem) == (0, None, "")
        assert db.session.scalars(select(Record.what)).all()[-1] == "link.works"


def test_a_twin_is_refused_in_words(app: Flask, as_: Browser, looks: Fetcher, paper: str) -> None:
    with app.app_context():
        reading = db.session.scalars(select(Reading)).one()
        db.session.add(Reading(talk_id=reading.talk_id, title="Twin", url="https://a.example/twin"))
        build.saved()
    die(app, looks)

    answer = post(
        as_("Ada"), f"{LINKS}/reading-1/replace", {"reading-1-url": "https://a.example/twin"}, at=LINKS
    )

    assert answer.status_code == 422
    assert "That address is there already." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "key", ["reading-99", "material-99", "talk-1", "reading-²", "reading-99999999999", "x", "-1"]
)
def test_no_other_thing_is_changed(app: Flask, as_: Browser, paper: str, key: str) -> None:
    assert post(as_("Ada"), f"{LINKS}/{key}/remove", {}, at=LINKS).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("Ada", 200), ("Mo", 403), ("Rex", 403), (None, 302)])
def test_dead_links_are_for_co_leads(as_: Browser, who: str | None, status: int) -> None:
    assert as_(who).get(LINKS).status_code == status
