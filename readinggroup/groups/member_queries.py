"""The members page: who belongs, found by name and role, with when they were last seen; and imported lists."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.groups.speakers import fold_name
from readinggroup.models import Group, Invitation, Membership, SignIn, User


class Part(StrEnum):
    """Which of the people the page shows."""

    ALL = "all"
    CO_LEADS = "co-leads"
    MEMBERS = "members"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who belongs to the group, or did.  ``last_seen_at`` is right to the day; null: never signed in."""

    id: int
    user_id: int
    name: str
    email: str
    role: Role
    state: MembershipState
    joined_at: datetime
    last_seen_at: datetime | None


def member_rows(
    group: Group, part: Part = Part.ALL, *, named: str = "", by_email: bool = False
) -> list[MemberRow]:
    """The group's people of that part, by name, whose name (or, with ``by_email``, address) has ``named`` in it."""
    seen = (
        select(SignIn.user_id, func.max(SignIn.last_seen_at).label("last_seen_at"))
        .group_by(SignIn.user_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Membership.id,
            Membership.user_id,
            User.name,
            User.email,
            Membership.role,
            Membership.state,
            Membership.joined_at,
            seen.c.last_seen_at,
        )
        .join(User, User.id == Membership.user_id)
        .outerjoin(seen, seen.c.user_id == User.id)
        .where(Membership.group_id == group.id, User.active, *_of(part))
        .order_by(User.name, User.id)
    )
    wanted = fold_name(named) if named else ""
    found = [MemberRow(*row) for row in rows]
    return [
        row
        for row in found
        if wanted in fold_name(row.name) or (by_email and named.strip().lower() in row.email)
    ]


def list_of(group: Group, list_id: str) -> list[Invitation] | None:
    """The invitations that were sent with an imported list, by name; None where there was no such list."""
    found = db.session.scalars(
        select(Invitation)
        .where(Invitation.group_id == group.id, Invitation.list_id == list_id)
        .order_by(Invitation.name, Invitation.email, Invitation.id)
    ).all()
    return list(found) or None


def _of(part: Part) -> tuple[ColumnElement[bool], ...]:
    if part is Part.REMOVED:
        return (Membership.state == MembershipState.REMOVED, Membership.role != Role.APPLICANT)
    roles = {
        Part.ALL: (Role.MEMBER, Role.CO_LEAD),
        Part.CO_LEADS: (Role.CO_LEAD,),
        Part.MEMBERS: (Role.MEMBER,),
    }
    return (Membership.state == MembershipState.ACTIVE, Membership.role.in_(roles[part]))
