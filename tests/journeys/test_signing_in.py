"""A newcomer's account: joining, a code by mail, a passkey of the browser's own, and every device signed out."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import JoinPolicy
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Notice
from tests.accounts import mails
from tests.journeys.browsers import Browser

only_on_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
PASSWORD = "a long enough one"


def test_a_newcomer_joins_and_signs_in_by_a_code(
    app: Flask, cast: dict[str, int], new_browser: Callable[[], Browser]
) -> None:
    zoe = new_browser()
    with app.app_context():
        group_by_slug("ml-theory").join_policy = JoinPolicy.OPEN
        db.session.commit()

    zoe.open("/ml-theory/join")
    zoe.fill("Your name", "Zoe")
    zoe.fill("E-mail", "zoe@example.org")
    zoe.fill("Password", PASSWORD)
    zoe.press("Join")
    zoe.open(link_in_the_mail(app))
    zoe.fill("Your password", PASSWORD)
    zoe.press("Confirm and sign in")
    assert "You belong to the group" in zoe.text()
    zoe.open("/account/signing-in")
    zoe.press("Sign out everywhere")

    zoe.follow("Get a code by e-mail")
    zoe.fill("E-mail", "zoe@example.org")
    zoe.press("Mail me a code")
    zoe.fill("Code", mails.code(app))
    zoe.press("Sign in")
    zoe.open("/ml-theory/pitches/")
    assert "Zoe" in zoe.text()


@only_on_sqlite
def test_a_passkey_signs_in_and_shows_again_who_one_is(
    app: Flask, cast: dict[str, int], chromium: Chromium, origin: str
) -> None:
    context = chromium.new_context(base_url=origin.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    complaints = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    keep_passkeys(page)

    page.goto("/login?next=/account/passkeys/new")
    page.get_by_label("E-mail").fill("mo@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("What to call it").fill("Mo's laptop")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/account/signing-in")
    assert "from now on it signs you in" in page.inner_text("body")
    assert ("account.changed", "mo@example.org") in mails.kinds(app)

    page.get_by_role("button", name="Sign out everywhere").click()
    page.goto("/login?next=/account/signing-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("Mo's laptop").first.wait_for()
    assert "Mo's laptop · last used" in " ".join(page.inner_text("main").split())
    assert complaints == []

    page.get_by_role("button", name="Remove the passkey Mo's laptop").click()
    page.get_by_role("button", name="Sign out everywhere").click()
    page.goto("/login")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("That passkey didn't work here.").wait_for()
    context.close()


def keep_passkeys(page: Page) -> None:
    """Give the browser an authenticator of its own, which says yes to everything."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})


def link_in_the_mail(app: Flask) -> str:
    with app.app_context():
        words = db.session.scalars(select(Notice.words).where(Notice.kind == "join.confirm")).one()
    found = re.search(r"/confirm/\S+", words["path"])
    assert found
    return found[0]
