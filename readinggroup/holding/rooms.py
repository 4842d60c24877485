"""Where sessions meet on the web: the one place that reads and writes the address; nobody gets it before its hour."""

from datetime import datetime

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.holding.queries import SessionDay
from readinggroup.models import Group, Meeting
from readinggroup.web.forms import is_web_address


def room_now(group: Group, day: SessionDay, now: datetime) -> str:
    """The address of the session's room while people may go in; empty before, after, and where there is none."""
    takes_place = day.meeting.state is not MeetingState.CANCELLED
    is_open = takes_place and day.hours is not None and day.hours.can_join(now)
    address = day.meeting.join_url or group.join_url
    return address if is_open and is_web_address(address) else ""


def has_room(group: Group, meeting: Meeting) -> bool:
    """Whether the session meets on the web at all."""
    return bool(meeting.join_url or group.join_url)


def set_room(group: Group, meeting: Meeting, *, own: str, usual: str, now: datetime, by: Actor) -> None:
    """Say where the session meets, and where all others of the group do.

    Neither address is written into the record, which outlives being a co-lead.
    """
    if meeting.join_url != own:
        meeting.join_url = own
        record(by, "meeting.room", meeting, at=now, after={"is_set": bool(own)})
    if group.join_url != usual:
        group.join_url = usual
        record(by, "group.room", group, at=now, group_id=group.id, after={"is_set": bool(usual)})
    db.session.flush()
