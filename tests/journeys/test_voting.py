"""Voting in Chromium: a member's first ballot on the narrowest phone, and a ranked ballot that is moved about."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page
from sqlalchemy import select

from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import Role, RoundRule
from readinggroup.models import Ballot, Notice
from readinggroup.voting.drafting_actions import Terms, draft_round
from tests import build
from tests.journeys.test_pages import check, only_on_sqlite
from tests.voting.build import (
    LATER,
    TITLES,
    VOTING,
    actor_of,
    closed,
    crowd,
    opened,
    ours,
    pitches,
    place_of,
    public_ids,
    voted,
)

TARGET = 44
"""The least height of what one presses, in pixels (WCAG 2.2, 2.5.5)."""


@pytest.fixture
def phone(
    app: Flask, chromium: Chromium, origin: str, cast: dict[str, int], at: Callable[[Any], None]
) -> Iterator[Page]:
    """A newcomer's phone, 320 px wide, with a tab in which they are signed in and nothing of a group was seen yet."""
    at(VOTING)
    with app.app_context(), writing():
        build.member(ours(), build.user("Demo Newcomer"))
        commit()
    context = chromium.new_context(viewport={"width": 320, "height": 640}, has_touch=True, base_url=origin)
    tab = context.new_page()
    tab.goto("/login")
    tab.get_by_label("E-mail").fill("demo.newcomer@example.org")
    tab.locator("#password").fill(build.PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: "login" not in url)
    yield tab
    context.close()


def pressed(what: Locator) -> None:
    """Tap what is in sight already and large enough for a thumb."""
    box = what.bounding_box()
    assert box is not None
    assert box["height"] >= TARGET
    assert 0 <= box["y"] <= 640 - TARGET
    what.tap()


@only_on_sqlite
def test_first_ballot_takes_three_steps_on_the_narrowest_phone(app: Flask, phone: Page) -> None:
    opened(app)
    with app.app_context():
        path = db.session.scalars(select(Notice.words).where(Notice.kind == "round.opened")).first()["path"]

    phone.goto(path)
    first = phone.locator(".paper label").first
    pressed(first)
    pressed(phone.get_by_role("button", name="Cast my ballot"))

    phone.get_by_text("Your ballot is recorded.").wait_for()
    title = first.locator(".title").inner_text()
    with app.app_context():
        assert db.session.scalars(select(Ballot.choices)).all() == [[public_ids(app)[title]]]
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


@only_on_sqlite
def test_ranked_ballot_is_ordered_by_button_drag_and_keyboard(app: Flask, phone: Page) -> None:
    """Nothing is asked of the server before the ballot is cast, and every move is told."""
    phone.goto(f"/ml-theory/rounds/{opened(app, rule=RoundRule.RANKED, seats=1)}/ballot")
    asked: list[str] = []
    phone.on(
        "request", lambda request: asked.append(request.url) if request.is_navigation_request() else None
    )
    row = {title: phone.locator(f'[data-title="{title}"]') for title in TITLES}
    meta, quantum, information, representation = TITLES

    def up(title: str) -> Locator:
        return phone.get_by_role("button", name=f"Move up: {title}")

    up(meta).tap()
    up(quantum).press("Enter")
    assert phone.evaluate("document.activeElement.value") == up(quantum).get_attribute("value")
    up(quantum).press("Enter")
    assert "“Quantum Probability” now has place 1." in phone.locator("#moved").inner_text()
    dragged_above(phone, row[information], row[meta])
    row[representation].get_by_role("spinbutton").fill("2")

    shown = {title: line.get_by_role("spinbutton").input_value() for title, line in row.items()}
    assert shown == {quantum: "1", information: "2", representation: "2", meta: "3"}
    assert asked == []
    assert phone.get_by_text("4 of 4 have a place").is_visible()
    phone.locator(".castbar button").tap()
    phone.get_by_text("Your ballot is recorded.").wait_for()
    ids = public_ids(app)
    with app.app_context():
        [tiers] = db.session.scalars(select(Ballot.choices)).all()
    equal = sorted([ids[information], ids[representation]])
    assert [sorted(tier) for tier in tiers] == [[ids[quantum]], equal, [ids[meta]]]


def dragged_above(tab: Page, row: Locator, other: Locator) -> None:
    handle = row.locator("[data-handle]")
    handle.scroll_into_view_if_needed()
    start, goal = handle.bounding_box(), other.bounding_box()
    assert start
    assert goal
    tab.mouse.move(start["x"] + 5, start["y"] + 5)
    tab.mouse.down()
    for _ in range(200):  # The page scrolls while the pointer is near its edge, so the goal moves.
        goal = other.bounding_box()
        assert goal
        if row.evaluate("(row, other) => row.nextElementSibling === other", other.element_handle()):
            break
        tab.mouse.move(start["x"] + 5, max(2, min(goal["y"] + 8, 600)))
        tab.mouse.move(start["x"] + 6, max(2, min(goal["y"] + 9, 600)))
    tab.mouse.up()


@only_on_sqlite
def test_pages_of_rounds_are_in_order(app: Flask, phone: Page) -> None:
    """axe finds nothing on a draft, its preview, a ranked ballot with its moves, and results with a lot."""
    lead_the_group(app)
    members = crowd(app, 9)
    released = opened(app, seats=1)
    voted(
        app, released, {member: [TITLES[number % 2], TITLES[2]] for number, member in enumerate(members[:8])}
    )
    closed(app, released, release=True, now=VOTING)
    running = opened(app, titles=["A book", "Another"], rule=RoundRule.RANKED, seats=1)
    with app.app_context(), writing():
        chosen = [pitch.id for pitch in pitches(["For later"])]
        terms = Terms(title="Later", seats=1, closes_on=LATER.date(), closes_time=LATER.time())
        draft = draft_round(ours(), chosen, now=VOTING, by=actor_of("Ada"), **terms).id
        commit()
    rounds = "/ml-theory/rounds"
    pages = [
        "new",
        draft,
        f"{draft}/edit",
        f"{draft}/preview",
        running,
        f"{running}/ballot",
        f"{released}/results",
    ]
    paths = [f"{rounds}/", *(f"{rounds}/{page}" for page in pages)]

    for width, scheme in ((320, "light"), (1280, "dark")):
        phone.set_viewport_size({"width": width, "height": 900})
        phone.emulate_media(color_scheme=scheme)
        for path in paths:
            check(phone, path)


def lead_the_group(app: Flask) -> None:
    """Make the newcomer a co-lead."""
    with app.app_context(), writing():
        place_of("Demo Newcomer").role = Role.CO_LEAD
        commit()
