"""Asking questions, supporting and withdrawing them; marking them as answered, and hiding them."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.holding.queries import SessionDay, open_questions_of, question_asked
from readinggroup.holding.refusals import QuestionsClosed, TooManyQuestions
from readinggroup.models import Question, QuestionSupport, Talk

TAKES_QUESTIONS = frozenset({MeetingState.ANNOUNCED, MeetingState.HELD})
MOST_WAITING = 20
"""So many questions to one talk one member has waiting at once."""


def takes_questions(day: SessionDay, now: datetime) -> bool:
    """Whether the session is one to ask about, and its time for questions isn't over."""
    is_time = day.hours is not None and now < day.hours.questions_until
    return day.meeting.state in TAKES_QUESTIONS and is_time


def ask(day: SessionDay, words: str, *, nameless: bool, now: datetime, by: Actor) -> Question:
    """Ask about the talk of ``day``; the same words again are the same question.

    Raises QuestionsClosed or TooManyQuestions.
    """
    talk, user_id = day.talk, by.user_id
    assert talk is not None and user_id is not None  # noqa: S101, PT018  (the door saw to it)
    _check_open(day, now)
    # Two of one member's at once, as by a double click, wait for each other here.
    db.session.execute(select(Talk.id).where(Talk.id == talk.id).with_for_update(key_share=True))
    digest = sha256(words.encode()).hexdigest()
    question = question_asked(talk, user_id, digest)
    if question is not None and question.withdrawn_at is None:
        return question
    if open_questions_of(talk, user_id) >= MOST_WAITING:
        raise TooManyQuestions(MOST_WAITING)
    if question is None:
        question = Question(
            group_id=talk.group_id, talk_id=talk.id, asked_by_id=user_id, words=words, words_digest=digest
        )
        db.session.add(question)
    question.nameless, question.asked_at, question.withdrawn_at = nameless, now, None
    db.session.flush()
    return question


def support(day: SessionDay, *, wants: bool, now: datetime, by: Actor) -> None:
    """Support a question, once, or support it no more.  Raises QuestionsClosed."""
    question = _locked(day)
    _check_open(day, now)
    mark = (QuestionSupport.question_id == question.id, QuestionSupport.user_id == by.user_id)
    there = db.session.scalar(select(QuestionSupport).where(*mark)) is not None
    if wants and not there:
        db.session.add(QuestionSupport(question_id=question.id, user_id=by.user_id))
    elif there and not wants:
        db.session.execute(delete(QuestionSupport).where(*mark))
    db.session.flush()


def withdraw(day: SessionDay, *, withdrawn: bool, now: datetime) -> None:
    """Ask a question of one's own no more, or ask it again.  Raises QuestionsClosed for the latter."""
    question = _locked(day)
    if not withdrawn:
        _check_open(day, now)
    question.withdrawn_at = (question.withdrawn_at or now) if withdrawn else None
    db.session.flush()


def mark_answered(day: SessionDay, *, answered: bool, now: datetime, by: Actor) -> None:
    """Note that a question was answered, or that it waits after all."""
    question = _locked(day)
    if (question.answered_at is not None) is not answered:
        question.answered_at = now if answered else None
        db.session.flush()
        record(by, "question.answered" if answered else "question.unanswered", question, at=now)


def hide(day: SessionDay, *, hidden: bool, now: datetime, by: Actor) -> None:
    """Take a question out of everybody's sight but its author's and the co-leads', or show it again."""
    question = _locked(day)
    if (question.hidden_at is not None) is not hidden:
        question.hidden_at = now if hidden else None
        db.session.flush()
        record(by, "question.hidden" if hidden else "question.shown", question, at=now)


def _check_open(day: SessionDay, now: datetime) -> None:
    if not takes_questions(day, now):
        raise QuestionsClosed(day.meeting.number)


def _locked(day: SessionDay) -> Question:
    question = day.question
    assert question is not None  # noqa: S101  (the door saw to it)
    db.session.refresh(question, with_for_update={"key_share": True})
    return question
