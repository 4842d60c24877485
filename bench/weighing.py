"""What a first visit weighs: the sample group's front page in Chromium, with everything that it loads."""

import os
import shutil
import sys
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from bench.figures import Figure, tell
from bench.serving import served

PAGES = {
    "front page": "/ml-theory/",
    "archive": "/ml-theory/sessions/",
    "session page": "/ml-theory/sessions/3",
}
NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Print bytes and requests of the first page; gives how many figures are missed.  Without Chromium nothing is."""
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        print("\nWeight: not measured, there is no Chromium here.")
        return 0
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "flask", "start"]
        with served(command, "/readyz", DATA_DIR=folder) as (port, _, _):
            figures = [
                figure
                for name, path in PAGES.items()
                for figure in _weigh(browser, name, f"http://127.0.0.1:{port}", path)
            ]
    return tell("First visit, with fonts", figures)


def _weigh(browser: str, name: str, origin: str, path: str) -> list[Figure]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: dict[str, float] = {}
        asked: list[str] = []

        def loaded(event: dict[str, Any]) -> None:
            sizes[event["requestId"]] = event["encodedDataLength"]

        session.on("Network.loadingFinished", loaded)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{origin}{path}", wait_until="networkidle")
        chromium.close()
    others = [url for url in asked if not url.startswith(origin)]
    targets = (120, 8, 0) if name == "front page" else (None, None, 0)
    return [
        Figure(f"{name}: weight", sum(sizes.values()) / 1000, "kB", at_most=targets[0]),
        Figure(f"{name}: requests", len(asked), at_most=targets[1]),
        Figure(f"{name}: requests to others", len(others), at_most=targets[2]),
    ]
