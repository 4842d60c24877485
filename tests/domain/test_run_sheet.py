"""The hour of a session: by the clock, and by the steps that were taken."""

from datetime import UTC, datetime, timedelta

import pytest

from readinggroup.domain.run_sheet import Part, PartKind, Sheet, Step, parts_of, sheet
from readinggroup.domain.session_hours import session_hours

TALK, QUESTIONS, END = PartKind
STARTS = datetime(2022, 11, 19, 21, tzinfo=UTC)
PARTS = parts_of([(1, 25, 5), (2, 25, 10)])


def at(minutes: float) -> datetime:
    return STARTS + timedelta(minutes=minutes)


def step(kind: PartKind, position: int | None, minutes: float) -> Step:
    return Step(kind, position, at(minutes))


def times(found: Sheet) -> list[tuple[float, float]]:
    """When each part begins and ends, in minutes from the start."""
    return [
        ((line.begins_at - STARTS) / timedelta(minutes=1), (line.ends_at - STARTS) / timedelta(minutes=1))
        for line in found.lines
    ]


def test_places_have_a_talk_and_questions_unless_those_take_no_time() -> None:
    assert parts_of([(1, 25, 0), (3, 50, 10)]) == [
        Part(TALK, 1, 25),
        Part(TALK, 3, 50),
        Part(QUESTIONS, 3, 10),
    ]


@pytest.mark.parametrize(
    ("minutes", "now", "until", "is_over"),
    [(-90, None, 0, False), (0, 0, 25, False), (24.9, 0, 25, False), (25, 1, 30, False),
     (64, 3, 65, False), (65, None, None, True)],
)  # fmt: skip
def test_without_steps_it_goes_by_the_clock(
    minutes: float, now: int | None, until: float | None, is_over: bool
) -> None:
    found = sheet(STARTS, PARTS, [], now=at(minutes))

    assert [n for n, line in enumerate(found.lines) if line.is_now] == ([] if now is None else [now])
    assert found.until == (None if until is None else at(until))
    assert found.is_over is is_over
    assert times(found) == [(0, 25), (25, 30), (30, 55), (55, 65)]


def test_a_late_beginning_moves_everything_after_it() -> None:
    found = sheet(STARTS, PARTS, [step(TALK, 1, 4)], now=at(10))

    assert times(found) == [(4, 29), (29, 34), (34, 59), (59, 69)]
    assert (found.now, found.next) == (found.lines[0], found.lines[1])


def test_what_takes_too_long_pushes_the_rest_ahead_of_it() -> None:
    found = sheet(STARTS, PARTS, [step(TALK, 1, 0)], now=at(31))

    assert found.until == at(25)
    assert times(found) == [(0, 25), (31, 36), (36, 61), (61, 71)]


def test_what_is_over_is_told_as_it_was() -> None:
    steps = [step(TALK, 1, 1), step(QUESTIONS, 1, 20), step(TALK, 2, 32)]
    found = sheet(STARTS, PARTS, steps, now=at(40))

    assert times(found) == [(1, 20), (20, 32), (32, 57), (57, 67)]
    assert [line.is_past for line in found.lines] == [True, True, False, False]


def test_the_end_is_the_end() -> None:
    steps = [
        step(TALK, 1, 0),
        step(QUESTIONS, 1, 25),
        step(TALK, 2, 30),
        step(QUESTIONS, 2, 55),
        step(END, None, 60),
    ]
    found = sheet(STARTS, PARTS, steps, now=at(61))

    assert (found.is_over, found.until, found.now, found.next) == (True, None, None, None)
    assert times(found)[-1] == (55, 60)


def test_a_place_that_is_gone_breaks_nothing() -> None:
    found = sheet(STARTS, PARTS, [step(TALK, 7, 0)], now=at(1))

    assert (found.is_over, found.now) == (True, None)


def test_the_hours_of_a_session() -> None:
    hours = session_hours(STARTS, minutes=60, join_minutes=15, question_hours=24)

    assert (hours.join_from, hours.join_until) == (at(-15), at(120))
    assert (hours.questions_until, hours.chair_until) == (at(60 + 24 * 60), at(60 + 24 * 60))
    assert [hours.can_join(at(m)) for m in (-15.1, -15, 119.9, 120)] == [False, True, True, False]
