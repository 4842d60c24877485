"""Numbers of sessions: those still to come are numbered in the order of their dates."""

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Group, Meeting
from readinggroup.scheduling.queries import highest_number


def renumber(group: Group) -> None:
    """Share out the numbers of the sessions that weren't held yet in the order of their dates.

    What was held keeps its number for good.  Whoever calls has locked the programme.
    """
    db.session.flush()
    coming = db.session.scalars(
        select(Meeting)
        .where(Meeting.group_id == group.id, Meeting.state != MeetingState.HELD)
        .order_by(Meeting.starts_at_utc, Meeting.id)
    ).all()
    numbers = sorted(meeting.number for meeting in coming)
    changed = [(m, number) for m, number in zip(coming, numbers, strict=True) if m.number != number]
    # No two may have one number for a moment either, so all of them step aside first.
    for aside, (meeting, _) in enumerate(changed, start=highest_number(group) + 1):
        meeting.number = aside
    db.session.flush()
    for meeting, number in changed:
        meeting.number = number
    db.session.flush()
