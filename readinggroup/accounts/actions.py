"""Making accounts, and beginning and ending sign-ins."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import and_, delete, update
from sqlalchemy.exc import IntegrityError

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.accounts.emails import fold
from readinggroup.accounts.queries import sign_ins_of, user_by_email
from readinggroup.db import db
from readinggroup.domain.rhythm import check_zone
from readinggroup.models import SignIn, Speaker, User
from readinggroup.outbox.queue import owe

KEPT_FOR = timedelta(days=62)
"""How long an unused sign-in is remembered; the browser's cookie lasts for half of that."""


class AddressTaken(Exception):
    """There is already an account with this address."""


def create_user(
    email: str, name: str, *, password_hash: str | None, now: datetime, by: Actor, is_site_admin: bool = False
) -> User:
    """A new account, confirmed.  Raises BadAddress or AddressTaken."""
    folded = fold(email)
    if user_by_email(folded) is not None:
        raise AddressTaken(folded)
    user = User(
        email=folded,
        name=name.strip() or folded.partition("@")[0],
        password=password_hash,
        is_site_admin=is_site_admin,
        fs_uniquifier=uuid4().hex,
        confirmed_at=now,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    record(by, "user.created", user, at=now)
    return user


def begin_account(email: str, name: str, *, password_hash: str, now: datetime) -> User | None:
    """An account that waits for its address to be confirmed; None where that address has one already.

    Begun anew before it was confirmed, it takes the later name and password, and earlier links end.
    Raises BadAddress.
    """
    user = user_by_email(fold(email), lock=True)
    if user is None:
        user = User(email=fold(email), created_at=now)
        db.session.add(user)
    elif user.confirmed_at is not None or not user.active:
        return None
    user.name, user.password, user.fs_uniquifier = name, password_hash, uuid4().hex
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:  # Somebody began the same account at the same moment.
        return None
    record(Actor(user), "user.begun", user, at=now)
    return user


def begin_sign_in(user_id: int, device: str, *, now: datetime) -> str:
    """Note that ``user_id`` signs in on ``device``; gives the token that this device shows from now on.  Sign-ins that
    nobody has used for long are forgotten."""
    token = secrets.token_urlsafe(32)
    long_ago = and_(SignIn.user_id == user_id, SignIn.last_seen_at < now - KEPT_FOR)
    db.session.execute(delete(SignIn).where(long_ago))
    db.session.add(
        SignIn(
            user_id=user_id,
            token_digest=sha256(token.encode()).hexdigest(),
            device=device[:200],
            created_at=now,
            proved_at=now,
            last_seen_at=now,
        )
    )
    return token


def prove(sign_in: SignIn, *, now: datetime) -> None:
    """Note that whoever is signed in there showed again who they are."""
    sign_in.proved_at = sign_in.last_seen_at = now


def see_again(sign_in_id: int, *, now: datetime) -> None:
    """Note that the sign-in is still used."""
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def end_sign_in(sign_in: SignIn, *, now: datetime) -> None:
    """End one sign-in at once: its device is a visitor's from the next request on."""
    sign_in.ended_at = now


def end_sign_ins(user: User, *, keep: SignIn | None = None, now: datetime, by: Actor) -> None:
    """End the user's sign-ins on all devices at once, but for ``keep``."""
    for sign_in in sign_ins_of(user):
        if keep is None or sign_in.id != keep.id:
            end_sign_in(sign_in, now=now)
    record(by, "user.signed_out", user, at=now)


def change_password(user: User, password_hash: str, *, keep: SignIn | None, now: datetime, by: Actor) -> None:
    """Give the user another password; only the device of ``keep`` stays signed in."""
    user.password = password_hash
    record(by, "user.password", user, at=now)
    end_sign_ins(user, keep=keep, now=now, by=by)


def revise_profile(
    user: User, *, name: str, zone: str | None, links: list[str], now: datetime, by: Actor
) -> None:
    """Let the account say who its person is and where; speakers keep the names under which they spoke.

    Raises BadZone where ``zone`` is no place.
    """
    before = (user.name, user.zone, user.links)
    if before == (name, zone, links):
        return
    user.name, user.zone, user.links = name, check_zone(zone) if zone else None, links
    db.session.flush()
    # The links stand on public pages about the person's speakers: these count as changed with them.
    db.session.execute(update(Speaker).where(Speaker.user_id == user.id).values(name=Speaker.name))
    record(by, "user.revised", user, at=now)


def tell_of_change(user: User, what: str, *, now: datetime) -> None:
    """Owe the user a mail about what was changed of their account, in case it wasn't them."""
    about = f"user:{user.id}:{now.isoformat()}"
    words = {"name": user.name, "what": what}
    owe("account.changed", user.email, about=about, group_id=None, now=now, words=words)
