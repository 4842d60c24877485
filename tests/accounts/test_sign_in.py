"""Signing in and out through the real forms."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.models import SignIn, User
from tests import build
from tests.conftest import post, token_in

PRIVATE = "/ml-theory/pitches/"


def test_sign_in_leads_back_to_where_one_was_going(app: Flask, cast: dict[str, int]) -> None:
    mo = app.test_client()
    asked = mo.get(PRIVATE)

    fields = {"email": "mo@example.org", "password": build.PASSWORD, "next": PRIVATE}
    answer = post(mo, "/login", fields, at=asked.location)

    assert answer.location == PRIVATE
    assert "Mo" in mo.get(PRIVATE).get_data(as_text=True)


def test_sign_in_takes_any_spelling_of_the_address(app: Flask, cast: dict[str, int]) -> None:
    answer = post(app.test_client(), "/login", {"email": " MO@Example.org", "password": build.PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("mo@example.org", "wrong"),
        ("nobody@example.org", "wrong"),
        ("mo", "x"),
        ("", ""),
        ("mo@example.org", "\x00"),
    ],
)
def test_sign_in_refuses_alike_and_keeps_the_address(
    app: Flask, cast: dict[str, int], email: str, password: str
) -> None:
    answer = post(app.test_client(), "/login", {"email": email, "password": password})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'value="{email}"' in page or not email


@pytest.mark.parametrize(
    "next_url",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\t//evil.example", "javascript:alert(1)"],
)
def test_sign_in_never_leads_elsewhere(app: Flask, cast: dict[str, int], next_url: str) -> None:
    fields = {"email": "mo@example.org", "password": build.PASSWORD, "next": next_url}
    answer = post(app.test_client(), "/login", fields)

    assert answer.status_code == 400 or answer.location.startswith("/")
    assert not str(answer.location or "/").startswith(("//", "/\\"))


@pytest.mark.parametrize("next_url", ["http://[::1", "//[", "/ok\x00"])
def test_sign_in_answers_a_broken_next_with_a_page(app: Flask, cast: dict[str, int], next_url: str) -> None:
    assert app.test_client().get("/login", query_string={"next": next_url}).status_code in {200, 400}


def test_sign_in_gives_no_token_that_outlives_it(app: Flask, cast: dict[str, int]) -> None:
    client = app.test_client()
    token = token_in(client.get("/login").get_data(as_text=True))
    known = {"email": "ada@example.org", "password": build.PASSWORD}

    as_json = client.post("/login?include_auth_token", json=known, headers={"X-CSRFToken": token})
    as_form = client.post(
        "/login?include_auth_token",
        data={**known, "csrf_token": token},
        headers={"Accept": "application/json"},
    )

    assert as_json.status_code == 422
    assert (as_form.status_code, as_form.mimetype) == (303, "text/html")
    with app.app_context():
        auth_token = db.session.get_one(User, cast["Ada"]).get_auth_token()
    thief = app.test_client()
    thief.set_cookie("session", "x")
    for answer in (
        thief.get("/ml-theory/plan", query_string={"auth_token": auth_token}),
        thief.get("/ml-theory/plan", headers={"Authentication-Token": auth_token}),
    ):
        assert (answer.status_code, answer.location) == (302, answer.location)
        assert answer.location.startswith("/login?next=")


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
def test_sign_in_answers_a_huge_password_alike(app: Flask, cast: dict[str, int], email: str) -> None:
    answer = post(app.test_client(), "/login", {"email": email, "password": "x" * 5000})

    assert answer.status_code == 422
    assert "Take 10 to 200 characters." in answer.get_data(as_text=True)


def test_sign_out_ends_the_sign_in_at_once_and_everywhere_it_was_copied(
    app: Flask, as_: Callable[[str | None], FlaskClient]
) -> None:
    mo, thief = as_("Mo"), app.test_client()
    cookie = mo.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert thief.get(PRIVATE).status_code == 200

    mo.post("/logout", data={"csrf_token": token_in(mo.get(PRIVATE).get_data(as_text=True))})

    assert thief.get(PRIVATE).status_code == 302
    with app.app_context():
        assert [row.ended_at is not None for row in db.session.scalars(select(SignIn))] == [True]


def test_a_deactivated_account_is_out_at_once(
    app: Flask, as_: Callable[[str | None], FlaskClient], cast: dict[str, int]
) -> None:
    mo = as_("Mo")
    assert mo.get(PRIVATE).status_code == 200

    with app.app_context():
        db.session.get_one(User, cast["Mo"]).active = False
        db.session.commit()

    assert mo.get(PRIVATE).status_code == 302
