"""Levels, units, quorum, and when ballots hide their voters."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readinggroup.domain.season import (
    levels_at_close,
    may_show_ballots,
    merge_small_classes,
    next_unit,
    quorum,
)
from readinggroup.domain.tally import Ballot, RoundPaper, count

NONE_YET = Fraction(0)


def test_levels_at_close_tell_the_served_from_the_waiting():
    """Four vote for two seats: a share is a half, the mean of the loads over all five is 2/5."""
    levels = dict.fromkeys(["Ada", "Mo", "Nia", "Sam", "Rex"], 0)
    loads = {
        "Ada": Fraction(1),
        "Mo": Fraction(1, 2),
        "Nia": Fraction(1, 2),
        "Sam": Fraction(0),
    }

    after = levels_at_close(levels, loads, unit=NONE_YET, seats=2, turnout=4)

    assert after == {"Ada": 1, "Mo": 0, "Nia": 0, "Sam": -1, "Rex": -1}


def test_levels_at_close_keep_the_level_of_who_stayed_away():
    levels = {"Ada": 1, "Mo": 0, "Nia": -1}

    after = levels_at_close(levels, {"Mo": Fraction(0)}, unit=Fraction(1), seats=1, turnout=1)

    assert after == levels


@pytest.mark.parametrize(
    ("load", "level"),
    [(Fraction(1, 2), 0), (Fraction(51, 100), 1), (Fraction(9), 1)],
)
def test_levels_at_close_round_halves_towards_nought_and_clip(load, level):
    """Ada and Mo lie as far above and below their mean as ``load``, and a share is 1."""
    after = levels_at_close(
        {"Ada": 0, "Mo": 0}, {"Ada": load, "Mo": -load}, unit=NONE_YET, seats=3, turnout=3
    )

    assert after == {"Ada": level, "Mo": -level}


def test_levels_at_close_leave_out_who_is_no_longer_active():
    after = levels_at_close(
        {"Ada": 0, "Mo": 0},
        {"Ada": Fraction(1), "Mo": Fraction(1), "Rex": Fraction(50)},
        unit=NONE_YET,
        seats=1,
        turnout=3,
    )

    assert after == {"Ada": 0, "Mo": 0}


def test_levels_at_close_stay_when_nobody_voted():
    assert levels_at_close({"Ada": -1}, {}, unit=Fraction(1, 3), seats=2, turnout=0) == {"Ada": -1}
    assert levels_at_close({}, {}, unit=NONE_YET, seats=2, turnout=1) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 1), st.sets(st.sampled_from("abcd"))), min_size=1, max_size=9))
def test_a_member_who_gets_more_is_never_ranked_as_waiting_longer(votes):
    ballots = [Ballot(approves=tuple(sorted(approves)), level=level) for level, approves in votes]
    paper = RoundPaper(rule="fair", seats=2, pitches=tuple("abcd"), ballots=ballots, unit=Fraction(1, 3))
    loads = dict(enumerate(count(paper).loads))

    after = levels_at_close(
        {voter: level for voter, (level, _) in enumerate(votes)},
        loads,
        unit=paper.unit,
        seats=paper.seats,
        turnout=len(votes),
    )

    heaviest_first = sorted(loads, key=lambda voter: loads[voter], reverse=True)
    assert [after[voter] for voter in heaviest_first] == sorted(after.values(), reverse=True)


def test_merge_small_classes_hides_the_few_among_the_even():
    levels = {"Ada": -1, "Mo": -1, "Nia": -1, "Sam": 1, "Rex": 1, "Eve": 0}

    merged = merge_small_classes(levels)

    assert merged == {"Ada": -1, "Mo": -1, "Nia": -1, "Sam": 0, "Rex": 0, "Eve": 0}


def test_next_unit_is_an_equal_share_of_the_talks():
    assert next_unit(4, 18) == Fraction(2, 9)
    assert next_unit(4, 0) == 0


@pytest.mark.parametrize(
    ("active", "ballots"),
    [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (16, 6), (17, 7), (40, 10), (10**40, 15 * 10**19)],
)
def test_quorum_is_exact(active, ballots):
    assert quorum(active) == ballots


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ([], False),
        ([0] * 4, False),
        ([0] * 5, True),
        ([0] * 3 + [1] * 2, False),
        ([0] * 3 + [-1] * 3, True),
        ([0] * 9 + [1], False),
    ],
)
def test_ballots_are_shown_only_where_each_voter_has_company(levels, shown):
    assert may_show_ballots(levels) is shown
