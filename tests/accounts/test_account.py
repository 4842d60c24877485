"""One's own account: who one is, and where one is signed in."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup import clock
from readinggroup.accounts.devices import device_words
from readinggroup.db import db
from readinggroup.models import SignIn, User
from tests import build
from tests.archive import build as archive
from tests.conftest import post, token_in

Browser = Callable[[str | None], FlaskClient]
PROFILE = {
    "name": "Mo  Marion",
    "zone": "Europe/Lisbon",
    "links": "https://example.org/mo\nhttps://example.org/mo\n",
}
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1"
)


def test_the_account_is_for_whoever_is_signed_in(as_: Browser) -> None:
    assert as_(None).get("/account").location == "/login?next=/account"
    assert "mo@example.org" in as_("Mo").get("/account/signing-in").get_data(as_text=True)


def test_a_profile_says_name_place_and_pages(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    mo = as_("Mo")

    assert post(mo, "/account", PROFILE).status_code == 303

    page = mo.get("/account").get_data(as_text=True)
    assert '<html lang="en" data-zone="Europe/Lisbon">' in page
    assert '<option selected value="Europe/Lisbon">Lisbon</option>' in page
    with app.app_context():
        user = db.session.get_one(User, cast["Mo"])
        assert (user.name, user.zone, user.links) == (
            "Mo Marion",
            "Europe/Lisbon",
            ["https://example.org/mo"],
        )


def test_pages_on_the_web_stand_on_the_speakers_page(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    mo, visitor = as_("Mo"), app.test_client()
    with app.app_context():
        group = archive.group_of()
        archive.talk(archive.session(group, 1, date(2022, 11, 5)), "Given", "Mo")
        archive.speaker(group, "Mo").user_id = cast["Mo"]
        build.saved()
    assert "example.org/mo" not in visitor.get("/ml-theory/speakers/mo").get_data(as_text=True)

    post(mo, "/account", PROFILE)

    assert 'href="https://example.org/mo"' in visitor.get("/ml-theory/speakers/mo").get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "Say what people call you."),
        ("zone", "MST", "Not a valid choice."),
        ("links", "javascript:alert(1)", "isn&#39;t a whole web address"),
        ("links", " ".join(f"https://example.org/{n}" for n in range(6)), "Keep it to 5 addresses."),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(as_: Browser, field: str, value: str, words: str) -> None:
    answer = post(as_("Mo"), "/account", PROFILE | {field: value})

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_a_device_is_signed_out_from_another_and_by_nobody_else(app: Flask, as_: Browser) -> None:
    here, there, nia = as_("Mo"), as_("Mo"), as_("Nia")
    page = here.get("/account/signing-in").get_data(as_text=True)
    url = f"/account/devices/{page.partition('/account/devices/')[2].partition('/')[0]}/sign-out"

    assert page.count("/account/devices/") == 1
    assert post(nia, url, {}, at="/account").status_code == 404
    assert post(here, url, {}, at="/account").location == "/account/signing-in"

    assert [client.get("/account").status_code for client in (here, there, nia)] == [200, 302, 200]


def test_sign_out_everywhere_ends_this_device_too(as_: Browser) -> None:
    here, there = as_("Mo"), as_("Mo")

    assert post(here, "/account/sign-out-everywhere", {}, at="/account").location == "/login"

    assert [client.get("/account").status_code for client in (here, there)] == [302, 302]


def test_a_device_is_seen_once_a_day(app: Flask, as_: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    mo, then = as_("Mo"), clock.now() + timedelta(days=2)
    monkeypatch.setattr("readinggroup.clock.now", lambda: then)

    for _ in range(2):
        assert mo.get("/account").status_code == 200

    with app.app_context():
        assert [row.last_seen_at for row in db.session.query(SignIn)] == [then]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (PHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Werkzeug/3", "A browser"),
    ],
)
def test_device_words_name_browser_and_system(said: str, words: str) -> None:
    assert device_words(said) == words


RISKY = ["/account/password", "/account/email", "/account/passkeys/new", "/account/second-step"]


def test_risky_acts_ask_for_a_fresh_sign_in_and_come_back(
    app: Flask, as_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mo, then, onward = as_("Mo"), clock.now() + timedelta(minutes=31), "/login?next=/account/email"
    assert [mo.get(path).status_code for path in RISKY] == [200] * 4
    monkeypatch.setattr("readinggroup.clock.now", lambda: then)

    assert [mo.get(path).location for path in RISKY] == [f"/login?next={path}" for path in RISKY]
    page = mo.get(onward).get_data(as_text=True)
    assert "Please sign in again" in page
    assert 'name="email"' not in page
    assert post(mo, onward, {"password": "nia's", "next": "/account/email"}).status_code == 422
    fields = {"email": "nia@example.org", "password": build.PASSWORD, "next": "/account/email"}
    assert post(mo, onward, fields).location == "/account/email"

    assert [mo.get(path).status_code for path in RISKY] == [200] * 4
    with app.app_context():
        assert [row.proved_at for row in db.session.query(SignIn)] == [then]


def test_what_is_sent_too_late_leads_back_to_its_page(as_: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    mo, then = as_("Mo"), clock.now() + timedelta(minutes=61)
    token = token_in(mo.get("/account").get_data(as_text=True))
    monkeypatch.setattr("readinggroup.clock.now", lambda: then)

    answer = mo.post(
        "/account/second-step/off",
        data={"csrf_token": token},
        headers={"Referer": "http://127.0.0.1/account/signing-in"},
    )

    assert answer.location == "/login?next=/account/signing-in"
