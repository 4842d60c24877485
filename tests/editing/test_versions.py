"""Versions of texts: who wrote what, and how it is brought back."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from readinggroup.db import db
from readinggroup.domain.lifecycle import TalkState
from readinggroup.models import Record, SpeakingLink, Talk, TextVersion
from readinggroup.scheduling.asking import digest_of
from tests import build
from tests.archive import build as archive
from tests.build import NOW
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
EDIT, WORDS, VERSIONS = "/ml-theory/talks/1/edit", "/ml-theory/talks/1/words", "/ml-theory/talks/1/versions"
RECAP = "/ml-theory/sessions/1/recap"


@pytest.fixture(autouse=True)
def held(app: Flask, cast: dict[str, int]) -> int:
    """A talk that Mo and Kim, a guest, gave."""
    with app.app_context():
        ours = archive.group_of()
        talk = archive.talk(
            archive.session(ours, 1, date(2022, 10, 8)), "Smoothnes", "Mo", "Kim", abstract="A *typo*."
        )
        archive.speaker(ours, "Mo").user_id = cast["Mo"]
        link = {"group_id": ours.id, "talk_id": talk.id, "speaker_id": archive.speaker(ours, "Kim").id}
        until = {"made_at": NOW, "expires_at": NOW + timedelta(days=9999)}
        db.session.add(SpeakingLink(token_digest=digest_of("the-secret-one"), **link, **until))
        build.saved()
        return talk.id


def correct(client: FlaskClient, title: str, abstract: str) -> None:
    fields = {"words-title": title, "words-abstract": abstract}
    assert post(client, WORDS, fields, at=EDIT).status_code == 303


def numbers(app: Flask) -> list[tuple[int, str, int | None]]:
    with app.app_context():
        found = select(TextVersion.number, TextVersion.title, TextVersion.by_id).order_by(TextVersion.number)
        return [tuple(row) for row in db.session.execute(found)]


def test_whoever_spoke_corrects_a_talk_that_was_given(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    correct(as_("Mo"), "Smoothness", "A *fact*.")

    shown = as_(None).get("/ml-theory/sessions/1").get_data(as_text=True)
    assert "Smoothness" in shown
    assert "<em>fact</em>" in shown
    assert numbers(app) == [(1, "Smoothnes", None), (2, "Smoothness", cast["Mo"])]
    with app.app_context():
        assert db.session.scalars(select(Record.what)).all()[-1] == "talk.reworded"


def test_a_guest_corrects_it_by_their_link(app: Flask, as_: Browser) -> None:
    fields = {"words-title": "By Kim", "words-abstract": "New"}

    answer = post(app.test_client(), "/ml-theory/speaking/the-secret-one/words", fields, at="/login")

    assert answer.status_code == 303
    page = as_("Ada").get(VERSIONS).get_data(as_text=True)
    assert "A guest" in page
    assert "From before versions were kept" in page


def test_what_changed_is_marked_and_a_change_is_taken_back(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    mo = as_("Mo")
    correct(mo, "Smoothness", "A *fact*.")
    page = mo.get(VERSIONS).get_data(as_text=True)
    assert "<del>Smoothnes</del><ins>Smoothness</ins>" in page
    assert "A <del>*typo*.</del><ins>*fact*.</ins>" in page

    answer = post(as_("Ada"), f"{VERSIONS}/1", {}, at=VERSIONS)

    assert (answer.status_code, answer.location) == (303, VERSIONS)
    assert "Smoothnes<" in as_(None).get("/ml-theory/sessions/1").get_data(as_text=True)
    assert numbers(app)[2:] == [(3, "Smoothnes", cast["Ada"])]
    post(as_("Ada"), f"{VERSIONS}/2", {}, at=VERSIONS)
    post(as_("Ada"), f"{VERSIONS}/2", {}, at=VERSIONS)
    assert numbers(app)[3:] == [(4, "Smoothness", cast["Ada"])]
    with app.app_context():
        assert db.session.scalars(select(Record.what)).all()[-2:] == ["talk.restored", "talk.restored"]
    assert as_("Ada").get("/ml-theory/records").status_code in {200, 404}


def test_a_recap_is_brought_back(as_: Browser) -> None:
    ada = as_("Ada")
    for recap in ("What we said.", "Nonsense"):
        opened_at = {"opened_at": "2999-01-01T00:00:00+00:00"}
        assert post(ada, RECAP, {"title": "", "recap": recap, **opened_at}).status_code == 303

    assert post(ada, f"{RECAP}/versions/2", {}, at=f"{RECAP}/versions").status_code == 303

    assert "What we said." in as_(None).get("/ml-theory/sessions/1").get_data(as_text=True)
    assert "Nonsense" in ada.get(f"{RECAP}/versions").get_data(as_text=True)


@pytest.mark.parametrize("number", [0, 3, 2**31 - 1])
def test_what_never_was_is_not_brought_back(as_: Browser, number: int) -> None:
    correct(as_("Mo"), "Smoothness", "A *fact*.")

    assert post(as_("Mo"), f"{VERSIONS}/{number}", {}, at=VERSIONS).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("Mo", 200), ("Ada", 200), ("Nia", 403), ("Rex", 403), (None, 302)]
)
def test_versions_are_for_whoever_tends_the_talk(as_: Browser, who: str | None, status: int) -> None:
    assert as_(who).get(VERSIONS).status_code == status


def test_a_talk_that_was_not_given_stays_as_it_was_planned(app: Flask, as_: Browser, held: int) -> None:
    with app.app_context():
        db.session.get_one(Talk, held).state = TalkState.WITHDRAWN
        build.saved()

    post(as_("Mo"), WORDS, {"words-title": "Another", "words-abstract": ""}, at=EDIT)

    assert numbers(app) == []


def test_a_change_past_the_site_is_a_version_too(app: Flask, as_: Browser, held: int) -> None:
    correct(as_("Mo"), "Smoothness", "")
    with app.app_context():
        db.session.get_one(Talk, held).title = "By hand"
        build.saved()

    correct(as_("Mo"), "Smooth", "")

    assert [title for _, title, _ in numbers(app)] == ["Smoothnes", "Smoothness", "By hand", "Smooth"]


def test_the_database_keeps_one_version_of_a_number(app: Flask, held: int) -> None:
    with app.app_context():
        for _ in range(2):
            db.session.add(TextVersion(talk_id=held, number=1, title="", words=""))
        with pytest.raises(IntegrityError):
            db.session.flush()
