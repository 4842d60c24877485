"""Looking up that sessions happened, and who was there."""

from collections.abc import Sequence

from sqlalchemy import select, union_all

from readinggroup.db import db
from readinggroup.models import Attendance, Comment, Group, Holding, Material, Meeting, Reading, Thread, User
from readinggroup.scheduling.proposing import free_options
from readinggroup.scheduling.queries import OPEN_STATES
from readinggroup.scheduling.views import meeting_views


def holding_of(meeting: Meeting) -> Holding | None:
    """What is kept of a session having happened; None where nobody said so here."""
    return db.session.get(Holding, meeting.id)


def holder_of(holding: Holding) -> str:
    """The name of who said that the session happened; empty where that account is gone."""
    return db.session.scalar(select(User.name).where(User.id == holding.held_by_id)) or ""


def present_at(meeting: Meeting) -> Sequence[int]:
    """The ids of the members who were at a session."""
    return db.session.scalars(select(Attendance.user_id).where(Attendance.meeting_id == meeting.id)).all()


def later_places(group: Group, meeting: Meeting) -> list[tuple[str, str]]:
    """The free places of the sessions after this one, as (value, words)."""
    later = meeting_views(
        group,
        Meeting.state.in_(OPEN_STATES),
        Meeting.starts_at_utc > meeting.starts_at_utc,
        order_by=(Meeting.starts_at_utc, Meeting.number),
        with_unpublished=True,
    )
    return free_options(later)


def has_parts(talk_id: int) -> bool:
    """Whether anything was added to a talk, or said about it."""
    added = (select(model.id).where(model.talk_id == talk_id) for model in (Reading, Material))
    said = select(Comment.id).join(Thread, Thread.id == Comment.thread_id).where(Thread.talk_id == talk_id)
    return db.session.scalar(select(union_all(*added, said).subquery().c.id).limit(1)) is not None
