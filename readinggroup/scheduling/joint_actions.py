"""Holding a session together with another group: the host invites, the guest answers, and either can end it."""

from datetime import datetime

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Group, JointSession, JointState, Meeting
from readinggroup.outbox.queue import owe_all
from readinggroup.scheduling.queries import co_leads_of, version_of
from readinggroup.scheduling.refusals import SessionOver
from readinggroup.scheduling.wording import moment_words
from readinggroup.web.when import of_meeting

RUNNING = frozenset({JointState.INVITED, JointState.ACCEPTED})
ANSWERS = {
    JointState.ACCEPTED: "takes part in your session",
    JointState.DECLINED: "can’t take part in your session",
    JointState.LEFT: "takes no part in your session any more",
}


class AlreadyInvited(Exception):
    """The group is invited to that session, or takes part in it."""


class JointOver(Exception):
    """The invitation isn't in a state that this could follow on."""


def invite_group(group: Group, meeting: Meeting, guest: Group, *, now: datetime, by: Actor) -> JointSession:
    """Invite another group to a session of this one; its co-leads are told.

    Raises AlreadyInvited, or SessionOver for one that is cancelled.
    """
    if meeting.state is MeetingState.CANCELLED:
        raise SessionOver(meeting.state)
    ours = (JointSession.meeting_id == meeting.id, JointSession.guest_id == guest.id)
    # Whoever invites the same group at once waits here, and then finds it invited.
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))
    joint = db.session.scalar(select(JointSession).where(*ours).with_for_update())
    if joint is not None and joint.state in RUNNING:
        raise AlreadyInvited(joint.id)
    if joint is None:
        joint = JointSession(group_id=group.id, guest_id=guest.id, meeting_id=meeting.id, invited_at=now)
        db.session.add(joint)
    joint.state, joint.invited_at, joint.answered_at = JointState.INVITED, now, None
    db.session.flush()
    record(by, "joint.invited", joint, at=now, after={"guest": guest.name, "session": meeting.number})
    _tell("joint.invited", joint, to=guest, now=now)
    return joint


def accept_invitation(group: Group, joint: JointSession, *, now: datetime, by: Actor) -> None:
    """Take part, also after declining or leaving; the host's co-leads are told.  Raises JointOver."""
    _answer(
        group, joint, JointState.ACCEPTED, RUNNING | {JointState.DECLINED, JointState.LEFT}, now=now, by=by
    )


def decline_invitation(group: Group, joint: JointSession, *, now: datetime, by: Actor) -> None:
    """Take no part.  Raises JointOver once it was accepted: then one leaves."""
    _answer(group, joint, JointState.DECLINED, {JointState.INVITED}, now=now, by=by)


def leave_session(group: Group, joint: JointSession, *, now: datetime, by: Actor) -> None:
    """Take part no more.  Raises JointOver where the group doesn't."""
    _answer(group, joint, JointState.LEFT, {JointState.ACCEPTED}, now=now, by=by)


def withdraw_invitation(group: Group, joint: JointSession, *, now: datetime, by: Actor) -> None:
    """The host takes its invitation back, answered or not; the guest's co-leads are told.  Raises JointOver."""
    _refresh(joint)
    if joint.state not in RUNNING:
        raise JointOver(joint.state)
    joint.state, joint.answered_at = JointState.WITHDRAWN, now
    db.session.flush()
    record(by, "joint.withdrawn", joint, at=now, group_id=group.id)
    _tell("joint.ended", joint, to=db.session.get_one(Group, joint.guest_id), now=now)


def _answer(
    group: Group,
    joint: JointSession,
    state: JointState,
    after: frozenset[JointState] | set[JointState],
    *,
    now: datetime,
    by: Actor,
) -> None:
    _refresh(joint)
    if joint.state is state:
        return
    if joint.state not in after:
        raise JointOver(joint.state)
    joint.state, joint.answered_at = state, now
    db.session.flush()
    record(by, f"joint.{state.value}", joint, at=now, group_id=group.id)
    host = db.session.get_one(Group, joint.group_id)
    _tell("joint.answered", joint, to=host, now=now, answer=ANSWERS[state])


def _refresh(joint: JointSession) -> None:
    """See its latest state, and let nobody else change it meanwhile."""
    db.session.refresh(joint, with_for_update=True)


def _tell(kind: str, joint: JointSession, *, to: Group, now: datetime, answer: str = "") -> None:
    meeting = db.session.get_one(Meeting, joint.meeting_id)
    host, guest = (db.session.get_one(Group, each) for each in (joint.group_id, joint.guest_id))
    words = {
        "host": host.name,
        "guest": guest.name,
        "group": to.name,
        "answer": answer,
        "session": meeting.number,
        "when": moment_words(of_meeting(meeting)) if meeting.starts_at_utc else "whose date isn’t known",
        "path": f"/{to.slug}/joint/",
    }
    about = f"joint:{joint.id}:{version_of(to)}:{now.isoformat()}"
    owe_all(kind, co_leads_of(to), about=about, group_id=to.id, now=now, words=words)
