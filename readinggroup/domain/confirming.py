"""By when a speaker who was asked says whether they come, and when they are reminded of it."""

from datetime import date, timedelta
from enum import StrEnum

BEFORE_READING = timedelta(days=7)
"""An answer is wanted that long before the reading is due: then whoever steps in can still post theirs in time."""
LEAST = timedelta(days=3)
"""Time to answer in any case, as long as the session leaves it."""
REMINDED_BEFORE = timedelta(days=2)


class Answer(StrEnum):
    """How the question whether the speaker comes stands."""

    NONE = "none"
    """Nobody asked, or it is answered by now because the talk was given."""
    WAITING = "waiting"
    OVERDUE = "overdue"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


def answer_by(meeting_on: date, lead_days: int, *, asked_on: date) -> date:
    """By when to answer whoever is asked on ``asked_on`` to speak on ``meeting_on``; all dates are local.

    A week before the reading is due, but not sooner than three days after being asked, and before the session.
    """
    due = meeting_on - timedelta(days=lead_days) - BEFORE_READING
    return max(asked_on, min(max(due, asked_on + LEAST), meeting_on - timedelta(days=1)))


def is_reminded(wanted_by: date, *, today: date) -> bool:
    """Whether it is time to remind, once, somebody who didn't answer yet."""
    return today >= wanted_by - REMINDED_BEFORE


def answer_state(*, confirmed: bool, declined: bool, wanted_by: date | None, today: date) -> Answer:
    """How it stands ``today`` for a talk that is to come."""
    if confirmed or declined:
        return Answer.CONFIRMED if confirmed else Answer.DECLINED
    if wanted_by is None:
        return Answer.NONE
    return Answer.OVERDUE if today > wanted_by else Answer.WAITING
