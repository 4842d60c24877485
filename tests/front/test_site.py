"""Looking after the site: groups made in the browser, the community's words, accounts deactivated."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.queries import co_leads_of, community, group_by_slug, membership_of
from readinggroup.models import Meeting, Notice, User
from tests import build
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
GROUP = {
    "name": "Statistics",
    "slug": "statistics",
    "zone": "Europe/Lisbon",
    "first_at": "2026-12-05T18:00",
    "weeks": "1",
    "places": "1",
    "lead": "nia@example.org",
}


def test_a_group_is_made_with_sessions_and_a_co_lead(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    root = as_("Root")

    assert post(root, "/admin/groups/new", GROUP).location == "/statistics/"
    again = post(root, "/admin/groups/new", GROUP)
    post(root, "/admin/groups/new", GROUP | {"slug": "logic", "lead": "new@example.org"})

    assert (again.status_code, "a group at this address already" in again.get_data(as_text=True)) == (
        422,
        True,
    )
    with app.app_context():
        group = group_by_slug("statistics")
        assert (group.zone, group.weeks_between, group.places) == ("Europe/Lisbon", 1, 1)
        assert [lead.user.name for lead in co_leads_of(group)] == ["Nia"]
        assert db.session.scalar(select(func.count()).where(Meeting.group_id == group.id)) == 4
        owed = db.session.scalars(select(Notice).where(Notice.kind == "invitation.made")).one()
        assert (owed.recipient, owed.words["path"].startswith("/logic/invited/")) == ("new@example.org", True)
    assert "no co-leads" in root.get("/admin/").get_data(as_text=True)


def test_the_community_gets_its_words_and_a_group_a_co_lead(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    root = as_("Root")

    post(root, "/admin/", {"name": "Demo Circle", "intro": "We *read*."})
    post(root, "/admin/groups/1", {"email": "mo@example.org"})

    with app.app_context():
        assert (community().name, community().intro) == ("Demo Circle", "We *read*.")
        assert [lead.user.name for lead in co_leads_of(group_by_slug("ml-theory"))] == ["Ada", "Mo"]
    page = as_(None).get("/").get_data(as_text=True)
    assert "We <em>read</em>." in page
    assert "Apply" in page


def test_who_is_deactivated_is_out_at_once_and_keeps_their_place(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    root, nia = as_("Root"), as_("Nia")
    people = f"/admin/people/{cast['Nia']}"

    assert (
        post(root, f"{people}/deactivate", {}, at="/admin/people/").location
        == "/admin/people/?q=nia@example.org"
    )

    assert nia.get("/ml-theory/pitches/").status_code == 302
    refused = post(app.test_client(), "/login", {"email": "nia@example.org", "password": build.PASSWORD})
    assert refused.status_code != 302
    assert "Let in again" in root.get("/admin/people/?q=NIA").get_data(as_text=True)
    post(root, f"{people}/reactivate", {}, at="/admin/people/")
    assert as_("Nia").get("/ml-theory/pitches/").status_code == 200
    with app.app_context():
        assert membership_of(group_by_slug("ml-theory"), cast["Nia"]).role is Role.MEMBER


@pytest.mark.parametrize(("who", "words"), [("Ada", "alone leads Machine"), ("Root", "your own account")])
def test_nobody_locks_a_group_or_themselves_out(
    app: Flask, as_: Browser, cast: dict[str, int], who: str, words: str
) -> None:
    root = as_("Root")

    post(root, f"/admin/people/{cast[who]}/deactivate", {}, at="/admin/people/")

    assert words in root.get("/admin/").get_data(as_text=True)
    with app.app_context():
        assert db.session.get_one(User, cast[who]).active
