"""Somebody is invited, joins a second group by application, and takes the first one over from its co-lead."""

import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.models import Notice
from tests import build
from tests.journeys.browsers import Browser


def test_from_an_invitation_to_leading_a_group(
    app: Flask, cast: dict[str, int], new_browser: Callable[[], Browser]
) -> None:
    ada, zoe, rex = new_browser(), new_browser(), new_browser()
    sign_in(ada, "ada@example.org")
    sign_in(rex, "rex@example.org")

    come_by_invitation(app, zoe, link_made_by(ada))
    apply_to_biology(zoe)
    accept(rex)
    zoe.open("/biology/members/")
    assert "Zoe" in zoe.text()

    hand_over_and_leave(ada)
    zoe.open("/ml-theory/records")
    assert "Ada left the group" in zoe.text()


def sign_in(browser: Browser, email: str) -> None:
    browser.open("/login")
    browser.fill("E-mail", email)
    browser.fill("Password", build.PASSWORD)
    browser.press("Sign in")


def link_made_by(ada: Browser) -> str:
    ada.open("/ml-theory/members/")
    ada.follow("Invite people")
    ada.press("Make a link")
    found = re.search(r"/ml-theory/invited/[\w-]+", ada.text())
    assert found, ada.text()
    return found[0]


def come_by_invitation(app: Flask, zoe: Browser, link: str) -> None:
    zoe.open(link)
    zoe.fill("Your name", "Zoe")
    zoe.fill("E-mail", "zoe@example.org")
    zoe.fill("Password", build.PASSWORD)
    zoe.press("Accept the invitation")
    assert "Look into your mail" in zoe.text()
    with app.app_context():
        words = db.session.scalars(select(Notice.words).where(Notice.kind == "join.confirm")).one()
    zoe.open(words["path"])
    zoe.fill("Your password", build.PASSWORD)
    zoe.press("Confirm and sign in")
    assert "You belong to the group" in zoe.text()


def apply_to_biology(zoe: Browser) -> None:
    zoe.open("/")
    zoe.follow("Apply (Biology)")
    zoe.fill("Why you'd like to join", "I read *everything*.")
    zoe.press("Apply")
    assert "What comes next" in zoe.text()


def accept(rex: Browser) -> None:
    rex.open("/biology/members/")
    assert "I read everything." in rex.text()
    rex.press("Accept (Zoe)")
    assert "They are a member now." in rex.text()


def hand_over_and_leave(ada: Browser) -> None:
    ada.open("/ml-theory/members/leave")
    ada.press("Leave the group")
    assert "The group needs a co-lead" in ada.text()
    ada.open("/ml-theory/members/")
    ada.unfold("Zoe: Change the role")
    ada.press("Hand over to them (Zoe)")
    assert "You have handed over" in ada.text()
    ada.follow("Leave Machine Learning Theory")
    ada.press("Leave the group")
    assert "You have left Machine Learning Theory." in ada.text()
