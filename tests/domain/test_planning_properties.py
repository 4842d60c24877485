"""What speaks against a pair, reasons in words, and properties that hold for every programme."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readinggroup.domain.fitting import Fitting, free_places, pools_of
from readinggroup.domain.planning import Cause, Meeting, Reason, Talk, obstacles, plan
from readinggroup.domain.programme import in_order
from readinggroup.domain.reasons import in_words
from readinggroup.domain.repair import repair

TODAY = date(2022, 11, 5)
NOV, DEC = date(2022, 11, 19), date(2022, 12, 3)
THIRD = Meeting("third", NOV, (30, 30))
META = Talk("Meta Learning", "Harsha")
CLIP = Talk("CLIP", "Ahmad")


def planned(talks, meetings, **options):
    return plan(talks, meetings, **{"today": TODAY, "lead_days": 7, **options})


def repaired(talks, meetings, seats, dropped, **options):
    return repair(talks, meetings, seats, dropped=dropped, **{"today": TODAY, "lead_days": 7, **options})


def test_obstacles_tell_everything_that_speaks_against_a_talk():
    talk = Talk("t", "Ada", 60, away_on=frozenset({NOV}), first_on=DEC)
    beside = [talk, Talk("other", "Ada"), Talk("third", "Mo")]

    found = obstacles(talk, replace(THIRD, locked=True), today=NOV, lead_days=7, beside=beside)

    assert [reason.cause for reason in found] == [
        Cause.MEETING_LOCKED,
        Cause.OUTSIDE_WINDOW,
        Cause.SPEAKER_AWAY,
        Cause.READING_TOO_SOON,
        Cause.TOO_LONG,
        Cause.SPEAKER_BUSY,
    ]
    assert obstacles(META, THIRD, today=TODAY, lead_days=7, beside=[CLIP]) == ()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(Cause.PLACES_TAKEN, 1, DEC, ("a",)), "the place taken by A on 3 Dec"),
        (Reason(Cause.PLACES_TAKEN, 1, DEC, ("a", "b")), "both places taken by A and b on 3 Dec"),
        (Reason(Cause.PLACES_TAKEN, 1, DEC, ("a", "b", 7)), "all 3 places taken by A, b and 7 on 3 Dec"),
        (Reason(Cause.PLACES_TAKEN, 1, DEC), "no place free on 3 Dec"),
        (Reason(Cause.MEETING_LOCKED, 1, DEC), "3 Dec is already announced or cancelled"),
        (Reason(Cause.CHAPTER_ORDER, talks=("a",)), "comes after A"),
        (Reason(Cause.MAKES_ROOM), "makes room for another talk"),
    ],
)
def test_reasons_in_words(reason, words):
    assert in_words(reason, {"a": "A"}) == words


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_words(cause):
    assert "{" not in in_words(Reason(cause), {})


# --- properties -------------------------------------------------------------------------------------------

some_days = st.integers(0, 40).map(lambda days: TODAY + timedelta(days=days))
some_meetings = st.lists(
    st.builds(
        Meeting,
        id=st.integers(0, 99),
        on=some_days,
        places=st.lists(st.sampled_from([15, 30, 60]), max_size=3).map(tuple),
        locked=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda meeting: meeting.id,
)
some_talks = st.lists(
    st.builds(
        Talk,
        id=st.integers(0, 99),
        speaker=st.sampled_from(["Ada", "Mo", "Nia", None]),
        minutes=st.sampled_from([0, 15, 25, 30, 60, 90]),
        away_on=st.frozensets(some_days, max_size=6),
        first_on=st.none() | some_days,
        last_on=st.none() | some_days,
        reading_posted=st.booleans(),
        series=st.sampled_from([None, None, "book"]),
        chapter=st.integers(1, 3),
    ),
    max_size=8,
    unique_by=lambda talk: talk.id,
)


@given(talks=some_talks, meetings=some_meetings)
@settings(max_examples=120, deadline=None)
def test_a_pair_is_allowed_exactly_when_it_has_no_obstacle(talks, meetings):
    ordered = in_order(meetings)
    pools = pools_of(free_places(ordered, []))
    fitting = Fitting(ordered, pools, today=TODAY, lead_days=7)

    for talk in talks:
        for number, meeting in enumerate(ordered):
            may = bool(fitting.allowed(talk) & pools.inside[number])
            assert may is (bool(meeting.places) and not obstacles(talk, meeting, today=TODAY, lead_days=7))


@given(talks=some_talks, meetings=some_meetings)
@settings(max_examples=120, deadline=None)
def test_a_plan_keeps_the_rules_and_explains_itself(talks, meetings):
    proposal = planned(talks, meetings)

    talk_of, meeting_of = {t.id: t for t in talks}, {m.id: m for m in meetings}
    first_open = [meeting.id for meeting in in_order(meetings) if not meeting.locked][:1]
    for seat in proposal.seats:
        beside = [talk_of[other.talk] for other in proposal.seats if other.meeting == seat.meeting]
        talk, meeting = talk_of[seat.talk], meeting_of[seat.meeting]
        assert obstacles(talk, meeting, today=TODAY, lead_days=7, beside=beside) == ()
        assert (seat.talk in proposal.reasons) is (first_open != [seat.meeting])
    assert {seat.talk for seat in proposal.seats} | set(proposal.waiting) == set(talk_of)
    assert not first_open or set(proposal.waiting) <= set(proposal.reasons)


@given(talks=some_talks, meetings=some_meetings)
@settings(max_examples=100, deadline=None)
def test_a_plan_planned_again_changes_nothing(talks, meetings):
    once = planned(talks, meetings)

    again = planned(talks, meetings, present=once.seats)

    assert again.changes == ()


@given(talks=some_talks, meetings=some_meetings, numbers=st.sets(st.integers(0, 5), max_size=2))
@settings(max_examples=120, deadline=None)
def test_a_repair_keeps_everybody_and_its_reasons(talks, meetings, numbers):
    seats = planned(talks, meetings).seats
    dropped = [seat.talk for number, seat in enumerate(seats) if number in numbers]

    proposal = repaired(talks, meetings, seats, dropped)

    here = {seat.talk for seat in proposal.seats}
    assert {seat.talk for seat in seats} - set(dropped) <= here
    assert not here & set(dropped)
    assert all(change.reasons for change in proposal.changes)
    assert len(proposal.seats) <= len(seats)
