"""Once a round was seen to be over it stays over, even where a clock is set back; what a late ballot said is kept."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import RoundRule, RoundState
from readinggroup.models import Ballot, Round
from readinggroup.voting.ending_actions import close_due_rounds
from tests.build import NOW
from tests.conftest import post
from tests.voting import build
from tests.voting.build import LATER, VOTING, Browser

URL = "/ml-theory/rounds/{}/ballot"


def choices(app: Flask) -> list[object]:
    with app.app_context():
        return list(db.session.scalars(select(Ballot.choices)))


@pytest.mark.parametrize("seen_by", ["a late ballot", "a look"])
def test_clock_set_back_opens_no_round_that_was_seen_to_be_over(
    app: Flask, as_: Browser, round_id: int, seen_by: str
) -> None:
    mo, nia, ids, url = as_("Mo"), as_("Nia"), build.public_ids(app), URL.format(round_id)
    post(mo, url, {"approves": [ids["Meta Learning"]]})
    token = build.token_in(nia.get(url).get_data(as_text=True))
    with build.at(LATER):
        if seen_by == "a look":
            assert "being counted" in nia.get("/ml-theory/rounds/").get_data(as_text=True)
        else:
            assert nia.post(url, data={"csrf_token": token}).status_code == 409

    with build.at(VOTING):
        other = {"approves": [ids["Quantum Probability"]]}
        answers = [build.send(as_(who), url, other, page="/account") for who in ("Nia", "Mo")]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert choices(app) == [[ids["Meta Learning"]]]


def test_refused_ballot_is_shown_as_it_was_sent(app: Flask, as_: Browser, round_id: int) -> None:
    nia, ids, url = as_("Nia"), build.public_ids(app), URL.format(round_id)
    token = build.token_in(nia.get(url).get_data(as_text=True))
    chosen = [ids["Meta Learning"], ids["Quantum Probability"]]

    with build.at(LATER):
        page = nia.post(url, data={"csrf_token": token, "approves": chosen}).get_data(as_text=True)

    assert (
        "The ballot that you sent ticks “Meta Learning” and “Quantum Probability”. It isn't recorded." in page
    )


def test_refused_order_is_shown_as_it_was_sent(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    round_id = build.opened(app, rule=RoundRule.RANKED, seats=1)
    nia, ids, url = as_("Nia"), build.public_ids(app), URL.format(round_id)
    token = build.token_in(nia.get(url).get_data(as_text=True))
    order = {f"rank-{ids['Meta Learning']}": "2", f"rank-{ids['Quantum Probability']}": "1"}

    with build.at(LATER):
        page = nia.post(url, data={"csrf_token": token} | order).get_data(as_text=True)

    assert "The ballot that you sent puts “Quantum Probability”, then “Meta Learning”." in page


def test_extension_for_want_of_a_quorum_takes_ballots_again(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    round_id = build.opened(app, quorum=2)
    nia, url = as_("Nia"), URL.format(round_id)
    token = build.token_in(nia.get(url).get_data(as_text=True))
    with build.at(LATER):
        late = nia.post(url, data={"csrf_token": token})
        with app.app_context(), writing():
            close_due_rounds(LATER)
            commit()
        again = nia.post(url, data={"csrf_token": token})

    assert (late.status_code, again.status_code) == (409, 303)
    with app.app_context():
        found = db.session.get_one(Round, round_id)
        assert (found.state, found.ended_at) == (RoundState.OPEN, None)
        assert found.closes_at > NOW + timedelta(days=7)
