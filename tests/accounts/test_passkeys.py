"""Passkeys against a device of our own that lies where it can."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup import clock
from readinggroup.db import db
from readinggroup.models import Passkey, User
from tests.accounts import mails
from tests.accounts.authenticator import Authenticator
from tests.conftest import token_in

Browser = Callable[[str | None], FlaskClient]
NEW, USE = "/account/passkeys/new", "/login/passkey"
FAILED = "That passkey didn&#39;t work here."


def options(client: FlaskClient, url: str) -> tuple[dict[str, Any], str]:
    """The options that the site gives, and a CSRF token."""
    token = token_in(client.get("/account", follow_redirects=True).get_data(as_text=True))
    return json.loads(client.post(url, data={"csrf_token": token}).data), token


def add(client: FlaskClient, device: Authenticator) -> int:
    asked, token = options(client, "/account/passkeys/options")
    fields = {"csrf_token": token, "name": "A phone", "answer": device.make(asked)}
    client.post(NEW, data=fields)
    with client.application.app_context():
        return db.session.query(Passkey).count()


def use(client: FlaskClient, device: Authenticator, **more: str) -> str:
    """Where the site leads whoever signs in by the device."""
    asked, token = options(client, f"{USE}/options")
    return str(client.post(USE, data={"csrf_token": token, "answer": device.sign(asked), **more}).location)


def test_a_passkey_is_both_steps_and_its_signature_works_once(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    device, client = Authenticator(), app.test_client()
    assert add(as_("Mo"), device) == 1
    assert mails.kinds(app) == [("account.changed", "mo@example.org")]
    with app.app_context():
        db.session.get_one(User, cast["Mo"]).totp_secret = "set"
        db.session.commit()

    asked, token = options(client, f"{USE}/options")
    answer, before = device.sign(asked), client.get_cookie("session").value
    fields = {"csrf_token": token, "answer": answer, "next": "/account/mine"}
    assert client.post(USE, data=fields).location == "/account/mine"
    assert "Mo" in client.get("/account/mine").get_data(as_text=True)

    thief = app.test_client()
    thief.set_cookie("session", before)
    assert thief.post(USE, data=fields).location == "/login?next=/account/mine"
    assert FAILED in thief.get("/login").get_data(as_text=True)


def test_a_passkey_is_refused_from_elsewhere_or_without_the_devices_lock(app: Flask, as_: Browser) -> None:
    mo = as_("Mo")

    assert add(mo, Authenticator("https://evil.example")) == 0
    assert add(mo, Authenticator(verifies=False)) == 0
    device = Authenticator()
    assert add(mo, device) == 1
    for lie in ({"origin": "https://evil.example"}, {"flags": 1}, {"handle": b"somebody else"}):
        kept = {name: vars(device)[name] for name in lie}
        vars(device).update(lie)
        assert use(app.test_client(), device) == "/login"
        vars(device).update(kept)
    assert use(app.test_client(), device) == "/"
    device.count = 0
    assert use(app.test_client(), device) == "/login", "a copied key, which counts from the start"
    assert add(as_("Nia"), device) == 1


def test_a_passkey_of_somebody_else_shows_nothing_about_who_is_signed_in(
    app: Flask, as_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo, nia, device, hers = as_("Mo"), as_("Nia"), Authenticator(), Authenticator()
    add(mo, device)
    add(nia, hers)
    then = clock.now() + timedelta(hours=2)
    monkeypatch.setattr("readinggroup.clock.now", lambda: then)

    assert use(mo, hers, next="/account/email") == "/login?next=/account/email"
    assert mo.get("/account/email").status_code == 302
    assert use(mo, device, next="/account/email") == "/account/email"
    assert mo.get("/account/email").status_code == 200


def test_a_removed_passkey_and_a_closed_account_sign_in_no_more(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    mo, nia, device, hers = as_("Mo"), as_("Nia"), Authenticator(), Authenticator()
    add(mo, device)
    add(nia, hers)
    token = token_in(mo.get("/account").get_data(as_text=True))

    assert (
        nia.post(
            "/account/passkeys/1/remove",
            data={"csrf_token": token_in(nia.get("/account").get_data(as_text=True))},
        ).status_code
        == 404
    )
    assert mo.post("/account/passkeys/1/remove", data={"csrf_token": token}).status_code == 303
    with app.app_context():
        db.session.get_one(User, cast["Nia"]).active = False
        db.session.commit()

    assert [use(app.test_client(), each) for each in (device, hers)] == ["/login", "/login"]


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "[" * 9000, '{"id": 1}', '{"id":"é","rawId":"%","response":{}}']
)
def test_nonsense_is_no_error(app: Flask, as_: Browser, answer: str) -> None:
    client, mo = app.test_client(), as_("Mo")
    _, token = options(client, f"{USE}/options")
    assert client.post(USE, data={"csrf_token": token, "answer": answer}).status_code == 303
    _, token = options(mo, "/account/passkeys/options")
    assert mo.post(NEW, data={"csrf_token": token, "name": "x", "answer": answer}).location == NEW
