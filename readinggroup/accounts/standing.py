"""Deactivating accounts and letting them in again; what people gave and voted stays theirs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.accounts.actions import end_sign_ins
from readinggroup.db import db
from readinggroup.models import User


class OwnAccount(Exception):
    """Whoever looks after the site would lock themselves out."""


def deactivate(user: User, *, now: datetime, by: Actor) -> None:
    """Let nobody sign in to the account, and end its sign-ins at once.  Raises OwnAccount."""
    if user.id == by.user_id:
        raise OwnAccount(user.id)
    if user.active:
        user.active = False
        record(by, "user.deactivated", user, at=now)
        end_sign_ins(user, now=now, by=by)


def reactivate(user: User, *, now: datetime, by: Actor) -> None:
    """Let the account's person sign in again, to the places in groups that they had."""
    if not user.active:
        user.active = True
        record(by, "user.reactivated", user, at=now)


def account_in(_group: object, user_id: int) -> User | None:
    """The account with that id; those that were deleted are gone."""
    return db.session.scalar(
        select(User).where(User.id == user_id, User.deleted_at.is_(None)).with_for_update()
    )


def accounts_named(text: str, *, after: int = 0, limit: int = 100) -> Sequence[User]:
    """Accounts whose name or address has ``text`` in it, the oldest first, above the id ``after``."""
    wanted = f"%{text.lower().replace('%', '').replace('_', '')}%"
    return db.session.scalars(
        select(User)
        .where(
            User.deleted_at.is_(None),
            User.id > after,
            or_(func.lower(User.name).like(wanted), User.email.like(wanted)),
        )
        .order_by(User.id)
        .limit(limit)
    ).all()
