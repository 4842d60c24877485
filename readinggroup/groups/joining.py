"""Coming into a group: applying, confirming one's address, being taken in."""

from datetime import datetime

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.accounts.actions import begin_account
from readinggroup.accounts.emails import fold
from readinggroup.accounts.links import VALID_DAYS, confirmation_token
from readinggroup.accounts.queries import user_by_email
from readinggroup.db import db
from readinggroup.domain.lifecycle import JoinPolicy, MembershipState, Role
from readinggroup.groups.queries import co_leads_of, membership_of
from readinggroup.models import Group, Membership, User
from readinggroup.outbox.queue import owe, owe_all


class ByInvitation(Exception):
    """The group takes in only people whom its co-leads invite."""


def apply_by_mail(
    group: Group, email: str, name: str, *, password_hash: str, why: str, secret: str, now: datetime
) -> None:
    """Begin an account and its application, and owe the address a mail: a link to confirm it, or, where it has an
    account already, the advice to sign in.  Raises ByInvitation, and BadAddress."""
    if group.join_policy is JoinPolicy.INVITE:
        raise ByInvitation(group.slug)
    user = begin_account(email, name, password_hash=password_hash, now=now)
    if user is None:
        _advise(group, fold(email), now=now)
        return
    apply(group, user, why=why, now=now, by=Actor(user))
    words = {
        "name": user.name,
        "group": group.name,
        "path": f"/confirm/{confirmation_token(user, secret=secret)}",
        "days": VALID_DAYS,
    }
    about = f"user:{user.id}:{user.fs_uniquifier[:12]}"
    owe("join.confirm", user.email, about=about, group_id=None, now=now, words=words)


def apply(group: Group, user: User, *, why: str, now: datetime, by: Actor) -> Membership:
    """The user's place in the group: a member's at once where the group is open, else an applicant's.

    Whoever is in, or has applied, stays what they are.  Whoever was removed waits for the co-leads, also in an open
    group.  Raises ByInvitation.
    """
    if group.join_policy is JoinPolicy.INVITE:
        raise ByInvitation(group.slug)
    lock_group(group)
    place = membership_of(group, user.id)
    if place is not None and place.state is MembershipState.ACTIVE:
        if place.role is Role.APPLICANT:
            place.why = why
        return place
    removed = place is not None and place.state is MembershipState.REMOVED
    at_once = group.join_policy is JoinPolicy.OPEN and user.confirmed_at is not None and not removed
    if place is None:
        place = Membership(group_id=group.id, user_id=user.id)
        db.session.add(place)
    place.role = Role.MEMBER if at_once else Role.APPLICANT
    place.state, place.why, place.joined_at = MembershipState.ACTIVE, why, now
    db.session.flush()
    record(by, "membership.joined" if at_once else "membership.applied", place, at=now)
    if not at_once and user.confirmed_at is not None:
        _tell_co_leads(group, place, user, now=now)
    return place


def confirm_address(user: User, *, now: datetime) -> list[Group]:
    """Note that the mail reached ``user``.  Gives the groups that they applied to: the open ones take them in, the
    others' co-leads are told."""
    user.confirmed_at = now
    record(Actor(user), "user.confirmed", user, at=now)
    waiting = db.session.execute(
        select(Membership, Group)
        .join(Group, Group.id == Membership.group_id)
        .where(
            Membership.user_id == user.id,
            Membership.role == Role.APPLICANT,
            Membership.state == MembershipState.ACTIVE,
        )
        .order_by(Group.name)
    ).all()
    for place, group in waiting:
        if group.join_policy is JoinPolicy.OPEN:
            place.role, place.joined_at = Role.MEMBER, now
            record(Actor(user), "membership.joined", place, at=now)
        else:
            _tell_co_leads(group, place, user, now=now)
    db.session.flush()
    return [group for _, group in waiting]


def lock_group(group: Group) -> None:
    """Let nobody else change who belongs to the group until this transaction ends."""
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update())


def _advise(group: Group, email: str, *, now: datetime) -> None:
    user = user_by_email(email)
    if user is None or not user.active:
        return
    words = {"name": user.name, "group": group.name, "path": f"/{group.slug}/join"}
    about = f"join:{group.id}:{now:%Y-%m-%d}"
    owe("join.known", email, about=about, group_id=group.id, now=now, words=words)


def _tell_co_leads(group: Group, place: Membership, user: User, *, now: datetime) -> None:
    words = {
        "group": group.name,
        "applicant": user.name,
        "why": place.why,
        "path": f"/{group.slug}/members/",
    }
    about = f"membership:{place.id}:{now:%Y-%m-%dT%H:%M:%S}"
    leads = [lead.user for lead in co_leads_of(group)]
    owe_all("application.made", leads, about=about, group_id=group.id, now=now, words=words)
