"""The group's history of 3 December 2022: both announced speakers drop out, another member steps in, in one step."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.db import db
from readinggroup.domain.lifecycle import RoundRule
from readinggroup.groups.queries import membership_of
from readinggroup.models import Notice, Pitch
from readinggroup.scheduling.actions import make_meetings
from readinggroup.voting.actions import cast, open_round
from tests import build
from tests.journeys.browsers import Browser
from tests.journeys.test_second_session import signed_in
from tests.scheduling import build as programme
from tests.scheduling.build import WINNERS

AFTER_THE_VOTE = datetime(2022, 11, 9, 2, 0, tzinfo=UTC)
TEN_DAYS_BEFORE = datetime(2022, 11, 23, 20, 0, tzinfo=UTC)
AFTERWARDS = datetime(2022, 12, 3, 23, 0, tzinfo=UTC)


class Counting:
    """A browser that counts its clicks, on links and on buttons."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.clicks = browser, 0

    def follow(self, words: str) -> None:
        self.clicks += 1
        self.browser.follow(words)

    def press(self, words: str) -> None:
        self.clicks += 1
        self.browser.press(words)


@pytest.fixture
def people(app: Flask, cast: dict[str, int], new_browser: Callable[[], Browser]) -> dict[str | None, Browser]:
    """Ada leads, Mo and Nia give the talks of 3 December, Demo Kim has CLIP; a visitor's browser under None."""
    with app.app_context():
        build.member(programme.group_of(), build.user("Demo Kim"))
        build.saved()
    return {None: new_browser()} | {name: signed_in(new_browser(), name) for name in ("Ada", "Mo", "Nia")}


def test_third_of_december_from_the_vote_to_the_archive(
    app: Flask, people: dict[str | None, Browser], at: Callable[[datetime], None]
) -> None:
    at(AFTER_THE_VOTE)
    a_round_is_open(app)
    ada = Counting(people["Ada"])
    from_closing_to_the_published_programme(ada)
    assert ada.clicks <= 6
    assert owed(app, "talk.scheduled") == {"mo@example.org", "nia@example.org"}

    at(TEN_DAYS_BEFORE)
    for who, (title, _) in zip(("Mo", "Nia"), WINNERS[2:], strict=True):
        says_no(people[who], title)
    ada = Counting(people["Ada"])
    ada.browser.open("/ml-theory/plan")
    from_the_drop_out_to_its_repair(ada)
    assert ada.clicks <= 4
    everything_changed_at_once(app, people[None])

    at(AFTERWARDS)
    ada.browser.open("/ml-theory/sessions/2/held")
    ada.browser.fill("Recap", "Not what was planned, and good.")
    ada.press("Put it into the archive")
    the_archive_tells_both(people[None])


def a_round_is_open(app: Flask) -> None:
    """The vote on the four pitches, in which everybody has voted; CLIP was pitched too late for it."""
    with app.app_context():
        group = programme.group_of()
        givers = (None, None, "Mo", "Nia")
        pitches = [
            programme.pitch(group, title, who or name, author=programme.person(who) if who else None)
            for (title, name), who in zip(WINNERS, givers, strict=True)
        ]
        make_meetings(group, count=2, now=build.NOW, by=THE_SITE)
        by = Actor(programme.person("Ada"), membership_of(group, programme.person("Ada").id))
        round_ = open_round(
            group, [pitch.id for pitch in pitches], title="Talks", seats=4, closes_on=date(2022, 11, 8),
            closes_time=time(18), rule=RoundRule.POPULAR, quorum=0, now=build.NOW, by=by,
        )  # fmt: skip
        for n, name in enumerate(("Ada", "Mo", "Nia", "Demo Kim"), start=1):
            place = membership_of(group, programme.person(name).id)
            assert place is not None
            approved = [pitch.public_id for pitch in pitches[: (4, 4, 3, 2)[n - 1]]]
            cast(round_, place, approved, now=build.NOW + timedelta(hours=n))
        programme.pitch(group, "CLIP", "Demo Kim", author=programme.person("Demo Kim"))
        build.saved()


def from_closing_to_the_published_programme(ada: Counting) -> None:
    ada.browser.open("/ml-theory/rounds/1")
    ada.press("Count the ballots")
    ada.press("Publish the results")
    ada.follow("Find the winners their places")
    ada.press("Put these on the board")
    ada.follow("Look it over and publish")
    ada.press("Publish")


def says_no(speaker: Browser, title: str) -> None:
    speaker.open("/ml-theory/schedule")
    speaker.follow(f"Post the reading of {title}")
    speaker.follow("I can’t come")
    speaker.press("I can't come")


def from_the_drop_out_to_its_repair(ada: Counting) -> None:
    ada.follow("Find a repair")
    assert "“CLIP” steps in" in ada.browser.text()
    ada.press("Do this")


def everything_changed_at_once(app: Flask, visitor: Browser) -> None:
    visitor.open("/ml-theory/schedule")
    assert visitor.text().rindex("CLIP") > visitor.text().index("3 December 2022")
    client = app.test_client()
    calendar = Calendar.from_ical(client.get("/ml-theory/calendar.ics").get_data())
    third = next(
        e for e in calendar.walk("VEVENT") if e["DTSTART"].dt == datetime(2022, 12, 3, 21, tzinfo=UTC)
    )
    assert "CLIP" in third["SUMMARY"] + third["DESCRIPTION"]
    assert "Quantum" not in third["SUMMARY"]
    assert owed(app, "talk.replaced") == {"mo@example.org", "nia@example.org"}
    assert "demo.kim@example.org" in owed(app, "talk.scheduled")
    with app.app_context():
        waits = db.session.execute(select(Pitch.title, Pitch.state).where(Pitch.state == "won")).all()
        assert {row.title for row in waits} == {title for title, _ in WINNERS[2:]}


def the_archive_tells_both(visitor: Browser) -> None:
    visitor.open("/ml-theory/sessions/2")
    told = visitor.text()
    assert "Not what was planned, and good." in told
    for title, _ in WINNERS[2:]:
        assert title in told
    assert told.count("replaced by CLIP with Demo Kim") == 2


def owed(app: Flask, kind: str) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(Notice.recipient).where(Notice.kind == kind)))
