"""The ballot: cast, seen again, changed, left blank, withdrawn, and refused when it is too late."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchKind, RoundRule
from readinggroup.models import Ballot, Record
from readinggroup.pitches.actions import pitch_talk
from readinggroup.pitches.offers import Chapter, Offer
from readinggroup.voting import queries
from tests.build import NOW
from tests.conftest import post
from tests.voting import build
from tests.voting.build import LATER, Browser

URL = "/ml-theory/rounds/{}/ballot"


def ballots(app: Flask) -> list[tuple[int | None, list[str]]]:
    with app.app_context():
        return [(b.membership_id, b.choices) for b in db.session.scalars(select(Ballot))]  # type: ignore[misc]


def ticked(page: str) -> list[str]:
    return sorted(re.findall(r'value="([^"]+)" checked', page))


def receipt_in(page: str) -> str:
    found = re.search(r'class="receipt">([a-z2-7]{16})<', page)
    assert found, page
    return found[1]


def order_of(page: str) -> list[str]:
    return re.findall(r'name="approves" value="([^"]+)"', page)


@pytest.mark.parametrize(
    ("who", "status"), [("Ada", 200), ("Mo", 200), ("Sam", 403), ("Root", 403), (None, 302)]
)
def test_ballot_opens_for_members(as_: Browser, round_id: int, who: str | None, status: int) -> None:
    answer = as_(who).get(URL.format(round_id))

    assert answer.status_code == status
    assert ("Meta Learning" in answer.get_data(as_text=True)) == (status == 200)


def test_ballot_of_the_neighbour_group_is_not_there(as_: Browser, round_id: int) -> None:
    answer = as_("Rex").get(f"/biology/rounds/{round_id}/ballot")

    assert answer.status_code == 404
    assert "Meta Learning" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("rule", [RoundRule.FAIR, RoundRule.RANKED])
def test_chapters_name_their_book_from_the_paper_to_the_ballot(
    app: Flask, as_: Browser, rule: RoundRule
) -> None:
    chapter = Offer(
        title="Boosting", speakers=["Mo"], kind=PitchKind.CHAPTER, chapter=Chapter("Learning theory", 10)
    )
    with app.app_context():
        pitch_talk(build.ours(), chapter, now=NOW, by=build.actor_of("Mo"))
        db.session.commit()
        on_offer = queries.electable_pitches(build.ours())[0].id
    choosing = as_("Ada").get("/ml-theory/rounds/new").get_data(as_text=True)
    round_id = build.opened(app, more=[on_offer], rule=rule)
    paper = as_("Mo").get(f"/ml-theory/rounds/{round_id}").get_data(as_text=True)
    ballot = as_("Mo").get(URL.format(round_id)).get_data(as_text=True)

    assert "Boosting — Mo, chapter 10 of Learning theory" in choosing
    assert "Book chapter 10 of <cite>Learning theory</cite>" in paper
    assert "Mo · book chapter 10 of <cite>Learning theory</cite>" in ballot


def test_cast_is_recorded_and_shown_ticked_without_script(app: Flask, as_: Browser, round_id: int) -> None:
    mo, ids = as_("Mo"), build.public_ids(app)

    answer = post(mo, URL.format(round_id), {"approves": [ids["Meta Learning"], ids["Quantum Probability"]]})

    assert (answer.status_code, answer.location) == (303, URL.format(round_id))
    page = mo.get(answer.location).get_data(as_text=True)
    assert ticked(page) == sorted([ids["Meta Learning"], ids["Quantum Probability"]])
    assert "Recorded at 17:30. You can change it until Saturday 12 Nov, 18:00." in page
    assert "1 of 3 members have voted" in page
    assert len(receipt_in(page)) == 16


def test_cast_again_changes_the_ballot_and_keeps_the_receipt(app: Flask, as_: Browser, round_id: int) -> None:
    mo, ids = as_("Mo"), build.public_ids(app)
    post(mo, URL.format(round_id), {"approves": [ids["Meta Learning"]]})
    first = receipt_in(mo.get(URL.format(round_id)).get_data(as_text=True))

    post(mo, URL.format(round_id), {"approves": [ids["Representation Learning"]]})

    page = mo.get(URL.format(round_id)).get_data(as_text=True)
    assert ticked(page) == [ids["Representation Learning"]]
    assert receipt_in(page) == first
    assert [choices for _, choices in ballots(app)] == [[ids["Representation Learning"]]]


def test_blank_ballot_is_turnout(app: Flask, as_: Browser, round_id: int) -> None:
    mo = as_("Mo")

    post(mo, URL.format(round_id), {})

    page = mo.get(URL.format(round_id)).get_data(as_text=True)
    assert "blank, which counts as turnout" in page
    assert "1 of 3 members have voted" in page
    assert [choices for _, choices in ballots(app)] == [[]]


def test_withdrawn_ballot_is_gone(app: Flask, as_: Browser, round_id: int) -> None:
    mo, ids, url = as_("Mo"), build.public_ids(app), URL.format(round_id)
    post(mo, url, {"approves": [ids["Meta Learning"]]})

    answer = post(mo, f"{url}/withdraw", {}, at=url)

    assert (answer.status_code, answer.location) == (303, url)
    page = mo.get(url).get_data(as_text=True)
    assert "Your ballot is withdrawn." in page
    assert "0 of 3 members have voted" in page
    assert ticked(page) == []
    assert ballots(app) == []


def test_named_twice_counts_once(app: Flask, as_: Browser, round_id: int) -> None:
    ids = build.public_ids(app)

    post(as_("Mo"), URL.format(round_id), {"approves": [ids["Meta Learning"]] * 3})

    assert [choices for _, choices in ballots(app)] == [[ids["Meta Learning"]]]


@pytest.mark.parametrize("foreign", ["nonsense", "", "'; --", "x\x00y", "²"])
def test_what_is_not_on_the_paper_is_refused_in_words(
    app: Flask, as_: Browser, round_id: int, foreign: str
) -> None:
    ids = build.public_ids(app)

    answer = post(as_("Mo"), URL.format(round_id), {"approves": [ids["Meta Learning"], foreign]})

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Your ballot named something that isn&#39;t on this paper" in page
    assert ticked(page) == [ids["Meta Learning"]]
    assert ballots(app) == []


def test_ballot_after_closing_time_is_refused_though_nothing_ran(
    app: Flask, as_: Browser, round_id: int
) -> None:
    mo, ids, url = as_("Mo"), build.public_ids(app), URL.format(round_id)
    post(mo, url, {"approves": [ids["Meta Learning"]]})
    page = mo.get(url).get_data(as_text=True)
    token = build.token_in(page)

    with build.at(LATER):
        late = mo.post(url, data={"csrf_token": token, "approves": [ids["Quantum Probability"]]})
        taken = mo.post(f"{url}/withdraw", data={"csrf_token": token})
        looked = mo.get(url)

    for answer in (late, taken):
        assert answer.status_code == 409
        assert "That came too late" in answer.get_data(as_text=True)
        assert "the ballots are being counted" in answer.get_data(as_text=True)
    assert (looked.status_code, looked.location) == (302, f"/ml-theory/rounds/{round_id}")
    assert [choices for _, choices in ballots(app)] == [[ids["Meta Learning"]]]


def test_ballot_at_the_closing_moment_is_too_late(app: Flask, as_: Browser, round_id: int) -> None:
    mo, url = as_("Mo"), URL.format(round_id)
    token = build.token_in(mo.get(url).get_data(as_text=True))
    closes_at = NOW + timedelta(days=7, hours=2, minutes=30)

    with build.at(closes_at - timedelta(seconds=1)):
        before = mo.post(url, data={"csrf_token": token})
    with build.at(closes_at):
        after = mo.post(url, data={"csrf_token": token})

    assert (before.status_code, after.status_code) == (303, 409)


def test_order_is_each_voters_own_and_stays(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    round_id = build.opened(app, titles=[f"Pitch {n}" for n in range(12)])
    people = {who: as_(who) for who in ("Ada", "Mo", "Nia")}

    first = {who: order_of(b.get(URL.format(round_id)).get_data(as_text=True)) for who, b in people.items()}
    again = {who: order_of(b.get(URL.format(round_id)).get_data(as_text=True)) for who, b in people.items()}

    assert first == again
    assert len({tuple(order) for order in first.values()}) == 3
    assert len({tuple(sorted(order)) for order in first.values()}) == 1


def test_a_pitch_withdrawn_meanwhile_is_marked_and_left_out(app: Flask, as_: Browser, round_id: int) -> None:
    mo, nia, ids, url = as_("Mo"), as_("Nia"), build.public_ids(app), URL.format(round_id)
    token = build.token_in(nia.get(url).get_data(as_text=True))
    build.withdrawn(app, "Meta Learning")

    page = mo.get(url).get_data(as_text=True)
    stale = {"csrf_token": token, "approves": [ids["Meta Learning"], ids["Quantum Probability"]]}
    answer = nia.post(url, data=stale)

    assert "withdrawn, can't win" in page
    assert f'value="{ids["Meta Learning"]}" disabled>' in page
    assert answer.status_code == 303
    assert [choices for _, choices in ballots(app)] == [[ids["Quantum Probability"]]]


def test_ballots_leave_no_line_in_the_record(app: Flask, as_: Browser, round_id: int) -> None:
    def lines() -> list[str]:
        with app.app_context():
            return list(db.session.scalars(select(Record.what)))

    before = lines()

    post(as_("Mo"), URL.format(round_id), {"approves": [build.public_ids(app)["Meta Learning"]]})

    assert lines() == before


def test_ranked_ballot_takes_numbers(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    round_id = build.opened(app, rule=RoundRule.RANKED, seats=1)
    mo, ids, url = as_("Mo"), build.public_ids(app), URL.format(round_id)
    ranks = {"Meta Learning": "2", "Quantum Probability": "1", "Neural Information Retrieval": "2"}

    answer = post(mo, url, {f"rank-{ids[title]}": rank for title, rank in ranks.items()})

    assert answer.status_code == 303
    [(_, tiers)] = ballots(app)
    equal = sorted([ids["Meta Learning"], ids["Neural Information Retrieval"]])
    assert [sorted(tier) for tier in tiers] == [[ids["Quantum Probability"]], equal]
    page = mo.get(url).get_data(as_text=True)
    shown = dict(re.findall(r'name="rank-([^"]+)"[^>]* value="(\d*)"', page))
    assert shown == {ids[title]: ranks.get(title, "") for title in ids}


@pytest.mark.parametrize("typed", ["0", "100", "-1", "1.5", "x", "²", "9" * 40])
def test_ranked_ballot_refuses_what_is_no_rank(
    app: Flask, as_: Browser, cast: dict[str, int], typed: str
) -> None:
    round_id = build.opened(app, rule=RoundRule.RANKED, seats=1)
    ids = build.public_ids(app)

    answer = post(as_("Mo"), URL.format(round_id), {f"rank-{ids['Meta Learning']}": typed})

    assert answer.status_code == 422
    assert "Give a" in answer.get_data(as_text=True)
    assert f'value="{typed}"' in answer.get_data(as_text=True)
    assert ballots(app) == []
