"""Browsers for journeys, a clock that the test moves, and the site served to Chromium."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from tests.journeys.browsers import Browser, ChromiumBrowser, FormBrowser

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """``at(moment)`` sets the site's clock."""

    def move(moment: datetime) -> None:
        monkeypatch.setattr("readinggroup.clock.now", lambda: moment)

    return move


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The machine's Chromium; where there is none, a skip that says so, and in CI an error."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing = (
            "no Chromium was found: install it (Debian: apt install chromium) or set CHROMIUM to its path"
        )
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def origin(app: Flask) -> Iterator[str]:
    """The address at which the application is served to a browser while the test runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for each in threading.enumerate():  # What a browser asked for last is answered before the site goes.
            if "process_request_thread" in each.name:
                each.join(timeout=2)


@pytest.fixture(params=["forms", "chromium"])
def new_browser(request: pytest.FixtureRequest) -> Iterator[Callable[[], Browser]]:
    """``new_browser()`` opens another person's browser; every journey runs without JavaScript and in Chromium."""
    if request.param == "forms":
        app = request.getfixturevalue("app")
        yield lambda: FormBrowser(app.test_client())
        return
    chromium: Chromium = request.getfixturevalue("chromium")
    origin: str = request.getfixturevalue("origin")
    contexts = []

    def open_one() -> Browser:
        contexts.append(chromium.new_context(viewport={"width": 390, "height": 844}))
        return ChromiumBrowser(contexts[-1].new_page(), origin)

    yield open_one
    for context in contexts:
        context.close()
