"""The page of chores: whose is what, taking it, handing it over, giving it back, and being away."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, RoundState
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Record, Talk
from tests import build
from tests.archive import build as archive
from tests.conftest import post
from tests.pitches.build import pitch, round_with
from tests.tending.build import ON, away, words

Browser = Callable[[str | None], FlaskClient]
OnDay = Callable[[int], None]
PAGE = "/ml-theory/chores"


def told(client: FlaskClient) -> dict[str, list[str]]:
    """What the page of chores says: under each heading the chores, as "Chair the session · Session 4 · by ..."."""
    page = client.get(PAGE).get_data(as_text=True)
    found: dict[str, list[str]] = {}
    for section in page.split("<h2")[1:]:
        title, _, rest = section.partition(">")[2].partition("</h2>")
        rows = re.findall(r'<h3><a href="[^"]*">(.*?)</a></h3>\s*<p class="who">(.*?)</p>', rest, re.S)
        if rows:
            found[title] = [re.sub(r"<.*?>", "", f"{what} · {about}") for what, about in rows]
    return found


def key(announced: int, chore: str) -> str:
    return f"session-{announced}-{chore}"


def send(client: FlaskClient, path: str, **fields: object) -> str:
    answer = post(client, f"/ml-theory/{path}", fields, at=PAGE)
    assert (answer.status_code, answer.location) == (303, PAGE)
    return client.get(PAGE).get_data(as_text=True)


def test_chores_are_made_from_the_session_and_taken_in_turns(
    announced: int, leads: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)

    assert told(as_("Ada")) == {
        "Yours": [
            "Ask Nia to say that they come · Session 4 · by Sunday 6 November 2022",
            "Ask Mo for the reading · Session 4 · by Sunday 13 November 2022",
            "Chair the session · Session 4 · by Saturday 19 November 2022",
        ]
    }
    assert list(told(as_("Bo"))) == ["Ada’s"]
    page = as_("Ada").get(PAGE).get_data(as_text=True)
    assert '<a href="/ml-theory/sessions/4/run-sheet">Chair the session</a>' in page


def test_what_is_done_is_gone_by_itself(app: Flask, announced: int, as_: Browser, on_day: OnDay) -> None:
    on_day(-6)
    with app.app_context():
        [talk] = db.session.query(Talk).filter_by(title="Noisy gradients")
        archive.reading(talk, "Another", "https://p.example/2")
        db.session.query(Talk).filter_by(title="Sharp minima").one().state = "confirmed"
        build.saved()

    assert told(as_("Ada")) == {"Yours": ["Chair the session · Session 4 · by Saturday 19 November 2022"]}


def test_where_people_met_on_the_web_before_the_link_is_a_chore(
    app: Flask, announced: int, as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)
    ada = as_("Ada")
    assert "Set the link to join" not in str(told(ada))
    with app.app_context():
        archive.session(archive.group_of(), 3, date(2022, 10, 1), join_url="https://meet.example/3")
        build.saved()

    assert "Set the link to join · Session 4 · by Friday 18 November 2022" in told(ada)["Yours"]
    assert "/ml-theory/sessions/4/room" in ada.get(PAGE).get_data(as_text=True)
    with app.app_context():
        archive.group_of().join_url = "https://meet.example/always"
        build.saved()
    assert "Set the link to join" not in str(told(ada))


def test_before_their_time_there_is_nothing(announced: int, as_: Browser, on_day: OnDay) -> None:
    on_day(-14)

    page = as_("Ada").get(PAGE).get_data(as_text=True)

    assert "Nothing waits for you" in page


def test_a_session_that_is_over_waits_for_its_word(announced: int, as_: Browser, on_day: OnDay) -> None:
    on_day(1)

    assert told(as_("Ada")) == {"Yours": ["Say whether it happened · Session 4 · by Sunday 20 November 2022"]}


def test_results_that_nobody_has_released_are_a_chore(
    app: Flask, leads: dict[str, int], cast: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(0)
    with app.app_context():
        made = round_with(pitch(cast["Mo"]), RoundState.CLOSED)
        number, title = made.number, made.title

    owner = "Yours" if number % 2 == 0 else "Bo’s"
    [(heading, [line])] = told(as_("Ada")).items()
    assert (heading, line.partition(" · by")[0]) == (owner, f"Release the results · {title}")


def test_a_chore_is_taken_handed_over_and_given_back(
    app: Flask, announced: int, leads: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)
    ada, bo, chair = as_("Ada"), as_("Bo"), key(announced, "chair")

    assert "Chair the session: yours now." in send(bo, "chores/take", chore=chair, to=leads["Bo"])
    assert [row.partition(" ·")[0] for row in told(ada)["Bo’s"]] == ["Chair the session"]
    assert "Chair the session: Ada’s now." in send(bo, "chores/take", chore=chair, to=leads["Ada"])
    assert words(app) == [("chair", leads["Ada"], True), ("chair", leads["Bo"], False)]
    assert "If you can after all" in send(ada, "chores/give-back", chore=chair)

    assert told(ada)["Nobody has this"] == ["Chair the session · Session 4 · by Saturday 19 November 2022"]
    send(bo, "chores/take", chore=chair, to=leads["Bo"])
    assert words(app) == [("chair", leads["Ada"], False), ("chair", leads["Bo"], True)]
    with app.app_context():
        kinds = [row.what for row in db.session.query(Record).order_by(Record.id) if "chore" in row.what]
    assert kinds == ["chore.taken", "chore.handed_over", "chore.given_back", "chore.taken"]


def test_giving_a_turn_back_passes_it_on(announced: int, as_: Browser, on_day: OnDay) -> None:
    on_day(-6)
    ada = as_("Ada")

    send(ada, "chores/give-back", chore=key(announced, "reading"))

    assert [row.partition(" ·")[0] for row in told(ada)["Bo’s"]] == ["Ask Mo for the reading"]


def test_what_is_done_or_forged_is_taken_by_nobody(
    app: Flask, announced: int, leads: dict[str, int], cast: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)
    ada = as_("Ada")

    for chore in (key(announced, "held"), "session-999999-chair", "nonsense", ""):
        assert "That is done by now" in send(ada, "chores/take", chore=chore, to=leads["Ada"])
        assert "That is done by now" in send(ada, "chores/give-back", chore=chore)
    chair = key(announced, "chair")
    for nobody in (cast["Mo"], 999999, "²", ""):
        assert "Choose one of the co-leads" in send(ada, "chores/take", chore=chair, to=nobody)
    assert words(app) == []


def test_who_is_away_on_the_day_has_no_chore_of_it(
    app: Flask, announced: int, leads: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)
    ada = as_("Ada")

    page = send(ada, "absences", who=leads["Ada"], from_on="2022-11-18", until_on="2022-11-20")

    assert "Noted. What is due on those days goes to the others." in page
    assert "<strong>Ada</strong>, 18 November 2022 to 20 November 2022" in page
    assert [row.partition(" ·")[0] for row in told(ada)["Bo’s"]] == ["Chair the session"]
    assert len(told(ada)["Yours"]) == 2
    absence = re.findall(r"/ml-theory/absences/(\d+)/remove", page)[0]
    assert "Removed." in send(ada, f"absences/{absence}/remove")
    assert list(told(ada)) == ["Yours"]


def test_taken_chores_of_who_is_away_go_to_the_others_until_they_are_back(
    app: Flask, announced: int, leads: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)
    send(as_("Bo"), "chores/take", chore=key(announced, "reading"), to=leads["Bo"])
    away(app, leads["Bo"], date(2022, 11, 14), date(2022, 11, 15))

    assert list(told(as_("Ada"))) == ["Yours", "Bo’s"]
    on_day(-5)
    assert list(told(as_("Ada"))) == ["Yours"]
    on_day(-3)
    assert list(told(as_("Ada"))) == ["Yours", "Bo’s"]


def test_when_everybody_is_away_all_are_told(
    app: Flask, announced: int, leads: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)
    for user_id in leads.values():
        away(app, user_id, ON, ON)

    for who in leads:
        page = as_(who).get(PAGE).get_data(as_text=True)
        assert told(as_(who))["Nobody has this"] == [
            "Chair the session · Session 4 · by Saturday 19 November 2022"
        ]
        assert '<div class="note warn" role="alert"><h2 id="nobodys">Nobody has this</h2>' in page
        assert "One chore waits for nobody." in as_(who).get("/ml-theory/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        ("2022-11-20", "2022-11-18", "That is before the first day."),
        ("", "2022-11-18", "Give the first day."),
        ("2022-11-18", "soon", "Not a valid date value."),
        ("1066-10-14", "2022-11-18", "Give a year between 2000 and 2200."),
    ],
)
def test_an_absence_needs_two_days_in_order(
    app: Flask,
    announced: int,
    leads: dict[str, int],
    as_: Browser,
    on_day: OnDay,
    first: str,
    last: str,
    complaint: str,
) -> None:
    on_day(-6)
    fields = {"who": leads["Bo"], "from_on": first, "until_on": last}

    answer = post(as_("Ada"), "/ml-theory/absences", fields, at=PAGE)

    page = answer.get_data(as_text=True)
    assert (answer.status_code, complaint in page) == (422, True)
    assert f'<option selected value="{leads["Bo"]}">Bo</option>' in page


def test_absences_are_for_co_leads_alone(
    announced: int, cast: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)
    fields = {"who": cast["Mo"], "from_on": "2022-11-18", "until_on": "2022-11-20"}

    assert post(as_("Ada"), "/ml-theory/absences", fields, at=PAGE).status_code == 422
    for who, status in ((None, 302), ("Mo", 403), ("Sam", 403), ("Rex", 403), ("Ada", 200)):
        assert as_(who).get(PAGE).status_code == status


def test_the_front_page_and_ones_own_tell_a_co_lead_what_waits(
    announced: int, as_: Browser, on_day: OnDay
) -> None:
    on_day(-6)

    front, mine = (as_("Ada").get(page).get_data(as_text=True) for page in ("/ml-theory/", "/account/mine"))

    for page in (front, mine):
        assert page.count("Ask Mo for the reading") == 1
        assert "/ml-theory/chores" in page
    assert "Nothing waits for you" in as_("Bo").get("/ml-theory/").get_data(as_text=True)
    for who in ("Mo", None):
        assert "hores" not in as_(who).get("/ml-theory/").get_data(as_text=True)
    assert "hores" not in as_("Mo").get("/account/mine").get_data(as_text=True)


def test_many_sessions_need_no_more_queries(app: Flask, announced: int, as_: Browser, on_day: OnDay) -> None:
    on_day(-6)
    ada = as_("Ada")
    ada.get(PAGE)
    with archive.queries_of(app) as one:
        ada.get(PAGE)
    with app.app_context():
        ours = group_by_slug("ml-theory")
        assert ours is not None
        for number in (5, 6):
            meeting = archive.session(ours, number, ON.replace(day=19 + number), state=MeetingState.ANNOUNCED)
            archive.talk(meeting, f"Talk {number}", "Mo")
        build.saved()

    with archive.queries_of(app) as three:
        ada.get(PAGE)

    assert len(three) == len(one)
    assert len(told(ada)["Bo’s"]) == 2
