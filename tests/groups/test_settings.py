"""The group's settings: each section by itself, who sees what, the accent, and the page as the public sees it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import Audience, JoinPolicy
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Group, Record
from tests.conftest import post

PAGE = "/ml-theory/settings"
Browser = Callable[[str | None], FlaskClient]
SESSIONS = {"lead_days": "5"}


def save(client: FlaskClient, section: str, **fields: Any) -> Any:
    return post(client, f"{PAGE}/{section}", fields, at=PAGE)


def group(app: Flask) -> Group:
    with app.app_context():
        found = group_by_slug("ml-theory")
        assert found is not None
        return found


def test_each_section_saves_by_itself_and_is_recorded(app: Flask, as_: Browser) -> None:
    ada, before = as_("Ada"), group(app).public_version

    assert save(ada, "sessions", **SESSIONS).location == f"{PAGE}#sessions"
    save(ada, "joining", join_policy="invite")
    save(ada, "voting", rule="popular", threshold_min="3", threshold_percent="20")
    save(ada, "about", name="Theory", mission="We *read*.")
    save(ada, "about", name="Theory", mission="We *read*.")

    now = group(app)
    assert now.lead_days == 5
    assert (now.join_policy, now.rule, now.season_balance) == (JoinPolicy.INVITE, "popular", False)
    assert (now.name, now.mission, now.public_version) == ("Theory", "We *read*.", before + 4)
    with app.app_context():
        rows = db.session.scalars(select(Record).where(Record.what == "group.settings").order_by(Record.id))
        told = [(row.before, row.after) for row in rows]
    assert told[1] == ({"join_policy": "apply"}, {"join_policy": "invite"})
    assert len(told) == 4


@pytest.mark.parametrize(
    ("section", "fields", "words"),
    [
        ("sessions", {"lead_days": "²"}, "Give a whole number."),
        ("about", {"name": " "}, "Give the group a name."),
        ("seen-by", {"archive_seen_by": "nobody"}, "Not a valid choice"),
        ("look", {"accent": "#ffcc00"}, "The nearest of its hue that can be read is #"),
        ("look", {"accent": "red"}, "six digits"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_saved(
    app: Flask, as_: Browser, section: str, fields: dict[str, str], words: str
) -> None:
    before = group(app).public_version

    answer = save(as_("Ada"), section, **fields)

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True).replace("&#39;", "'")
    assert group(app).public_version == before


def test_a_mission_is_previewed_before_it_is_saved(app: Flask, as_: Browser) -> None:
    page = save(as_("Ada"), "about", name="New", mission="We *read*.", preview="1").get_data(as_text=True)

    assert "<em>read</em>" in page
    assert 'value="New"' in page
    assert group(app).name == "Machine Learning Theory"


def test_an_accent_colours_the_group_alone(app: Flask, as_: Browser) -> None:
    ada = as_("Ada")
    assert ada.get("/ml-theory/accent.css").status_code == 404

    save(ada, "look", accent="#2B4A5E")

    assert 'href="/ml-theory/accent.css?v=2b4a5e"' in as_(None).get("/ml-theory/").get_data(as_text=True)
    style = as_(None).get("/ml-theory/accent.css")
    assert (style.mimetype, "light-dark(#2b4a5e, #" in style.get_data(as_text=True)) == ("text/css", True)
    assert "accent.css" not in as_(None).get("/biology/").get_data(as_text=True)
    assert "Contrast 7" in ada.get(PAGE).get_data(as_text=True)
    save(ada, "look", accent="")
    assert group(app).accent is None


SEEN = {
    "schedule": ["schedule", "calendar.ics"],
    "archive": ["sessions/", "speakers/", "reading"],
    "pitches": ["pitches/"],
    "members": ["members/"],
}


@pytest.mark.parametrize("audience", Audience)
def test_the_group_decides_who_sees_what(app: Flask, as_: Browser, audience: Audience) -> None:
    with app.app_context():
        ours = group_by_slug("ml-theory")
        for part in SEEN:
            setattr(ours, f"{part}_seen_by", audience)
        db.session.commit()
    open_to = {
        Audience.PUBLIC: [200, 200, 200, 200, 200],
        Audience.MEMBERS: [302, 403, 403, 200, 200],
        Audience.CO_LEADS: [302, 403, 403, 403, 200],
    }[audience]

    clients = [as_(who) for who in (None, "Sam", "Rex", "Mo", "Ada")]

    for path in (path for paths in SEEN.values() for path in paths):
        assert [client.get(f"/ml-theory/{path}").status_code for client in clients] == open_to, path


def test_front_pages_tell_nothing_that_is_for_members(app: Flask, as_: Browser) -> None:
    words = "When the group meets, and on what, is for its members."
    save(as_("Ada"), "seen-by", schedule_seen_by="members", archive_seen_by="members",
         pitches_seen_by="members", results_seen_by="members", discussion_seen_by="members",
         members_seen_by="members")  # fmt: skip

    pages = {who: as_(who).get("/ml-theory/").get_data(as_text=True) for who in (None, "Mo")}

    assert (words in pages[None], words in pages["Mo"]) == (True, False)
    assert ("Held lately" in pages[None], "Held lately" in pages["Mo"]) == (False, True)


def test_a_co_lead_sees_a_page_as_the_public_does(as_: Browser) -> None:
    ada = as_("Ada")

    page = ada.get("/ml-theory/?as=public").get_data(as_text=True)

    assert "This is what the public sees." in page
    assert "Sign in" in page
    assert 'href="/ml-theory/schedule?as=public"' in page
    assert "/ml-theory/plan" not in page
    assert ada.get("/ml-theory/pitches/?as=public").status_code == 403
    assert ada.get(PAGE).status_code == 200
