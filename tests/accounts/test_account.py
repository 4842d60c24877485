"""One's own account: name, password, devices."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import build
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
NEW = "a new and long one"


def change(client: FlaskClient, present: str, new: str) -> tuple[int, str]:
    answer = post(client, "/account/password", {"present": present, "password": new}, at="/account")
    return answer.status_code, answer.get_data(as_text=True)


def test_the_account_is_for_whoever_is_signed_in(as_: Browser) -> None:
    assert as_(None).get("/account").location == "/login?next=/account"
    assert "mo@example.org" in as_("Mo").get("/account").get_data(as_text=True)


def test_a_name_is_changed_and_never_empty(as_: Browser) -> None:
    mo = as_("Mo")

    assert post(mo, "/account", {"name": " "}).status_code == 422
    assert post(mo, "/account", {"name": "Mo  Marion"}).status_code == 303

    assert "Mo Marion" in mo.get("/account").get_data(as_text=True)


def test_a_new_password_ends_every_other_sign_in_at_once(app: Flask, as_: Browser) -> None:
    here, there, nia = as_("Mo"), as_("Mo"), as_("Nia")

    assert change(here, build.PASSWORD, NEW)[0] == 303

    assert [c.get("/account").status_code for c in (here, there, nia)] == [200, 302, 200]
    answers = [
        post(app.test_client(), "/login", {"email": "mo@example.org", "password": word}).status_code
        for word in (build.PASSWORD, NEW)
    ]
    assert answers == [200, 302]


@pytest.mark.parametrize(
    ("present", "new", "words"),
    [
        ("wrong", NEW, "your present password"),
        (build.PASSWORD, "short", "Take 10 to 200 characters."),
        (build.PASSWORD, "MO@example.org", "Take something else than your address."),
    ],
)
def test_a_password_is_changed_only_by_who_knows_it(as_: Browser, present: str, new: str, words: str) -> None:
    here, there = as_("Mo"), as_("Mo")

    status, page = change(here, present, new)

    assert (status, words in page) == (422, True)
    assert there.get("/account").status_code == 200


def test_sign_out_everywhere_ends_this_device_too(as_: Browser) -> None:
    here, there = as_("Mo"), as_("Mo")

    assert post(here, "/account/sign-out-everywhere", {}, at="/account").location == "/login"

    assert [client.get("/account").status_code for client in (here, there)] == [302, 302]
