"""The second step of signing in: codes from an app (RFC 6238), and recovery codes for when the app is gone."""

import secrets
from base64 import b64encode
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from passlib.exc import TokenError
from passlib.totp import TOTP
from sqlalchemy import delete, func, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.models import RecoveryCode, User

CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
DRIFT = 30
"""Seconds by which the app's clock may be wrong."""


def new_secret(*, key: str) -> str:
    """A fresh secret for an app, encrypted under the site's ``key``."""
    return str(_totp(key).new().to_json(encrypt=True))


def address_for_app(secret: str, user: User, *, issuer: str, key: str) -> str:
    """The otpauth address that an app reads, as from a picture; a colon parts its two names, so neither has one."""
    label, issuer = (name.replace(":", "") for name in (user.email, issuer))
    return str(_totp(key).from_source(secret).to_uri(label=label, issuer=issuer))


def letters_for_app(secret: str, *, key: str) -> str:
    """The secret as it is typed into an app, in groups of four."""
    return str(_totp(key).from_source(secret).pretty_key(sep=" "))


def picture(text: str) -> str:
    """``text`` as a QR code, dark on white: an address for ``<img src>``."""
    import qrcode  # With what it draws by it takes ten megabytes, and is asked for once in an account's life.
    from qrcode.image.svg import SvgPathFillImage

    image = qrcode.make(text, image_factory=SvgPathFillImage, box_size=12, border=3)
    written = BytesIO()
    image.save(written)
    return f"data:image/svg+xml;base64,{b64encode(written.getvalue()).decode('ascii')}"


def begin_second_step(
    user: User, secret: str, code: str, *, key: str, now: datetime, by: Actor
) -> list[str] | None:
    """Ask for a second step from now on, where ``code`` shows that the app works; gives recovery codes, else None."""
    counter = _counter(secret, code, None, key=key, now=now)
    if counter is None:
        return None
    user.totp_secret, user.totp_counter = secret, counter
    record(by, "user.second_step", user, at=now, after={"on": True})
    return new_recovery_codes(user, now=now, by=by)


def end_second_step(user: User, *, now: datetime, by: Actor) -> None:
    """Ask for no second step any more."""
    user.totp_secret = user.totp_counter = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    record(by, "user.second_step", user, at=now, after={"on": False})


def new_recovery_codes(user: User, *, now: datetime, by: Actor) -> list[str]:
    """Ten codes that work once each, to be shown once; earlier ones end."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(12)) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, digest=_digest(code)) for code in codes)
    db.session.flush()
    record(by, "user.recovery_codes", user, at=now)
    return ["-".join(code[i : i + 4] for i in range(0, 12, 4)) for code in codes]


def recovery_codes_left(user: User) -> int:
    """How many recovery codes the user has not used."""
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user.id)
    return db.session.scalar(left) or 0


def pass_second_step(user: User, typed: str, *, key: str, now: datetime) -> bool:
    """Whether ``typed`` is the app's code or a recovery code; neither works twice."""
    db.session.refresh(user, with_for_update=True)
    if user.totp_secret is None:
        return False
    counter = _counter(user.totp_secret, typed, user.totp_counter, key=key, now=now)
    if counter is not None:
        user.totp_counter = counter
        db.session.flush()
        return True
    folded = "".join(letter for letter in typed.lower() if letter in LETTERS)
    used = delete(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.digest == _digest(folded))
    return db.session.execute(used.returning(RecoveryCode.digest)).first() is not None


def _counter(secret: str, code: str, last: int | None, *, key: str, now: datetime) -> int | None:
    """Which of the app's codes this is; None where it is none, or none after ``last``."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit()):
        return None
    try:
        app = _totp(key).from_source(secret)
        return int(app.match(digits, time=now, window=DRIFT, last_counter=last).counter)
    except (
        TokenError,
        ValueError,
        KeyError,
    ):  # Not the code, or encrypted under a key that the site had before.
        return None


@lru_cache(maxsize=4)
def _totp(key: str) -> type[TOTP]:
    made: type[TOTP] = TOTP.using(secrets={"1": sha256(f"second step\n{key}".encode()).hexdigest()})
    return made


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
