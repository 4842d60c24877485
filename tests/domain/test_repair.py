"""The repair by hand: who steps in, and who moves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from readinggroup.domain.planning import Meeting, NotOnThePlan, Seat, Talk
from readinggroup.domain.reasons import all_in_words
from readinggroup.domain.repair import repair

TODAY = date(2022, 11, 5)
NOV, DEC = date(2022, 11, 19), date(2022, 12, 3)
THIRD, FOURTH = Meeting("third", NOV, (30, 30)), Meeting("fourth", DEC, (30, 30))
META, QUANTUM = Talk("Meta Learning", "Harsha"), Talk("Quantum Probability", "Ashish")
RETRIEVAL, REPRESENTATION = Talk("Neural Information Retrieval", "Max"), Talk("Representation", "Harry")
CLIP = Talk("CLIP", "Ahmad")


def repaired(talks, meetings, seats, dropped, **options):
    return repair(talks, meetings, seats, dropped=dropped, **{"today": TODAY, "lead_days": 7, **options})


def where(proposal):
    return {seat.talk: (seat.meeting, seat.position) for seat in proposal.seats}


def only(number):
    """So many weekly meetings with one place each."""
    return [Meeting(n, NOV + timedelta(weeks=n), (30,)) for n in range(number)]


def away(*meetings):
    return frozenset(meeting.on for meeting in meetings)


def test_repair_lets_the_next_in_standing_step_in_and_moves_nobody():
    seats = [Seat("Meta Learning", "third", 1), Seat("Neural Information Retrieval", "third", 2)]
    talks = [META, RETRIEVAL, replace(QUANTUM, away_on=frozenset({NOV})), CLIP, REPRESENTATION]

    proposal = repaired(talks, [THIRD], seats, ["Meta Learning"])

    assert where(proposal) == {"CLIP": ("third", 1), "Neural Information Retrieval": ("third", 2)}
    assert [(change.talk, all_in_words(change.reasons, {})) for change in proposal.changes] == [
        ("Meta Learning", "speaker dropped out"),
        ("CLIP", "steps in for Meta Learning"),
    ]
    assert proposal.waiting == ("Quantum Probability", "Representation")
    assert all_in_words(proposal.reasons["Quantum Probability"], {}) == "speaker away on 19 Nov"


def test_repair_moves_one_talk_where_nobody_can_step_in_directly():
    one, two, three = only(3)
    talks = [Talk(n, n) for n in "abc"] + [Talk("new", "Kim", away_on=away(one, two))]
    seats = [Seat("a", 0, 1), Seat("b", 1, 1), Seat("c", 2, 1)]

    proposal = repaired(talks, [one, two, three], seats, ["a"])

    assert where(proposal) == {"c": (0, 1), "b": (1, 1), "new": (2, 1)}
    assert proposal.moved == ("c",)
    assert all_in_words(proposal.reasons["c"], {}) == "makes room for new"


def test_repair_takes_a_chain_of_two_where_it_must():
    one, two, three = only(3)
    talks = [
        Talk("a", "a"),
        Talk("b", "b", away_on=away(three)),
        Talk("c", "c", away_on=away(one)),
        Talk("new", "Kim", away_on=away(one, two)),
    ]
    seats = [Seat("a", 0, 1), Seat("b", 1, 1), Seat("c", 2, 1)]

    proposal = repaired(talks, [one, two, three], seats, ["a"])

    assert where(proposal) == {"b": (0, 1), "c": (1, 1), "new": (2, 1)}
    assert proposal.moved == ("b", "c")


def test_repair_of_two_gaps_counts_a_talk_once_that_both_chains_move():
    weeks = only(6)

    def only_at(talk, *numbers):
        return Talk(talk, talk, away_on=away(*(week for week in weeks if week.id not in numbers)))

    placed = [only_at("y", 0, 1), only_at("z", 1, 5), only_at("w", 2, 4), only_at("x", 3, 4, 5)]
    gone = [Talk("gone 4", "a"), Talk("gone 5", "b")]
    new = [only_at("first", 3), only_at("second", 0, 2)]
    seats = [Seat(talk.id, number, 1) for number, talk in enumerate([*placed, *gone])]

    proposal = repaired([*placed, *gone, *new], weeks, seats, [talk.id for talk in gone])

    assert where(proposal) == {
        "y": (0, 1),
        "z": (1, 1),
        "second": (2, 1),
        "first": (3, 1),
        "w": (4, 1),
        "x": (5, 1),
    }
    assert proposal.moved == ("w", "x")


def test_repair_never_moves_the_fixed_and_says_when_nobody_can_come():
    one, two = only(2)
    talks = [Talk("a", "a"), Talk("b", "b"), Talk("new", "Kim", away_on=away(one))]
    seats = [Seat("a", 0, 1), Seat("b", 1, 1)]

    proposal = repaired(talks, [one, two], seats, ["a"], fixed=["b"])

    assert where(proposal) == {"b": (1, 1)}
    assert proposal.waiting == ("new",)
    assert all_in_words(proposal.reasons["new"], {}) == "speaker away on 19 Nov"


def test_repair_fills_the_gap_of_an_announced_meeting_and_moves_nobody_there():
    announced = replace(FOURTH, locked=True)
    talks = [QUANTUM, REPRESENTATION, CLIP]
    seats = [Seat("Representation", "fourth", 1), Seat("Quantum Probability", "fourth", 2)]

    proposal = repaired(talks, [announced], seats, ["Representation"], today=date(2022, 11, 23))

    assert where(proposal) == {"CLIP": ("fourth", 1), "Quantum Probability": ("fourth", 2)}


def test_repair_of_the_groups_fourth_session():
    announced = replace(FOURTH, locked=True)
    seats = [Seat("Representation", "fourth", 1), Seat("Quantum Probability", "fourth", 2)]
    gone = ["Representation", "Quantum Probability"]

    proposal = repaired(
        [REPRESENTATION, QUANTUM, CLIP], [announced], seats, gone, today=DEC - timedelta(days=10)
    )

    assert where(proposal) == {"CLIP": ("fourth", 1)}
    assert {change.talk for change in proposal.changes if change.after is None} == set(gone)


def test_repair_takes_nobody_whose_reading_would_come_too_late():
    seats = [Seat("Meta Learning", "third", 1)]
    today = NOV - timedelta(days=6)

    late = repaired([META, CLIP], [THIRD], seats, ["Meta Learning"], today=today)
    ready = repaired(
        [META, replace(CLIP, reading_posted=True)], [THIRD], seats, ["Meta Learning"], today=today
    )

    assert (late.waiting, where(late)) == (("CLIP",), {})
    assert all_in_words(late.reasons["CLIP"], {}) == "reading due too soon for 19 Nov"
    assert where(ready) == {"CLIP": ("third", 1)}


def test_repair_leaves_other_free_places_free_unless_told_to_fill_them():
    seats = [Seat("Meta Learning", "third", 2)]
    talks = [META, CLIP, QUANTUM]

    gap_alone = repaired(talks, [THIRD], seats, ["Meta Learning"])
    both = repaired(talks, [THIRD], seats, ["Meta Learning"], into=[("third", 1), ("third", 2)])

    assert where(gap_alone) == {"CLIP": ("third", 2)}
    assert where(both) == {"CLIP": ("third", 1), "Quantum Probability": ("third", 2)}


def test_repair_keeps_what_a_co_lead_put_against_the_rules():
    one, two = only(2)
    talks = [Talk("a", "a"), Talk("b", "b", minutes=60), Talk("new", "Kim", away_on=away(one))]
    seats = [Seat("a", 0, 1), Seat("b", 1, 1)]

    assert where(repaired(talks, [one, two], seats, ["a"])) == {"b": (1, 1)}


def test_repair_refuses_seats_that_cannot_be():
    with pytest.raises(NotOnThePlan):
        repaired([META], [THIRD], [Seat("unknown", "third", 1)], [])
