"""The community's front page, with several groups and with one."""

from collections.abc import Callable
from datetime import UTC, datetime

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.groups.actions import name_community
from readinggroup.models import Group
from tests import build as cast_build
from tests.archive import build
from tests.archive.pages import links_in, text_of, titles_in
from tests.build import saved

IN_FEBRUARY = datetime(2023, 2, 9, 20, tzinfo=UTC)


def home(app: Flask) -> str:
    answer = app.test_client().get("/")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@time_machine.travel(IN_FEBRUARY, tick=False)
def test_community_tells_its_groups_and_their_next_sessions(archive: Flask) -> None:
    with archive.app_context():
        name_community("Open Science Circle").intro = "We *read* together."
        saved()

    page = home(archive)

    assert titles_in(page, "h1") == ["Open Science Circle"]
    assert titles_in(page, "h3")[:2] == ["Biology", "Machine Learning Theory"]
    assert "We <em>read</em> together." in page
    assert "Next: Noisy gradients" in text_of(page)
    assert "Saturday 18 February 2023, 14:00 Edmonton, UTC-07:00" in text_of(page)
    assert {"/ml-theory/", "/biology/", "/ml-theory/sessions/5", "/biology/sessions/"} <= set(links_in(page))


def test_community_says_nothing_unpublished(archive: Flask) -> None:
    with time_machine.travel(datetime(2023, 3, 1, tzinfo=UTC), tick=False):
        page = home(archive)

    assert "Next: Session 6" in text_of(page)
    assert "Unpublished secret" not in page


def test_installation_without_groups_says_who_makes_one(app: Flask) -> None:
    page = home(app)

    assert titles_in(page, "h1") == ["Reading Group"]
    assert "/welcome" in links_in(page)
    with app.app_context():
        name_community("Demo Circle")
        saved()
    assert "Whoever looks after this site makes the first one." in text_of(home(app))


def test_only_group_has_its_front_page_at_the_root(app: Flask) -> None:
    with app.app_context():
        cast_build.group()
        saved()

    root, own = home(app), app.test_client().get("/ml-theory/").get_data(as_text=True)

    assert root == own
    assert '<link rel="canonical" href="http://127.0.0.1:5000/ml-theory/">' in root


def test_members_of_the_only_group_are_members_at_the_root(
    app: Flask, cast: dict[str, int], as_: Callable[[str | None], FlaskClient]
) -> None:
    with app.app_context():
        db.session.execute(delete(Group).where(Group.slug == "biology"))
        saved()

    pages = {who: as_(who).get("/").get_data(as_text=True) for who in ("Ada", "Sam", None)}

    assert {who: "may apply" in text_of(page) for who, page in pages.items()} == {
        "Ada": False,
        "Sam": True,
        None: True,
    }
    assert "/ml-theory/plan" in pages["Ada"]


def test_community_asks_nobody_to_join_their_own_group(as_: Callable[[str | None], FlaskClient]) -> None:
    pages = {who: text_of(as_(who).get("/").get_data(as_text=True)) for who in ("Ada", None)}

    assert {who: (page.count("You belong"), page.count("may apply")) for who, page in pages.items()} == {
        "Ada": (1, 1),
        None: (0, 2),
    }


@time_machine.travel(IN_FEBRUARY, tick=False)
def test_community_takes_five_queries_however_many_groups(archive: Flask) -> None:
    with build.queries_of(archive) as few:
        archive.test_client().get("/")
    with archive.app_context():
        for n in range(3):
            group = cast_build.group(f"group-{n}", f"Group {n}")
            build.session(group, 1, IN_FEBRUARY.date().replace(day=20 + n), state=MeetingState.ANNOUNCED)
        saved()
    with build.queries_of(archive) as more:
        archive.test_client().get("/")

    assert (len(few), len(more)) == (5, 5)
