"""Looking up what members told the speakers of talks; it is found for its author and for the speakers alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from readinggroup.db import db
from readinggroup.domain.after import FEEDBACK_FOR, feedback_until
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.models import Feedback, Group, Meeting, Speaker, Talk, TalkSpeaker, User

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What one member told the speakers; ``name`` is empty where it isn't signed."""

    good: str
    better: str
    name: str


@dataclass(frozen=True, slots=True)
class LateTalk:
    """A talk that was given lately, on which a member can still say something to its speakers."""

    id: int
    title: str
    number: int
    has_said: bool


def opens_at(group: Group, talk: Talk, meeting: Meeting) -> datetime | None:
    """When the talk's speakers read what was said, and nothing more is taken; None for a talk that wasn't given."""
    if talk.state is not TalkState.GIVEN or meeting.on is None:
        return None
    return feedback_until(meeting.on, group.zone)


def feedback_by(talk: Talk, user_id: int | None) -> Feedback | None:
    """What that member said."""
    return db.session.scalar(
        select(Feedback).where(Feedback.talk_id == talk.id, Feedback.author_id == user_id)
    )


def feedback_for(talk: Talk, now: datetime) -> list[Told]:
    """What the talk's speakers may read by ``now``, in no order that tells who came first."""
    rows = db.session.execute(
        select(Feedback.good, Feedback.better, Feedback.is_signed, User.name)
        .join(User, User.id == Feedback.author_id)
        .where(Feedback.talk_id == talk.id, Feedback.opens_at <= now)
        .order_by(Feedback.good, Feedback.better)
    )
    return [Told(good, better, name if signed else "") for good, better, signed, name in rows]


def count_for(talk_id: int, now: datetime) -> int:
    """How many have told the talk's speakers something that they may read by ``now``."""
    told = select(func.count()).where(Feedback.talk_id == talk_id, Feedback.opens_at <= now)
    return db.session.scalar(told) or 0


def talks_to_speak_of(group: Group, user_id: int, now: datetime) -> Sequence[LateTalk]:
    """The talks given lately on which that member can say something to others, in the order of the programme."""
    earliest = (now - FEEDBACK_FOR).date() - A_DAY
    own = (
        select(TalkSpeaker.talk_id)
        .join(Speaker, Speaker.id == TalkSpeaker.speaker_id)
        .where(Speaker.user_id == user_id)
    )
    said = select(Feedback.id).where(Feedback.talk_id == Talk.id, Feedback.author_id == user_id).exists()
    rows = db.session.execute(
        select(Talk, Meeting, said)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(
            Talk.group_id == group.id,
            Talk.state == TalkState.GIVEN,
            Meeting.state == MeetingState.HELD,
            Meeting.on >= earliest,
            Talk.id.not_in(own),
        )
        .order_by(Meeting.number, Talk.position)
    )
    return [
        LateTalk(talk.id, talk.title, meeting.number, has_said)
        for talk, meeting, has_said in rows
        if (until := opens_at(group, talk, meeting)) is not None and now < until
    ]
