"""A group with something of everything that the API tells, and programs that read as its people."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.api.actions import make_token
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, Role, RoundState
from readinggroup.models import User
from tests import build
from tests.archive import build as archive
from tests.build import NOW
from tests.pitches.build import pitch, round_with

Program = Callable[[str | None], FlaskClient]


@pytest.fixture
def things(app: Flask, cast: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> dict[str, int | str]:
    """Values for addresses: session 1 was held, 2 is announced, 3 isn't; a pitch, a released round, an open one."""
    monkeypatch.setattr("readinggroup.clock.now", lambda: NOW)
    with app.app_context():
        ours = archive.group_of()
        held = archive.session(ours, 1, date(2022, 10, 8), recap="It was *good*.")
        given = archive.talk(held, "Given", "Mo", topics=["Optimisation"], abstract="About $x^2$.")
        archive.reading(given, "Read", "https://example.org/read")
        archive.material(given, MaterialKind.SLIDES, "Slides", "https://example.org/slides")
        coming = archive.session(ours, 2, date(2022, 12, 3), state=MeetingState.ANNOUNCED)
        coming.join_url = "https://meet.example/secret"
        archive.talk(coming, "Coming", "Nia")
        planned = archive.session(ours, 3, date(2022, 12, 17), state=MeetingState.PLANNED)
        archive.talk(planned, "Not announced", "Nia")
        archive.series(ours, "A book")
        released = pitch(cast["Mo"])
        running = pitch(cast["Nia"])
        first = round_with(released, RoundState.RELEASED)
        first.public_id, first.number = "round00000", 2
        build.saved()
        found = {
            "number": held.number,
            "talk_id": given.id,
            "slug": "mo",
            "pitch_id": released,
            "round_id": first.id,
            "open_id": round_with(running, RoundState.OPEN).id,
        }
        build.member(ours, db.session.get_one(User, cast["Sam"]), Role.APPLICANT)
        build.saved()
        return found


@pytest.fixture
def program(app: Flask, cast: dict[str, int]) -> Program:
    """``program("Mo")`` reads with a token of Mo's, ``program(None)`` with none."""

    def client(who: str | None) -> FlaskClient:
        reading = app.test_client()
        if who is not None:
            with app.app_context():
                user = db.session.scalars(select(User).where(User.id == cast[who])).one()
                secret = make_token(user, "A script", now=NOW, by=THE_SITE)
                build.saved()
            reading.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return reading

    return client
