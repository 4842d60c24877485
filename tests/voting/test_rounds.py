"""The list of rounds, opening one, and what co-leads do with it: close, publish, cancel."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState, RoundRule, RoundState
from readinggroup.models import Ballot, Group, Membership, Notice, Pitch, Record, Round
from tests.build import NOW
from tests.conftest import post, token_in
from tests.voting import build
from tests.voting.build import LATER, Browser

LIST = "/ml-theory/rounds/"
NEW = "/ml-theory/rounds/new"


def states(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {title: state.value for title, state in db.session.execute(select(Pitch.title, Pitch.state))}


def the_round(app: Flask) -> Round:
    with app.app_context():
        return db.session.scalars(select(Round)).one()


def made_pitches(app: Flask) -> dict[str, int]:
    with app.app_context():
        made = {pitch.title: pitch.id for pitch in build.pitches()}
        db.session.commit()
        return made


def fields(**other: Any) -> dict[str, Any]:
    return {
        "title": "Talks of November",
        "seats": "4",
        "rule": "popular",
        "closes_at": "2022-11-12T18:00",
        "threshold_min": "2",
        "threshold_percent": "10",
    } | other


# --- opening ----------------------------------------------------------------------------------------------


def test_new_round_offers_every_open_pitch_ticked(app: Flask, as_: Browser) -> None:
    made = made_pitches(app)

    page = as_("Ada").get(NEW).get_data(as_text=True)

    boxes = re.findall(r'<input checked id="pitches-\d" name="pitches" type="checkbox" value="(\d+)">', page)
    assert sorted(map(int, boxes)) == sorted(made.values())
    assert "As clocks in Edmonton show it (UTC-07:00)." in page
    assert 'value="2022-11-12T18:00"' in page


def test_new_round_opens_over_the_chosen_pitches(app: Flask, as_: Browser) -> None:
    made = made_pitches(app)
    chosen = [made["Meta Learning"], made["Quantum Probability"]]

    answer = post(as_("Ada"), NEW, fields(pitches=chosen))

    opened = the_round(app)
    assert (answer.status_code, answer.location) == (303, f"{LIST}{opened.id}")
    assert (opened.number, opened.title, opened.seats, opened.rule) == (
        1,
        "Talks of November",
        4,
        RoundRule.POPULAR,
    )
    assert opened.state is RoundState.OPEN
    assert opened.closes_at.isoformat() == "2022-11-13T01:00:00+00:00"
    assert re.fullmatch("[0-9a-f]{64}", opened.nonce_commit or "")
    assert states(app) == {
        "Meta Learning": "in_round",
        "Quantum Probability": "in_round",
        "Neural Information Retrieval": "open",
        "Representation Learning": "open",
    }


def test_open_round_shows_the_commitment_and_never_the_nonce(app: Flask, as_: Browser, round_id: int) -> None:
    opened = the_round(app)

    page = as_("Ada").get(f"{LIST}{round_id}").get_data(as_text=True)

    assert opened.nonce_commit
    assert opened.nonce_commit in page
    assert opened.nonce
    assert opened.nonce not in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": "  "}, "Give the round a title."),
        ({"title": "x" * 201}, "Field cannot be longer than 200 characters."),
        ({"pitches": []}, "Choose at least one pitch."),
        ({"pitches": ["999999"]}, "A pitch that you chose isn&#39;t open any more."),
        ({"pitches": ["²"]}, "A pitch that you chose isn&#39;t open any more."),
        ({"seats": "0"}, "Give a number from 1 to 50."),
        ({"seats": ""}, "Say how many talks can win."),
        ({"seats": "99999999999999999999"}, "Give a whole number."),
        ({"rule": "dictator"}, "Not a valid choice."),
        ({"closes_at": "2022-11-05T15:00"}, "Give a time that is still to come."),
        ({"closes_at": "tomorrow"}, "Give a date and a time"),
        ({"closes_at": ""}, "Say when it closes."),
        ({"threshold_percent": "101"}, "Give a number from 0 to 100."),
    ],
)
def test_new_round_refuses_in_words_and_keeps_what_was_typed(
    app: Flask, as_: Browser, wrong: dict[str, Any], words: str
) -> None:
    made = made_pitches(app)
    sent = fields(pitches=list(made.values())) | {"title": "My own title"} | wrong

    answer = post(as_("Ada"), NEW, sent)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert "title" in wrong or 'value="My own title"' in page
    assert set(states(app).values()) == {"open"}


def test_a_group_has_one_open_round(app: Flask, as_: Browser, round_id: int) -> None:
    with app.app_context():
        more = [pitch.id for pitch in build.pitches(["One more"])]
        db.session.commit()
    ada = as_("Ada")

    page = ada.get(NEW).get_data(as_text=True)
    answer = build.send(ada, NEW, fields(pitches=more), page=f"{LIST}{round_id}")

    assert "Round 1 is still open" in page
    assert answer.status_code == 422
    assert "A round is open already." in answer.get_data(as_text=True)
    assert states(app)["One more"] == "open"


def test_opening_owes_every_voter_a_notice(app: Flask, cast: dict[str, int], round_id: int) -> None:
    with app.app_context():
        owed = db.session.execute(select(Notice.recipient, Notice.kind, Notice.words)).all()

    assert sorted((to, kind) for to, kind, _ in owed) == [
        (f"{who}@example.org", "round.opened") for who in ("ada", "mo", "nia")
    ]
    assert owed[0].words["closes"] == "Saturday 12 November 2022, 18:00 Edmonton, UTC-07:00"
    assert owed[0].words["path"] == f"/ml-theory/rounds/{round_id}/ballot"


@pytest.mark.parametrize("who", ["Mo", "Sam", "Root"])
def test_only_co_leads_open_and_end_rounds(app: Flask, as_: Browser, round_id: int, who: str) -> None:
    client = as_(who)
    token = token_in(client.get("/").get_data(as_text=True))

    assert client.get(NEW).status_code == 403
    for verb in ("close", "release", "cancel"):
        answer = client.post(f"{LIST}{round_id}/{verb}", data={"csrf_token": token, "because": "No."})
        assert answer.status_code == 403, verb
    assert the_round(app).state is RoundState.OPEN


# --- the list ---------------------------------------------------------------------------------------------


def test_list_tells_visitors_of_the_round_without_its_turnout(
    app: Flask, as_: Browser, round_id: int
) -> None:
    page = as_(None).get(LIST).get_data(as_text=True)

    assert "Round 1 is open" in page
    assert "4 pitches, 2 places." in page
    assert "have voted" not in page
    assert "Sign in" in page


def test_list_tells_members_turnout_and_whether_they_voted(app: Flask, as_: Browser, round_id: int) -> None:
    mo, nia = as_("Mo"), as_("Nia")
    post(mo, f"{LIST}{round_id}/ballot", {})

    assert "1 of 3 members have voted" in nia.get(LIST).get_data(as_text=True)
    assert "Look at my ballot" in mo.get(LIST).get_data(as_text=True)
    assert "Look at my ballot" not in nia.get(LIST).get_data(as_text=True)


def test_list_takes_as_many_queries_for_three_rounds_as_for_one(app: Flask, as_: Browser) -> None:
    mo, numbers = as_("Mo"), []
    for n in range(3):
        round_id = build.opened(app, titles=[f"Talk {n}", f"Other {n}"])
        build.closed(app, round_id, release=True, now=NOW + timedelta(hours=2 + n))
        with build.statements_of(app) as statements:
            page = mo.get(LIST).get_data(as_text=True)
        assert f"Round {n + 1}" in page
        numbers.append(len(statements))

    assert numbers[0] == numbers[2]


# --- closing, publishing ----------------------------------------------------------------------------------


def test_close_counts_and_keeps_it_to_itself(app: Flask, as_: Browser, round_id: int) -> None:
    ada = as_("Ada")
    build.voted(app, round_id, {m: ["Meta Learning"] for m in build.crowd(app, 6)})

    answer = build.send(ada, f"{LIST}{round_id}/close", {}, page=f"{LIST}{round_id}")

    assert (answer.status_code, answer.location) == (303, f"{LIST}{round_id}/results")
    closed = the_round(app)
    assert (closed.state, closed.turnout, closed.closed_at) == (RoundState.CLOSED, 6, build.VOTING)
    assert set(states(app).values()) == {"in_round"}
    page = ada.get(answer.location).get_data(as_text=True)
    assert "The results aren&#39;t published yet" in page or "The results aren't published yet" in page
    assert "Publish the results" in page
    assert "Meta Learning" not in page


def test_release_publishes_to_all_at_once(app: Flask, as_: Browser, round_id: int) -> None:
    ada, url = as_("Ada"), f"{LIST}{round_id}/results"
    votes = ["Meta Learning", "Representation Learning"]
    build.voted(app, round_id, dict.fromkeys(build.crowd(app, 6), votes))
    build.closed(app, round_id)

    answer = build.send(ada, f"{LIST}{round_id}/release", {}, page=url)

    assert (answer.status_code, answer.location) == (303, url)
    assert states(app) == {
        "Meta Learning": PitchState.WON,
        "Representation Learning": PitchState.WON,
        "Quantum Probability": PitchState.OPEN,
        "Neural Information Retrieval": PitchState.OPEN,
    }
    with app.app_context():
        waited = dict(db.session.execute(select(Pitch.title, Pitch.rounds_waited)).all())
        told = list(db.session.scalars(select(Notice.recipient).where(Notice.kind == "round.released")))
    assert waited == {
        "Meta Learning": 0,
        "Representation Learning": 0,
        "Quantum Probability": 1,
        "Neural Information Retrieval": 1,
    }
    assert len(told) == 9
    assert "Meta Learning" in as_("Nia").get(url).get_data(as_text=True)


def test_close_and_release_happen_once(app: Flask, as_: Browser, round_id: int) -> None:
    ada = as_("Ada")
    token = token_in(ada.get(f"{LIST}{round_id}").get_data(as_text=True))

    def push(verb: str) -> tuple[int, str]:
        answer = ada.post(
            f"{LIST}{round_id}/{verb}", data={"csrf_token": token, "because": "Changed our minds"}
        )
        return answer.status_code, answer.get_data(as_text=True)

    assert push("release")[0] == 409
    assert push("close")[0] == 303
    status, page = push("close")
    assert (status, "The round was closed already." in page) == (409, True)
    status, page = push("cancel")
    assert (status, "can&#39;t be cancelled" in page) == (409, True)
    assert push("release")[0] == 303
    assert push("release")[0] == 409


def test_due_rounds_are_closed_by_the_site(app: Flask, round_id: int) -> None:
    from readinggroup.db import commit, writing
    from readinggroup.voting.ending_actions import close_due_rounds

    def run(now: Any) -> int:
        with app.app_context(), writing():
            closed = close_due_rounds(now)
            commit()
            return closed

    assert run(build.VOTING) == 0
    assert run(LATER) == 1
    assert run(LATER) == 0
    closed = the_round(app)
    assert (closed.state, closed.closed_at) == (RoundState.CLOSED, closed.closes_at)


def test_a_clock_set_back_opens_no_closed_round(app: Flask, as_: Browser, round_id: int) -> None:
    build.closed(app, round_id)

    with build.at(NOW + timedelta(minutes=1)):
        answer = build.send(as_("Mo"), f"{LIST}{round_id}/ballot", {}, page=LIST)

    assert answer.status_code == 409


def test_cancel_needs_a_reason_and_deletes_the_ballots(app: Flask, as_: Browser, round_id: int) -> None:
    ada, url = as_("Ada"), f"{LIST}{round_id}"
    build.voted(app, round_id, {m: ["Meta Learning"] for m in build.crowd(app, 2)})

    without = build.send(ada, f"{url}/cancel", {"because": " "}, page=url)
    answer = build.send(ada, f"{url}/cancel", {"because": "A pitch was missing."}, page=url)

    assert without.status_code == 422
    assert "Say why, so that members know." in without.get_data(as_text=True)
    assert (answer.status_code, answer.location) == (303, url)
    assert "A pitch was missing." in as_("Nia").get(url).get_data(as_text=True)
    assert set(states(app).values()) == {"open"}
    with app.app_context():
        assert db.session.scalars(select(Ballot)).all() == []
    assert as_("Nia").get(f"{url}/round.json").status_code == 403


def test_what_happens_to_a_round_is_on_the_record_without_totals(app: Flask, round_id: int) -> None:
    build.voted(app, round_id, {m: ["Meta Learning"] for m in build.crowd(app, 6)})
    build.closed(app, round_id, release=True)

    with app.app_context():
        lines = db.session.execute(
            select(Record.what, Record.before, Record.after)
            .where(Record.thing == "round")
            .order_by(Record.id)
        ).all()
    assert [line.what for line in lines] == ["round.opened", "round.closed", "round.released"]
    fixed = ["closes_at", "commit", "pitches", "quorum", "results_seen_by", "rule", "seats", "title"]
    assert sorted(lines[0].after) == fixed
    assert [(line.before, line.after) for line in lines[1:]] == [({}, {}), ({}, {})]


def test_opening_and_ending_raise_the_public_version(app: Flask, round_id: int) -> None:
    def version() -> int:
        with app.app_context():
            return db.session.scalars(select(Group.public_version).where(Group.slug == "ml-theory")).one()

    opened = version()
    build.closed(app, round_id, release=True)

    assert version() > opened


# --- levels -----------------------------------------------------------------------------------------------


def test_opening_merges_levels_of_fewer_than_three(app: Flask, cast: dict[str, int]) -> None:
    ids = build.crowd(app, 6, levels=(-1, -1, -1, 1, 1, 0))

    build.opened(app, rule=RoundRule.FAIR)

    with app.app_context():
        levels = dict(db.session.execute(select(Membership.id, Membership.level)).all())
    assert [levels[i] for i in ids] == [-1, -1, -1, 0, 0, 0]


def test_closing_a_fair_round_writes_the_levels_of_the_next(app: Flask, cast: dict[str, int]) -> None:
    ids = build.crowd(app, 9)
    round_id = build.opened(app, rule=RoundRule.FAIR, seats=1)
    build.voted(app, round_id, {m: ["Meta Learning"] for m in ids[:3]} | {ids[3]: ["Quantum Probability"]})

    build.closed(app, round_id)

    with app.app_context():
        levels = dict(db.session.execute(select(Membership.id, Membership.level)).all())
    second = build.opened(app, titles=["Another", "And another"], rule=RoundRule.FAIR)
    with app.app_context():
        unit = db.session.get_one(Round, second).unit
    assert [levels[i] for i in ids[:3]] == [1, 1, 1]
    assert {levels[i] for i in ids[3:]} == {0}
    assert unit == "1/4"


@pytest.mark.parametrize("rule", [RoundRule.POPULAR, RoundRule.RANKED])
def test_other_rules_leave_the_levels_alone(app: Flask, cast: dict[str, int], rule: RoundRule) -> None:
    ids = build.crowd(app, 6, levels=(-1, 1))
    round_id = build.opened(app, rule=rule)
    choices: list[Any] = [["Meta Learning"]] if rule is RoundRule.RANKED else ["Meta Learning"]
    build.voted(app, round_id, dict.fromkeys(ids, choices))

    build.closed(app, round_id)

    with app.app_context():
        levels = dict(db.session.execute(select(Membership.id, Membership.level)).all())
        assert {ballot.level for ballot in db.session.scalars(select(Ballot))} == {0}
    assert [levels[i] for i in ids] == [-1, 1, 0, 0, 0, 0]
