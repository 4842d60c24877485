"""The group's second session, replayed: four pitches, one vote, two winners for each of the next two sessions."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Meeting, Talk, User
from tests import build
from tests.journeys.browsers import Browser

SECOND_SESSION = datetime(2022, 11, 5, 21, 30, tzinfo=UTC)
AFTER_THE_VOTE = datetime(2022, 11, 9, 2, 0, tzinfo=UTC)
AFTER_THE_THIRD = datetime(2022, 11, 19, 22, 30, tzinfo=UTC)
META, INFORMATION = "Meta Learning", "Neural Information Retrieval"
REPRESENTATION, QUANTUM = "Representation Learning", "Quantum Probability"
SPEAKERS = {
    META: "Sree Harsha Nelaturu",
    QUANTUM: "Ashish Gaurav",
    INFORMATION: "Max Marion",
    REPRESENTATION: "Harry Saini",
}
VOTES = {
    "Ada": [META, INFORMATION, REPRESENTATION, QUANTUM],
    "Mo": [META, INFORMATION, REPRESENTATION, QUANTUM],
    "Nia": [META, INFORMATION, REPRESENTATION],
    "Demo Kim": [META, INFORMATION],
    "Demo Lee": [META],
}


@pytest.fixture
def people(app: Flask, cast: dict[str, int], new_browser: Callable[[], Browser]) -> dict[str | None, Browser]:
    """Browsers of the members, two more than the cast has, and a visitor's under None."""
    with app.app_context():
        group = group_by_slug("ml-theory")
        assert group is not None
        for name in ("Demo Kim", "Demo Lee"):
            build.member(group, build.user(name))
        build.saved()
    return {None: new_browser()} | {name: signed_in(new_browser(), name) for name in VOTES}


def signed_in(browser: Browser, name: str) -> Browser:
    browser.open("/login")
    browser.fill("E-mail", f"{name.lower().replace(' ', '.')}@example.org")
    browser.fill("Password", build.PASSWORD)
    browser.press("Sign in")
    return browser


def test_second_session_from_pitch_to_archive(
    app: Flask, people: dict[str | None, Browser], at: Callable[[datetime], None]
) -> None:
    at(SECOND_SESSION)
    pitch(people)
    open_the_round(people["Ada"])
    vote(people)
    nobody_sees_totals(people)

    at(AFTER_THE_VOTE)
    close_and_release(people["Ada"])
    the_standings_are_seen(people["Nia"])
    publish(people["Ada"])
    the_programme_is_public(people[None])

    at(AFTER_THE_THIRD)
    hold(people["Ada"])
    the_archive_keeps_it(people[None])
    the_database_agrees(app)


def pitch(people: dict[str | None, Browser]) -> None:
    for who, titles in (("Mo", (META, QUANTUM)), ("Nia", (INFORMATION, REPRESENTATION))):
        for title in titles:
            browser = people[who]
            browser.open("/ml-theory/pitches/new")
            browser.fill("Title", title)
            browser.fill("Who speaks", SPEAKERS[title])
            browser.fill("Abstract", f"An introduction to *{title}*, with $x^2$.")
            browser.press("Pitch it")
            assert SPEAKERS[title] in browser.text()


def open_the_round(ada: Browser) -> None:
    ada.open("/ml-theory/plan")
    ada.press("Add the next four sessions")
    ada.open("/ml-theory/rounds/new")
    ada.fill("Title", "Talks for the next two sessions")
    ada.fill("Places to win", "4")
    ada.fill("Rule", "Popular: the most ticks win")
    ada.fill("Closes", "2022-11-08T18:00")
    ada.press("Open the round now")
    for title in SPEAKERS:
        assert title in ada.text()


def vote(people: dict[str | None, Browser]) -> None:
    for who, titles in VOTES.items():
        browser = people[who]
        browser.open("/ml-theory/")
        browser.follow("Vote")
        for title in titles:
            browser.tick(title)
        browser.press("Cast my ballot")
        assert "Your ballot is recorded" in browser.text()

    nia = people["Nia"]
    nia.open("/ml-theory/")
    nia.follow("Look at my ballot")
    nia.untick(REPRESENTATION)
    nia.press("Change my ballot")
    nia.tick(REPRESENTATION)
    nia.press("Change my ballot")
    assert "Your ballot is recorded" in nia.text()


def nobody_sees_totals(people: dict[str | None, Browser]) -> None:
    people["Ada"].open("/ml-theory/rounds/")
    assert "5 of 5" in people["Ada"].text()


def close_and_release(ada: Browser) -> None:
    ada.open("/ml-theory/rounds/")
    ada.follow("Count this round")
    ada.press("Count the ballots")
    ada.open("/ml-theory/rounds/")
    ada.follow("Talks for the next two sessions")
    ada.press("Publish the results")


def the_standings_are_seen(nia: Browser) -> None:
    nia.open("/ml-theory/rounds/")
    nia.follow("Talks for the next two sessions")
    text = nia.text()
    assert text.index(META) < text.index(INFORMATION) < text.index(REPRESENTATION) < text.index(QUANTUM)


def publish(ada: Browser) -> None:
    ada.open("/ml-theory/plan")
    ada.follow("Propose places")
    ada.press("Put these on the board")
    ada.follow("Look it over and publish")
    ada.press("Publish")


def the_programme_is_public(visitor: Browser) -> None:
    visitor.open("/ml-theory/schedule")
    text = visitor.text()
    third, _, fourth = text.partition("3 December 2022")
    assert third.index("19 November 2022") < third.index(META) < third.index(INFORMATION)
    assert fourth.index(REPRESENTATION) < fourth.index(QUANTUM)
    assert "14:00 Edmonton, UTC-07:00" in text


def hold(ada: Browser) -> None:
    ada.open("/ml-theory/sessions/1/held")
    ada.fill("Slides", "https://example.org/slides")
    ada.fill("Recording of the session as a whole", "https://example.org/recording")
    ada.fill("Recap", "Two good talks.")
    ada.press("Put it into the archive")


def the_archive_keeps_it(visitor: Browser) -> None:
    visitor.open("/ml-theory/sessions/")
    visitor.follow(f"{META} · {INFORMATION}")
    text = visitor.text()
    for words in (
        META,
        SPEAKERS[META],
        INFORMATION,
        SPEAKERS[INFORMATION],
        "Two good talks.",
        "19 November 2022",
    ):
        assert words in text


def the_database_agrees(app: Flask) -> None:
    with app.app_context():
        rows = db.session.execute(
            select(Meeting.on, Meeting.starts_at_utc, Talk.title)
            .join(Talk, Talk.meeting_id == Meeting.id)
            .order_by(Meeting.on, Talk.position)
        ).all()
        assert db.session.scalar(select(User.name).where(User.email == "ada@example.org")) == "Ada"
    told = [(f"{on:%d %B %Y}", f"{moment:%H:%M}", title) for on, moment, title in rows]
    assert told == [
        ("19 November 2022", "21:00", META),
        ("19 November 2022", "21:00", INFORMATION),
        ("03 December 2022", "21:00", REPRESENTATION),
        ("03 December 2022", "21:00", QUANTUM),
    ]
