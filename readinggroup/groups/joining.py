"""Coming into a group: applying, following an invitation, confirming one's address, being taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.accounts.actions import begin_account
from readinggroup.accounts.emails import fold
from readinggroup.accounts.links import VALID_DAYS, confirmation_token
from readinggroup.accounts.queries import user_by_email
from readinggroup.db import db
from readinggroup.domain.lifecycle import JoinPolicy, MembershipState, Role
from readinggroup.groups.inviting import InvitationEnded, awaited, runs, use, wait_for
from readinggroup.groups.queries import co_leads_of, membership_of
from readinggroup.models import Group, Invitation, Membership, Notice, User
from readinggroup.outbox.looks import Outdated
from readinggroup.outbox.queue import owe, owe_all


class ByInvitation(Exception):
    """The group takes in only people whom its co-leads invite."""


class NotApplying(Exception):
    """There is no application that waits."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody says who would like to join: why, their answers to the group's questions (pairs of a question and
    an answer), and the invitation that they follow."""

    why: str = ""
    answers: Sequence[tuple[str, str]] = ()
    invitation: Invitation | None = None


def apply_by_mail(
    group: Group, email: str, name: str, *, password_hash: str, wish: Wish, secret: str, now: datetime
) -> None:
    """Begin an account and its application, and owe the address a mail: a link to confirm it, or, where it has an
    account already, the advice to sign in.  Raises ByInvitation, InvitationEnded and BadAddress."""
    _check_open(group, wish, now)
    user = begin_account(email, name, password_hash=password_hash, now=now)
    if user is None:
        _advise(group, fold(email), now=now)
        return
    apply(group, user, wish=wish, now=now, by=Actor(user))
    words = {
        "name": user.name,
        "group": group.name,
        "path": f"/confirm/{confirmation_token(user, secret=secret)}",
        "days": VALID_DAYS,
    }
    about = f"user:{user.id}:{user.fs_uniquifier[:12]}"
    until = now + timedelta(days=VALID_DAYS)
    owe("join.confirm", user.email, about=about, group_id=None, now=now, until=until, words=words)


def apply(group: Group, user: User, *, wish: Wish, now: datetime, by: Actor) -> Membership:
    """The user's place in the group: a member's at once where the group is open or invites them, else an applicant's.

    Whoever is in, or has applied, stays what they are, unless an invitation makes them more.  Whoever was removed
    waits for the co-leads, also in an open group, unless an invitation was mailed to them.  Raises ByInvitation and
    InvitationEnded.
    """
    _check_open(group, wish, now)
    lock_group(group)
    place = membership_of(group, user.id)
    if place is not None and place.state is MembershipState.ACTIVE and _is_enough(place, wish):
        if place.role is Role.APPLICANT:
            place.why, place.answers = wish.why, _plain(wish)
        return place
    at_once = user.confirmed_at is not None and _enters_at_once(group, place, wish)
    if place is None:
        place = Membership(group_id=group.id, user_id=user.id)
        db.session.add(place)
    place.why, place.answers, place.joined_at, place.decided_at = wish.why, _plain(wish), now, None
    place.state = MembershipState.ACTIVE
    if at_once:
        _take_in(place, user, wish.invitation, now=now, by=by)
        return place
    place.role = Role.APPLICANT
    db.session.flush()
    record(by, "membership.applied", place, at=now)
    if user.confirmed_at is not None:
        _tell_co_leads(group, place, user, now=now)
    elif wish.invitation is not None:
        wait_for(wish.invitation, user, now=now)
    return place


def take_back(group: Group, place: Membership, *, now: datetime, by: Actor) -> None:
    """Let an applicant take their application back.  Raises NotApplying where it was decided."""
    lock_group(group)
    db.session.refresh(place)
    if place.role is not Role.APPLICANT or place.state is not MembershipState.ACTIVE:
        raise NotApplying(place.id)
    place.state, place.why, place.answers = MembershipState.LEFT, "", []
    db.session.flush()
    record(by, "membership.unapplied", place, at=now)


def confirm_address(user: User, *, now: datetime) -> list[Group]:
    """Note that the mail reached ``user``.  Gives the groups that they applied to: those that are open or invited them
    take them in, the others' co-leads are told."""
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
        lock_group(group)
        invitation = awaited(group, user, now)
        if group.join_policy is JoinPolicy.OPEN or invitation is not None:
            place.joined_at = now
            _take_in(place, user, invitation, now=now, by=Actor(user))
        else:
            _tell_co_leads(group, place, user, now=now)
    db.session.flush()
    return [group for _, group in waiting]


def look_at_application(notice: Notice, _now: datetime) -> None:
    """Before co-leads are told of an application: raises Outdated once somebody has decided on it."""
    place = db.session.get(Membership, int(notice.subject.split(":")[1]))
    if place is None or place.role is not Role.APPLICANT or place.state is not MembershipState.ACTIVE:
        raise Outdated("the application is decided")


def lock_group(group: Group) -> None:
    """Let nobody else change who belongs to the group until this transaction ends."""
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update())


def _check_open(group: Group, wish: Wish, now: datetime) -> None:
    if wish.invitation is not None and not runs(wish.invitation, now):
        raise InvitationEnded(wish.invitation.id)
    if wish.invitation is None and group.join_policy is JoinPolicy.INVITE:
        raise ByInvitation(group.slug)


def _is_enough(place: Membership, wish: Wish) -> bool:
    """Whether the place is as good already as what is wished for."""
    if wish.invitation is None or place.role is Role.CO_LEAD:
        return True
    return place.role is wish.invitation.role


def _enters_at_once(group: Group, place: Membership | None, wish: Wish) -> bool:
    removed = place is not None and place.state is MembershipState.REMOVED
    if wish.invitation is not None:
        return not removed or wish.invitation.email is not None
    return group.join_policy is JoinPolicy.OPEN and not removed


def _take_in(
    place: Membership, user: User, invitation: Invitation | None, *, now: datetime, by: Actor
) -> None:
    place.role = invitation.role if invitation is not None else Role.MEMBER
    db.session.flush()
    if invitation is not None:
        use(invitation, user, now=now)
    record(by, "membership.joined", place, at=now, after={"role": place.role.value})


def _plain(wish: Wish) -> list[list[str]]:
    return [[question, answer] for question, answer in wish.answers]


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
