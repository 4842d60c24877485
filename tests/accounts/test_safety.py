"""Password, address and second step: what keeps an account safe."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import update

from readinggroup import clock
from readinggroup.db import db
from readinggroup.models import Community, Record, RecoveryCode, User
from tests import build
from tests.accounts import mails
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
STEP, NEW = "/account/second-step", "a new and long one"
MO = {"email": "mo@example.org", "password": build.PASSWORD}
START = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def clock_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """``clock_at(90)`` sets the site's clock to 90 seconds after START."""

    def move(seconds: int) -> None:
        monkeypatch.setattr("readinggroup.clock.now", lambda: START + timedelta(seconds=seconds))

    move(0)
    return move


def test_a_new_password_ends_every_other_sign_in_at_once(app: Flask, as_: Browser) -> None:
    here, there, nia = as_("Mo"), as_("Mo"), as_("Nia")

    assert post(here, "/account/password", {"password": NEW}).status_code == 303

    assert [client.get("/account").status_code for client in (here, there, nia)] == [200, 302, 200]
    answers = [post(app.test_client(), "/login", MO | {"password": word}) for word in (build.PASSWORD, NEW)]
    assert [answer.status_code for answer in answers] == [422, 303]
    assert mails.kinds(app) == [("account.changed", "mo@example.org")]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("short", "Take 10 to 200 characters."),
        ("MO@example.org", "Take something else than your address."),
    ],
)
def test_a_bad_password_is_refused(as_: Browser, new: str, words: str) -> None:
    here, there = as_("Mo"), as_("Mo")

    answer = post(here, "/account/password", {"password": new})

    assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True)
    assert there.get("/account").status_code == 200


def test_an_address_is_changed_by_a_code_that_went_there(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    mo, nia = as_("Mo"), as_("Nia")

    assert post(mo, "/account/email", {"email": "mo@example.org"}).status_code == 422
    assert post(mo, "/account/email", {"email": " Mo@Elsewhere.example"}).location == "/account/email/code"
    code = mails.code(app)
    assert post(mo, "/account/email/code", {"code": "1"}).status_code == 422
    assert post(mo, "/account/email/code", {"code": code}).location == "/account/signing-in"

    assert mails.kinds(app) == [
        ("code.address", "mo@elsewhere.example"),
        ("account.changed", "mo@example.org"),
    ]
    assert "mo@elsewhere.example" in mails.last(app)
    with app.app_context():
        assert db.session.get_one(User, cast["Mo"]).email == "mo@elsewhere.example"
    post(nia, "/account/email", {"email": "sam@example.org"})
    assert mails.kinds(app)[-1] == ("address.taken", "sam@example.org")
    assert "12345678" not in mails.last(app)
    assert "already has an account" in mails.last(app)


def test_two_who_want_one_address_get_it_once(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    people, codes = [as_("Mo"), as_("Nia")], []
    for person in people:
        post(person, "/account/email", {"email": "new@example.org"})
        codes.append(mails.code(app))

    answers = [
        post(person, "/account/email/code", {"code": code})
        for person, code in zip(people, codes, strict=True)
    ]

    assert [answer.location for answer in answers] == ["/account/signing-in", "/account/email"]
    with app.app_context():
        assert [db.session.get_one(User, cast[name]).email for name in ("Mo", "Nia")] == [
            "new@example.org",
            "nia@example.org",
        ]


def switch_on(client: FlaskClient) -> tuple[TOTP, list[str]]:
    """Set the second step up as a person would; gives the app and the recovery codes."""
    page = unescape(client.get(STEP).get_data(as_text=True))
    secret = re.search(r"otpauth://totp/[^?]*\?secret=(\w+)", page)
    assert secret
    app = TOTP(key=secret[1])
    assert post(client, STEP, {"code": "000000"}).status_code == 422
    shown = post(client, STEP, {"code": app.generate(time=clock.now()).token}).get_data(as_text=True)
    return app, re.findall(r'<li class="receipt">([^<]+)</li>', shown)


def test_the_second_step_begins_also_where_the_name_of_the_community_has_a_colon(
    app: Flask, as_: Browser
) -> None:
    with app.app_context():
        db.session.execute(update(Community).values(name="Evenings: theory"))
        build.saved()

    switch_on(mo := as_("Mo"))

    assert mo.get(STEP).location == "/account/signing-in"


def test_the_second_step_is_asked_for_and_no_code_works_twice(
    app: Flask, as_: Browser, clock_at: Callable[[int], None]
) -> None:
    mo = as_("Mo")
    totp, recovery = switch_on(mo)
    assert len(set(recovery)) == 10
    assert mo.get(STEP).location == "/account/signing-in"

    def sign_in(code: str) -> tuple[int, int]:
        client = app.test_client()
        assert (
            post(client, "/login", MO | {"next": "/account"}).location == "/login/second-step?next=/account"
        )
        assert client.get("/account").status_code == 302
        return post(client, "/login/second-step", {"code": code, "next": "/account"}).status_code, client.get(
            "/account"
        ).status_code

    used = totp.generate(time=clock.now()).token
    assert sign_in(used) == (422, 302)
    clock_at(60)
    code = totp.generate(time=clock.now()).token
    assert [sign_in(code), sign_in(code), sign_in("x")] == [(303, 200), (422, 302), (422, 302)]
    assert [sign_in(recovery[0].upper()), sign_in(recovery[0])] == [(303, 200), (422, 302)]
    with app.app_context():
        assert db.session.query(RecoveryCode).count() == 9
        assert db.session.get_one(User, 2).totp_secret.count(totp.base32_key) == 0


def test_a_code_by_mail_asks_for_the_second_step_too(
    app: Flask, as_: Browser, clock_at: Callable[[int], None]
) -> None:
    switch_on(as_("Mo"))
    client = app.test_client()
    post(client, "/login/code", {"email": "mo@example.org"})

    assert post(client, "/login/code/type", {"code": mails.code(app)}).location == "/login/second-step"

    clock_at(601)
    assert client.get("/login/second-step").location == "/login"


def test_the_second_step_is_switched_off_with_its_codes(
    app: Flask, as_: Browser, clock_at: Callable[[int], None]
) -> None:
    mo = as_("Mo")
    switch_on(mo)
    page = post(mo, f"{STEP}/codes", {}, at="/account").get_data(as_text=True)
    assert page.count('<li class="receipt">') == 10

    assert post(mo, f"{STEP}/off", {}, at="/account").status_code == 303

    assert post(app.test_client(), "/login", MO).location == "/"
    with app.app_context():
        assert db.session.query(RecoveryCode).count() == 0
        whats = [row.what for row in db.session.query(Record).order_by(Record.id) if row.by_id == 2]
    assert whats == ["user.second_step", "user.recovery_codes", "user.recovery_codes", "user.second_step"]
    assert post(mo, f"{STEP}/codes", {}, at="/account").location == STEP


def test_who_looks_after_the_site_can_let_somebody_in_again(
    app: Flask, as_: Browser, clock_at: Callable[[int], None]
) -> None:
    switch_on(as_("Mo"))
    clock_at(5)
    run = app.test_cli_runner().invoke

    assert run(args=["user", "reset-second-step", "Mo@example.org"]).exit_code == 0

    assert post(app.test_client(), "/login", MO).location == "/"
    assert "switched its second step off" in mails.last(app)
    assert "Nobody signs in as" in run(args=["user", "reset-second-step", "nia@example.org"]).output
