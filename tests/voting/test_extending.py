"""More time for an open round, and results that come out by themselves."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import RoundState
from readinggroup.models import Notice, Record, Round
from tests.build import NOW
from tests.conftest import post
from tests.voting import build
from tests.voting.build import LATER, Browser

URL = "/ml-theory/rounds/{}"
CLOSES = NOW + timedelta(days=7, hours=2, minutes=30)


def row(app: Flask, round_id: int) -> Round:
    with app.app_context():
        return db.session.get_one(Round, round_id)


def extended(client: Any, round_id: int, until: str) -> Any:
    url = URL.format(round_id)
    return build.send(client, f"{url}/extend", {"closes_at": until}, page=url)


def test_extend_moves_the_closing_time_and_tells_everybody(app: Flask, as_: Browser, round_id: int) -> None:
    answer = extended(as_("Ada"), round_id, "2022-11-13T20:00")

    assert (answer.status_code, answer.location) == (303, URL.format(round_id))
    assert row(app, round_id).closes_at == CLOSES + timedelta(hours=26)
    with app.app_context():
        line = db.session.scalars(select(Record).where(Record.what == "round.extended")).one()
        told = db.session.scalars(select(Notice).where(Notice.kind == "round.extended")).all()
    assert (line.before, line.after) == (
        {"closes_at": "2022-11-13T01:00:00+00:00"},
        {"closes_at": "2022-11-14T03:00:00+00:00"},
    )
    assert sorted(notice.recipient for notice in told) == [
        f"{who}@example.org" for who in ("ada", "mo", "nia")
    ]
    assert told[0].words["because"] == "A co-lead gave it more time."
    assert told[0].words["closes"] == "Sunday 13 November 2022, 20:00 Edmonton, UTC-07:00"
    with build.at(CLOSES):
        assert post(as_("Mo"), f"{URL.format(round_id)}/ballot", {}).status_code == 303


def test_every_extension_is_told(app: Flask, as_: Browser, round_id: int) -> None:
    ada = as_("Ada")

    for until in ("2022-11-13T20:00", "2022-11-14T20:00"):
        assert extended(ada, round_id, until).status_code == 303

    with app.app_context():
        told = db.session.scalars(select(Notice.recipient).where(Notice.kind == "round.extended")).all()
    assert len(told) == 6


@pytest.mark.parametrize("until", ["2022-11-12T18:00", "2022-11-10T18:00", "", "soon"])
def test_extend_refuses_what_is_not_later(app: Flask, as_: Browser, round_id: int, until: str) -> None:
    answer = extended(as_("Ada"), round_id, until)

    assert answer.status_code == 422
    words = {"": "Say when it closes.", "soon": "Give a date and a time"}
    assert words.get(until, "Give a later time: a round is only ever extended.") in answer.get_data(True)
    assert row(app, round_id).closes_at == CLOSES


def test_extend_comes_too_late_once_the_time_is_over(app: Flask, as_: Browser, round_id: int) -> None:
    with build.at(CLOSES):
        answer = extended(as_("Ada"), round_id, "2022-11-20T18:00")

    assert answer.status_code == 409
    assert "Its time is over, so the round can&#39;t be extended." in answer.get_data(as_text=True)
    assert row(app, round_id).closes_at == CLOSES


def test_only_co_leads_extend(app: Flask, as_: Browser, round_id: int) -> None:
    mo = as_("Mo")

    answer = build.send(
        mo, f"{URL.format(round_id)}/extend", {"closes_at": "2022-11-20T18:00"}, page="/ml-theory/rounds/"
    )

    assert answer.status_code == 403
    assert row(app, round_id).closes_at == CLOSES


@pytest.mark.parametrize(("quorum", "state"), [(2, RoundState.RELEASED), (3, RoundState.CLOSED)])
def test_results_come_out_at_once_where_the_round_says_so_and_enough_voted(
    app: Flask, as_: Browser, cast: dict[str, int], quorum: int, state: RoundState
) -> None:
    members = build.crowd(app, 2)
    round_id = build.opened(app, releases_at_once=True, quorum=quorum)
    build.voted(app, round_id, {m: ["Meta Learning"] for m in members})

    build.closed(app, round_id, now=LATER)

    assert row(app, round_id).state is state
    page = as_("Nia").get(f"{URL.format(round_id)}/results").get_data(as_text=True)
    assert ("Meta Learning" in page) == (state is RoundState.RELEASED)


def test_new_round_takes_the_wish_to_publish_at_once(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    with app.app_context():
        chosen = [pitch.id for pitch in build.pitches()]
        db.session.commit()
    fields = {
        "title": "T", "pitches": chosen, "seats": "2", "rule": "popular", "closes_at": "2022-11-12T18:00",
        "threshold_min": "2", "threshold_percent": "10", "quorum": "0", "releases_at_once": "y",
    }  # fmt: skip
    ada = as_("Ada")
    post(ada, "/ml-theory/rounds/new", fields)
    with app.app_context():
        opened = db.session.scalars(select(Round)).one()

    answer = build.send(ada, f"{URL.format(opened.id)}/close", {}, page=URL.format(opened.id))

    assert "and the results are published." in ada.get(answer.location).get_data(as_text=True)
    assert row(app, opened.id).state is RoundState.RELEASED
