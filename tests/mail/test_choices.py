"""Choosing which mails one gets, on the page and by the link in a mail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.db import db
from readinggroup.models import MailOff, User
from readinggroup.outbox.kinds import ALL
from readinggroup.outbox.links import stop_token
from readinggroup.outbox.queue import owe
from tests.build import NOW
from tests.conftest import post
from tests.outbox.conftest import doing, ours

Browser = Callable[[str | None], FlaskClient]
SWITCHABLE = sorted(kind.name for kind in ALL if kind.topic)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readinggroup.clock.now", lambda: NOW)


def off(app: Flask) -> list[tuple[int | None, str | None, str]]:
    with app.app_context():
        rows = db.session.query(MailOff.user_id, MailOff.address, MailOff.kind).order_by(MailOff.kind)
        return [tuple(row) for row in rows]  # type: ignore[misc]


def ticked(*without: str) -> dict[str, list[str]]:
    """The form with all kinds ticked but some."""
    return {
        topic.name.lower(): [k.name for k in ALL if k.topic is topic and k.name not in without]
        for topic in {kind.topic for kind in ALL if kind.topic}
    }


def test_what_is_for_co_leads_is_offered_to_them_alone_and_stays_as_it_was(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    with app.app_context():
        db.session.add(MailOff(user_id=cast["Mo"], kind="talk.declined"))
        db.session.commit()

    page, adas = (as_(who).get("/account/mail").get_data(as_text=True) for who in ("Mo", "Ada"))
    post(as_("Mo"), "/account/mail", ticked())

    assert ("For co-leads" in page, "For co-leads" in adas) == (False, True)
    assert off(app) == [(cast["Mo"], None, "talk.declined")]


def test_members_choose_their_mails(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    mo = as_("Mo")
    page = mo.get("/account/mail").get_data(as_text=True)
    assert page.count('checked id="votes-') == 4
    assert 'href="/account/mail" aria-current="page"' in mo.get("/account/mail").get_data(as_text=True)

    answer = post(
        mo, "/account/mail", {"daily": "y", **ticked("round.released", "talk.moved"), "votes-9": "x"}
    )

    assert answer.status_code == 303
    assert off(app) == [(cast["Mo"], None, "round.released"), (cast["Mo"], None, "talk.moved")]
    page = mo.get("/account/mail").get_data(as_text=True)
    assert page.count('checked id="votes-') == 3
    with app.app_context():
        assert [row.mails_daily for row in db.session.query(User).filter(User.mails_daily)] == [True]

    post(mo, "/account/mail", ticked("talk.moved"))
    assert off(app) == [(cast["Mo"], None, "talk.moved")]


def test_the_page_says_what_is_planned(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    def plan(kind: str, who: str, **more: object) -> None:
        words = {"group": "ML"}
        terms = {"group_id": ours().id, "now": NOW, "words": words} | more
        owe(kind, f"{who}@example.org", about="thing:1", **terms)  # type: ignore[arg-type]

    doing(app, lambda: plan("round.released", "mo", due_at=NOW + timedelta(hours=7)))  # 22:30 in Edmonton.
    doing(app, lambda: plan("round.opened", "nia"))
    doing(app, lambda: plan("talk.moved", "mo"))
    doing(app, lambda: db.session.add(MailOff(user_id=cast["Mo"], kind="talk.moved")))

    planned = as_("Mo").get("/account/mail").get_data(as_text=True).partition("What is planned")[2]

    assert "<b>Results are published</b>" in planned
    assert "Sunday 6 November 2022," in planned
    assert "07:00 Edmonton" in planned
    assert "A vote opens" not in planned, "Nia's"
    assert "My talk is moved" not in planned, "switched off"


@pytest.mark.parametrize("who", ["Mo", "guest@example.org"])
def test_one_click_stops_a_kind_without_signing_in(app: Flask, cast: dict[str, int], who: str) -> None:
    owner: int | str = cast.get(who, who)
    row = (owner, None) if isinstance(owner, int) else (None, owner)
    token = stop_token(owner, ["round.opened", "round.released"], secret=app.config["SECRET_KEY"])
    path = f"/account/mail/stop/{token}"
    program = app.test_client()

    assert "Stop these mails?" in program.get(path).get_data(as_text=True)
    assert off(app) == [], "mail scanners follow links"
    answer = program.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, program.post(path, data={"List-Unsubscribe": "One-Click"}).status_code) == (
        200,
        200,
    )
    assert off(app) == [(*row, "round.opened"), (*row, "round.released")]
    assert "These mails have stopped" in program.get(path).get_data(as_text=True)

    assert program.post(path, data={"again": "1"}).status_code == 303
    assert off(app) == []


def test_a_forged_link_stops_nothing(app: Flask, cast: dict[str, int]) -> None:
    token = stop_token(cast["Mo"], ["round.opened"], secret="x" * 32)
    for path in (f"/account/mail/stop/{token}", "/account/mail/stop/x"):
        answer = app.test_client().post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 404
        assert "This link doesn" in answer.get_data(as_text=True)
    assert off(app) == []
