"""Looking up sessions that two groups hold together: as guest, as host, and whom one could invite."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import Audience, MeetingState
from readinggroup.models import Group, JointSession, JointState, Meeting
from readinggroup.scheduling.view_rows import MEETINGS
from readinggroup.scheduling.views import MeetingView, views_of_meetings


@dataclass(frozen=True, slots=True)
class JointView:
    """An invitation, with the host's session as the public of the host sees it."""

    id: int
    state: JointState
    host: Group
    guest: Group
    meeting: MeetingView

    @property
    def is_held(self) -> bool:
        """Whether the session was held."""
        return self.meeting.state is MeetingState.HELD

    @property
    def host_audience(self) -> Audience:
        """Whom the host shows such a session."""
        return self.host.archive_seen_by if self.is_held else self.host.schedule_seen_by


def joint_in(group: Group, joint_id: int) -> JointView | None:
    """A session of another group that this one takes part in."""
    found = _views(JointSession.id == joint_id, *_visits(group))
    return found[0] if found else None


def visits_of(group: Group, *where: ColumnElement[bool]) -> list[JointView]:
    """The sessions of other groups that this one takes part in, earliest first; conditions on Meeting work."""
    return _views(*_visits(group), *where)


def invitations_to(group: Group) -> list[JointView]:
    """All sessions of others that this group was invited to and didn't lose again, earliest first."""
    return _views(JointSession.guest_id == group.id, JointSession.state != JointState.WITHDRAWN)


def invitations_by(group: Group) -> list[JointView]:
    """All that this group invited others to and didn't take back, earliest first."""
    return _views(JointSession.group_id == group.id, JointSession.state != JointState.WITHDRAWN)


def invitation_to(group: Group, joint_id: int) -> JointSession | None:
    """An invitation that this group got and that wasn't taken back."""
    got = (JointSession.guest_id == group.id, JointSession.state != JointState.WITHDRAWN)
    return db.session.scalar(select(JointSession).where(JointSession.id == joint_id, *got))


def invitation_by(group: Group, joint_id: int) -> JointSession | None:
    """An invitation that this group gave."""
    ours = (JointSession.id == joint_id, JointSession.group_id == group.id)
    return db.session.scalar(select(JointSession).where(*ours))


def guests_at(meeting: Meeting) -> list[tuple[int, Group]]:
    """The groups that take part in a session, each with the number of its invitation."""
    part = (JointSession.meeting_id == meeting.id, JointSession.state == JointState.ACCEPTED)
    found = select(JointSession.id, Group).join(Group, Group.id == JointSession.guest_id).where(*part)
    return [(joint_id, guest) for joint_id, guest in db.session.execute(found.order_by(Group.id))]


def others_of(group: Group) -> Sequence[Group]:
    """The other groups of the community, by name."""
    return db.session.scalars(select(Group).where(Group.id != group.id).order_by(Group.name)).all()


def other_group(group: Group, group_id: int) -> Group | None:
    """Another group of the community."""
    return next((other for other in others_of(group) if other.id == group_id), None)


def _visits(group: Group) -> tuple[ColumnElement[bool], ...]:
    return JointSession.guest_id == group.id, JointSession.state == JointState.ACCEPTED


def _views(*where: Any) -> list[JointView]:
    joints = db.session.scalars(
        select(JointSession)
        .join(Meeting, Meeting.id == JointSession.meeting_id)
        .where(*where)
        .order_by(Meeting.starts_at_utc, JointSession.id)
    ).all()
    if not joints:
        return []
    ids = {joint.meeting_id for joint in joints}
    rows = db.session.execute(MEETINGS.where(Meeting.id.in_(ids))).all()
    meetings = {meeting.id: meeting for meeting in views_of_meetings(rows)}
    named = {group_id for joint in joints for group_id in (joint.group_id, joint.guest_id)}
    groups = {group.id: group for group in db.session.scalars(select(Group).where(Group.id.in_(named)))}
    return [
        JointView(
            joint.id, joint.state, groups[joint.group_id], groups[joint.guest_id], meetings[joint.meeting_id]
        )
        for joint in joints
    ]
