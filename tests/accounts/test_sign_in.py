"""Signing in and out through the real forms."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.models import SignIn
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

    assert answer.status_code == 302


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
    assert answer.status_code in {200, 422}
    assert f'value="{email}"' in page or not email


def test_sign_in_tells_nothing_about_who_has_an_account(app: Flask, cast: dict[str, int]) -> None:
    pages = []
    for email in ("mo@example.org", "no@example.org"):
        client = app.test_client()
        page = post(client, "/login", {"email": email, "password": "wrong"}).get_data(as_text=True)
        pages.append(page.replace(token_in(page), "").replace(email, ""))

    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "next_url",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\t//evil.example", "javascript:alert(1)"],
)
def test_sign_in_never_leads_elsewhere(app: Flask, cast: dict[str, int], next_url: str) -> None:
    fields = {"email": "mo@example.org", "password": build.PASSWORD, "next": next_url}
    answer = post(app.test_client(), "/login", fields)

    assert answer.status_code == 302
    assert answer.location.startswith("/")
    assert answer.location[1:2] not in {"/", "\\"}


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
        from readinggroup.models import User

        db.session.get_one(User, cast["Mo"]).active = False
        db.session.commit()

    assert mo.get(PRIVATE).status_code == 302
