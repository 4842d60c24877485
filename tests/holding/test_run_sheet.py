"""The run sheet: what it says, who moves it on, two who press at once, and the link of a chair without account."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import ChairLink, Meeting, RunStep
from tests.archive.build import group_of, session, talk
from tests.conftest import post, token_in
from tests.holding.conftest import BEGINS, Clock
from tests.holding.test_questions import ask

Browser = Callable[[str | None], FlaskClient]
SHEET = "/ml-theory/sessions/1/run-sheet"


def at(minutes: float) -> Any:
    return BEGINS + timedelta(minutes=minutes)


def face(client: FlaskClient, url: str = SHEET) -> str:
    """What is now and how much is left, in one line."""
    page = client.get(url).get_data(as_text=True)
    part = page.partition('class="face')[2].partition("<form")[0].partition('<p class="face-ways')[0]
    return " ".join(re.sub(r"<[^>]*>", " ", part.partition(">")[2]).split())


def press(client: FlaskClient, way: str, seen: int, url: str = SHEET, at_: str = "") -> Any:
    return post(client, f"{url}/{way}", {"seen": str(seen)}, at=at_ or SHEET)


def steps(app: Flask) -> list[tuple[int, str, int | None]]:
    with app.app_context():
        rows = db.session.execute(
            select(RunStep.number, RunStep.kind, RunStep.position).order_by(RunStep.number)
        )
        return [(number, kind.value, position) for number, kind, position in rows]


def make_link(client: FlaskClient) -> str:
    """Make a chair's link; gives its path, which is shown once."""
    assert post(client, "/ml-theory/sessions/1/chair-link", {}, at=SHEET).status_code == 303
    page = client.get(SHEET).get_data(as_text=True)
    assert "/chair/" not in client.get(SHEET).get_data(as_text=True)
    return page.partition("/ml-theory/chair/")[1] + page.partition("/ml-theory/chair/")[2].partition("<")[0]


def test_everybody_reads_the_same_by_the_servers_clock(
    as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    mo = as_("Mo")

    set_clock(at(-10))
    assert face(mo) == "Before the session 10:00 until it begins Next: Talk, Mo It is 13:50 ."
    set_clock(at(5))
    assert face(mo) == "Talk · Mo 20:00 left Next: Questions, Mo It is 14:05 ."
    told = mo.get(f"{SHEET}.json")
    assert told.json is not None
    assert told.json["now"] == int(at(5).timestamp() * 1000)
    assert told.json["until"] == int(at(25).timestamp() * 1000)
    assert told.headers["Cache-Control"] == "no-store, private"
    set_clock(at(61))
    assert face(mo) == "The session is over It is 15:01 ."
    page = mo.get(SHEET).get_data(as_text=True)
    for line in ("14:00–14:25", "14:25–14:30", "14:30–14:55", "14:55–15:00"):
        assert line in page
    assert [as_(who).get(SHEET).status_code for who in ("Sam", "Rex", None)] == [403, 403, 302]


def test_a_co_lead_moves_it_on_and_takes_it_back(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    ada, nia = as_("Ada"), as_("Nia")
    set_clock(at(3))

    press(ada, "next", 0)
    set_clock(at(30))
    assert face(nia) == "Talk · Mo +2:00 over time Next: Questions, Mo It is 14:30 ."
    press(ada, "next", 1)
    assert face(nia) == "Questions · Mo 5:00 left Next: Talk, Nia It is 14:30 ."
    before = nia.get(f"{SHEET}.json").json
    press(ada, "back", 2)
    assert face(nia).startswith("Talk · Mo +2:00 over time")
    assert nia.get(f"{SHEET}.json").json != before
    for seen in range(1, 5):
        press(ada, "next", seen)
    assert face(nia) == "The session is over It is 14:30 ."
    assert steps(app) == [
        (1, "talk", 1), (2, "questions", 1), (3, "talk", 2), (4, "questions", 2), (5, "end", None)
    ]  # fmt: skip
    press(ada, "next", 5)
    assert len(steps(app)) == 5
    assert press(nia, "next", 5).status_code == 403
    assert post(ada, f"{SHEET}/sideways", {}, at=SHEET).status_code == 404


def test_who_is_behind_the_plan_catches_up_with_one_press(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    ada = as_("Ada")
    set_clock(at(34))
    page = ada.get(SHEET).get_data(as_text=True)
    assert [name in page for name in ('id="begin-questions-1"', 'id="begin-talk-2"')] == [False, True]
    assert "Begin<span" not in as_("Nia").get(SHEET).get_data(as_text=True)

    post(ada, f"{SHEET}/next", {"seen": "0", "to": "talk-2"}, at=SHEET)

    assert face(ada) == "Talk · Nia 25:00 left Next: Questions, Nia It is 14:34 ."
    assert steps(app) == [(1, "talk", 2)]
    for to in ("talk-1", "talk-9", "talk-²", "end"):
        post(ada, f"{SHEET}/next", {"seen": "1", "to": to}, at=SHEET)
    assert steps(app) == [(1, "talk", 2)]
    press(ada, "back", 1)
    assert steps(app) == []


def test_of_two_who_press_at_once_one_step_counts(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    set_clock(at(0))
    browsers = [as_("Ada") for _ in range(4)]
    tokens = [token_in(browser.get(SHEET).get_data(as_text=True)) for browser in browsers]
    gate = threading.Barrier(len(browsers))

    def step(browser: FlaskClient, token: str) -> None:
        gate.wait()
        browser.post(f"{SHEET}/next", data={"csrf_token": token, "seen": "0"})

    threads = [threading.Thread(target=step, args=pair) for pair in zip(browsers, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert steps(app) == [(1, "talk", 1)]


def test_nobody_moves_on_what_is_not_today_or_cancelled(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    ada = as_("Ada")
    for minutes in (-61, 60 + 24 * 60):
        set_clock(at(minutes))
        post(ada, f"{SHEET}/next", {"seen": "0"}, at="/ml-theory/")
    set_clock(at(0))
    with app.app_context():
        db.session.scalars(select(Meeting)).one().state = MeetingState.CANCELLED
        db.session.commit()
    post(ada, f"{SHEET}/next", {"seen": "0"}, at="/ml-theory/")

    assert steps(app) == []
    assert "No run sheet" in ada.get(SHEET).get_data(as_text=True)


def test_a_chair_without_account_moves_the_session_on_and_tends_its_questions(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    question = ask(as_("Mo"), talks["Diffusion"], "Why so slow?")
    hidden = ask(as_("Mo"), talks["Diffusion"], "Something rude")
    chair, url = as_(None), make_link(as_("Ada"))
    set_clock(at(0))

    page = chair.get(url)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Why so slow?" in page.get_data(as_text=True)
    assert steps(app) == []
    before = chair.get(f"{url}/now.json").json
    press(chair, "next", 0, f"{url}/steps", url)
    post(chair, f"{url}/questions/{question}/answered", {"on": "yes"}, at=url)
    post(chair, f"{url}/questions/{hidden}/hidden", {"on": "yes"}, at=url)

    assert steps(app) == [(1, "talk", 1)]
    assert chair.get(f"{url}/now.json").json != before
    box = as_("Nia").get("/ml-theory/sessions/1/questions").get_data(as_text=True)
    assert '<b class="done">answered</b>' in box
    assert "Something rude" not in box


def test_a_chairs_link_opens_its_session_alone(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    with app.app_context():
        other = session(group_of(), 2, (BEGINS + timedelta(days=14)).date(), state=MeetingState.ANNOUNCED)
        elsewhere = talk(other, "Elsewhere", "Mo").id
        db.session.commit()
    question = ask(as_("Mo"), elsewhere, "Another session’s?")
    chair, url = as_(None), make_link(as_("Ada"))
    set_clock(at(0))

    answer = post(chair, f"{url}/questions/{question}/hidden", {"on": "yes"}, at=url)

    assert answer.status_code == 404
    assert "Another session’s?" not in chair.get(url).get_data(as_text=True)
    assert chair.get(url.replace("ml-theory", "biology")).status_code == 404
    assert chair.get("/ml-theory/chair/guessed").status_code == 404
    for path in (SHEET, "/ml-theory/sessions/1/questions", "/ml-theory/sessions/1/join"):
        assert chair.get(path).status_code == 302


def test_a_chairs_link_ends_a_day_after_the_session_or_when_renewed_or_ended(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    ada, chair = as_("Ada"), as_(None)
    first = make_link(ada)
    with app.app_context():
        kept = db.session.scalars(select(ChairLink.token_digest)).one()
        assert first.rpartition("/")[2] not in kept
    second = make_link(ada)

    assert [chair.get(url).status_code for url in (first, second)] == [410, 200]
    set_clock(at(60 + 24 * 60) - timedelta(seconds=1))
    assert chair.get(second).status_code == 200
    set_clock(at(60 + 24 * 60))
    assert chair.get(second).status_code == 410
    assert chair.get(f"{second}/now.json").status_code == 410
    set_clock(at(0))
    assert post(ada, "/ml-theory/sessions/1/chair-link/end", {}, at=SHEET).status_code == 303
    assert chair.get(second).status_code == 410
    token = token_in(chair.get("/login").get_data(as_text=True))
    for path in ("steps/next", "questions/1/hidden"):
        assert chair.post(f"{second}/{path}", data={"csrf_token": token, "seen": "0"}).status_code == 410
    assert steps(app) == []
