"""The way into a session: who is led to its room and when, and that its address is nowhere else, ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, cast, select
from werkzeug.test import Client

from readinggroup.access.actor import THE_SITE
from readinggroup.api.actions import make_token
from readinggroup.cli.tick import take_steps
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, Role
from readinggroup.exchange.static_site import StaticSite
from readinggroup.models import Meeting, Notice, Record, SpeakingLink, User
from tests import build
from tests.archive.build import group_of
from tests.conftest import post, sign_in_as
from tests.holding.conftest import BEGINS, Clock
from tests.site.test_matrix import PEOPLE, address, doors_of
from tests.site.things import Things, former_member, made

Browser = Callable[[str | None], FlaskClient]
JOIN = "/ml-theory/sessions/1/join"
SECRET = "zqx-room"
OWN, USUAL = f"https://meet.example/{SECRET}/own", f"https://meet.example/{SECRET}/usual"
STARTS = datetime(2022, 12, 3, 21, tzinfo=UTC)
"""When the session of the things that addresses name begins."""


def rooms(app: Flask, own: str = OWN, usual: str = "") -> None:
    with app.app_context():
        group_of().join_url = usual
        db.session.scalars(select(Meeting)).one().join_url = own
        db.session.commit()


@pytest.mark.parametrize(
    ("own", "usual", "leads_to"), [(OWN, USUAL, OWN), ("", USUAL, USUAL), (OWN, "", OWN)]
)
def test_members_are_led_in_from_a_quarter_of_an_hour_before(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock, own: str, usual: str, leads_to: str
) -> None:
    rooms(app, own, usual)
    mo = as_("Mo")

    set_clock(BEGINS - timedelta(minutes=15, seconds=1))
    early = mo.get(JOIN)
    set_clock(BEGINS - timedelta(minutes=15))
    led = mo.get(JOIN)
    set_clock(BEGINS + timedelta(minutes=60 + 60))
    late = mo.get(JOIN)

    assert "opens on" in early.get_data(as_text=True)
    assert "13:45" in early.get_data(as_text=True)
    assert (led.status_code, led.location, led.headers["Cache-Control"]) == (
        302,
        leads_to,
        "no-store, private",
    )
    assert "The session is over" in late.get_data(as_text=True)
    for answer in (early, late):
        assert SECRET not in answer.get_data(as_text=True)


def test_a_group_opens_its_rooms_when_it_wants(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    rooms(app)
    with app.app_context():
        group_of().join_minutes = 60
        db.session.commit()
    set_clock(BEGINS - timedelta(minutes=60))

    assert as_("Nia").get(JOIN).location == OWN
    assert [as_(who).get(JOIN).status_code for who in ("Sam", "Rex", "Root")] == [403] * 3
    assert as_(None).get(JOIN).location == f"/login?next={JOIN}"


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.HELD])
def test_a_cancelled_session_has_no_room(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock, state: MeetingState
) -> None:
    rooms(app)
    with app.app_context():
        db.session.scalars(select(Meeting)).one().state = state
        db.session.commit()
    set_clock(BEGINS)

    answer = as_("Mo").get(JOIN)

    assert answer.location == (OWN if state is MeetingState.HELD else None)
    assert ("cancelled" in answer.get_data(as_text=True)) is (state is MeetingState.CANCELLED)


def test_a_co_lead_says_where_and_the_record_does_not(
    app: Flask, as_: Browser, talks: dict[str, int], set_clock: Clock
) -> None:
    ada, url = as_("Ada"), "/ml-theory/sessions/1/room"
    assert as_("Mo").get(JOIN).status_code == 404

    refused = post(ada, url, {"own": "javascript:alert(1)", "usual": ""})
    saved = post(ada, url, {"own": OWN, "usual": USUAL})

    assert refused.status_code == 422
    assert "javascript:alert(1)" in refused.get_data(as_text=True)
    assert saved.status_code == 303
    assert ada.get(url).get_data(as_text=True).count(SECRET) == 2
    with app.app_context():
        lines = db.session.scalars(
            select(Record).where(Record.what.in_(["meeting.room", "group.room"]))
        ).all()
        assert [line.after for line in lines] == [{"is_set": True}] * 2
        assert SECRET not in str([(line.before, line.after) for line in db.session.scalars(select(Record))])
    set_clock(BEGINS)
    assert as_("Mo").get(JOIN).location == OWN


@pytest.fixture
def clients(app: Flask, cast: dict[str, int], set_clock: Clock) -> tuple[dict[str, FlaskClient], Things]:
    """Everybody's browser, with one of each thing that an address can name."""
    set_clock(build.NOW)
    with app.app_context():
        ours = group_of()
        build.member(ours, db.session.get_one(User, cast["Sam"]), Role.APPLICANT)
        former_member()
        things = made(cast)
        ours.join_url = USUAL
        for meeting in db.session.scalars(select(Meeting)):
            meeting.join_url = OWN
        db.session.scalars(select(SpeakingLink)).one().expires_at = STARTS + timedelta(days=60)
        db.session.commit()
    set_clock(STARTS - timedelta(hours=1))
    found = {who: FlaskClient(app, app.response_class) for who in PEOPLE}  # Pages are parsed elsewhere.
    for who, client in found.items():
        if who != "visitor":
            sign_in_as(client, f"{who.lower()}@example.org")
    return found, things


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_address_is_nowhere_else(
    app: Flask, clients: tuple[dict[str, FlaskClient], Things], set_clock: Clock, tmp_path: Path
) -> None:
    """Every page, feed, file and export, asked by everybody, before the hour, in it and afterwards; and every mail."""
    people, things = clients
    programs = {who: token_of(app, who) for who in ("Sam", "Rex", "Nia", "Ada")}
    joins = {f"holding.join {who}" for who in ("Nia", "Mo", "Ada")}
    by_link = {f"holding.join_as_speaker {who}" for who in PEOPLE}
    edits = {"holding.room Ada"}
    few = {who: people[who] for who in ("visitor", "Nia", "Ada")}
    hours = [
        (STARTS - timedelta(minutes=16), people, edits),
        (STARTS, people, edits | joins | by_link),
        (STARTS + timedelta(days=3), few, edits),
    ]

    for now, asking, wanted in hours:
        set_clock(now)
        with app.app_context():
            take_steps()
        told = {
            f"{rule.endpoint} {who}"
            for rule, method in doors_of(app)
            if method == "GET" and "filename" not in rule.arguments
            for who, client in asking.items()
            if tells(client.get(address(rule, things, "ml-theory")))
        }
        told |= {
            f"{rule.endpoint} by a program of {who}"
            for rule, method in doors_of(app)
            if method == "GET" and rule.endpoint.startswith("api.")
            for who, token in programs.items()
            if tells(Client(app).get(address(rule, things, "ml-theory"), headers={"Authorization": token}))
        }
        folder = tmp_path / str(now.timestamp())
        StaticSite(app, "ml-theory", folder).write()
        assert not [
            file for file in folder.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()
        ]
        assert (folder / "index.html").is_file()
        assert told == wanted, now
        with app.app_context():
            for column in (Notice.words, Record.before, Record.after):
                assert (
                    db.session.scalars(select(column).where(cast(column, String).contains(SECRET))).all()
                    == []
                )


def tells(answer: Any) -> bool:
    """Whether the secret is anywhere in an answer, also in what is packed into a file."""
    with answer:
        content = answer.get_data()
        if content.startswith(b"PK"):
            with ZipFile(BytesIO(content)) as whole:
                content = b"".join(whole.read(name) for name in whole.namelist())
        return SECRET.encode() in content or SECRET in str(answer.headers)


def token_of(app: Flask, who: str) -> str:
    """What a program sends that reads as they do."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == f"{who.lower()}@example.org")).one()
        secret = make_token(user, "A script", now=build.NOW, by=THE_SITE)
        db.session.commit()
    return f"Bearer {secret}"


def test_a_speaker_without_account_is_led_in_by_their_link(
    app: Flask, clients: tuple[dict[str, FlaskClient], Things], set_clock: Clock
) -> None:
    visitor, url = clients[0]["visitor"], "/ml-theory/speaking/the-secret-one"
    assert f'href="{url}/join"' in visitor.get(url).get_data(as_text=True)
    assert "opens on" in visitor.get(f"{url}/join").get_data(as_text=True)

    set_clock(STARTS)
    led = visitor.get(f"{url}/join")
    with app.app_context():
        db.session.scalars(select(SpeakingLink)).one().revoked_at = STARTS
        db.session.commit()
    ended = visitor.get(f"{url}/join")

    assert led.location == OWN
    assert (ended.status_code, ended.location) == (410, None)
    assert visitor.get("/ml-theory/speaking/guessed/join").status_code == 404
