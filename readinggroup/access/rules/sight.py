"""Who sees what: the group decides, part by part."""

from typing import Protocol

from readinggroup.access.actor import Actor
from readinggroup.domain.lifecycle import Audience, MeetingState
from readinggroup.models import Group, Round


def may_see_schedule(actor: Actor, group: Group) -> bool:
    """Whom the group shows what is to come, on pages and in calendars."""
    return _is_among(group.schedule_seen_by, actor)


def may_see_archive(actor: Actor, group: Group) -> bool:
    """Whom the group shows what was held: sessions, speakers, reading, series."""
    return _is_among(group.archive_seen_by, actor)


def may_see_sessions(actor: Actor, group: Group) -> bool:
    """Whom the group shows any sessions, those to come or those that were held; which ones ``may_see_session`` says."""
    return may_see_schedule(actor, group) or may_see_archive(actor, group)


class AboutSession(Protocol):
    """What tells of one session."""

    @property
    def meeting(self) -> "HasState":
        """The session."""


class HasState(Protocol):
    """A session, or a view of one."""

    @property
    def state(self) -> MeetingState:
        """Where it stands."""


def may_see_session(actor: Actor, found: AboutSession, group: Group) -> bool:
    """A held session is part of the archive, any other one of the schedule."""
    if found.meeting.state is MeetingState.HELD:
        return may_see_archive(actor, group)
    return may_see_schedule(actor, group)


class AboutJoint(Protocol):
    """What tells of a session that another group hosts."""

    @property
    def is_held(self) -> bool:
        """Whether it was held."""

    @property
    def host_audience(self) -> Audience:
        """Whom the host shows such a session."""


def may_see_joint(actor: Actor, joint: AboutJoint, group: Group) -> bool:
    """On the guest's pages: whom both groups would show it.  Host and guest share it, so a member of the guest stands
    where a member of the host does."""
    own = group.archive_seen_by if joint.is_held else group.schedule_seen_by
    return _is_among(own, actor) and _is_among(joint.host_audience, actor)


def may_see_pitches(actor: Actor, group: Group) -> bool:
    """Whom the group shows the pitch board."""
    return _is_among(group.pitches_seen_by, actor)


def may_see_results(actor: Actor, round_: Round, group: Group) -> bool:
    """Whom the group shows the results of its rounds, once they are released; never more people than the round was
    opened with."""
    return _is_among(group.results_seen_by, actor) and _is_among(round_.results_seen_by, actor)


def may_see_discussion(actor: Actor, group: Group) -> bool:
    """Whom the group shows what is said about pitches and sessions."""
    return _is_among(group.discussion_seen_by, actor)


def may_see_members(actor: Actor, group: Group) -> bool:
    """Whom the group shows who belongs to it."""
    return _is_among(group.members_seen_by, actor)


def _is_among(audience: Audience, actor: Actor) -> bool:
    if audience is Audience.PUBLIC:
        return True
    return actor.is_co_lead or (audience is Audience.MEMBERS and actor.is_member)
