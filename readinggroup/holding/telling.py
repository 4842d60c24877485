"""A session's day in words, for pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from readinggroup.access.actor import Actor
from readinggroup.holding.queries import AskedQuestion, SessionDay, questions_to
from readinggroup.holding.question_actions import takes_questions
from readinggroup.scheduling.views import TalkView
from readinggroup.web.when import When, moment


@dataclass(frozen=True, slots=True)
class QuestionBox:
    """A talk and the questions to it."""

    talk: TalkView
    questions: Sequence[AskedQuestion]


def told_boxes(talks: Sequence[TalkView], reader: Actor, *, tends: bool = False) -> list[QuestionBox]:
    """The question box of each talk, as that reader sees it; ``tends``: as whoever chairs the session."""
    found = questions_to(
        [talk.id for talk in talks], reader_id=reader.user_id, tends=tends or reader.is_co_lead
    )
    return [QuestionBox(talk, found[talk.id]) for talk in talks]


def told_until(day: SessionDay, *, now: datetime) -> When | None:
    """Until when the session takes questions; None where it doesn't."""
    if day.hours is None or not takes_questions(day, now):
        return None
    return moment(day.hours.questions_until, day.meeting.zone)
