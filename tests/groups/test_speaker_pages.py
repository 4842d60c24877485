"""Looking after speakers: whose account it is, "this is me", two spellings of one name, hidden pages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.groups.speakers import speaker_named
from readinggroup.models import (
    Chapter,
    Notice,
    PitchSpeaker,
    Speaker,
    SpeakerClaim,
    SpeakerMerge,
    TalkSpeaker,
)
from readinggroup.scheduling.queries import meeting_in
from readinggroup.scheduling.talk_actions import put_talk
from tests.archive.build import chapter as chapter_of_a_book
from tests.build import NOW, saved
from tests.conftest import post
from tests.scheduling import build
from tests.scheduling.conftest import programme, set_clock

__all__ = ["programme", "set_clock"]
As = Callable[[str | None], FlaskClient]
MAX, HARRY = "/ml-theory/speakers/max-marion", "/ml-theory/speakers/harry-saini"


@pytest.fixture
def speakers(app: Flask, programme: dict[str, int]) -> None:
    """Max Marion and "Harry Saini" are on the programme of session 1, both with pitches."""
    with app.app_context():
        group = build.group_of()
        meeting = meeting_in(group, 1)
        assert meeting is not None
        put_talk(group, meeting, 1, title="CLIP", speakers=["Max Marion"], now=NOW, by=THE_SITE)
        put_talk(group, meeting, 2, title="GPT", speakers=["Harry Saini", "Max Marion"], now=NOW, by=THE_SITE)
        saved()


def press(client: FlaskClient, url: str, fields: dict[str, str] | None = None, *, at: str) -> Any:
    return post(client, url, fields or {}, at=at)


def account_of(app: Flask, name: str) -> int | None:
    with app.app_context():
        return db.session.scalars(select(Speaker).where(Speaker.name == name)).one().user_id


def seats(app: Flask) -> dict[str, list[tuple[int, int]]]:
    """Which talks (positive) and pitches (negative ids) each name gives, with the position."""
    with app.app_context():
        found: dict[str, list[tuple[int, int]]] = {}
        for speaker in db.session.scalars(select(Speaker).order_by(Speaker.id)):
            talks = db.session.execute(
                select(TalkSpeaker.talk_id, TalkSpeaker.position).where(TalkSpeaker.speaker_id == speaker.id)
            )
            pitches = db.session.execute(
                select(-PitchSpeaker.pitch_id, PitchSpeaker.position).where(
                    PitchSpeaker.speaker_id == speaker.id
                )
            )
            found[speaker.name] = sorted((row[0], row[1]) for row in (*talks, *pitches))
        return found


def test_a_co_lead_links_an_account_once(app: Flask, as_: As, speakers: None, cast: dict[str, int]) -> None:
    ada, mo = as_("Ada"), str(cast["Mo"])

    assert (
        press(ada, f"{MAX}/address", {"address-email": "MAX@example.net"}, at=f"{MAX}/edit").status_code
        == 303
    )
    assert press(ada, f"{MAX}/account", {"account-user": mo}, at=f"{MAX}/edit").status_code == 303
    twice = press(ada, f"{HARRY}/account", {"account-user": mo}, at=f"{HARRY}/edit")
    stranger = press(ada, f"{HARRY}/account", {"account-user": str(cast["Sam"])}, at=f"{HARRY}/edit")

    assert (twice.status_code, stranger.status_code) == (422, 422)
    assert "Merge the two names instead." in twice.get_data(as_text=True)
    assert account_of(app, "Max Marion") == cast["Mo"]
    with app.app_context():
        assert db.session.scalars(select(Speaker.email)).all().count(None) == 4
    press(ada, f"{MAX}/account", {"account-user": "0"}, at=f"{MAX}/edit")
    assert account_of(app, "Max Marion") is None


def test_an_address_is_folded_kept_from_others_and_refused_where_it_is_none(
    app: Flask, as_: As, speakers: None
) -> None:
    ada = as_("Ada")

    bad = press(ada, f"{MAX}/address", {"address-email": "max at home"}, at=f"{MAX}/edit")
    press(ada, f"{MAX}/address", {"address-email": " Max@Example.NET "}, at=f"{MAX}/edit")

    assert bad.status_code == 422
    assert "max at home" in bad.get_data(as_text=True)
    assert "max@example.net" in ada.get(f"{MAX}/edit").get_data(as_text=True)
    for who in ("Mo", None):
        for path in (MAX, "/ml-theory/schedule", "/ml-theory/sessions/1"):
            assert "max@example.net" not in as_(who).get(path).get_data(as_text=True)


def test_somebody_says_this_is_me_and_a_co_lead_decides(
    app: Flask, as_: As, speakers: None, cast: dict[str, int]
) -> None:
    ada, mo, nia = as_("Ada"), as_("Mo"), as_("Nia")
    assert "This is me" in mo.get(MAX).get_data(as_text=True)

    press(mo, f"{MAX}/claim", at=MAX)
    press(mo, f"{HARRY}/claim", at=MAX)
    press(nia, f"{MAX}/claim", at=MAX)

    assert "a co-lead will answer" in mo.get(MAX).get_data(as_text=True)
    assert account_of(app, "Max Marion") is None
    with app.app_context():
        claims = db.session.execute(
            select(SpeakerClaim.id, SpeakerClaim.user_id).order_by(SpeakerClaim.id)
        ).all()
        assert [user for _, user in claims] == [cast["Mo"], cast["Nia"]]
        told = db.session.scalars(select(Notice.recipient).where(Notice.kind == "speaker.claimed")).all()
        assert told == ["ada@example.org"] * 2
    desk = ada.get("/ml-theory/speaking").get_data(as_text=True)
    assert "(mo@example.org) says to be" in desk
    mos, nias = (claim for claim, _ in claims)

    press(ada, f"/ml-theory/speaking/claims/{mos}/accept", at="/ml-theory/speaking")
    press(ada, f"/ml-theory/speaking/claims/{nias}/accept", at="/ml-theory/speaking")
    press(ada, f"/ml-theory/speaking/claims/{nias}/decline", at="/ml-theory/speaking")
    late = press(ada, f"/ml-theory/speaking/claims/{mos}/decline", at=f"{MAX}/edit")

    assert account_of(app, "Max Marion") == cast["Mo"]
    assert late.status_code == 303
    with app.app_context():
        answers = db.session.execute(
            select(Notice.kind, Notice.recipient)
            .where(Notice.kind.in_(("speaker.claim_accepted", "speaker.claim_declined")))
            .order_by(Notice.id)
        )
        assert [tuple(row) for row in answers] == [
            ("speaker.claim_accepted", "mo@example.org"),
            ("speaker.claim_declined", "nia@example.org"),
        ]
    assert "Add reading, slides" in mo.get("/ml-theory/sessions/1").get_data(as_text=True)


def test_two_spellings_become_one_and_two_again(
    app: Flask, as_: As, speakers: None, cast: dict[str, int]
) -> None:
    ada, before = as_("Ada"), seats(app)
    kept = str(_id(app, "Max Marion"))
    with app.app_context():
        chapter = chapter_of_a_book(build.group_of(), "Convex", presenter=_id(app, "Harry Saini"))
        saved()

    press(ada, f"{HARRY}/merge", {"merge-other": kept}, at=f"{HARRY}/edit")

    merged = seats(app)
    assert merged["Harry Saini"] == []
    assert {of for of, _ in merged["Max Marion"]} == {
        of for of, _ in before["Max Marion"] + before["Harry Saini"]
    }
    moved = as_(None).get(HARRY)
    assert (moved.status_code, moved.location) == (302, MAX)
    with app.app_context():
        assert speaker_named(build.group_of(), "harry saini").name == "Max Marion"
        merge = db.session.scalars(select(SpeakerMerge)).one().id
        assert db.session.get_one(Chapter, chapter).speaker_id == int(kept)
    itself = press(ada, f"{MAX}/merge", {"merge-other": kept}, at=f"{MAX}/edit")
    assert itself.status_code == 422

    undo = f"/ml-theory/speaking/merges/{merge}/undo"
    press(ada, undo, at="/ml-theory/speaking")
    press(ada, undo, at=f"{MAX}/edit")

    assert seats(app) == before
    assert as_(None).get(HARRY).status_code == 200
    with app.app_context():
        assert db.session.get_one(Chapter, chapter).speaker_id == _id(app, "Harry Saini")


def test_two_accounts_are_two_people(app: Flask, as_: As, speakers: None, cast: dict[str, int]) -> None:
    ada = as_("Ada")
    press(ada, f"{MAX}/account", {"account-user": str(cast["Mo"])}, at=f"{MAX}/edit")
    press(ada, f"{HARRY}/account", {"account-user": str(cast["Nia"])}, at=f"{HARRY}/edit")

    answer = press(ada, f"{HARRY}/merge", {"merge-other": str(_id(app, "Max Marion"))}, at=f"{HARRY}/edit")

    assert answer.status_code == 422
    assert "they are two people" in answer.get_data(as_text=True)


def test_a_hidden_page_is_gone_for_the_public_and_the_name_stays(
    app: Flask, as_: As, speakers: None, cast: dict[str, int]
) -> None:
    mo, visitor = as_("Mo"), as_(None)
    press(as_("Ada"), f"{MAX}/account", {"account-user": str(cast["Mo"])}, at=f"{MAX}/edit")
    assert visitor.get(MAX).status_code == 200

    press(mo, f"{MAX}/hide", at=MAX)

    assert [as_(who).get(MAX).status_code for who in (None, "Nia", "Mo", "Ada")] == [404, 404, 200, 200]
    for path in ("/ml-theory/sessions/1", "/ml-theory/"):
        page = visitor.get(path).get_data(as_text=True)
        assert "Max Marion" in page
        assert f'href="{MAX}"' not in page
    assert "Max Marion" not in visitor.get("/ml-theory/speakers/").get_data(as_text=True)
    press(mo, f"{MAX}/show", at=MAX)
    assert visitor.get(MAX).status_code == 200


def _id(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Speaker.id).where(Speaker.name == name)).one()
