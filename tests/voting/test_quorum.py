"""The quorum: what it is by default, the one extension, and what co-leads then decide in the open."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import PitchState, RoundRule, RoundState
from readinggroup.models import Ballot, Membership, Notice, Participation, Pitch, Record, Round, Standing
from readinggroup.voting.ending_actions import close_due_rounds
from tests.build import NOW
from tests.conftest import post
from tests.voting import build
from tests.voting.build import Browser

URL = "/ml-theory/rounds/{}"
CLOSES = NOW + timedelta(days=7, hours=2, minutes=30)
AGAIN = CLOSES + (CLOSES - NOW)


def ticked(app: Flask, now: datetime) -> int:
    with app.app_context(), writing():
        closed = close_due_rounds(now)
        commit()
        return closed


def row(app: Flask, round_id: int) -> Round:
    with app.app_context():
        return db.session.get_one(Round, round_id)


def undecided(app: Flask, **terms: Any) -> int:
    """A round with a quorum of five that closed with two ballots, after its extension."""
    members = build.crowd(app, 6)
    round_id = build.opened(app, **({"quorum": 5} | terms))
    build.voted(app, round_id, {m: ["Meta Learning"] for m in members[:2]})
    assert (ticked(app, CLOSES), ticked(app, AGAIN)) == (0, 1)
    return round_id


@pytest.mark.parametrize(("typed", "kept"), [("", 5), ("0", 0), ("4", 4)])
def test_quorum_is_fixed_at_opening(app: Flask, as_: Browser, typed: str, kept: int) -> None:
    build.crowd(app, 6)
    with app.app_context():
        chosen = [pitch.id for pitch in build.pitches()]
        db.session.commit()
    fields = {
        "title": "T", "pitches": chosen, "seats": "2", "rule": "popular", "closes_at": "2022-11-12T18:00",
        "threshold_min": "2", "threshold_percent": "10", "quorum": typed,
    }  # fmt: skip

    answer = post(as_("Ada"), "/ml-theory/rounds/new", fields)

    with app.app_context():
        opened = db.session.scalars(select(Round)).one()
    assert answer.status_code == 303
    assert opened.quorum == kept
    page = as_("Mo").get(URL.format(opened.id)).get_data(as_text=True)
    assert (f"It takes {kept} ballots to make this round valid." in page) == bool(kept)


def test_too_few_ballots_extend_the_round_once_by_its_length(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    members = build.crowd(app, 6)
    round_id = build.opened(app, quorum=5)
    build.voted(app, round_id, {m: ["Meta Learning"] for m in members[:2]})

    assert (ticked(app, CLOSES), ticked(app, CLOSES)) == (0, 0)

    extended = row(app, round_id)
    assert (extended.state, extended.extended_from, extended.closes_at) == (RoundState.OPEN, CLOSES, AGAIN)
    with app.app_context():
        told = db.session.scalars(select(Notice).where(Notice.kind == "round.extended")).all()
        assert len(told) == 9
        assert told[0].words["closes"] == "Saturday 19 November 2022, 20:30 Edmonton, UTC-07:00"
        assert db.session.scalar(select(func.count()).where(Ballot.membership_id.is_not(None))) == 2
    with build.at(CLOSES + timedelta(hours=1)):
        mo = as_("Mo")
        page = mo.get(URL.format(round_id)).get_data(as_text=True)
        assert "Fewer had come by Saturday 12 Nov, 18:00, so it was extended once by its own length." in page
        assert post(mo, f"{URL.format(round_id)}/ballot", {}).status_code == 303
    assert ticked(app, AGAIN) == 1
    assert row(app, round_id).state is RoundState.CLOSED


def test_hours_in_which_nothing_ran_are_given_back(app: Flask, cast: dict[str, int]) -> None:
    round_id = build.opened(app, quorum=3)

    ticked(app, CLOSES + timedelta(hours=30, minutes=5))

    assert row(app, round_id).closes_at == AGAIN + timedelta(hours=30)


def test_enough_ballots_close_the_round(app: Flask, cast: dict[str, int]) -> None:
    members = build.crowd(app, 6)
    round_id = build.opened(app, quorum=5)
    build.voted(app, round_id, {m: [] for m in members[:5]})

    assert ticked(app, CLOSES) == 1

    closed = row(app, round_id)
    assert (closed.state, closed.extended_from, closed.closed_at) == (RoundState.CLOSED, None, CLOSES)


def test_the_count_button_extends_too(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    round_id = build.opened(app, quorum=3)
    url = URL.format(round_id)

    with build.at(CLOSES):
        answer = build.send(as_("Ada"), f"{url}/close", {}, page=url)

    assert (answer.status_code, answer.location) == (303, url)
    assert row(app, round_id).closes_at == AGAIN


def test_a_co_lead_may_close_early_and_then_has_to_decide(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    round_id = build.opened(app, quorum=3)
    url, ada = URL.format(round_id), as_("Ada")

    answer = build.send(ada, f"{url}/close", {}, page=url)

    assert answer.location == f"{url}/results"
    page = ada.get(answer.location).get_data(as_text=True)
    assert "0 members voted, so the co-leads decide" in page


def test_results_below_the_quorum_need_a_reason_that_everybody_reads(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    round_id = undecided(app)
    url, ada = URL.format(round_id), as_("Ada")

    without = build.send(ada, f"{url}/release", {"because": " "}, page=f"{url}/results")
    reason = {"because": "Half of us were at a conference."}
    answer = build.send(ada, f"{url}/release", reason, page=f"{url}/results")

    assert without.status_code == 422
    assert "Say why, so that members know." in without.get_data(as_text=True)
    assert "Meta Learning" not in without.get_data(as_text=True)
    assert (answer.status_code, answer.location) == (303, f"{url}/results")
    page = as_("Nia").get(answer.location).get_data(as_text=True)
    assert "The co-leads let it count: Half of us were at a conference." in page
    with app.app_context():
        line = db.session.scalars(select(Record).where(Record.what == "round.released")).one()
    assert line.after == reason


def test_a_closed_round_below_its_quorum_can_be_cancelled(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    round_id = undecided(app)
    url, ada = URL.format(round_id), as_("Ada")

    answer = build.send(ada, f"{url}/cancel", {"because": "We ask again in spring."}, page=url)

    assert (answer.status_code, answer.location) == (303, url)
    assert "We ask again in spring." in as_("Nia").get(url).get_data(as_text=True)
    with app.app_context():
        assert set(db.session.scalars(select(Pitch.state))) == {PitchState.OPEN}
        for kept in (Ballot, Standing, Participation):
            assert db.session.scalar(select(func.count()).select_from(kept)) == 0


def test_a_round_below_its_quorum_leaves_levels_and_their_weight_alone(
    app: Flask, cast: dict[str, int]
) -> None:
    undecided(app, rule=RoundRule.FAIR, seats=1)
    with app.app_context():
        assert set(db.session.scalars(select(Membership.level))) == {0}

    following = build.opened(app, titles=["Another"], rule=RoundRule.FAIR)

    assert row(app, following).unit == "0/1"
