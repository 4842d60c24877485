"""Every kind of page in Chromium: axe finds nothing, nothing overflows, nothing is asked of another site."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from readinggroup.db import commit, writing
from readinggroup.exchange.demo import load
from readinggroup.exchange.sample import SAMPLE, read_sample
from tests import build, databases

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
PUBLIC = ["/", "/ml-theory/sessions/", "/ml-theory/sessions/?q=nothing+like+it", "/ml-theory/sessions/3",
          "/ml-theory/sessions/4", "/ml-theory/sessions/11", "/ml-theory/schedule", "/ml-theory/reading",
          "/ml-theory/calendar", "/ml-theory/embed", "/ml-theory/speakers/", "/ml-theory/topics/",
          "/ml-theory/topics/optimisation",
          "/ml-theory/sessions/?q=learning",
          "/ml-theory/speakers/max-marion", "/ml-theory/rounds/", "/login", "/login/code",
          "/ml-theory/join", "/ml-theory/nowhere", "/outbox"]  # fmt: skip
FOR_CO_LEADS = ["/ml-theory/", "/ml-theory/discussion", "/ml-theory/pitches/1/discussion",
                "/ml-theory/pitches/1/propose", "/ml-theory/pitches/", "/ml-theory/pitches/new", "/ml-theory/pitches/1",
                "/ml-theory/rounds/1", "/ml-theory/rounds/1/ballot", "/ml-theory/plan", "/ml-theory/plan/proposal",
                "/ml-theory/sessions/11/held", "/ml-theory/sessions/10/held", "/ml-theory/sessions/11/run-sheet",
                "/ml-theory/sessions/11/questions", "/ml-theory/sessions/11/room", "/ml-theory/sessions/11/join",
                "/ml-theory/history", "/ml-theory/sessions/11/edit", "/ml-theory/sessions/4/recap",
                "/ml-theory/sessions/4/recap/versions", "/ml-theory/talks/1/versions", "/ml-theory/links",
                "/ml-theory/sessions/11/change",
                "/ml-theory/sessions/new", "/ml-theory/members/", "/ml-theory/members/leave", "/ml-theory/join",
                "/ml-theory/settings/rhythm", "/ml-theory/settings", "/ml-theory/?as=public",
                "/ml-theory/invitations/", "/ml-theory/members/import", "/ml-theory/records",
                "/account", "/account/calendar",
                "/account/signing-in", "/account/tokens",
                "/account/mail", "/account/mine", "/account/data", "/account/delete",
                "/ml-theory/mail", "/ml-theory/elsewhere", "/ml-theory/missing", "/account/password",
                "/ml-theory/chores", "/ml-theory/sessions/10/close", "/ml-theory/sessions/10/recording",
                "/ml-theory/talks/1/slides", "/ml-theory/talks/1/feedback",
                "/account/email", "/account/passkeys/new", "/account/second-step"]  # fmt: skip
FOR_ROOT = ["/admin/", "/admin/mail", "/admin/groups/new", "/admin/groups/1", "/admin/people/"]
only_on_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture
def sample(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample group as a newcomer finds it."""
    monkeypatch.setattr("readinggroup.clock.now", lambda: NOW)
    with app.app_context(), writing():
        load(read_sample(SAMPLE.read_text(encoding="utf-8")), password=build.PASSWORD, now=NOW)
        commit()


@pytest.fixture(params=[(320, "light"), (1280, "dark"), (320, "dark"), (1280, "light")], ids=str)
def page(request: pytest.FixtureRequest, chromium: Chromium, origin: str, sample: None) -> Iterator[Page]:
    """A tab of that width and colour scheme, which fails the test when it complains."""
    width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=origin
    )
    complaints: list[str] = []
    tab = context.new_page()
    tab.on(
        "console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None
    )
    tab.on("request", lambda asked: None if asked.url.startswith(origin) else complaints.append(asked.url))
    yield tab
    context.close()
    assert [words for words in complaints if "404 (NOT FOUND)" not in words] == []


@only_on_sqlite
def test_public_pages_are_in_order(page: Page) -> None:
    for path in PUBLIC:
        check(page, path)


@only_on_sqlite
def test_a_new_installation_is_in_order(page: Page, app: Flask) -> None:
    with app.app_context():
        databases.empty()
    for path in ("/", "/welcome"):
        check(page, path)


@only_on_sqlite
def test_pages_of_co_leads_are_in_order(page: Page) -> None:
    sign_in(page, "ada@example.org")
    for path in FOR_CO_LEADS:
        check(page, path)
    check_board(page)
    check_series(page)
    check_guest(page)
    check_day(page)
    page.context.clear_cookies()
    sign_in(page, "root@example.org")
    for path in FOR_ROOT:
        check(page, path)


def sign_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(build.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def check_board(page: Page) -> None:
    """The board while something is moved, with a draft, and what is reached from a talk on it."""
    page.goto("/ml-theory/plan")
    talk = page.locator(".slot .more a[href$='/drop-out']").first.get_attribute("href") or ""
    moving = page.locator(".tray a.does").first.get_attribute("href") or ""
    check(page, moving)
    page.locator(".slot.is-free button").first.click()
    for path in ("plan", "plan/publish"):
        check(page, f"/ml-theory/{path}")
    for page_of_talk in ("drop-out", "correct", "change", "edit", "cant-come", "swap-places"):
        check(page, talk.replace("drop-out", page_of_talk))


def check_series(page: Page) -> None:
    """A book from its making to its plan, and what else is held together."""
    for path in ("series/", "series/new", "joint/", "projects/", "sessions/?counts=yes"):
        check(page, f"/ml-theory/{path}")
    page.goto("/ml-theory/projects/")
    check(page, page.locator(".entry h3 a").first.get_attribute("href") or "")
    page.goto("/ml-theory/series/new")
    page.get_by_label("Name").fill("Convex Optimization")
    page.get_by_label("A book that is read chapter by chapter").check()
    page.get_by_role("button", name="Make it").click()
    sessions = urlsplit(page.url).path
    check(page, sessions)
    check(page, sessions.replace("/sessions", "/chapters"))
    page.locator("[name=rows-0-title]").fill("Convex sets")
    page.get_by_role("button", name="Save the chapters").click()
    check(page, sessions.replace("/sessions", "/plan"))
    page.get_by_role("button", name="Apply this plan").click()
    check(page, "/ml-theory/series/convex-optimization")
    check(page, sessions.replace("/sessions", "/edit"))


def check_day(page: Page) -> None:
    """The chair's link, and a question in the box."""
    sign_in(page, "ada@example.org")
    page.goto("/ml-theory/sessions/11/run-sheet")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator(".receipt-small").inner_text()
    page.goto("/ml-theory/sessions/11/questions")
    page.locator(".ask textarea").first.fill("Why is $x^2$ convex?")
    page.get_by_role("button", name="Ask", exact=True).first.click()
    check(page, "/ml-theory/sessions/11/questions")
    check(page, urlsplit(link).path)


def check_guest(page: Page) -> None:
    """The speakers' desk with a link on it, that link as its guest follows it, and the speaker as others see them."""
    check(page, "/ml-theory/speaking")
    page.get_by_role("button", name="Make a link to copy").first.click()
    link = page.locator(".receipt").inner_text()
    check(page, page.locator(".entry a[href$='/edit']").first.get_attribute("href") or "")
    check(page, "/ml-theory/speakers/max-marion")
    page.context.clear_cookies()
    for part in ("", "/slides", "/feedback"):
        check(page, f"{urlsplit(link).path}{part}")


def check(page: Page, path: str) -> None:
    page.goto(path)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{path}:\n{found.generate_report()}"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{path} is {overflow} px too wide"
