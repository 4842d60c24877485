"""Results: the page, round.json, tally.py, receipts, and what small groups are not told."""

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain import tally
from readinggroup.domain.lifecycle import Audience, RoundRule
from readinggroup.models import Round
from tests import build as people
from tests import databases
from tests.conftest import sign_in_as
from tests.voting import build
from tests.voting.build import TITLES, Browser

URL = "/ml-theory/rounds/{}/{}"
VOTES = (
    ("Meta Learning", "Quantum Probability"),
    ("Meta Learning",),
    ("Meta Learning", "Neural Information Retrieval"),
    ("Quantum Probability",),
    ("Quantum Probability",),
    (),
    ("Representation Learning",),
)


def counted(app: Flask, votes: Any = VOTES, *, levels: Any = (), **terms: Any) -> tuple[int, dict[int, str]]:
    """A released round with these ballots; its id, and the receipts by membership."""
    members = build.crowd(app, len(votes), levels=levels)
    round_id = build.opened(app, **terms)
    receipts = build.voted(app, round_id, dict(zip(members, votes, strict=True)))
    build.closed(app, round_id, release=True)
    return round_id, receipts


def recount(client: Any, round_id: int, folder: Path) -> tuple[int, Any]:
    """Count again with nothing but the two files that the site serves; gives exit status and what was printed."""
    for name in ("round.json", "tally.py"):
        answer = client.get(URL.format(round_id, name))
        assert answer.status_code == 200
        (folder / name).write_bytes(answer.data)
    command = [sys.executable, "-I", "tally.py", "round.json"]
    ran = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, timeout=60)
    return ran.returncode, json.loads(ran.stdout) if ran.stdout else ran.stderr


@pytest.mark.parametrize("what", ["round.json", "results"])
def test_nobody_gets_totals_before_the_release(app: Flask, as_: Browser, round_id: int, what: str) -> None:
    build.voted(app, round_id, {m: ["Meta Learning"] for m in build.crowd(app, 6)})
    ada = as_("Ada")

    while_open = ada.get(URL.format(round_id, what))
    build.closed(app, round_id)
    once_closed = ada.get(URL.format(round_id, what))

    assert while_open.status_code == (403 if what == "round.json" else 302)
    assert once_closed.status_code == (403 if what == "round.json" else 200)
    assert "Meta Learning" not in once_closed.get_data(as_text=True)
    assert "digest" not in once_closed.get_data(as_text=True)


@pytest.mark.parametrize("rule", [RoundRule.FAIR, RoundRule.POPULAR])
def test_recount_with_the_served_files_matches(
    app: Flask, as_: Browser, cast: dict[str, int], tmp_path: Path, rule: RoundRule
) -> None:
    round_id, _ = counted(app, rule=rule)
    ids = build.public_ids(app)

    status, told = recount(as_("Nia"), round_id, tmp_path)

    assert (status, told["matches"]) == (0, True)
    assert sorted(told["winners"]) == sorted([ids["Meta Learning"], ids["Quantum Probability"]])


def test_recount_of_a_ranked_round_matches(
    app: Flask, as_: Browser, cast: dict[str, int], tmp_path: Path
) -> None:
    votes = [[["Meta Learning"], ["Quantum Probability", "Representation Learning"]]] * 3
    votes += [[["Quantum Probability"], ["Meta Learning"]]] * 2
    round_id, _ = counted(app, votes, rule=RoundRule.RANKED, seats=1)

    status, told = recount(as_("Nia"), round_id, tmp_path)

    assert (status, told["matches"]) == (0, True)
    assert told["winners"] == [build.public_ids(app)["Meta Learning"]]


def test_round_json_says_all_and_names_nobody_beside_a_ballot(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    round_id, receipts = counted(app)

    told = as_("Mo").get(URL.format(round_id, "round.json")).get_json()

    assert told["format"] == "rg-round-1"
    assert [ballot["receipt"] for ballot in told["ballots"]] == sorted(receipts.values())
    assert {frozenset(ballot) for ballot in told["ballots"]} == {frozenset({"receipt", "level", "approves"})}
    assert tally.commit(told["nonce"]) == told["commit"]
    assert told["participants"] == [f"Voter {n}" for n in range(1, 8)]
    assert told["titles"] == {public_id: title for title, public_id in build.public_ids(app).items()}


def test_served_tally_is_the_file_that_counts(app: Flask, as_: Browser, round_id: int) -> None:
    answer = as_(None).get(URL.format(round_id, "tally.py"))

    assert answer.data == Path(tally.__file__).read_bytes()
    assert answer.content_type == "text/x-python; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_page_tells_standings_reasons_and_what_popular_would_do(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    votes = [("Meta Learning", "Quantum Probability")] * 5 + [("Representation Learning",)] * 4
    round_id, _ = counted(app, votes, rule=RoundRule.FAIR)

    page = as_("Mo").get(URL.format(round_id, "results")).get_data(as_text=True)

    assert re.findall(r"<h3><a[^>]*>([^<]*)</a></h3>", page) == [
        *sorted(["Meta Learning", "Quantum Probability"], key=page.index)[:1],
        "Representation Learning",
        *sorted(["Meta Learning", "Quantum Probability"], key=page.index)[1:],
        "Neural Information Retrieval",
    ]
    assert "Its 5 supporters shared the cost of one place, which brings each to a load of 1/5." in page
    assert "Its 4 supporters shared the cost of one place, which brings each to a load of 1/4." in page
    assert (
        "Its 5 supporters would have shared the cost of one place, which brings each to a load of 2/5" in page
    )
    assert "; all of them had paid for a talk higher up." in page
    assert "Runners-up, in this order:" in page
    assert "That is fewer than the 2 that a pitch needs to win." in page
    assert "Counting the most ticks alone would have chosen" in page
    assert " instead of “Representation Learning”." in page
    assert "the lot put them in this order" in page
    assert _lots(page) == sorted(_lots(page))
    command = html.unescape(re.findall(r'<pre class="commands">(.*?)</pre>', page)[0])
    seed = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True).stdout.split()[0]
    assert seed in page
    assert "Voter 1, Voter 2" in page
    assert "9 members voted" in page


def test_receipt_finds_the_ballot(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    round_id, receipts = counted(app)
    mo, url = as_("Mo"), URL.format(round_id, "results")
    first, *_, blank, _last = receipts.values()

    assert "This ballot ticks “Meta Learning” and “Quantum Probability”." in _asked(mo, url, first.upper())
    assert "This ballot is blank" in _asked(mo, url, blank)
    assert "No ballot of this round has the receipt" in _asked(mo, url, "a" * 16)
    assert "No ballot of this round has the receipt" in _asked(mo, url, "<b>\x00")


def test_receipt_is_asked_for_in_no_address(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    """Addresses stay in the logs of servers and in the history of browsers."""
    round_id, receipts = counted(app)
    mo, url = as_("Mo"), URL.format(round_id, "results")
    receipt = next(iter(receipts.values()))

    page = mo.get(url).get_data(as_text=True)
    asked = mo.get(url, query_string={"receipt": receipt}).get_data(as_text=True)

    form = next(form for form in re.findall("<form.*?</form>", page, re.DOTALL) if 'name="receipt"' in form)
    assert form.startswith(f'<form class="form form-short" method="post" action="{url}#found">')
    assert receipt not in asked
    assert "This ballot" not in asked


def test_nobody_finds_a_ballot_before_the_release(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    members = build.crowd(app, 6)
    round_id = build.opened(app)
    receipts = build.voted(app, round_id, {m: ["Meta Learning"] for m in members})
    build.closed(app, round_id)

    sent = {"receipt": receipts[members[0]]}
    answer = build.send(as_("Ada"), URL.format(round_id, "results"), sent, page="/ml-theory/rounds/new")

    assert answer.status_code == 403
    assert "Meta Learning" not in answer.get_data(as_text=True)


def _asked(client: Any, url: str, receipt: str) -> str:
    page: str = build.send(client, url, {"receipt": receipt}, page=url).get_data(as_text=True)
    return re.sub(r"&#39;", "'", page)


@pytest.mark.parametrize(
    ("votes", "levels", "because"),
    [
        (VOTES[:4], (), "Fewer than 5 ballots were cast."),
        (
            [("Meta Learning",)] * 7,
            (-1, -1, -1, 0, 0, 0, 0),
            "Fewer than 3 ballots came from members of one level",
        ),
    ],
    ids=["four ballots", "two ballots of a level"],
)
def test_small_rounds_publish_totals_alone_and_say_why(
    app: Flask, as_: Browser, cast: dict[str, int], votes: Any, levels: Any, because: str
) -> None:
    members = build.crowd(app, len(votes), levels=levels)
    round_id = build.opened(app, rule=RoundRule.FAIR)
    voting = members[1:] if levels else members
    receipts = build.voted(app, round_id, dict(zip(voting, votes, strict=False)))
    build.closed(app, round_id, release=True)
    mo = as_("Mo")

    told = mo.get(URL.format(round_id, "round.json")).get_json()
    page = mo.get(URL.format(round_id, "results")).get_data(as_text=True)

    assert (told["format"], "ballots" in told) == ("rg-totals-1", False)
    assert told["because"].startswith(because)
    assert told["because"] in page
    assert told["turnout"] == len(receipts)
    assert re.fullmatch("[0-9a-f]{64}", told["digest"])
    assert sorted(told["totals"]) == sorted(build.public_ids(app).values())
    assert "only totals are published" in page
    assert "had been waiting" not in page
    for receipt in receipts.values():
        assert receipt not in json.dumps(told) + page


def test_a_pitch_withdrawn_while_open_is_not_counted_and_it_says_so(
    app: Flask, as_: Browser, cast: dict[str, int], tmp_path: Path
) -> None:
    members = build.crowd(app, 6)
    round_id = build.opened(app)
    build.voted(app, round_id, {m: ["Meta Learning", "Quantum Probability"] for m in members})
    ids = build.public_ids(app)
    build.withdrawn(app, "Meta Learning")
    build.closed(app, round_id, release=True)
    mo = as_("Mo")

    status, told = recount(mo, round_id, tmp_path)

    assert (status, told["winners"]) == (0, [ids["Quantum Probability"]])
    assert ids["Meta Learning"] not in mo.get(URL.format(round_id, "round.json")).get_data(as_text=True)
    page = mo.get(URL.format(round_id, "results")).get_data(as_text=True)
    assert "“Meta Learning” was withdrawn while the round was open." in page


def test_empty_round_has_results(app: Flask, as_: Browser, round_id: int) -> None:
    build.closed(app, round_id, release=True)
    mo = as_("Mo")

    page = mo.get(URL.format(round_id, "results")).get_data(as_text=True)

    assert "Nobody voted." in page
    assert mo.get(URL.format(round_id, "round.json")).get_json()["standings"]["winners"] == []


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    votes=st.lists(st.lists(st.sampled_from(TITLES), unique=True), min_size=5, max_size=9),
    seats=st.integers(1, 4),
    rule=st.sampled_from([RoundRule.FAIR, RoundRule.POPULAR]),
)
def test_recount_equals_the_count_whatever_was_voted(
    app: Flask, tmp_path: Path, votes: list[list[str]], seats: int, rule: RoundRule
) -> None:
    with app.app_context():
        databases.empty()
        group = people.group()
        for name in ("Ada", "Mo"):
            people.member(group, people.user(name), people.Role.CO_LEAD)
        people.saved()
    round_id, _ = counted(app, votes, seats=seats, rule=rule)
    mo = app.test_client()
    sign_in_as(mo, "mo@example.org")

    status, told = recount(mo, round_id, tmp_path)

    assert (status, told["matches"]) == (0, True)
    with app.app_context():
        assert (
            db.session.scalars(select(Round.digest)).one()
            == json.loads((tmp_path / "round.json").read_bytes())["digest"]
        )


def _lots(page: str) -> list[str]:
    """What the pitches of the page's lot drew, in its order."""
    drawn = re.findall(r'<dt>[^<]*, [0-9a-z]+</dt><dd><code class="receipt-small">([0-9a-f]{64})<', page)
    assert len(drawn) == 2
    return drawn


def test_popular_reasons_tell_who_has_more_ticks(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    round_id, _ = counted(
        app, [*VOTES, ("Meta Learning",), ("Representation Learning",)], rule=RoundRule.POPULAR
    )

    page = as_("Mo").get(URL.format(round_id, "results")).get_data(as_text=True)

    reasons = [
        re.sub(r"^.*ballots\. ", "", line) for line in re.findall(r'<p class="soft small">(.*?)</p>', page)
    ]
    assert reasons == [
        "No pitch has more ticks.",
        "Only one pitch has more ticks.",
        "2 pitches have more ticks.",
        "That is fewer than the 2 that a pitch needs to win.",
    ]


def test_fair_reasons_tell_who_had_been_waiting(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    votes = [("Meta Learning",)] * 4 + [("Quantum Probability",)] * 5
    round_id, _ = counted(app, votes, levels=(-1, -1, -1, 0, 0, 0, 0, 0, 0), rule=RoundRule.FAIR, seats=1)

    page = as_("Mo").get(URL.format(round_id, "results")).get_data(as_text=True)

    why = "Its 4 supporters would have shared the cost of one place, which brings each to a load of 1/4"
    assert f"{why}; 3 of them had been waiting." in page


@pytest.mark.parametrize(
    ("at_opening", "later", "seen_by"),
    [
        (Audience.MEMBERS, Audience.PUBLIC, {"Mo", "Ada"}),
        (Audience.PUBLIC, Audience.PUBLIC, {"Mo", "Ada", "Sam", None}),
        (Audience.PUBLIC, Audience.CO_LEADS, {"Ada"}),
    ],
)
def test_nobody_sees_results_whom_the_voters_were_not_told_of(
    app: Flask,
    as_: Browser,
    cast: dict[str, int],
    at_opening: Audience,
    later: Audience,
    seen_by: set[str | None],
) -> None:
    """Secrecy can't be lowered once a round is open."""
    _show_results_to(app, at_opening)
    round_id, _ = counted(app)

    _show_results_to(app, later)

    for who in (None, "Sam", "Mo", "Ada"):
        for what in ("results", "round.json"):
            page = as_(who).get(URL.format(round_id, what)).get_data(as_text=True)
            assert ("Quantum Probability" in page) == (who in seen_by), (who, what)
    assert ("Quantum Probability" in as_(None).get("/ml-theory/rounds/").get_data(as_text=True)) == (
        None in seen_by
    )


def _show_results_to(app: Flask, audience: Audience) -> None:
    with app.app_context():
        build.ours().results_seen_by = audience
        db.session.commit()
