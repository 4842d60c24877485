"""The first run: three steps on an empty installation, a code where others reach it, and never again after."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from readinggroup.config import Settings
from readinggroup.db import db
from readinggroup.front.founding import is_welcome_code, places_apart, welcome_code
from readinggroup.groups.queries import co_leads_of, community, group_by_slug
from readinggroup.models import Group, Meeting, User
from readinggroup.starting import how_to_begin
from tests.build import NOW
from tests.conftest import post, token_in

NAMES = {"community": "Demo Institute", "name": "Theory", "slug": "theory"}
MEETINGS = {"zone": "America/Edmonton", "first_at": "2026-12-05T14:00", "weeks": "2", "places": "2"}
PERSON = {"person": "Demo Ada", "email": "Ada@Example.org", "password": "correct horse battery"}
EVERYTHING = NAMES | MEETINGS | PERSON | {"step": "3"}


def send(app: Flask, **fields: Any) -> Any:
    return post(app.test_client(), "/welcome", fields)


def test_three_steps_make_a_community_a_group_and_its_co_lead(app: Flask) -> None:
    assert 'href="/welcome"' in app.test_client().get("/").get_data(as_text=True)
    second = send(app, **NAMES, step="1").get_data(as_text=True)
    shown = send(app, **NAMES, **MEETINGS, step="2", show="1").get_data(as_text=True)
    third = send(app, **NAMES, **MEETINGS, step="2").get_data(as_text=True)

    assert "Step 2 of 3" in second
    assert '<input type="hidden" name="slug" value="theory">' in second
    for words in ("Saturday 5 December 2026, 14:00", ">Edmonton<", "Saturday 16 January 2027, 14:00"):
        assert words in shown
        assert words in third
    client = app.test_client()
    answer = post(client, "/welcome", EVERYTHING)
    assert (answer.status_code, answer.location) == (303, "/theory/settings")
    assert "Theory is here." in client.get("/theory/settings").get_data(as_text=True)
    with app.app_context():
        group, user = group_by_slug("theory"), db.session.scalars(select(User)).one()
        assert (community().name, user.email, user.is_site_admin) == (
            "Demo Institute",
            "ada@example.org",
            True,
        )
        assert [lead.user_id for lead in co_leads_of(group)] == [user.id]
        assert db.session.scalar(select(func.count(Meeting.id))) == 4
    assert app.test_client().get("/welcome").location == "/login?next=/admin/groups/new"
    token = token_in(client.get("/account").get_data(as_text=True))
    assert client.post("/welcome", data=EVERYTHING | {"csrf_token": token}).status_code == 404


def test_a_group_without_an_address_is_found_by_its_name(app: Flask) -> None:
    answer = send(app, **EVERYTHING | {"name": "Théorie & Practice", "slug": ""})

    assert (answer.status_code, answer.location) == (303, "/theorie-practice/settings")


@pytest.mark.parametrize(
    ("changed", "step", "words"),
    [
        ({"slug": "admin"}, 1, "the site needs for itself"),
        ({"name": "Admin", "slug": ""}, 1, "the site needs for itself"),
        ({"name": "∞", "slug": ""}, 1, "takes up to 60 lower-case letters"),
        ({"community": " "}, 1, "Give the community a name."),
        ({"zone": "MST"}, 2, "Not a valid choice"),
        ({"zone": ""}, 2, "Choose a place."),
        ({"first_at": "soon"}, 2, "Give a date and a time"),
        ({"password": "short"}, 3, "Take 10 to 200 characters."),
        ({"email": "ada"}, 3, "look for a slip"),
    ],
)
def test_what_does_not_fit_leads_back_to_its_step(
    app: Flask, changed: dict[str, str], step: int, words: str
) -> None:
    answer = send(app, **EVERYTHING | changed)

    page = answer.get_data(as_text=True).replace("&#39;", "'")
    assert (answer.status_code, f"Step {step} of 3" in page, words in page) == (422, True, True)
    assert "correct horse battery" not in page
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 0


def test_where_others_reach_the_site_it_asks_for_the_code(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.read({"SITE_URL": "https://reading.example.org", "SECRET_KEY": "k" * 32})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    code = welcome_code(settings.secret_key)

    assert code in how_to_begin(app)
    for typed in ("", "0000-0000-0000-0000", code[:-1]):
        assert send(app, **EVERYTHING, code=typed).status_code == 422
    assert send(app, **EVERYTHING, code=f" {code.upper()} ").status_code == 303
    assert how_to_begin(app) == ""
    assert not is_welcome_code(code, "another key of the site")


def test_a_site_with_an_account_is_never_welcoming(app: Flask, cast: dict[str, int]) -> None:
    assert app.test_client().get("/welcome").location == "/login?next=/admin/groups/new"
    with app.app_context():
        assert db.session.scalar(select(func.count(Group.id))) == 2


def test_first_sessions_are_shown_in_three_places_far_apart() -> None:
    for zone in ("America/Edmonton", "Europe/Lisbon", "Asia/Tokyo", "Pacific/Auckland", "Asia/Kathmandu"):
        places = places_apart(zone, NOW)

        assert places[0] == zone
        assert len(set(places)) == 3
