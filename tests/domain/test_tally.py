"""Counting by hand: published elections, and small ones that can be checked with a pencil."""

import json
import subprocess
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest

from readinggroup.domain.tally import (
    Ballot,
    Count,
    DamagedRound,
    Published,
    RoundPaper,
    Threshold,
    Tie,
    canonical,
    commit,
    count,
    digest,
    lot,
    read_round,
    round_json,
    seed,
    threshold,
)

KNOWN = json.loads(Path(__file__).with_name("known_results.json").read_text())["elections"]


def paper(rule: str, seats: int, *ballots: Ballot, **more) -> RoundPaper:
    pitches = more.pop("pitches", tuple(sorted({pitch for ballot in ballots for pitch in ballot.named})))
    return RoundPaper(rule=rule, seats=seats, pitches=pitches, ballots=ballots, **more)


def ticks(approves: str, times: int = 1, *, level: int = 0, receipt: str = "") -> Ballot:
    return Ballot(approves=tuple(approves), times=times, level=level, receipt=receipt)


def ranks(ranking: str, times: int = 1) -> Ballot:
    """``"a bc"`` puts a before b and c, which are equal."""
    return Ballot(ranking=tuple(tuple(tier) for tier in ranking.split()), times=times)


def standing_of(counted: Count, pitch: str):
    return next(standing for standing in counted.standings if standing.pitch == pitch)


def shell(script: str, *arguments: str) -> str:
    done = subprocess.run(["sh", "-c", script, "sh", *arguments], capture_output=True, text=True, check=True)
    return done.stdout.split()[0]


@pytest.mark.parametrize("election", KNOWN, ids=[election["id"] for election in KNOWN])
@pytest.mark.parametrize("nonce", ["", "2022", "another"])
def test_count_gives_a_published_outcome(election, nonce):
    ballots = [
        Ballot(
            approves=tuple(ballot.get("approve", ())),
            ranking=tuple(tuple(tier) for tier in ballot.get("ranking", ())),
            times=ballot["count"],
        )
        for ballot in election["ballots"]
    ]

    counted = count(
        paper(election["rule"], election["k"], *ballots, pitches=tuple(election["candidates"]), nonce=nonce)
    )

    if "committees" in election:
        committees = [set(committee) for committee in election["committees"]]
        assert set(counted.winners) in committees
    else:
        assert list(counted.winners) == election["winners"]
    assert list(counted.order) == election.get("order", list(counted.order))


def test_fair_shares_the_cost_of_a_talk_among_its_supporters():
    counted = count(paper("fair", 2, ticks("ab", 3), ticks("c", 2), ticks("")))

    first, second, third = counted.standings
    assert {first.pitch, third.pitch} == {"a", "b"}
    assert second.pitch == "c"
    assert [standing.load for standing in counted.standings] == [
        Fraction(1, 3),
        Fraction(1, 2),
        Fraction(2, 3),
    ]
    assert [standing.had_won for standing in counted.standings] == [0, 0, 3]
    assert counted.loads == (Fraction(1, 3), Fraction(1, 2), Fraction(0))


def test_fair_lets_those_who_waited_go_first():
    waiting, served = ticks("a", 3, level=-1), ticks("b", 4, level=1)

    even = count(paper("fair", 1, ticks("a", 3), ticks("b", 4)))
    balanced = count(paper("fair", 1, waiting, served, unit=Fraction(1, 7)))

    assert even.winners == ("b",)
    assert balanced.winners == ("a",)
    assert standing_of(balanced, "a")[2:6] == (3, 0, 1, True)
    assert standing_of(balanced, "b").served == 4
    assert standing_of(balanced, "a").load == Fraction(1, 3) - Fraction(1, 7)


def test_fair_never_lowers_a_load_that_is_above_the_water():
    ballots = (ticks("a", 2, level=-1), ticks("a", 1, level=1))

    counted = count(paper("fair", 1, *ballots, unit=Fraction(1)))

    assert standing_of(counted, "a").load == Fraction(-1, 2)
    assert standing_of(counted, "a").sharing == 2
    assert counted.loads == (Fraction(-1, 2), Fraction(1))


def test_fair_wakes_the_served_once_the_water_reaches_them():
    ballots = (ticks("a", 2, level=-1), ticks("a", 1, level=1))

    counted = count(paper("fair", 1, *ballots, unit=Fraction(1, 5)))

    assert standing_of(counted, "a").sharing == 3
    assert counted.loads == (Fraction(4, 15), Fraction(4, 15))


def test_fair_loads_count_the_elected_talks_only():
    short = count(paper("fair", 1, ticks("ab", 2), ticks("b", 2)))
    long = count(paper("fair", 5, ticks("ab", 2), ticks("b", 2)))

    assert short.order == long.order == ("b", "a")
    assert short.loads == (Fraction(1, 4), Fraction(1, 4))
    assert long.loads == (Fraction(3, 4), Fraction(1, 4))


def test_popular_takes_most_approvals():
    counted = count(paper("popular", 2, ticks("ab", 5), ticks("c", 4)))

    assert set(counted.winners) == {"a", "b"}
    assert counted.order[2] == "c"
    assert counted.loads == ()


def test_ranked_opens_a_cycle_at_its_weakest_duel():
    """a beats b 3:2, b beats c 5:2, c beats a 4:3; so b reaches a by 4, and c reaches b by 3 only."""
    counted = count(paper("ranked", 1, ranks("a b", 3), ranks("b c", 2), ranks("c ab", 2)))

    assert counted.order == ("b", "c", "a")
    assert [standing.beats for standing in counted.standings] == [2, 1, 0]
    assert [standing.approvals for standing in counted.standings] == [7, 4, 5]


def test_ranked_puts_the_unranked_last_and_equal():
    counted = count(paper("ranked", 1, ranks("a", 3), ranks("bc", 2)))

    assert counted.order[0] == "a"
    assert counted.ties == (Tie(counted.order[1:], "lot"),)


def test_ranked_ignores_what_is_below_the_threshold():
    counted = count(paper("ranked", 1, ranks("a", 4), ranks("x a", 1), ranks("b", 2)))

    assert counted.order == ("a", "b", "x")
    assert [standing.reached for standing in counted.standings] == [True, True, False]


@pytest.mark.parametrize(
    ("ballots", "needs", "approvals"),
    [
        (0, Threshold(), 2),
        (20, Threshold(), 2),
        (21, Threshold(), 3),
        (30, Threshold(), 3),
        (7, Threshold(0, 0), 0),
        (7, Threshold(1, 100), 7),
        (7, Threshold(9, 1), 9),
    ],
)
def test_threshold_rounds_up(ballots, needs, approvals):
    assert threshold(ballots, needs) == approvals


@pytest.mark.parametrize("rule", ["fair", "popular"])
def test_count_leaves_a_seat_free_rather_than_go_below_the_threshold(rule):
    counted = count(paper(rule, 3, ticks("ab", 2), ticks("c"), pitches=("d", "c", "b", "a")))

    assert set(counted.winners) == {"a", "b"}
    assert counted.order[2:] == ("c", "d")
    assert counted.threshold == 2


def test_count_measures_the_threshold_on_all_ballots_blank_ones_too():
    counted = count(paper("popular", 1, ticks("a", 2), ticks("", 19)))

    assert (counted.turnout, counted.threshold, counted.winners) == (21, 3, ())


@pytest.mark.parametrize("rule", ["fair", "popular", "ranked"])
def test_count_puts_what_nobody_approved_last_in_the_order_of_the_lot(rule):
    ballot = ranks("a", 2) if rule == "ranked" else ticks("a", 2)
    the_paper = paper(rule, 1, ballot, pitches=("x", "y", "a", "z"), round="r7", nonce="n")

    counted = count(the_paper)

    drawn = sorted("xyz", key=lambda pitch: lot(seed("r7", "n", digest(the_paper)), pitch))
    assert counted.order == ("a", *drawn)
    assert counted.ties == (Tie(tuple(drawn), "lot"),)


@pytest.mark.parametrize("rule", ["fair", "popular", "ranked"])
def test_count_of_no_ballots_elects_nobody(rule):
    counted = count(paper(rule, 2, pitches=("a", "b")))

    assert (counted.winners, set(counted.order), counted.turnout) == ((), {"a", "b"}, 0)


def test_fair_breaks_a_tie_by_approvals_before_the_lot():
    """The third supporter of b carries a half already, to which two raise either pitch; it shares nothing."""
    ballots = (ticks("a", 2), ticks("b", 2), ticks("b", 1, level=1))

    counted = count(paper("fair", 1, *ballots, unit=Fraction(1, 2)))

    assert counted.order == ("b", "a")
    assert counted.ties == (Tie(("b", "a"), "approvals"),)
    assert (standing_of(counted, "b").sharing, standing_of(counted, "b").load) == (2, Fraction(1, 2))


def test_a_tie_that_shrinks_is_told_once():
    counted = count(paper("fair", 3, ticks("a", 2), ticks("b", 2), ticks("c", 2), nonce="n"))

    assert counted.ties == (Tie(counted.order, "lot"),)


def test_ranked_breaks_a_tie_by_approvals():
    counted = count(paper("ranked", 1, ranks("a b", 2), ranks("b", 2)))

    assert counted.order == ("b", "a")
    assert counted.ties == (Tie(("b", "a"), "approvals"),)


def test_canonical_file_has_a_sorted_line_for_each_ballot():
    the_paper = paper("fair", 1, ticks("ba", receipt="q2", level=-1), ticks("", 2, receipt="p1", level=1))

    assert "".join(canonical(the_paper)) == "p1\t1\t\np1\t1\t\nq2\t-1\ta,b\n"


def test_canonical_file_of_a_ranked_round_joins_tiers():
    assert list(canonical(paper("ranked", 1, ranks("c ba")))) == ["\t0\tc>a=b\n"]


def test_lot_can_be_drawn_with_sha256sum(tmp_path):
    ballots = (ticks("ñb", receipt="q2"), ticks("bñ", receipt="p1", level=1))
    the_paper = paper("popular", 1, *ballots, round="r1", nonce="00ff")
    file = tmp_path / "ballots.txt"
    file.write_bytes("".join(reversed(list(canonical(the_paper)))).encode())

    file_digest = shell('LC_ALL=C sort "$1" | sha256sum', str(file))
    round_seed = shell(r"printf 'rg-tie-v1\n%s\n%s\n%s\n' r1 00ff $1 | sha256sum", file_digest)
    drawn = sorted("bñ", key=lambda pitch: shell(r"printf '%s\n%s\n' $1 $2 | sha256sum", round_seed, pitch))

    assert file_digest == digest(the_paper)
    assert round_seed == seed("r1", "00ff", file_digest)
    assert count(the_paper).order == tuple(drawn)
    assert shell("printf %s 00ff | sha256sum") == commit("00ff")


@pytest.mark.parametrize(
    ("ballots", "more", "words"),
    [
        ([ticks("ab"), ticks("z")], {"pitches": ("a", "b")}, "ballot 2: it names a pitch that is not on"),
        ([ticks("aa")], {}, "ballot 1: it names 'a' twice"),
        ([ticks("a", level=2)], {}, "ballot 1: its level is not"),
        ([ticks("a", 0)], {}, "its count is below 1"),
        ([ranks("a")], {}, 'it has "ranking"'),
        ([ticks("a", receipt="r"), ticks("b", receipt="r")], {}, "the receipt 'r' is there twice"),
        ([ticks("a", receipt="r\ts")], {}, "a receipt has a control character"),
        ([ticks("a", 10_000_001)], {}, "more than 10000000"),
        ([ticks("a")], {"pitches": ("a", "a")}, "pitches: 'a' is there twice"),
        ([], {"pitches": ("a,b",)}, "pitches: an id"),
        ([], {"pitches": ("",)}, "pitches: an id"),
        ([], {"nonce": "a\nb"}, "round or nonce"),
        ([], {"unit": Fraction(-1, 2)}, "unit"),
        ([], {"threshold": Threshold(2, 101)}, "threshold"),
        ([], {"digest": "0" * 64}, "digest"),
    ],
)
def test_a_paper_that_contradicts_itself_is_refused(ballots, more, words):
    with pytest.raises(DamagedRound, match=words):
        paper("fair", 1, *ballots, **more)


@pytest.mark.parametrize(("rule", "seats"), [("borda", 1), ("fair", 0)])
def test_a_paper_needs_a_rule_and_a_seat(rule, seats):
    with pytest.raises(DamagedRound):
        paper(rule, seats)


@pytest.mark.parametrize("ranked", [False, True])
def test_round_json_is_read_back_as_the_same_round(ranked):
    ballots = (
        [ranks("a bc", 3), ranks("b")] if ranked else [ticks("ac", 3, level=-1, receipt="r"), ticks("b")]
    )
    the_paper = paper("ranked" if ranked else "fair", 2, *ballots, unit=Fraction(2, 9), round="r", nonce="n")
    counted = count(the_paper)

    again = read_round(BytesIO(json.dumps(round_json(the_paper, counted)).encode()))

    assert count(again).order == counted.order
    assert again.standings == Published(counted.order, counted.winners)
    assert (again.digest, again.unit, again.threshold) == (digest(the_paper), the_paper.unit, Threshold())


def test_standings_tell_who_supported_a_winner():
    ballots = (ticks("ab", 2, level=-1), ticks("a", 2, level=1), ticks("x"))

    counted = count(paper("fair", 2, *ballots, unit=Fraction(1, 6)))

    told = [
        (s.pitch, s.approvals, s.waiting, s.served, s.sharing, s.had_won, s.reached)
        for s in counted.standings
    ]
    assert told == [
        ("a", 4, 2, 2, 4, 0, True),
        ("b", 2, 2, 0, 2, 2, True),
        ("x", 1, 0, 0, 0, 0, False),
    ]
