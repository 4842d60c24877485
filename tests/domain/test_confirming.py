"""By when a speaker answers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.confirming import Answer, answer_by, answer_state, is_reminded

SESSION = date(2022, 12, 3)


@pytest.mark.parametrize(
    ("asked_on", "wanted_by"),
    [
        (date(2022, 11, 1), date(2022, 11, 19)),  # A week before the reading is due.
        (date(2022, 11, 18), date(2022, 11, 21)),  # Three days to answer in any case.
        (date(2022, 12, 1), date(2022, 12, 2)),  # Before the session.
        (date(2022, 12, 3), date(2022, 12, 3)),
    ],
)
def test_answer_by(asked_on, wanted_by):
    assert answer_by(SESSION, 7, asked_on=asked_on) == wanted_by


@given(st.integers(0, 200), st.integers(0, 60))
def test_an_answer_is_wanted_after_the_question_and_before_the_session(days, lead):
    asked_on = SESSION - timedelta(days=days)

    wanted_by = answer_by(SESSION, lead, asked_on=asked_on)

    assert asked_on <= wanted_by <= max(asked_on, SESSION - timedelta(days=1))
    assert is_reminded(wanted_by, today=wanted_by)
    assert not is_reminded(wanted_by, today=wanted_by - timedelta(days=3))


@pytest.mark.parametrize(
    ("confirmed", "declined", "wanted_by", "state"),
    [
        (True, False, SESSION, Answer.CONFIRMED),
        (False, True, SESSION, Answer.DECLINED),
        (False, False, None, Answer.NONE),
        (False, False, SESSION, Answer.WAITING),
        (False, False, SESSION - timedelta(days=1), Answer.OVERDUE),
    ],
)
def test_answer_state(confirmed, declined, wanted_by, state):
    found = answer_state(confirmed=confirmed, declined=declined, wanted_by=wanted_by, today=SESSION)

    assert found is state
