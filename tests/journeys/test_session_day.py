"""A session's day in Chromium: a chair without account on a phone, questions, what differed, what the archive keeps."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from readinggroup.domain.lifecycle import MeetingState
from tests import build
from tests.archive import build as archive
from tests.holding.conftest import BEGINS

SESSION = "/ml-theory/sessions/1"
At = Callable[[datetime], None]
Open = Callable[[str | None], Page]


@pytest.fixture
def open_as(chromium: Chromium, origin: str) -> Iterator[Open]:
    """``open_as("Ada")`` is a phone in which Ada is signed in, ``open_as(None)`` one of somebody without account."""
    contexts = []

    def open_one(who: str | None) -> Page:
        contexts.append(chromium.new_context(viewport={"width": 375, "height": 812}, base_url=origin))
        page = contexts[-1].new_page()
        if who is not None:
            page.goto("/login")
            page.get_by_label("E-mail").fill(f"{who.lower()}@example.org")
            page.get_by_label("Password").fill(build.PASSWORD)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_load_state()
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_sessions_day_from_the_chairs_link_to_the_archive(
    app: Flask, cast: dict[str, int], at: At, open_as: Open
) -> None:
    at(BEGINS - timedelta(minutes=5))
    with app.app_context():
        archive.group_of().keeps_attendance = True
        meeting = archive.session(archive.group_of(), 1, date(2022, 11, 19), state=MeetingState.ANNOUNCED)
        archive.talk(meeting, "CLIP", "Mo")
        archive.talk(meeting, "Diffusion", "Nia", position=2)
        build.saved()
    ada, nia, mo, chair = (open_as(who) for who in ("Ada", "Nia", "Mo", None))

    ada.goto(f"{SESSION}/run-sheet")
    ada.get_by_role("button", name="Make a link").click()
    chair.goto(urlsplit(ada.locator(".receipt-small").inner_text()).path)
    expect(chair.locator("[data-verb]")).to_have_text("until it begins")

    mo.goto(f"{SESSION}/questions")
    mo.get_by_label("Your question").first.fill("What I am still typing")
    ask(nia, "How large is a batch?")
    ask(nia, "Rude?")
    mo.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wanted = mo.locator(".question", has_text="How large is a batch?")
    wanted.get_by_role("button", name="I would like to know that, too").click()
    expect(wanted.locator("[aria-pressed=true]")).to_contain_text("1")
    expect(mo.locator("#said")).to_have_text("2 new questions.")
    expect(mo.get_by_label("Your question").first).to_have_value("What I am still typing")

    at(BEGINS)
    chair.reload()
    chair.get_by_role("button", name="Mo begins").click()
    expect(chair.get_by_role("button", name="Questions begin")).to_be_visible()
    chair.locator(".question", has_text="How large").get_by_role("button", name="Answered").click()
    expect(chair.locator(".question .done")).to_have_text("answered")
    chair.locator(".question", has_text="Rude?").get_by_role("button", name="Hide").click()
    expect(chair.locator(".question.is-out")).to_contain_text("Rude?")
    at(BEGINS + timedelta(minutes=33))
    chair.locator("#begin-talk-2").click()
    expect(chair.locator(".face-now")).to_have_text("Talk · Nia")

    at(BEGINS + timedelta(minutes=70))
    ada.goto(f"{SESSION}/held")
    ada.get_by_text("Something was different").nth(1).click()
    ada.get_by_label("Title").nth(1).fill("Diffusion, and what it costs")
    ada.get_by_label("Nia", exact=True).check()
    ada.get_by_role("button", name="Put it into the archive").click()
    expect(ada.get_by_role("heading", level=1)).to_be_visible()
    ada.goto(f"{SESSION}/held")
    expect(ada.get_by_label("Nia", exact=True)).to_be_checked()

    nia.goto(SESSION)
    expect(nia.locator(".asked")).to_contain_text("How large is a batch?")
    expect(nia.locator("main")).to_contain_text("Diffusion, and what it costs")
    expect(nia.locator("main")).not_to_contain_text("Rude?")


def ask(page: Page, words: str) -> None:
    """Put a question to the first talk."""
    page.goto(f"{SESSION}/questions")
    if not page.get_by_label("Your question").first.is_visible():
        page.get_by_text("Ask a question").first.click()
    page.get_by_label("Your question").first.fill(words)
    page.get_by_role("button", name="Ask", exact=True).first.click()
    expect(page.locator(".question", has_text=words)).to_be_visible()
