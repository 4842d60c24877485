"""Looking up a session's day: its hours, and the questions to its talks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from readinggroup.db import db
from readinggroup.domain.session_hours import SessionHours, session_hours
from readinggroup.models import Group, Meeting, Question, QuestionSupport, Talk, User
from readinggroup.scheduling.queries import HIGHEST, meeting_in, meeting_of, talk_in

NOBODY = 0
"""No account has this id."""


@dataclass(frozen=True, slots=True)
class SessionDay:
    """A session, the hours of its day (None where its date isn't known), and what in it is asked for."""

    meeting: Meeting
    hours: SessionHours | None
    talk: Talk | None = None
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as a page shows it; ``name`` is empty where it was asked without one."""

    id: int
    talk_id: int
    words: str
    name: str
    asked_at: datetime
    is_answered: bool
    is_hidden: bool
    is_withdrawn: bool
    is_mine: bool
    supports: int
    is_supported: bool
    """Whether the reader supports it."""


def day_in(group: Group, number: int) -> SessionDay | None:
    """The day of the group's session of that number."""
    meeting = meeting_in(group, number)
    return SessionDay(meeting, hours_of(group, meeting)) if meeting else None


def day_of_talk(group: Group, talk_id: int) -> SessionDay | None:
    """The day of the group's talk with that id."""
    talk = talk_in(group, talk_id)
    return _day_of(group, talk) if talk else None


def day_of_question(group: Group, question_id: int) -> SessionDay | None:
    """The day of the group's question with that id."""
    if question_id > HIGHEST:
        return None
    ours = (Question.group_id == group.id, Question.id == question_id)
    question = db.session.scalar(select(Question).where(*ours))
    talk = talk_in(group, question.talk_id) if question else None
    return _day_of(group, talk, question) if talk else None


def hours_of(group: Group, meeting: Meeting) -> SessionHours | None:
    """The hours of a session's day; None where its date isn't known."""
    if meeting.starts_at_utc is None:
        return None
    return session_hours(
        meeting.starts_at_utc,
        minutes=meeting.minutes,
        join_minutes=group.join_minutes,
        question_hours=group.question_hours,
    )


def questions_to(
    talk_ids: Collection[int], *, reader_id: int | None, tends: bool = False
) -> dict[int, list[AskedQuestion]]:
    """The questions to each talk as that reader sees them: those that wait for an answer first, then by support.

    Hidden ones are seen by whoever ``tends`` the questions and by who asked them, withdrawn ones by the latter alone.
    """
    me = reader_id or NOBODY
    mine = Question.asked_by_id == me
    seen = or_(mine, Question.withdrawn_at.is_(None) & (literal(tends) | Question.hidden_at.is_(None)))
    supports, own = _supports(), aliased(QuestionSupport)
    is_supported = select(own).where(own.question_id == Question.id, own.user_id == me).exists()
    rows = db.session.execute(
        select(
            Question.id,
            Question.talk_id,
            Question.words,
            _name(),
            Question.asked_at,
            Question.answered_at.is_not(None),
            Question.hidden_at.is_not(None),
            Question.withdrawn_at.is_not(None),
            mine,
            supports,
            is_supported,
        )
        .join(User, User.id == Question.asked_by_id)
        .where(Question.talk_id.in_(talk_ids), seen)
        .order_by(Question.answered_at.is_not(None), supports.desc(), Question.id)
    )
    found: dict[int, list[AskedQuestion]] = {talk_id: [] for talk_id in talk_ids}
    for row in rows:
        found[row[1]].append(AskedQuestion(*row))
    return found


def question_asked(talk: Talk, asked_by_id: int, words_digest: str) -> Question | None:
    """The question with those words that the member asked about the talk, also a withdrawn one."""
    return db.session.scalar(
        select(Question).where(
            Question.talk_id == talk.id,
            Question.asked_by_id == asked_by_id,
            Question.words_digest == words_digest,
        )
    )


def open_questions_of(talk: Talk, asked_by_id: int) -> int:
    """How many questions of that member about the talk wait for an answer."""
    waiting = (Question.withdrawn_at.is_(None), Question.answered_at.is_(None))
    theirs = (Question.talk_id == talk.id, Question.asked_by_id == asked_by_id)
    return db.session.scalar(select(func.count()).select_from(Question).where(*theirs, *waiting)) or 0


def _day_of(group: Group, talk: Talk, question: Question | None = None) -> SessionDay:
    meeting = meeting_of(talk)
    return SessionDay(meeting, hours_of(group, meeting), talk, question)


def _supports() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(QuestionSupport)
        .where(QuestionSupport.question_id == Question.id)
        .correlate(Question)
        .scalar_subquery()
    )


def _name() -> ColumnElement[str]:
    return case((Question.nameless, ""), else_=User.name)
