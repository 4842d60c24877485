"""The co-leads' chores: what comes up when, and who has it."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.chores import (
    GIVEN_UP_AFTER,
    Chore,
    SessionFacts,
    Stage,
    TalkFacts,
    chores_of,
    owner_of,
    results_due,
    whose_turn,
)

ON = date(2022, 12, 3)
READING_DUE = date(2022, 11, 26)
SETTLED_BY = date(2022, 11, 19)
PEOPLE = ("Ada", "Bo", "Cy", "Di")


def session(stage: Stage = Stage.COMING, **facts: Any) -> SessionFacts:
    return SessionFacts(on=ON, stage=stage, **{"lead_days": 7, "group_since": date(2020, 1, 1)} | facts)


def talk(**facts: Any) -> TalkFacts:
    return TalkFacts(id=1, reading_due_on=READING_DUE, **facts)


def told(facts: SessionFacts, today: date) -> dict[str, date]:
    return {due.chore.value: due.by for due in chores_of(facts, today=today)}


READY = talk(confirmed=True, has_reading=True)


@pytest.mark.parametrize(
    ("facts", "today", "expected"),
    [
        (session(free_places=1), date(2022, 11, 4), {}),
        (session(free_places=1), date(2022, 11, 5), {"places": SETTLED_BY}),
        (
            session(free_places=1, group_since=date(2022, 11, 20)),
            date(2022, 11, 20),
            {"places": date(2022, 11, 23)},
        ),
        (session(free_places=1, group_since=ON), ON, {"places": ON, "chair": ON}),
        (session(talks=(talk(answer_by=SETTLED_BY),)), SETTLED_BY, {}),
        (session(talks=(talk(answer_by=SETTLED_BY),)), date(2022, 11, 20), {"confirm": date(2022, 11, 20)}),
        (session(talks=(talk(),)), date(2022, 11, 20), {"confirm": date(2022, 11, 20)}),
        (
            session(talks=(talk(declined_on=date(2022, 11, 8)),)),
            date(2022, 11, 9),
            {"step_in": date(2022, 11, 9)},
        ),
        (session(talks=(talk(confirmed=True),)), date(2022, 11, 25), {}),
        (
            session(talks=(talk(confirmed=True),)),
            READING_DUE,
            {"reading": date(2022, 11, 27), "chair": ON},
        ),
        (session(talks=(READY,)), date(2022, 11, 26), {"chair": ON}),
        (
            session(talks=(READY,), lacks_join_link=True),
            date(2022, 11, 26),
            {"join": date(2022, 12, 2), "chair": ON},
        ),
    ],
)
def test_before_a_session_chores_come_up_in_their_time(facts, today, expected):
    assert told(facts, today) == expected


def test_once_its_time_is_over_one_thing_is_to_be_said():
    everything = session(Stage.OVER, talks=(talk(),), free_places=1, lacks_join_link=True)

    assert told(everything, ON + timedelta(days=40)) == {"held": date(2022, 12, 4)}


def test_after_it_recording_recap_and_slides_are_due_and_then_it_is_closed():
    bare = session(Stage.HELD, talks=(talk(),), lacks_recording=True)

    assert told(bare, ON) == {
        "recording": date(2022, 12, 5),
        "recap": date(2022, 12, 6),
        "close": date(2022, 12, 10),
    }
    assert told(bare, date(2022, 12, 6)) == {
        "recording": date(2022, 12, 5),
        "recap": date(2022, 12, 6),
        "slides": date(2022, 12, 8),
        "close": date(2022, 12, 10),
    }
    whole = session(Stage.HELD, talks=(talk(has_slides=True),), has_recap=True)
    assert told(whole, date(2022, 12, 6)) == {"close": date(2022, 12, 10)}
    assert told(session(Stage.CLOSED), date(2022, 12, 6)) == {}
    assert told(bare, ON + GIVEN_UP_AFTER) != {}
    assert told(bare, ON + GIVEN_UP_AFTER + timedelta(days=1)) == {}


def test_a_chore_names_the_talks_that_it_is_about_and_says_how_late_it_is():
    talks = (
        talk(confirmed=True),
        TalkFacts(id=2, reading_due_on=date(2022, 11, 28), confirmed=True),
        TalkFacts(id=3, reading_due_on=date(2022, 11, 30), confirmed=True),
    )

    [due] = [due for due in chores_of(session(talks=talks), today=date(2022, 11, 29)) if due.talks]

    assert (due.chore, due.talks, due.by) == (Chore.READING, (1, 2), date(2022, 11, 27))
    assert (due.days_late(date(2022, 11, 27)), due.days_late(date(2022, 11, 29))) == (0, 2)


def test_results_wait_a_day_at_most():
    assert (results_due(ON).chore, results_due(ON).by) == (Chore.RESULTS, date(2022, 12, 4))


def test_turns_go_round_and_those_of_who_is_out_go_round_among_the_others():
    turns = range(1, 9)

    assert " ".join(whose_turn(n, PEOPLE[:3]) for n in turns) == "Bo Cy Ada Bo Cy Ada Bo Cy"
    assert " ".join(whose_turn(n, PEOPLE[:3], out={"Bo"}) for n in turns) == "Ada Cy Ada Cy Cy Ada Ada Cy"
    assert whose_turn(1, PEOPLE, out=PEOPLE) is None
    assert whose_turn(1, ()) is None


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ({}, "Bo"),
        ({"taken_by": "Cy"}, "Cy"),
        ({"taken_by": "Cy", "away": {"Cy"}}, "Bo"),
        ({"taken_by": "Eve"}, "Bo"),
        ({"given_back_by": {"Bo"}}, "Ada"),
        ({"given_back_by": {"Bo"}, "away": {"Ada", "Di"}}, "Cy"),
        ({"given_back_by": set(PEOPLE)}, None),
        ({"away": set(PEOPLE), "taken_by": "Ada"}, None),
    ],
)
def test_a_chore_is_whose_turn_it_is_unless_somebody_said_otherwise(said, owner):
    assert owner_of(1, PEOPLE, **said) == owner


people = st.lists(st.integers(0, 99), min_size=1, max_size=6, unique=True)


@given(people=people, turn=st.integers(0, 10_000), data=st.data())
def test_only_somebody_who_is_there_has_a_turn_and_the_others_keep_theirs(people, turn, data):
    out = data.draw(st.sets(st.sampled_from(people)))

    owner = whose_turn(turn, people, out=out)

    assert (owner is None) is (out == set(people))
    assert owner not in out or owner is None
    usual = whose_turn(turn, people)
    assert owner == usual or usual in out


@given(people=st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True), data=st.data())
def test_turns_are_shared_equally_whoever_is_out(people, data):
    out = data.draw(st.sets(st.sampled_from(people), max_size=len(people) - 1))
    begin = data.draw(st.integers(0, 1000))
    cycle = 120  # A multiple of each number of ways to stand in line.

    shares = Counter(whose_turn(begin + n, people, out=out) for n in range(cycle))

    assert set(shares) == set(people) - out
    assert len(set(shares.values())) == 1


states = st.builds(
    SessionFacts,
    on=st.just(ON),
    stage=st.sampled_from(Stage),
    lead_days=st.integers(0, 30),
    talks=st.lists(
        st.builds(
            TalkFacts,
            id=st.integers(1, 9),
            reading_due_on=st.dates(ON - timedelta(days=30), ON),
            confirmed=st.booleans(),
            answer_by=st.none() | st.dates(ON - timedelta(days=30), ON),
            declined_on=st.none(),
            has_reading=st.booleans(),
            has_slides=st.booleans(),
        ),
        unique_by=lambda talk: talk.id,
        max_size=4,
    ).map(tuple),
    free_places=st.integers(0, 3),
    lacks_join_link=st.booleans(),
    lacks_recording=st.booleans(),
    has_recap=st.booleans(),
)


@given(facts=states, today=st.dates(ON - timedelta(days=60), ON + timedelta(days=60)))
def test_chores_are_each_there_once_in_order_and_stay_until_they_are_done(facts, today):
    now, tomorrow = chores_of(facts, today=today), chores_of(facts, today=today + timedelta(days=1))

    kinds = [due.chore for due in now]
    assert len(set(kinds)) == len(kinds)
    assert now == sorted(now, key=lambda due: due.by)
    if today != ON + GIVEN_UP_AFTER:  # From then on nothing is told any more.
        assert set(kinds) <= {due.chore for due in tomorrow}
