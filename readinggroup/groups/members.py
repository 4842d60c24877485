"""Who belongs to a group: taking applicants in, giving roles, leaving.  A group never loses its last co-lead."""

from datetime import datetime, timedelta

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.groups.joining import lock_group
from readinggroup.groups.queries import co_leads_of
from readinggroup.models import Group, Membership, User
from readinggroup.outbox.queue import owe

UNDO_FOR = timedelta(days=1)
"""How long an acceptance can be taken back; later the member is removed, which they are told by the page."""


class LastCoLead(Exception):
    """Nobody would lead the group any more."""


class NotInThatPlace(Exception):
    """The membership isn't, or is no longer, what this can be done to."""


class NoLongerCoLead(Exception):
    """Whoever asks was a co-lead when they began, and isn't one now."""


def accept(group: Group, place: Membership, *, now: datetime, by: Actor) -> None:
    """Make an applicant a member, who is owed a mail.  Raises NotInThatPlace."""
    _begin(group, place, by, role=Role.APPLICANT, state=MembershipState.ACTIVE)
    place.role, place.joined_at, place.decided_at = Role.MEMBER, now, now
    db.session.flush()
    record(by, "membership.accepted", place, at=now)
    _tell("application.accepted", group, place, now=now, words={})


def undo_accept(group: Group, place: Membership, *, now: datetime, by: Actor) -> None:
    """Let an accepted applicant wait again.  Raises NotInThatPlace unless they were accepted within UNDO_FOR."""
    _begin(group, place, by, role=Role.MEMBER, state=MembershipState.ACTIVE)
    if place.decided_at is None or now - place.decided_at > UNDO_FOR:
        raise NotInThatPlace(place.id)
    place.role, place.decided_at = Role.APPLICANT, None
    db.session.flush()
    record(by, "membership.unaccepted", place, at=now)


def decline(group: Group, place: Membership, *, reason: str, now: datetime, by: Actor) -> None:
    """Refuse an applicant, who is owed a mail with the reason.  Raises NotInThatPlace."""
    _begin(group, place, by, role=Role.APPLICANT, state=MembershipState.ACTIVE)
    place.state, place.decided_at = MembershipState.REMOVED, now
    db.session.flush()
    record(by, "membership.declined", place, at=now, after={"reason": reason})
    _tell("application.declined", group, place, now=now, words={"reason": reason})


def undo_decline(group: Group, place: Membership, *, now: datetime, by: Actor) -> None:
    """Put a declined application back into the queue.  Raises NotInThatPlace."""
    _begin(group, place, by, role=Role.APPLICANT, state=MembershipState.REMOVED)
    place.state, place.decided_at = MembershipState.ACTIVE, None
    db.session.flush()
    record(by, "membership.undeclined", place, at=now)


def change_role(group: Group, place: Membership, role: Role, *, now: datetime, by: Actor) -> None:
    """Make a member a co-lead, or a co-lead a member.  Raises LastCoLead and NotInThatPlace."""
    _begin(group, place, by, state=MembershipState.ACTIVE)
    if Role.APPLICANT in {role, place.role}:
        raise NotInThatPlace(place.id)
    if role is place.role:
        return
    _keep_a_co_lead(group, place)
    before, place.role = place.role, role
    db.session.flush()
    record(by, "membership.role", place, at=now, before={"role": before}, after={"role": role})


def hand_over(group: Group, place: Membership, *, now: datetime, by: Actor) -> None:
    """Let ``place`` lead the group instead of whoever asks, who stays a member.  Raises NotInThatPlace."""
    own = by.membership
    if own is None or own.id == place.id:
        raise NotInThatPlace(place.id)
    change_role(group, place, Role.CO_LEAD, now=now, by=by)
    change_role(group, own, Role.MEMBER, now=now, by=by)


def reinstate(group: Group, place: Membership, *, now: datetime, by: Actor) -> None:
    """Take somebody who was removed into the group again, as a member.  Raises NotInThatPlace."""
    _begin(group, place, by, role=Role.MEMBER, state=MembershipState.REMOVED)
    place.state, place.joined_at = MembershipState.ACTIVE, now
    db.session.flush()
    record(by, "membership.reinstated", place, at=now)


def remove(group: Group, place: Membership, *, now: datetime, by: Actor) -> None:
    """End the membership of somebody else; their talks and votes stay.  Raises LastCoLead and NotInThatPlace."""
    _begin(group, place, by, state=MembershipState.ACTIVE)
    _end(group, place, MembershipState.REMOVED)
    record(by, "membership.removed", place, at=now)


def leave(group: Group, place: Membership, *, now: datetime, by: Actor) -> None:
    """End one's own membership.  Raises LastCoLead and NotInThatPlace."""
    lock_group(group)
    db.session.refresh(place)
    if place.state is not MembershipState.ACTIVE:
        raise NotInThatPlace(place.id)
    _end(group, place, MembershipState.LEFT)
    record(by, "membership.left", place, at=now)


def _begin(
    group: Group, place: Membership, by: Actor, *, state: MembershipState, role: Role | None = None
) -> None:
    """See what is true now, with the group's row locked, so that of two at once the second sees the first's."""
    lock_group(group)
    db.session.refresh(place)
    if by.membership is not None:
        db.session.refresh(by.membership)
    if not by.is_co_lead:
        raise NoLongerCoLead(by.user_id)
    if place.state is not state or (role is not None and place.role is not role):
        raise NotInThatPlace(place.id)


def _end(group: Group, place: Membership, state: MembershipState) -> None:
    if place.role is Role.APPLICANT:
        raise NotInThatPlace(place.id)
    _keep_a_co_lead(group, place)
    place.role, place.state = Role.MEMBER, state
    db.session.flush()


def _keep_a_co_lead(group: Group, place: Membership) -> None:
    if place.role is Role.CO_LEAD and all(lead.id == place.id for lead in co_leads_of(group)):
        raise LastCoLead(group.slug)


def _tell(kind: str, group: Group, place: Membership, *, now: datetime, words: dict[str, str]) -> None:
    user = db.session.get_one(User, place.user_id)
    told = {"name": user.name, "group": group.name, "path": f"/{group.slug}/join", **words}
    about = f"membership:{place.id}:{now:%Y-%m-%dT%H:%M:%S}"
    owe(kind, user.email, about=about, group_id=group.id, now=now, words=told)
