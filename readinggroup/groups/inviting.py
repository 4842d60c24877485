"""Invitations: making, revoking and following them.  Followed means: a place in the group, or a guest who confirms."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.accounts.emails import fold
from readinggroup.db import db
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.member_lists import Row
from readinggroup.models import Group, Guest, Invitation, User
from readinggroup.outbox.queue import owe


class InvitationEnded(Exception):
    """The invitation is revoked, expired or used up."""


def invite(
    group: Group,
    *,
    role: Role,
    days: int,
    most: int = 1,
    email: str | None = None,
    name: str = "",
    list_id: str | None = None,
    now: datetime,
    by: Actor,
) -> str:
    """Make an invitation; gives what its link carries, which is kept nowhere.

    With ``email`` that address (of somebody called ``name``) is owed the link, and one person may follow it.
    ``list_id`` tells with which list it was imported.  Raises BadAddress.
    """
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        group_id=group.id,
        role=role,
        token_digest=_digest(token),
        email=fold(email) if email else None,
        name=name,
        list_id=list_id,
        most=most,
        made_by_id=by.user_id,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(invitation)
    db.session.flush()
    if list_id is None:  # A list is recorded as one.
        record(by, "invitation.made", invitation, at=now, after={"role": role.value, "most": most})
    if invitation.email:
        _mail(group, invitation, token, days=days, now=now, by=by)
    return token


def _mail(group: Group, invitation: Invitation, token: str, *, days: int, now: datetime, by: Actor) -> None:
    words = {
        "name": invitation.name,
        "by": by.name or "A co-lead",
        "group": group.name,
        "days": days,
        "path": f"/{group.slug}/invited/{token}",
    }
    owe(
        "invitation.made",
        invitation.email or "",
        about=f"invitation:{invitation.id}",
        group_id=group.id,
        now=now,
        until=invitation.expires_at,
        words=words,
    )


def invite_list(group: Group, rows: Iterable[Row], *, days: int, now: datetime, by: Actor) -> str:
    """Mail an invitation to everybody of an imported list who isn't in the group; gives the list's id.

    All of them or none: it is one transaction, and the mails are rows of it.
    """
    list_id = secrets.token_hex(8)
    invited = [row for row in rows if row.is_good]
    for row in invited:
        invite(
            group,
            role=row.role,
            days=days,
            email=row.email,
            name=row.name,
            list_id=list_id,
            now=now,
            by=by,
        )
    record(by, "members.invited", group, at=now, group_id=group.id, after={"people": len(invited)})
    return list_id


def revoke(invitation: Invitation, *, now: datetime, by: Actor) -> None:
    """End an invitation; who came in by it stays."""
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        record(by, "invitation.revoked", invitation, at=now)


def invitation_by_token(group: Group, token: str) -> Invitation | None:
    """The invitation into the group whose link carries ``token``, whether it still runs or not."""
    wanted = (Invitation.group_id == group.id, Invitation.token_digest == _digest(token))
    return db.session.scalar(select(Invitation).where(*wanted))


def runs(invitation: Invitation, now: datetime) -> bool:
    """Whether somebody can still come in by it."""
    return invitation.revoked_at is None and now < invitation.expires_at and invitation.used < invitation.most


def wait_for(invitation: Invitation, user: User, *, now: datetime) -> None:
    """Note that ``user`` follows the invitation once their address is confirmed.  Raises InvitationEnded."""
    if not runs(invitation, now):
        raise InvitationEnded(invitation.id)
    if db.session.get(Guest, (invitation.id, user.id)) is None:
        db.session.add(Guest(invitation_id=invitation.id, user_id=user.id))
        db.session.flush()


def awaited(group: Group, user: User, now: datetime) -> Invitation | None:
    """The running invitation into the group that ``user`` followed before confirming their address."""
    found = db.session.scalars(
        select(Invitation)
        .join(Guest, Guest.invitation_id == Invitation.id)
        .where(Invitation.group_id == group.id, Guest.user_id == user.id, Guest.came_at.is_(None))
        .order_by(Invitation.id.desc())
    )
    return next((invitation for invitation in found if runs(invitation, now)), None)


def use(invitation: Invitation, user: User, *, now: datetime) -> None:
    """Count that ``user`` came in by it.  The group is locked, so that the count is true.  Raises InvitationEnded."""
    db.session.refresh(invitation)
    if not runs(invitation, now):
        raise InvitationEnded(invitation.id)
    invitation.used += 1
    guest = db.session.get(Guest, (invitation.id, user.id)) or Guest(
        invitation_id=invitation.id, user_id=user.id
    )
    guest.came_at = now
    db.session.add(guest)
    db.session.flush()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
