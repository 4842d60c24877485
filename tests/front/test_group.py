"""A group's front page: what comes next, the vote, the year, and what was held."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.db import db
from readinggroup.domain.lifecycle import JoinPolicy, MeetingState
from readinggroup.models import Break, User
from tests.archive import build
from tests.archive.pages import links_in, text_of, texts_of, titles_in
from tests.build import saved
from tests.voting.build import VOTING, opened, place_of, voted

Browser = Callable[[str | None], FlaskClient]
IN_FEBRUARY = datetime(2023, 2, 9, 20, tzinfo=UTC)


@pytest.fixture
def in_february() -> Iterator[None]:
    """Between the fourth session and the fifth."""
    with time_machine.travel(IN_FEBRUARY, tick=False):
        yield


def front(app: Flask, group: str = "ml-theory") -> str:
    answer = app.test_client().get(f"/{group}/")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.usefixtures("in_february")
def test_front_tells_the_next_session_with_its_strip_and_reading(archive: Flask) -> None:
    page = front(archive)

    assert titles_in(page, "h1") == ["Noisy gradients"]
    assert "Next session · No. 5" in text_of(page)
    assert "Saturday 18 February 2023, 14:00 Edmonton, UTC-07:00" in text_of(page, "when")
    assert texts_of(page, "strip-upright") == [
        "14:00 Noisy gradients 25 min 14:25 Questions 5 min 14:30 Free place 30 min"
    ]
    assert texts_of(page, "tag")[:1] == ["reading due 11 Feb, 2 days left"]
    assert "/ml-theory/sessions/5" in links_in(page)


@pytest.mark.usefixtures("in_february")
def test_front_tells_a_member_their_own_time_without_a_script(
    archive: Flask, cast: dict[str, int], as_: Browser
) -> None:
    with archive.app_context():
        db.session.get_one(User, cast["Nia"]).zone = "Europe/Lisbon"
        saved()

    page = as_("Nia").get("/ml-theory/").get_data(as_text=True)

    assert texts_of(page, "when-mine")[:1] == ["· 21:00 for you in Lisbon"]
    assert "when-mine" not in front(archive)


@pytest.mark.usefixtures("in_february")
def test_front_tells_what_was_held_lately_and_the_year(archive: Flask) -> None:
    page = front(archive)

    assert titles_in(page, "h3") == [
        "Contrastive learning",
        "Représentations d'Erdős",
        "Meta Learning · Neural Information Retrieval",
        "Session 1",
    ]
    assert texts_of(page, "entry-margin")[0] == "No. 4 4 Feb 2023"
    assert "2023: 1 session held, 2 to come." in text_of(page, "ribbon")
    assert {"/ml-theory/sessions/4", "/ml-theory/sessions/6"} <= set(links_in(page))
    assert "Unpublished secret" not in page


@pytest.mark.usefixtures("in_february")
def test_front_draws_breaks_and_cancelled_sessions(archive: Flask) -> None:
    with archive.app_context():
        group = build.group_of()
        build.session(group, 8, date(2023, 4, 1), state=MeetingState.CANCELLED)
        db.session.add(
            Break(group_id=group.id, name="Summer", starts_on=date(2023, 7, 1), ends_on=date(2023, 8, 15))
        )
        saved()

    words = text_of(front(archive), "ribbon")

    assert "1 session held, 1 cancelled, 2 to come. Break from 1 July to 15 August." in words


def test_session_stays_next_for_three_hours_and_a_cancelled_one_never_is(archive: Flask) -> None:
    seen = []
    for hour, minute in ((20, 59), (23, 59)):
        with time_machine.travel(datetime(2023, 2, 18, hour, minute, tzinfo=UTC), tick=False):
            seen += titles_in(front(archive), "h1")
    with time_machine.travel(datetime(2023, 2, 19, 1, tzinfo=UTC), tick=False):
        seen += titles_in(front(archive), "h1")
    with time_machine.travel(datetime(2023, 3, 5, 1, tzinfo=UTC), tick=False):
        seen += titles_in(front(archive), "h1")

    assert seen == ["Noisy gradients", "Noisy gradients", "Session 6", "Machine Learning Theory"]


@pytest.mark.usefixtures("in_february")
def test_front_of_a_planned_session_says_who_acts_next(archive: Flask) -> None:
    with time_machine.travel(datetime(2023, 3, 1, tzinfo=UTC), tick=False):
        page = front(archive)

    assert "The programme isn't published yet." in text_of(page)
    assert "Unpublished secret" not in page


def test_empty_group_says_what_will_be_here_and_who_acts_next(app: Flask, cast: dict[str, int]) -> None:
    page = front(app)

    assert titles_in(page, "h1") == ["Machine Learning Theory"]
    assert "The next session stands here" in text_of(page)
    assert "The co-leads set the dates; members pitch" in text_of(page)
    assert "What was held stays here" in text_of(page)
    assert "The co-leads haven't written about the group yet." in text_of(page)
    assert texts_of(page, "ribbon") == []


@pytest.mark.parametrize("policy", JoinPolicy)
def test_front_says_how_to_join_to_those_who_are_not_members(
    archive: Flask, as_: Browser, policy: JoinPolicy
) -> None:
    with archive.app_context():
        build.group_of().join_policy = policy
        saved()
    words = {"open": "Anybody may join", "apply": "may apply", "invite": "co-leads invite"}[policy]

    seen = {
        who: words in text_of(as_(who).get("/ml-theory/").get_data(as_text=True))
        for who in (None, "Sam", "Mo")
    }

    assert seen == {None: True, "Sam": True, "Mo": False}


# --- the vote ---------------------------------------------------------------------------------------------


@pytest.fixture
def round_id(app: Flask, cast: dict[str, int]) -> Iterator[int]:
    """An open round in which Nia has voted."""
    with time_machine.travel(VOTING, tick=False):
        made = opened(app)
        with app.app_context():
            nia = place_of("Nia").id
        voted(app, made, {nia: ["Meta Learning"]})
        yield made


def test_open_round_is_told_with_its_turnout_to_members(as_: Browser, round_id: int) -> None:
    page = as_("Mo").get("/ml-theory/").get_data(as_text=True)

    assert text_of(page, "box") == (
        "Voting is open Talks of November 4 pitches, 2 places. 1 of 3 members have voted. "
        "Closes Saturday 12 November 2022, 18:00 Edmonton, UTC-07:00 Vote"
    )
    assert f"/ml-theory/rounds/{round_id}/ballot" in links_in(page)


def test_primary_action_is_the_vote_until_one_has_voted(as_: Browser, round_id: int) -> None:
    buttons = {
        who: texts_of(as_(who).get("/ml-theory/").get_data(as_text=True), "btn") for who in ("Mo", "Nia")
    }

    assert buttons == {"Mo": ["Vote"], "Nia": ["Look at my ballot"]}


@pytest.mark.parametrize("who", [None, "Sam", "Rex", "Root"])
def test_turnout_and_choices_are_not_for_others(as_: Browser, round_id: int, who: str | None) -> None:
    page = as_(who).get("/ml-theory/").get_data(as_text=True)

    assert "Voting is open" in page
    assert "have voted" not in page
    assert "Meta Learning" not in page
    assert f"/ml-theory/rounds/{round_id}/ballot" not in page


def test_round_past_its_closing_time_is_not_open_whatever_ran(as_: Browser, round_id: int) -> None:
    with time_machine.travel(datetime(2022, 11, 13, 1, tzinfo=UTC), tick=False):
        assert "Voting is open" not in as_(None).get("/ml-theory/").get_data(as_text=True)


def test_round_of_the_neighbour_is_not_told_here(as_: Browser, round_id: int) -> None:
    assert "Voting is open" not in as_(None).get("/biology/").get_data(as_text=True)


# --- cost -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_february")
def test_front_takes_the_same_queries_whatever_was_held(archive: Flask) -> None:
    with build.queries_of(archive) as few:
        archive.test_client().get("/ml-theory/")
    with archive.app_context():
        for number in (8, 9, 10):
            meeting = build.session(build.group_of(), number, date(2023, 1, number))
            build.talk(meeting, f"Talk {number}", "Mo", "Nia", topics=["A", "B"])
        saved()
    with build.queries_of(archive) as more:
        archive.test_client().get("/ml-theory/")

    assert (len(few), len(more)) == (1 + 7, 1 + 7)


def test_front_of_a_new_group_says_to_co_leads_what_they_can_do(app: Flask, as_: Browser) -> None:
    offers = {"/ml-theory/settings", "/ml-theory/history"}

    assert offers <= {*links_in(as_("Ada").get("/ml-theory/").get_data(as_text=True))}
    assert not offers & {*links_in(as_("Nia").get("/ml-theory/").get_data(as_text=True))}
