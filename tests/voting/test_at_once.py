"""Many at once: two members, one member twice, and a ballot while the round is being closed."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import RoundState
from readinggroup.models import Ballot, Participation, Round
from tests.conftest import token_in
from tests.voting import build
from tests.voting.build import Browser

URL = "/ml-theory/rounds/{}/ballot"


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all ``calls`` at the same moment; gives what each gave, in their order."""
    gate, given = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number: int) -> None:
        gate.wait()
        given[number] = calls[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return given


def sending(client: FlaskClient, url: str, page: str, **fields: Any) -> Callable[[], tuple[int, str]]:
    """A call that posts ``fields`` with a token that was fetched beforehand; gives status and page."""
    form = {"csrf_token": token_in(client.get(page).get_data(as_text=True)), **fields}

    def send() -> tuple[int, str]:
        answer = client.post(url, data=form)
        return answer.status_code, answer.get_data(as_text=True)

    return send


def ballots(app: Flask) -> list[tuple[int | None, Any]]:
    with app.app_context():
        return [(b.membership_id, b.choices) for b in db.session.scalars(select(Ballot))]


def test_two_members_at_once_have_one_ballot_each(app: Flask, as_: Browser, round_id: int) -> None:
    ids, url = build.public_ids(app), URL.format(round_id)
    calls = [
        sending(as_("Mo"), url, url, approves=[ids["Meta Learning"]]),
        sending(as_("Nia"), url, url, approves=[ids["Quantum Probability"]]),
    ]

    given = together(calls)

    assert [status for status, _ in given] == [303, 303]
    assert sorted(choices for _, choices in ballots(app)) == sorted(
        [[ids["Meta Learning"]], [ids["Quantum Probability"]]]
    )


def test_one_member_many_times_at_once_has_one_ballot(app: Flask, as_: Browser, round_id: int) -> None:
    ids, url = build.public_ids(app), URL.format(round_id)
    browsers = [as_("Mo") for _ in range(5)]
    calls = [sending(browser, url, url, approves=[ids["Meta Learning"]]) for browser in browsers]

    given = together(calls)

    assert [status for status, _ in given] == [303] * 5
    assert [choices for _, choices in ballots(app)] == [[ids["Meta Learning"]]]


def test_close_against_vote_loses_and_adds_nothing(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    ada, voters = as_("Ada"), [as_("Mo"), as_("Nia")]
    for turn in range(4):
        round_id = build.opened(app, titles=[f"Talk {turn}", f"Other {turn}"])
        url, show = URL.format(round_id), f"/ml-theory/rounds/{round_id}"
        calls = [sending(voter, url, url) for voter in voters]

        *votes, closing = together([*calls, sending(ada, f"{show}/close", show)])

        recorded = [status for status, _ in votes].count(303)
        assert closing[0] == 303
        for status, page in votes:
            assert status == 303 or (status == 409 and "That came too late" in page)
        with app.app_context():
            closed = db.session.get_one(Round, round_id)
            kept = select(func.count()).where(Ballot.round_id == round_id)
            took_part = select(func.count()).where(Participation.round_id == round_id)
            assert closed.state is RoundState.CLOSED
            assert (closed.turnout, db.session.scalar(kept), db.session.scalar(took_part)) == (recorded,) * 3


def test_two_co_leads_opening_at_once_open_one_round(app: Flask, as_: Browser) -> None:
    with app.app_context():
        made = [pitch.id for pitch in build.pitches()]
        db.session.commit()
    fields = {
        "title": "Talks",
        "pitches": made,
        "seats": "2",
        "rule": "fair",
        "closes_at": "2022-11-12T18:00",
        "threshold_min": "2",
        "threshold_percent": "10",
    }
    new = "/ml-theory/rounds/new"
    browsers = [as_("Ada"), as_("Ada")]

    given = together([sending(browser, new, new, **fields) for browser in browsers])

    assert sorted(status for status, _ in given) == [303, 422]
    refused = next(page for status, page in given if status == 422)
    assert "A round is open already." in refused or "isn&#39;t open any more" in refused
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Round)) == 1


def test_two_co_leads_closing_at_once_count_once(app: Flask, as_: Browser, round_id: int) -> None:
    show = f"/ml-theory/rounds/{round_id}"
    build.voted(app, round_id, {m: ["Meta Learning"] for m in build.crowd(app, 5)})
    browsers = [as_("Ada"), as_("Ada")]

    given = together([sending(browser, f"{show}/close", show) for browser in browsers])

    assert sorted(status for status, _ in given) == [303, 409]
    assert len(ballots(app)) == 5
