"""Looking accounts up."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import func, select

from readinggroup.db import db
from readinggroup.models import SignIn, User


def user_by_email(email: str, *, lock: bool = False) -> User | None:
    """The account of a folded address; with ``lock`` nobody else changes it until this transaction ends."""
    found = select(User).where(User.email == email)
    return db.session.scalar(found.with_for_update() if lock else found)


def any_user() -> bool:
    """Whether anybody has an account here."""
    return bool(db.session.scalar(select(func.count()).select_from(select(User.id).limit(1).subquery())))


def sign_in_of(token: str) -> SignIn | None:
    """The running sign-in that ``token`` belongs to."""
    digest = sha256(token.encode()).hexdigest()
    return db.session.scalar(select(SignIn).where(SignIn.token_digest == digest, SignIn.ended_at.is_(None)))


def signed_in_user(uniquifier: str, token: str) -> User | None:
    """The active user of a running sign-in; None when either has ended."""
    digest = sha256(token.encode()).hexdigest()
    return db.session.scalar(
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(
            User.fs_uniquifier == uniquifier,
            User.active,
            SignIn.token_digest == digest,
            SignIn.ended_at.is_(None),
        )
    )


def sign_ins_of(user: User) -> Sequence[SignIn]:
    """The user's running sign-ins, latest first."""
    running = select(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    return db.session.scalars(running.order_by(SignIn.created_at.desc(), SignIn.id.desc())).all()
