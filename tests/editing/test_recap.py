"""Writing a recap: drafts, pictures, two co-leads at once, and what the archive says when."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup import clock
from readinggroup.db import db
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.queries import membership_of
from readinggroup.models import Meeting, RecapDraft, Record, TextVersion, Upload
from readinggroup.uploads.queries import unused_uploads
from readinggroup.uploads.shelf import Shelf
from tests import build
from tests.archive import build as archive
from tests.conftest import post, token_in
from tests.uploads.build import HTML, pdf, picture, sent

Browser = Callable[[str | None], FlaskClient]
PAGE, RECAP = "/ml-theory/sessions/1", "/ml-theory/sessions/1/recap"
BEGUN = "Mo spoke on “Smoothness”.\n\nNia spoke on “Convexity”."
FORMULA = "Every $L$-smooth loss.\n\n- one\n- two"


@pytest.fixture(autouse=True)
def held(app: Flask, cast: dict[str, int]) -> int:
    """A session that was held, with two talks."""
    with app.app_context():
        session = archive.session(archive.group_of(), 1, date(2022, 10, 8))
        archive.talk(session, "Smoothness", "Mo")
        archive.talk(session, "Convexity", "Nia", position=2)
        build.saved()
        return session.id


@pytest.fixture(autouse=True)
def shelf(app: Flask) -> Iterator[Shelf]:
    """The shelf, emptied afterwards."""
    found = Shelf.of(app.config["SETTINGS"])
    yield found
    for name in found.names():
        found.remove(name)


def page(client: FlaskClient, at: str = RECAP) -> str:
    return client.get(at).get_data(as_text=True)


def field(words: str, name: str) -> str:
    """The value of a field of a page."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>', words, re.S)
    return (found or re.search(rf'name="{name}"[^>]*value="([^"]*)"', words) or [None, ""])[1].replace(
        "\r", ""
    )


def written(
    client: FlaskClient, fields: dict[str, object], to: str = RECAP, *, opened: str | None = None
) -> object:
    """Send the editor's form as it was shown, with ``fields`` typed; ``opened`` is an older page."""
    shown = opened or page(client)
    kept = {name: field(shown, name) for name in ("opened_at", "title", "recap")}
    return client.post(to, data={"csrf_token": token_in(page(client)), **kept, **fields})


def test_a_recap_begins_with_the_talks(as_: Browser) -> None:
    assert field(page(as_("Ada")), "recap") == BEGUN


def test_a_recap_is_published_and_its_history_begins(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    ada = as_("Ada")

    answer = written(ada, {"title": "An evening", "recap": FORMULA})

    assert (answer.status_code, answer.location) == (303, PAGE)
    shown = page(as_(None), PAGE)
    assert "<math" in shown
    assert "An evening" in shown
    with app.app_context():
        versions = db.session.execute(
            select(TextVersion.number, TextVersion.title, TextVersion.words, TextVersion.by_id).order_by(
                TextVersion.number
            )
        ).all()
        assert [tuple(row) for row in versions] == [
            (1, "", "", None),
            (2, "An evening", FORMULA, cast["Ada"]),
        ]
        assert db.session.scalars(select(Record.what)).all()[-1] == "meeting.told"


def test_a_draft_is_kept_and_nobody_else_sees_it(app: Flask, as_: Browser) -> None:
    ada, before = as_("Ada"), page(as_(None), PAGE)

    answer = written(ada, {"recap": "Half a thought"}, f"{RECAP}/draft")

    assert (answer.status_code, answer.location) == (303, RECAP)
    assert field(page(ada), "recap") == "Half a thought"
    assert page(as_(None), PAGE) == before
    post(ada, f"{RECAP}/draft/drop", {}, at=RECAP)
    assert field(page(ada), "recap") == BEGUN


def test_a_draft_is_kept_as_one_types_and_serves_once_published(app: Flask, as_: Browser) -> None:
    ada = as_("Ada")

    kept = written(ada, {"recap": "As typed", "title": "x" * 300}, f"{RECAP}/draft.json")

    assert kept.status_code == 200
    assert kept.json == {"saved_at": kept.json["saved_at"], "edit": RECAP, "save": f"{RECAP}/draft.json"}
    with app.app_context():
        assert db.session.scalars(select(RecapDraft.words)).one() == "As typed"
    assert written(ada, {"title": "", "recap": "All of it"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(RecapDraft.words)).all() == []
        assert db.session.scalars(select(Meeting.recap)).one() == "All of it"


def test_a_preview_and_a_recap_that_is_too_long_change_nothing(app: Flask, as_: Browser) -> None:
    ada = as_("Ada")

    shown = written(ada, {"recap": "*seen*", "show_first": "Preview"})
    refused = written(ada, {"recap": "x" * 20_001})

    assert "<em>seen</em>" in shown.get_data(as_text=True)
    assert refused.status_code == 422
    assert "1 too many" in refused.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(select(Meeting.recap)).one() == ""


@pytest.mark.parametrize("first", [RECAP, f"{RECAP}/draft"], ids=["published", "kept"])
@pytest.mark.parametrize(
    "to", [RECAP, f"{RECAP}/draft", f"{RECAP}/draft.json"], ids=["publish", "keep", "as typed"]
)
def test_two_co_leads_at_once_see_each_others_words(
    app: Flask, as_: Browser, cast: dict[str, int], monkeypatch: pytest.MonkeyPatch, first: str, to: str
) -> None:
    with app.app_context():
        membership_of(archive.group_of(), cast["Nia"]).role = Role.CO_LEAD
        build.saved()
    ada, nia, real = as_("Ada"), as_("Nia"), clock.now
    opened = page(ada)
    monkeypatch.setattr("readinggroup.clock.now", lambda: real() + timedelta(seconds=9))
    assert written(nia, {"recap": "What Nia wrote"}, first).status_code == 303

    answer = written(ada, {"recap": "What Ada wrote"}, to, opened=opened)

    words = answer.get_data(as_text=True)
    with app.app_context():
        now_there = [
            *db.session.scalars(select(RecapDraft.words)),
            *db.session.scalars(select(Meeting.recap)),
        ]
    assert "What Nia wrote" in now_there
    assert "What Ada wrote" not in now_there
    if to.endswith(".json"):
        assert answer.status_code == 409
        assert answer.json["problem"].startswith("Not saved: Nia wrote at ")
        return
    assert answer.status_code == 422
    assert "Nia wrote at" in words
    assert field(words, "recap") == "What Ada wrote"
    assert '<textarea id="theirs" readonly rows="8">What Nia wrote</textarea>' in words
    assert written(ada, {"recap": "What both wrote"}, opened=words).status_code == 303


def test_a_moment_that_is_none_is_no_way_around(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    with app.app_context():
        membership_of(archive.group_of(), cast["Nia"]).role = Role.CO_LEAD
        build.saved()
    written(as_("Nia"), {"recap": "What Nia wrote"})

    for moment in ("", "²", "2026", "0001-01-01T00:00:00"):
        assert written(as_("Ada"), {"recap": "x", "opened_at": moment}).status_code == 422


def test_a_picture_comes_in_where_the_cursor_was(app: Flask, as_: Browser, shelf: Shelf) -> None:
    ada = as_("Ada")
    typed = {"recap": "First line\nSecond line", "title": "Kept", "at": "3"}

    answer = written(ada, {**typed, "file": sent(picture(40, 30)), "alt": "A [board]"}, f"{RECAP}/picture")

    assert (answer.status_code, answer.location) == (303, f"{RECAP}#recap")
    [name] = shelf.names()
    assert field(page(ada), "recap") == f"First line\n\n![A \\[board\\]](/files/{name})\n\nSecond line"
    assert field(page(ada), "title") == "Kept"
    assert as_(None).get(f"/files/{name}").status_code == 302, "not public before the recap is"
    with app.app_context():
        assert unused_uploads(clock.now() + timedelta(days=9)) == [], "a draft names it"
    assert written(ada, {}).status_code == 303
    shown = (
        f'<img src="/files/{name}" alt="A [board]" width="40" height="30" loading="lazy" decoding="async">'
    )
    assert shown in page(as_(None), PAGE)
    with as_(None).get(f"/files/{name}") as seen:
        assert seen.status_code == 200


@pytest.mark.parametrize("at", ["", "²", "99999", "-1", "9" * 400])
def test_a_picture_comes_in_at_the_end_where_no_cursor_was(as_: Browser, shelf: Shelf, at: str) -> None:
    ada = as_("Ada")

    written(ada, {"recap": "One", "at": at, "file": sent(picture()), "decorative": "y"}, f"{RECAP}/picture")

    assert field(page(ada), "recap") == f"One\n\n![](/files/{next(iter(shelf.names()))})"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose a picture"),
        ({"file": sent(HTML, "board.png"), "alt": "A board"}, "this file is something else"),
        ({"file": sent(pdf()), "alt": "A board"}, "Choose a picture"),
        ({"file": sent(picture())}, "Say in words what the picture shows"),
    ],
    ids=["none", "HTML", "a PDF", "without words"],
)
def test_a_picture_that_is_refused_loses_nothing(
    app: Flask, as_: Browser, shelf: Shelf, fields: dict[str, object], words: str
) -> None:
    fields = {name: sent(each.stream.getvalue()) if name == "file" else each for name, each in fields.items()}  # type: ignore[attr-defined]

    answer = written(as_("Ada"), {"recap": "What I typed", **fields}, f"{RECAP}/picture")

    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in shown
    assert field(shown, "recap") == "What I typed"
    assert shelf.names() == set()
    with app.app_context():
        assert db.session.scalars(select(Upload.id)).all() == []
