"""The run sheet in Chromium: two devices, a reload, a phone's sleep, clocks that are wrong, two metres."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from readinggroup.domain.lifecycle import MeetingState
from tests import build
from tests.archive import build as archive
from tests.holding.conftest import BEGINS

SHEET = "/ml-theory/sessions/1/run-sheet"
At = Callable[[datetime], None]
only_on_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture
def device(chromium: Chromium, origin: str) -> Iterator[Callable[[str, int], Page]]:
    """``device("Ada", 0)`` is a phone in which Ada is signed in, and whose own clock is so many hours off."""
    contexts = []

    def open_one(who: str, hours_off: int) -> Page:
        context = chromium.new_context(viewport={"width": 375, "height": 812}, base_url=origin)
        contexts.append(context)
        page = context.new_page()
        page.goto("/login")
        page.get_by_label("E-mail").fill(f"{who.lower()}@example.org")
        page.get_by_label("Password").fill(build.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_load_state()
        page.clock.install(time=BEGINS + timedelta(hours=hours_off))
        page.clock.pause_at(BEGINS + timedelta(hours=hours_off, seconds=1))
        return page

    yield open_one
    for context in contexts:
        context.close()


@only_on_sqlite
def test_two_devices_a_reload_and_a_sleep_show_the_same(
    app: Flask, cast: dict[str, int], at: At, device: Callable[[str, int], Page]
) -> None:
    at(BEGINS)
    with app.app_context():
        meeting = archive.session(archive.group_of(), 1, date(2022, 11, 19), state=MeetingState.ANNOUNCED)
        archive.talk(meeting, "CLIP", "Mo")
        archive.talk(meeting, "Diffusion", "Nia", position=2)
        build.saved()
    ada, nia = device("Ada", 0), device("Nia", 7)
    for page in (ada, nia):
        page.goto(SHEET)
        expect(page.locator("[data-left]")).to_have_text("25:00")

    ada.get_by_role("button", name="Mo begins").click()
    expect(ada.get_by_role("button", name="Questions begin")).to_be_visible()
    at(BEGINS + timedelta(minutes=10))
    asleep(nia)
    expect(nia.locator("[data-left]")).to_have_text("15:00")
    nia.clock.run_for(3_000)
    at(BEGINS + timedelta(minutes=10, seconds=3))
    expect(nia.locator("[data-left]")).to_have_text("14:57")
    ada.reload()
    expect(ada.locator("[data-left]")).to_have_text("14:57")

    at(BEGINS + timedelta(minutes=26, seconds=5))
    asleep(nia)
    expect(nia.locator("[data-left]")).to_have_text("+1:05")
    expect(nia.locator("[data-verb]")).to_have_text("over time")
    ada.clock.run_for(5_000)
    ada.get_by_role("button", name="Questions begin").click()
    expect(ada.get_by_role("button", name="Nia begins")).to_be_visible()
    asleep(nia)
    expect(nia.locator("[data-said]")).to_have_text("Questions · Mo")
    ada.get_by_role("button", name="Undo").click()
    expect(ada.get_by_role("button", name="Questions begin")).to_be_visible()
    asleep(nia)
    expect(nia.locator("[data-said]")).to_have_text("Talk · Mo")

    ada.clock.resume()
    read_from_afar(ada)
    assert Axe().run(ada).response["violations"] == []


def asleep(page: Page) -> None:
    """The phone sleeps for a while: its timers stand still, and its clock has moved on when it wakes."""
    page.clock.fast_forward(600_000)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def read_from_afar(page: Page) -> None:
    """Digits of 2 cm and more on a phone of 7 cm width are read from two metres; nothing overflows."""
    page.get_by_role("button", name="Fill the screen").click()
    expect(page.get_by_role("button", name="Show the whole page")).to_be_visible()
    box = page.locator("[data-left]").bounding_box()
    assert box is not None
    assert box["height"] >= 375 * 2 / 7
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
