"""A pitch from the first line to the first comment: a draft, a preview, a paper, the board, interest, discussion."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from readinggroup.pitches.looking_up import look_up_due
from readinggroup.pitches.sources import SOURCES
from readinggroup.web.fetching import Fetcher
from tests.journeys.browsers import Browser, ChromiumBrowser
from tests.journeys.test_second_session import signed_in
from tests.pitches import answers
from tests.pitches.answers import MAML

EVENING = datetime(2022, 11, 5, 21, 30, tzinfo=UTC)


def test_a_pitch_is_written_found_and_talked_about(
    app: Flask, cast: dict[str, int], new_browser: Callable[[], Browser], at: Callable[[datetime], None]
) -> None:
    at(EVENING)
    mo, nia = signed_in(new_browser(), "Mo"), signed_in(new_browser(), "Nia")

    write(mo)
    assert "Meta Learning" not in board(nia)
    offer(mo)
    look_the_paper_up(app)
    ask(nia)
    answer(mo)


def write(mo: Browser) -> None:
    mo.open("/ml-theory/pitches/new")
    mo.fill("Title", "Meta Learning")
    mo.fill("Abstract", "Learning *to learn*.")
    mo.press("Save as draft")
    assert "Saved at 15:30" in mo.text()
    mo.fill("Abstract", "Learning *to learn*, with $x^2$.")
    mo.press("Preview")
    assert "nothing is saved yet" in mo.text()


def offer(mo: Browser) -> None:
    mo.fill("Topics", "Optimisation")
    mo.fill("Address, DOI or arXiv id", MAML)
    mo.press("Pitch it")
    assert "Your pitch is on the board." in mo.text()
    assert f"https://arxiv.org/abs/{MAML}" in mo.text()


def look_the_paper_up(app: Flask) -> None:
    with answers.served() as library, app.app_context():
        library.knows(f"/dois/10.48550/arxiv.{MAML}", answers.DATACITE)
        host = library.origin.removeprefix("http://")
        fetcher = Fetcher({host}, allowed=lambda _: True, resolve=lambda *_: ["127.0.0.1"])
        assert look_up_due(fetcher, [source.at(library.origin) for source in SOURCES], now=EVENING) == 1


def ask(nia: Browser) -> None:
    assert "Meta Learning" in board(nia)
    nia.press("I’m interested in Meta Learning")
    nia.follow("Meta Learning")
    assert "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks" in nia.text()
    assert "1 person is interested, you among them" in nia.text()
    nia.follow("Say something")
    nia.fill("Your comment", "Will there be *code*?")
    nia.press("Say it")
    assert "Will there be code?" in nia.text()


def answer(mo: Browser) -> None:
    mo.open("/ml-theory/discussion")
    mo.follow("Meta Learning")
    mo.follow("Quote Nia")
    mo.press("Say it")
    assert "Nia wrote:" in mo.text()


def board(browser: Browser) -> str:
    browser.open("/ml-theory/pitches/")
    return browser.text()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_what_one_types_is_kept_and_shown_while_one_types(
    app: Flask, cast: dict[str, int], chromium: Chromium, origin: str
) -> None:
    context = chromium.new_context(base_url=origin)
    tab = context.new_page()
    signed_in(ChromiumBrowser(tab, origin), "Mo")

    tab.goto("/ml-theory/pitches/new")
    tab.get_by_role("textbox", name="Abstract").fill("Some *words* and <script>alert(1)</script> $x^2$")
    expect(tab.locator(".live em")).to_have_text("words")
    expect(tab.locator(".live math")).to_have_count(1)
    expect(tab.locator(".live script")).to_have_count(0)
    expect(tab.locator("[data-saved]")).to_contain_text("Saved at")
    edit = tab.url
    tab.close()

    again = context.new_page()
    again.goto(edit)
    expect(again.get_by_role("textbox", name="Abstract")).to_have_value(
        "Some *words* and <script>alert(1)</script> $x^2$"
    )
    context.close()
