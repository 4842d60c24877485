"""What is one's own in all groups, and taking it along."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup import clock
from readinggroup.db import db
from readinggroup.models import Ballot, User
from tests import build
from tests.archive import build as archive
from tests.conftest import sign_in_as
from tests.mine import build as mine
from tests.voting import build as voting

Browser = Callable[[str | None], FlaskClient]


@pytest.fixture
def zora(app: Flask, cast: dict[str, int]) -> FlaskClient:
    """Zora's browser."""
    user_id = mine.zora(app)
    with app.app_context():
        db.session.get_one(User, user_id).totp_secret = None
        db.session.commit()
    client = app.test_client()
    sign_in_as(client, mine.EMAIL)
    return client


def own_receipts(app: Flask) -> list[str]:
    with app.app_context():
        place = voting.place_of(mine.NAME)
        return list(db.session.scalars(select(Ballot.receipt).where(Ballot.membership_id == place.id)))


def test_a_member_finds_groups_pitches_talks_and_receipts(
    app: Flask, zora: FlaskClient, as_: Browser
) -> None:
    page = zora.get("/account/mine").get_data(as_text=True)

    [receipt] = own_receipts(app)
    for words in (
        "Machine Learning Theory",
        "Applied",
        mine.VOTED_ON,
        "A draft",
        mine.GIVEN,
        mine.COMING,
        receipt,
    ):
        assert words in page
    assert "/ml-theory/members/leave" in page
    assert "/biology/members/leave" not in page
    nias = as_("Nia").get("/account/mine").get_data(as_text=True)
    assert receipt not in nias
    assert "Talks that you offer to give are listed here." in nias


def test_who_is_known_as_a_speaker_is_not_asked_to_say_so(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    asked = "say on the speaker's page that it is you"
    assert asked in as_("Mo").get("/account/mine").get_data(as_text=True)
    with app.app_context():
        archive.speaker(archive.group_of(), "Mo").user_id = cast["Mo"]
        db.session.commit()

    page = as_("Mo").get("/account/mine").get_data(as_text=True)

    assert asked not in page
    assert "You are known as a speaker, and none of your talks is on a programme yet." in page


def test_the_file_has_all_that_is_known_and_no_secret(app: Flask, zora: FlaskClient) -> None:
    answer = zora.get("/account/data.json")

    told = json.loads(answer.data)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert told["user"][0]["email"] == mine.EMAIL
    assert [row["receipt"] for row in told["ballot"]] == own_receipts(app)
    assert {row["title"] for row in told["pitch"]} >= {mine.VOTED_ON, "A draft"}
    assert {row["title"] for row in told["talk"]} == {mine.GIVEN, mine.COMING}
    assert [row["words"] for row in told["comment"]] == [f"{mine.SIGN} said better"]
    assert told["calendar_link"] == [{"user_id": told["user"][0]["id"], "made_at": build.NOW.isoformat()}]
    assert {
        "membership",
        "notice",
        "participation",
        "passkey",
        "record",
        "sign_in",
        "speaker",
        "swap",
    } <= set(told)
    assert {"standing", "draft_seat", "recovery_code", "mailed_code"} & set(told) == set()
    assert {row["recipient"] for row in told["notice"]} == {mine.EMAIL}
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == mine.EMAIL)).one()
        secrets = [user.password, user.fs_uniquifier, build.PASSWORD]
    assert [secret for secret in secrets if secret in answer.get_data(as_text=True)] == []


def test_after_a_round_is_closed_nothing_joins_voter_and_ballot(app: Flask, zora: FlaskClient) -> None:
    receipts = own_receipts(app)
    voting.closed(app, 2)

    assert receipts[0] not in zora.get("/account/mine").get_data(as_text=True)
    assert receipts[0] not in zora.get("/account/data.json").get_data(as_text=True)
    assert "ballot" not in json.loads(zora.get("/account/data.json").data)


def test_the_file_asks_for_a_fresh_sign_in(zora: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    then = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr("readinggroup.clock.now", lambda: then)

    for path in ("/account/data.json", "/account/delete"):
        assert zora.get(path).location == f"/login?next={path}"
