"""Looking accounts up."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import bindparam, func, select

from readinggroup.db import db
from readinggroup.models import Membership, SignIn, User


def user_by_email(email: str, *, lock: bool = False) -> User | None:
    """The account of a folded address; with ``lock`` nobody else changes it until this transaction ends."""
    found = select(User).where(User.email == email)
    return db.session.scalar(found.with_for_update() if lock else found)


def user_who_may_sign_in(user_id: int) -> User | None:
    """The account with that id, where it is active and its address confirmed."""
    return db.session.scalar(
        select(User).where(User.id == user_id, User.active, User.confirmed_at.is_not(None))
    )


def links_of(user_id: int | None) -> Sequence[str]:
    """The pages on the web that the account with that id names, in its order; none where nobody has it."""
    if user_id is None:
        return ()
    return db.session.scalar(select(User.links).where(User.id == user_id, User.active)) or ()


def any_user() -> bool:
    """Whether anybody has an account here."""
    return bool(db.session.scalar(select(func.count()).select_from(select(User.id).limit(1).subquery())))


def sign_in_of(token: str) -> SignIn | None:
    """The running sign-in that ``token`` belongs to."""
    digest = sha256(token.encode()).hexdigest()
    return db.session.scalar(select(SignIn).where(SignIn.token_digest == digest, SignIn.ended_at.is_(None)))


RUNNING = (
    select(User, SignIn, Membership)
    .join(SignIn, SignIn.user_id == User.id)
    .outerjoin(Membership, (Membership.user_id == User.id) & (Membership.group_id == bindparam("group")))
    .where(
        User.fs_uniquifier == bindparam("uniquifier"),
        User.active,
        SignIn.token_digest == bindparam("digest"),
        SignIn.ended_at.is_(None),
    )
)
"""Written down once, since every request of a member asks it."""


def signed_in_user(
    uniquifier: str, token: str, group_id: int | None
) -> tuple[User, SignIn, Membership | None] | None:
    """The active user of a running sign-in, that sign-in, and their place in the group; None when either has ended."""
    digest = sha256(token.encode()).hexdigest()
    asked = {"uniquifier": uniquifier, "digest": digest, "group": group_id}
    found = db.session.execute(RUNNING, asked).one_or_none()
    return (found[0], found[1], found[2]) if found is not None else None


def sign_ins_of(user: User) -> Sequence[SignIn]:
    """The user's running sign-ins, latest first."""
    running = select(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    return db.session.scalars(running.order_by(SignIn.created_at.desc(), SignIn.id.desc())).all()


def sign_in_with(user: User, sign_in_id: int) -> SignIn | None:
    """The user's own running sign-in with that id."""
    own = select(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == user.id)
    return db.session.scalar(own.where(SignIn.ended_at.is_(None)))
