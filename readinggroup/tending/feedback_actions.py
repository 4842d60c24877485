"""Telling the speakers of a talk what was good and what could be better.

None of it is written into the audit trail, which co-leads read: it is for the speakers alone.
"""

from datetime import datetime

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.db import db
from readinggroup.models import Feedback, Group, Meeting, Talk
from readinggroup.tending.feedback_queries import feedback_by, opens_at


class FeedbackClosed(Exception):
    """The talk wasn't given yet, or its speakers read by now what was said."""


def give_feedback(
    group: Group, talk: Talk, *, good: str, better: str, is_signed: bool, now: datetime, by: Actor
) -> None:
    """Keep what ``by`` says for the talk's speakers, in the place of what they said before.  Raises FeedbackClosed."""
    until = _lock(group, talk, now=now)
    mine = feedback_by(talk, by.user_id)
    if mine is None:
        mine = Feedback(talk_id=talk.id, author_id=by.user_id)
        db.session.add(mine)
    mine.good, mine.better, mine.is_signed = good, better, is_signed
    mine.said_at, mine.opens_at = now, until
    db.session.flush()


def take_feedback_back(group: Group, talk: Talk, *, now: datetime, by: Actor) -> None:
    """Forget what ``by`` said.  Raises FeedbackClosed."""
    _lock(group, talk, now=now)
    own = (Feedback.talk_id == talk.id, Feedback.author_id == by.user_id)
    db.session.execute(delete(Feedback).where(*own))


def _lock(group: Group, talk: Talk, *, now: datetime) -> datetime:
    """Let what is sent twice at once come in one after the other; gives until when feedback is taken."""
    db.session.execute(select(Talk.id).where(Talk.id == talk.id).with_for_update())
    until = opens_at(group, talk, db.session.get_one(Meeting, talk.meeting_id))
    if until is None or now >= until:
        raise FeedbackClosed(talk.id)
    return until
