"""Looking groups and their members up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager

from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.models import Break, Community, Group, Invitation, Membership, User


def community() -> Community | None:
    """The community's one row, once it has been made."""
    return db.session.get(Community, 1)


def groups() -> Sequence[Group]:
    """Every group, by name."""
    return db.session.scalars(select(Group).order_by(Group.name, Group.id)).all()


def group_by_slug(slug: str) -> Group | None:
    """The group at ``/<slug>/``."""
    return db.session.scalar(select(Group).where(Group.slug == slug))


def group_in(_group: object, group_id: int) -> Group | None:
    """The group with that id, for whoever looks after the site."""
    return db.session.get(Group, group_id)


def breaks_of(group: Group) -> Sequence[Break]:
    """The group's breaks, earliest first."""
    return db.session.scalars(select(Break).where(Break.group_id == group.id).order_by(Break.starts_on)).all()


def members_of(group: Group) -> Sequence[Membership]:
    """Active members and co-leads with their users, by name."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.role != Role.APPLICANT,
            User.active,
        )
        .order_by(User.name, User.id)
    ).all()


def memberships_of(user_id: int) -> Sequence[Membership]:
    """The user's places in all groups, whatever their state."""
    return db.session.scalars(select(Membership).where(Membership.user_id == user_id)).all()


def membership_of(group: Group, user_id: int) -> Membership | None:
    """The user's place in the group, whatever its state."""
    return db.session.scalar(
        select(Membership).where(Membership.group_id == group.id, Membership.user_id == user_id)
    )


def co_leads_of(group: Group) -> Sequence[Membership]:
    """Those who lead the group now, with their users, by name."""
    return [place for place in members_of(group) if place.role is Role.CO_LEAD]


def applicants_of(group: Group, state: MembershipState = MembershipState.ACTIVE) -> Sequence[Membership]:
    """Applications that wait, or with state removed the declined ones, with their users, oldest first."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(
            Membership.group_id == group.id,
            Membership.state == state,
            Membership.role == Role.APPLICANT,
            User.active,
            User.confirmed_at.is_not(None),
        )
        .order_by(Membership.joined_at, Membership.id)
    ).all()


def accepted_lately(group: Group, since: datetime) -> Sequence[Membership]:
    """Members whose application was accepted after ``since``, with their users, the latest first."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.role == Role.MEMBER,
            Membership.decided_at > since,
        )
        .order_by(Membership.decided_at.desc(), Membership.id)
    ).all()


def questions_in(text: str | None) -> list[str]:
    """The questions to applicants in ``text``, which has one in each line."""
    return [" ".join(line.split()) for line in (text or "").splitlines() if line.strip()]


def invitations_of(group: Group) -> list[tuple[Invitation, str | None]]:
    """The group's invitations with the name of whoever made each, the newest first."""
    found = db.session.execute(
        select(Invitation, User.name)
        .outerjoin(User, User.id == Invitation.made_by_id)
        .where(Invitation.group_id == group.id)
        .order_by(Invitation.id.desc())
        .limit(200)
    )
    return [(invitation, name) for invitation, name in found]


def invitation_in(group: Group, invitation_id: int) -> Invitation | None:
    """The group's invitation with that id."""
    return db.session.scalar(
        select(Invitation).where(Invitation.group_id == group.id, Invitation.id == invitation_id)
    )


def people_counts() -> dict[int, tuple[int, int]]:
    """Of each group that has any, by its id: how many belong to it, and how many of them lead it."""
    leads = func.sum(case((Membership.role == Role.CO_LEAD, 1), else_=0))
    rows = db.session.execute(
        select(Membership.group_id, func.count(), leads)
        .join(User, User.id == Membership.user_id)
        .where(Membership.state == MembershipState.ACTIVE, Membership.role != Role.APPLICANT, User.active)
        .group_by(Membership.group_id)
    )
    return {group_id: (people, lead) for group_id, people, lead in rows}


def led_alone_by(user: User) -> Sequence[Group]:
    """The groups that would have no co-lead without ``user``, by name."""
    leads = (Membership.role == Role.CO_LEAD, Membership.state == MembershipState.ACTIVE)
    led = select(Membership.group_id).where(Membership.user_id == user.id, *leads)
    by_others = (
        select(Membership.group_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.user_id != user.id, User.active, *leads)
    )
    found = select(Group).where(Group.id.in_(led), Group.id.not_in(by_others))
    return db.session.scalars(found.order_by(Group.name, Group.id)).all()


def membership_in(group: Group, membership_id: int) -> Membership | None:
    """The group's membership with that id, its user loaded."""
    return db.session.scalar(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(Membership.group_id == group.id, Membership.id == membership_id)
    )
