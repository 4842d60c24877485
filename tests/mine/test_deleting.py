"""Deleting an account leaves nothing of the person in any table, and every released round recounts as before."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import Base, db
from readinggroup.domain import tally
from readinggroup.domain.lifecycle import MembershipState, Role, TalkState
from readinggroup.mine.deleting import GONE, NOBODY
from readinggroup.mine.everything import pointing_to
from readinggroup.models import Ballot, Comment, Feedback, Membership, Notice, Pitch, Speaker, Talk, User
from tests import build
from tests.conftest import post, sign_in_as
from tests.mine import build as mine
from tests.mine.build import EMAIL, NAME, SIGN

Browser = Callable[[str | None], FlaskClient]
ROUND = "/ml-theory/rounds/1/round.json"
DEVICE = f"Mozilla/5.0 {SIGN}"


def delete(app: Flask, talks: str) -> FlaskClient:
    """Sign in as Zora and delete her account through the form."""
    zora = app.test_client()
    zora.environ_base["HTTP_USER_AGENT"] = DEVICE
    sign_in_without_second_step(app, zora)
    answer = post(zora, "/account/delete", {"talks": talks, "sure": "y"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Your account is deleted." in zora.get("/").get_data(as_text=True)
    return zora


def sign_in_without_second_step(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == EMAIL)).one()
        user.totp_secret, kept = None, user.totp_secret
        db.session.commit()
        sign_in_as(client, EMAIL)
        user.totp_secret = kept
        db.session.commit()


def found(app: Flask, sign: str) -> list[str]:
    """Where ``sign`` stands: every column of every row of every table is looked at."""
    places = []
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            for row in db.session.execute(select(table)):
                for column, value in row._mapping.items():
                    if (
                        sign
                        in (
                            value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                        ).lower()
                    ):
                        places.append(f"{table.name}.{column}")
    return sorted(set(places))


def pointing_rows(app: Flask, user_id: int) -> list[str]:
    with app.app_context():
        columns = [
            c for c in pointing_to("user") if db.session.execute(select(c).where(c == user_id)).first()
        ]
        return sorted(f"{column.table.name}.{column.name}" for column in columns)


@pytest.fixture
def zora(app: Flask, cast: dict[str, int]) -> int:
    return mine.zora(app)


def recounted(client: FlaskClient) -> tuple[dict[str, Any], Any, list[str]]:
    """The published round without names, what counting it anew gives, and the names."""
    file = client.get(ROUND).data
    published = json.loads(file)
    names = published.pop("participants")
    return published, tally.count(tally.read_round(BytesIO(file))), names


@pytest.mark.parametrize(
    ("talks", "stays"), [("hide", []), ("keep", ["search_document.names", "speaker.name", "speaker.slug"])]
)
def test_nothing_of_the_person_stays_in_any_table(
    app: Flask, as_: Browser, zora: int, talks: str, stays: list[str]
) -> None:
    ada = as_("Ada")
    *counted, names = recounted(ada)
    assert NAME in names
    assert len(found(app, SIGN)) > 25

    delete(app, talks)

    assert found(app, SIGN) == stays
    assert pointing_rows(app, zora) == ["membership.user_id"]
    assert recounted(ada) == (*counted, sorted([NOBODY, *(set(names) - {NAME})]))
    with app.app_context():
        place = mine.place_in("ml-theory", zora)
        assert db.session.scalar(select(Ballot.receipt).where(Ballot.membership_id == place.id)) is None
        assert mine.place_in("biology", zora) is None
        assert (place.user_id, place.state, place.level) == (zora, MembershipState.LEFT, 0)


def test_every_table_that_can_know_a_person_knows_zora(app: Flask, zora: int) -> None:
    """A new table that points to accounts needs a row of hers in build.py, so that deletion is tried on it."""
    sign_in_without_second_step(app, app.test_client())

    missing = {f"{c.table.name}.{c.name}" for c in pointing_to("user")} - set(pointing_rows(app, zora))

    assert missing == set()


def test_what_was_told_her_alone_goes_with_her(app: Flask, cast: dict[str, int], zora: int) -> None:
    with app.app_context():
        times = {"said_at": build.NOW, "opens_at": build.NOW}
        for title, words in ((mine.GIVEN, "For Zora alone."), ("Nia's", "For Nia.")):
            talk_id = db.session.scalars(select(Talk.id).where(Talk.title == title)).one()
            told = Feedback(
                talk_id=talk_id, author_id=cast["Mo"], good=words, better="", is_signed=False, **times
            )
            db.session.add(told)
        db.session.commit()

    delete(app, "keep")

    with app.app_context():
        assert db.session.scalars(select(Feedback.good)).all() == ["For Nia."]


def test_the_archive_and_the_programme_after_her(app: Flask, as_: Browser, zora: int) -> None:
    delete(app, "hide")

    with app.app_context():
        states = dict(db.session.execute(select(Talk.title, Talk.state)).all())
        titles = set(db.session.scalars(select(Pitch.title)))
        names = set(db.session.scalars(select(Speaker.name)))
        said = set(db.session.scalars(select(Comment.words)))
        told = {row.kind for row in db.session.scalars(select(Notice)) if row.recipient == "ada@example.org"}
    assert (states[mine.GIVEN], states[mine.COMING]) == (TalkState.GIVEN, TalkState.WITHDRAWN)
    assert {mine.VOTED_ON, mine.WITH_NIA} <= titles
    assert {"On offer", "A draft"} & titles == set()
    assert NOBODY in names
    assert said == {GONE, "Said by Nia."}
    assert "programme.changed" in told
    page = as_(None).get("/ml-theory/sessions/1").get_data(as_text=True)
    assert mine.GIVEN in page
    assert NOBODY in page


def test_her_talks_stay_under_her_name_where_she_chose_so(app: Flask, as_: Browser, zora: int) -> None:
    delete(app, "keep")

    page = as_(None).get("/ml-theory/sessions/1").get_data(as_text=True)
    assert NAME in page
    assert NAME not in as_("Ada").get("/ml-theory/members/").get_data(as_text=True)


def test_the_address_is_free_again_and_the_door_shut(app: Flask, zora: int) -> None:
    client = delete(app, "hide")

    assert client.get("/account").status_code == 302
    fields = {"email": EMAIL, "password": build.PASSWORD}
    assert post(app.test_client(), "/login", fields).status_code == 422
    with app.app_context():
        assert build.user(NAME).id != zora


def test_the_only_co_lead_hands_the_group_over_first(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    ada = as_("Ada")
    fields = {"talks": "hide", "sure": "y"}
    assert post(as_("Mo"), "/account/delete", {"talks": "hide"}).status_code == 422
    assert "You are the only co-lead of" in ada.get("/account/delete").get_data(as_text=True)

    assert post(ada, "/account/delete", fields, at="/account").location == "/account/delete"
    with app.app_context():
        assert db.session.get_one(User, cast["Ada"]).active
        place = db.session.scalars(select(Membership).where(Membership.user_id == cast["Mo"])).one()
        place.role = Role.CO_LEAD
        db.session.commit()
    assert post(ada, "/account/delete", fields).location == "/"

    with app.app_context():
        assert db.session.get(User, cast["Ada"]) is None
