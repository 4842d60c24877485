"""Signed links by which people show that a mail reached them."""

from hashlib import sha256

from itsdangerous import BadData, URLSafeTimedSerializer

from readinggroup.db import db
from readinggroup.models import User

VALID_DAYS = 3


def confirmation_token(user: User, *, secret: str) -> str:
    """What the link in the mail carries; it ends when it is used, and when the account is begun anew."""
    return str(_signer(secret).dumps([user.id, _stamp(user)]))


def user_to_confirm(token: str, *, secret: str, lock: bool = False) -> User | None:
    """The account that waits for ``token``; None where the link is forged, used or too old."""
    try:
        user_id, stamp = _signer(secret).loads(token, max_age=VALID_DAYS * 24 * 3600)
    except (BadData, ValueError, TypeError):
        return None
    user = db.session.get(User, user_id, with_for_update=True if lock else None)
    waits = user is not None and user.active and user.confirmed_at is None
    return user if user is not None and waits and _stamp(user) == stamp else None


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="confirm-address")


def _stamp(user: User) -> str:
    return sha256(user.fs_uniquifier.encode()).hexdigest()[:20]
