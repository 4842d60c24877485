"""Tokens: made, shown once, renamed, ended; they read as somebody and change nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.api.actions import MOST
from readinggroup.db import db
from readinggroup.models import ApiToken, User
from tests import build
from tests.build import NOW
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
PAGE, PITCHES = "/account/tokens", "/api/v1/groups/ml-theory/pitches"


def made(browser: FlaskClient, name: str = "Notebook") -> str:
    """A new token of whoever is signed in there."""
    assert post(browser, PAGE, {"name": name}).status_code == 303
    found = re.search(r"rg_[\w-]{43}", browser.get(PAGE).get_data(as_text=True))
    assert found is not None
    return found[0]


def read(app: Flask, secret: str, path: str = PITCHES) -> int:
    return app.test_client().get(path, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_is_shown_once_and_reads_as_its_owner(app: Flask, as_: Browser) -> None:
    mo = as_("Mo")
    secret = made(mo)

    assert secret not in mo.get(PAGE).get_data(as_text=True)
    assert read(app, secret) == 200
    assert read(app, secret, "/api/v1/groups/biology/pitches") == 403
    with app.app_context():
        token = db.session.scalars(select(ApiToken)).one()
        assert secret not in (token.token_digest, token.name)
    assert "Notebook" in mo.get(PAGE).get_data(as_text=True)
    assert "Notebook" not in as_("Nia").get(PAGE).get_data(as_text=True)


def test_its_use_is_noted_once_a_day(app: Flask, as_: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    mo = as_("Mo")
    secret = made(mo)
    assert "not used yet" in mo.get(PAGE).get_data(as_text=True)

    moments = []
    for hours in (0, 5, 30):
        monkeypatch.setattr("readinggroup.clock.now", lambda hours=hours: NOW + timedelta(hours=hours))
        read(app, secret)
        with app.app_context():
            moments.append(db.session.scalars(select(ApiToken.last_used_at)).one())

    assert moments == [NOW, NOW, NOW + timedelta(hours=30)]


def test_an_ended_token_is_refused_at_once(app: Flask, as_: Browser) -> None:
    mo = as_("Mo")
    secret = made(mo)
    post(mo, f"{PAGE}/1/rename", {"name": "Old notebook"}, at=PAGE)
    assert "Old notebook" in mo.get(PAGE).get_data(as_text=True)

    post(mo, f"{PAGE}/1/end", {}, at=PAGE)

    assert read(app, secret) == 401
    assert read(app, secret, "/api/v1/groups") == 401


def test_nobody_ends_or_renames_somebody_elses(app: Flask, as_: Browser) -> None:
    made(as_("Mo"))
    nia = as_("Nia")

    for verb in ("end", "rename"):
        assert post(nia, f"{PAGE}/1/{verb}", {"name": "Mine"}, at=PAGE).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(ApiToken.name)).all() == ["Notebook"]


def test_a_token_ends_with_its_account(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    secret = made(as_("Mo"))
    with app.app_context():
        db.session.get_one(User, cast["Mo"]).active = False
        build.saved()

    assert read(app, secret) == 401


@pytest.mark.parametrize("said", ["Bearer", "Bearer x", "Basic bW86bW8=", "Bearer \xff", "nonsense", ""])
def test_what_is_no_token_is_refused(app: Flask, cast: dict[str, int], said: str) -> None:
    answer = app.test_client().get("/api/v1/groups", headers={"Authorization": said})

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_token_opens_no_page(app: Flask, as_: Browser) -> None:
    secret = made(as_("Mo"))

    assert read(app, secret, "/ml-theory/pitches/") == 302
    assert read(app, secret, "/account") == 302


def test_a_token_needs_a_name_and_there_are_only_so_many(app: Flask, as_: Browser) -> None:
    mo = as_("Mo")

    assert post(mo, PAGE, {"name": " "}).status_code == 422
    for number in range(MOST):
        post(mo, PAGE, {"name": f"Token {number}"})
    post(mo, PAGE, {"name": "One more"})

    with app.app_context():
        assert len(db.session.scalars(select(ApiToken.id)).all()) == MOST
