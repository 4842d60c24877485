"""How co-leads make, edit, order, fill, end and remove series, and where these are seen."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.models import Meeting, Series, SeriesKind, Talk
from tests.archive import build
from tests.archive.pages import links_in, text_of, texts_of, titles_in
from tests.build import saved
from tests.conftest import post

As = Callable[[str | None], FlaskClient]


def make(app: Flask, *names: str, **more: object) -> list[int]:
    with app.app_context():
        made = [
            build.series(build.group_of(), name, position=n, **more) for n, name in enumerate(names, start=1)
        ]
        saved()
        return [series.id for series in made]


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(f"/ml-theory/{path}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_series_is_made_filled_and_found_everywhere(archive: Flask, as_: As) -> None:
    ada, visitor = as_("Ada"), as_(None)
    said = {"name": "Guests of spring", "kind": "speakers", "intro": "Who *visits* us, $x^2$.", "url": ""}

    made = post(ada, "/ml-theory/series/new", said)
    with archive.app_context():
        held = db.session.scalars(select(Meeting.id).where(Meeting.number == 3)).one()
        talk = db.session.scalars(select(Talk.id).where(Talk.title == "Meta Learning")).one()
    post(ada, made.location, {"sessions": [held], "talks": [talk]})

    told = page(visitor, "series/guests-of-spring")
    assert titles_in(told, "h1") == ["Guests of spring"]
    assert "Who <em>visits</em> us" in told
    assert "<math" in told
    assert titles_in(told, "h3") == [
        "Meta Learning · Neural Information Retrieval",
        "Représentations d'Erdős",
    ]
    assert "/ml-theory/series/guests-of-spring" in links_in(page(visitor, "series/"))
    assert "/ml-theory/series/guests-of-spring" in links_in(page(visitor, ""))
    assert texts_of(page(visitor, "series/"), "entry-margin") == ["2 sessions"]
    found = page(visitor, "sessions/?series=guests-of-spring")
    assert "2 sessions of Guests of spring" in text_of(found)
    calendar = visitor.get("/ml-theory/series/guests-of-spring/calendar.ics").get_data(as_text=True)
    assert calendar.count("BEGIN:VEVENT") == calendar.count("CATEGORIES:Guests of spring") == 2


def test_a_session_is_taken_out_by_its_tick(archive: Flask, as_: As) -> None:
    (series_id,) = make(archive, "Guests")
    with archive.app_context():
        inside = db.session.scalars(select(Meeting).where(Meeting.number == 2)).one()
        chapter = db.session.scalars(select(Talk).where(Talk.title == "Meta Learning")).one()
        inside.series_id, chapter.series_id, chapter.chapter = series_id, series_id, 4
        saved()
    ada = as_("Ada")

    ticked = page(ada, f"series/{series_id}/sessions")
    post(ada, f"/ml-theory/series/{series_id}/sessions", {})

    assert ticked.count(" checked") == 2
    with archive.app_context():
        assert db.session.scalars(select(Meeting.id).where(Meeting.series_id.is_not(None))).all() == []
        assert db.session.scalars(select(Talk.id).where(Talk.chapter.is_not(None))).all() == []


def test_ticks_change_nothing_beyond_the_page_and_the_group(archive: Flask, as_: As) -> None:
    (series_id,) = make(archive, "Guests")
    with archive.app_context():
        first = db.session.scalars(select(Meeting).where(Meeting.number == 1)).one()
        other = db.session.scalars(select(Meeting.id).where(Meeting.number == 7)).one()
        first.series_id = series_id
        saved()
        first_id = first.id
    ada = as_("Ada")

    refused = post(ada, f"/ml-theory/series/{series_id}/sessions", {"sessions": [other]})
    post(ada, f"/ml-theory/series/{series_id}/sessions?below=1", {})

    assert refused.status_code == 422
    with archive.app_context():
        found = db.session.scalars(select(Meeting.id).where(Meeting.series_id == series_id)).all()
        assert found == [first_id]


def test_a_renamed_series_is_found_at_its_old_address(archive: Flask, as_: As) -> None:
    (series_id,) = make(archive, "Guests")
    said = {"name": "Visitors", "intro": "", "url": "https://example.org/talks"}

    post(as_("Ada"), f"/ml-theory/series/{series_id}/edit", said)

    moved = as_(None).get("/ml-theory/series/guests")
    assert (moved.status_code, moved.location) == (301, "/ml-theory/series/visitors")
    assert "https://example.org/talks" in links_in(page(as_(None), "series/visitors"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": ""}, "Give the series a name."),
        ({"name": "GUESTS"}, "The group has a series of that name already."),
        ({"name": "Another", "url": "javascript:alert(1)"}, "Give a whole web address"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_kept(
    archive: Flask, as_: As, said: dict[str, str], words: str
) -> None:
    make(archive, "Guests")

    refused = post(as_("Ada"), "/ml-theory/series/new", {"kind": "speakers", "intro": "Kept words"} | said)

    assert refused.status_code == 422
    assert words in text_of(refused.get_data(as_text=True))
    assert "Kept words" in refused.get_data(as_text=True)


def test_series_stand_in_the_order_of_the_co_leads(archive: Flask, as_: As) -> None:
    first, *_, last = make(archive, "One", "Two", "Three")
    ada = as_("Ada")

    post(ada, f"/ml-theory/series/{last}/up", {}, at="/ml-theory/series/")
    post(ada, f"/ml-theory/series/{first}/up", {}, at="/ml-theory/series/")
    post(ada, f"/ml-theory/series/{first}/down", {}, at="/ml-theory/series/")

    assert titles_in(page(as_(None), "series/"), "h2") == ["Three", "One", "Two"]


def test_an_ended_series_leaves_the_front_page_and_can_go_on(archive: Flask, as_: As) -> None:
    (series_id,) = make(archive, "Guests")
    ada, visitor, link = as_("Ada"), as_(None), "/ml-theory/series/guests"

    post(ada, f"/ml-theory/series/{series_id}/end", {}, at=link)
    ended = [link in links_in(page(visitor, path)) for path in ("", "series/")]
    post(ada, f"/ml-theory/series/{series_id}/resume", {}, at=link)

    assert ended == [False, True]
    assert link in links_in(page(visitor, ""))


def test_only_a_series_to_which_nothing_belongs_is_removed(archive: Flask, as_: As) -> None:
    used, unused = make(archive, "Used", "Unused")
    with archive.app_context():
        db.session.scalars(select(Meeting).where(Meeting.number == 3)).one().series_id = used
        saved()
    ada = as_("Ada")

    for series_id in (used, unused):
        post(ada, f"/ml-theory/series/{series_id}/remove", {}, at="/ml-theory/series/unused")

    with archive.app_context():
        assert db.session.scalars(select(Series.name)).all() == ["Used"]


def test_no_series_has_the_address_of_the_page_that_makes_one(archive: Flask, as_: As) -> None:
    said = {"name": "New", "kind": SeriesKind.BOOK.value, "intro": "", "url": ""}

    post(as_("Ada"), "/ml-theory/series/new", said)

    assert titles_in(page(as_(None), "series/new-2"), "h1") == ["New"]


def test_members_and_visitors_see_no_buttons(archive: Flask, as_: As) -> None:
    make(archive, "Guests", "More")

    shown = {who: page(as_(who), "series/") + page(as_(who), "series/guests") for who in (None, "Mo", "Ada")}

    assert {who: "Move down" in told and "End it" in told for who, told in shown.items()} == {
        None: False,
        "Mo": False,
        "Ada": True,
    }
