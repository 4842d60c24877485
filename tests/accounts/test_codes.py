"""Signing in by a mailed code, and what a code is good for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup import clock
from readinggroup.db import db
from readinggroup.models import MailedCode, Notice, User
from tests import build
from tests.accounts import mails
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
TYPE = "/login/code/type"
PRIVATE = "/ml-theory/pitches/"


def ask(client: FlaskClient, email: str = "mo@example.org", onward: str = "") -> None:
    assert post(client, "/login/code", {"email": email, "next": onward}).status_code == 303


def test_a_code_signs_in_where_it_was_asked_for_and_leads_on(app: Flask, cast: dict[str, int]) -> None:
    mo, thief = app.test_client(), app.test_client()

    ask(mo, " MO@example.org", PRIVATE)
    ask(thief, "nobody@example.org")

    assert mails.kinds(app) == [("code.sign_in", "mo@example.org"), ("code.unknown", "nobody@example.org")]
    with app.app_context():
        code = db.session.scalars(select(Notice).order_by(Notice.id)).first().words["code"]
        assert all(code not in row.code_digest for row in db.session.scalars(select(MailedCode)))
    assert post(thief, TYPE, {"code": code}).status_code == 422
    answer = post(mo, TYPE, {"code": f" {code.replace(' ', '-')} ", "next": PRIVATE})
    assert (answer.status_code, answer.location) == (303, PRIVATE)
    assert mo.get(PRIVATE).status_code == 200
    assert mo.get(TYPE).location == "/login/code"


def test_a_code_ends_by_use_by_age_and_by_guessing(app: Flask, cast: dict[str, int], monkeypatch) -> None:
    client = app.test_client()
    ask(client)
    code = mails.code(app)
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"

    assert [post(client, TYPE, {"code": wrong}).status_code for _ in range(5)] == [422] * 5
    assert post(client, TYPE, {"code": code}).location == "/login/code"
    ask(client)
    code, then = mails.code(app), clock.now() + timedelta(minutes=16)
    with monkeypatch.context() as later:
        later.setattr("readinggroup.clock.now", lambda: then)
        assert post(client, TYPE, {"code": code}).location == "/login/code"
    ask(client)
    kept = client.get_cookie("session").value
    assert post(client, TYPE, {"code": mails.code(app)}).location == "/"
    again = app.test_client()
    again.set_cookie("session", kept)
    assert post(again, TYPE, {"code": mails.code(app)}).location == "/login/code"
    assert again.get(PRIVATE).status_code == 302


@pytest.mark.parametrize("state", ["active", "confirmed_at"])
def test_an_account_that_may_not_sign_in_gets_no_code(app: Flask, cast: dict[str, int], state: str) -> None:
    with app.app_context():
        setattr(db.session.get_one(User, cast["Mo"]), state, False if state == "active" else None)
        db.session.commit()

    ask(app.test_client())

    assert mails.kinds(app) == [("code.unknown", "mo@example.org")]
    assert "There is no account with it." in mails.last(app)


def test_whoever_forgot_the_password_gets_another_by_a_code(app: Flask, as_: Browser) -> None:
    elsewhere, mo = as_("Mo"), app.test_client()
    link = 'href="/login/code?next=/account/password"'
    assert link in mo.get("/login").get_data(as_text=True)

    ask(mo, onward="/account/password")
    assert (
        post(mo, TYPE, {"code": mails.code(app), "next": "/account/password"}).location == "/account/password"
    )
    assert post(mo, "/account/password", {"password": "another long one"}).status_code == 303

    assert "It has a new password." in mails.last(app)
    assert elsewhere.get(PRIVATE).status_code == 302
    for word, status in ((build.PASSWORD, 422), ("another long one", 303)):
        fields = {"email": "mo@example.org", "password": word}
        assert post(app.test_client(), "/login", fields).status_code == status
