"""The one reminder: who gets it, once, and that nothing of it is left when the round ends."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.db import commit, db, writing
from readinggroup.models import Notice, Round
from readinggroup.voting.ending_actions import cancel_round
from readinggroup.voting.notices import owe_nudges
from tests.build import NOW
from tests.cli.test_commands import run
from tests.conftest import post
from tests.voting import build
from tests.voting.build import Browser

CLOSES = NOW + timedelta(days=7, hours=2, minutes=30)
LAST_DAY = CLOSES - timedelta(hours=23)


def nudged(app: Flask, now: datetime = LAST_DAY) -> list[str]:
    """Who has been owed a reminder once a tick came at ``now``."""
    with app.app_context(), writing():
        owe_nudges(now)
        commit()
    with app.app_context():
        found = select(Notice.recipient).where(Notice.kind == "round.nudge").order_by(Notice.recipient)
        return [address.partition("@")[0] for address in db.session.scalars(found)]


@pytest.fixture
def half_voted(app: Flask, cast: dict[str, int]) -> int:
    """A round in which Mo has voted; Ada and Nia have not."""
    round_id = build.opened(app)
    with app.app_context():
        mo = build.place_of("Mo").id
    build.voted(app, round_id, {mo: []})
    return round_id


def test_nudge_goes_once_to_those_who_have_not_voted(app: Flask, half_voted: int) -> None:
    assert nudged(app) == ["ada", "nia"]
    assert nudged(app, LAST_DAY + timedelta(hours=5)) == ["ada", "nia"]

    with app.app_context():
        notice = db.session.scalars(select(Notice).where(Notice.recipient == "nia@example.org")).all()[-1]
        assert notice.kind == "round.nudge"
        assert notice.words == {
            "group": "Machine Learning Theory",
            "title": "Talks of November",
            "number": 1,
            "seats": 2,
            "closes": "Saturday 12 November 2022, 18:00 Edmonton, UTC-07:00",
            "path": f"/ml-theory/rounds/{half_voted}/ballot",
            "name": "Nia",
        }


@pytest.mark.parametrize("now", [CLOSES - timedelta(hours=25), CLOSES, CLOSES + timedelta(hours=1)])
def test_nudge_comes_in_the_last_day_only(app: Flask, half_voted: int, now: datetime) -> None:
    assert nudged(app, now) == []


def test_no_nudge_in_the_first_day(app: Flask, half_voted: int) -> None:
    with app.app_context(), writing():
        round_ = db.session.get_one(Round, half_voted)
        round_.closes_at = NOW + timedelta(hours=30)
        commit()

    assert nudged(app, NOW + timedelta(hours=20)) == []
    assert nudged(app, NOW + timedelta(hours=24)) == ["ada", "nia"]


def test_a_round_without_nudges_sends_none(app: Flask, cast: dict[str, int]) -> None:
    build.opened(app, nudges=False)

    assert nudged(app) == []


@pytest.mark.parametrize(("box", "kept"), [({"nudges": "y"}, True), ({}, False)])
def test_new_round_asks_for_nudges(app: Flask, as_: Browser, box: dict[str, Any], kept: bool) -> None:
    with app.app_context():
        chosen = [pitch.id for pitch in build.pitches()]
        db.session.commit()
    fields = {
        "title": "T", "pitches": chosen, "seats": "2", "rule": "popular", "closes_at": "2022-11-12T18:00",
        "threshold_min": "2", "threshold_percent": "10", **box,
    }  # fmt: skip
    ada = as_("Ada")
    offered = ada.get("/ml-theory/rounds/new").get_data(as_text=True)

    answer = post(ada, "/ml-theory/rounds/new", fields)

    assert re.search(r'<input [^>]*\bchecked [^>]*id="nudges"', offered)
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Round.nudges)).all() == [kept]


def test_no_nudge_is_left_when_the_round_ends(app: Flask, half_voted: int) -> None:
    assert nudged(app) == ["ada", "nia"]

    build.closed(app, half_voted)

    assert nudged(app, LAST_DAY + timedelta(hours=1)) == []


def test_no_nudge_is_left_when_the_round_is_cancelled(app: Flask, half_voted: int) -> None:
    assert nudged(app) == ["ada", "nia"]

    with app.app_context(), writing():
        round_ = db.session.get_one(Round, half_voted)
        cancel_round(build.ours(), round_, because="No.", now=LAST_DAY, by=build.actor_of("Ada"))
        commit()

    assert nudged(app, LAST_DAY + timedelta(hours=1)) == []


def test_tick_sends_the_nudge(app: Flask, half_voted: int) -> None:
    with build.at(LAST_DAY):
        assert run(app, "tick")[0] == 0

    with app.app_context():
        sent = select(Notice.recipient, Notice.sent_at).where(Notice.kind == "round.nudge")
        found = dict(db.session.execute(sent).all())
    assert found == {"ada@example.org": LAST_DAY, "nia@example.org": LAST_DAY}
