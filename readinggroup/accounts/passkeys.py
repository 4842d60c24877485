"""Passkeys (W3C Web Authentication): a device signs a challenge, and that is both steps of signing in at once.

The library is imported where it is used: it takes 14 MB, and most people sign in without a passkey.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.models import Passkey, User

LONGEST_NAME = 60
CHALLENGE_FOR = timedelta(minutes=5)
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What the library raises, besides exceptions of its own, for answers that no authenticator gives."""


class BadPasskey(Exception):
    """What the browser sent is no answer to the challenge."""


@dataclass(frozen=True)
class Place:
    """Where a passkey is for: ``origin`` such as https://reading.example.org, ``host`` its name."""

    origin: str
    host: str
    name: str


@dataclass(frozen=True)
class Challenge:
    """What a device has to sign, and when it was asked to."""

    text: str
    at: datetime

    @property
    def signed(self) -> bytes:
        """The bytes to sign."""
        from webauthn.helpers import base64url_to_bytes

        return base64url_to_bytes(self.text)

    def check(self, now: datetime) -> None:
        """Raises BadPasskey when the challenge is too old."""
        if not self.at <= now < self.at + CHALLENGE_FOR:
            raise BadPasskey


def passkeys_of(user: User) -> Sequence[Passkey]:
    """The user's passkeys, oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()


def options_to_add(user: User, place: Place) -> dict[str, Any]:
    """What the browser needs to make a passkey for ``user``, the challenge among it."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=place.host,
        rp_name=place.name,
        user_id=_handle(user),
        user_name=user.email,
        user_display_name=user.name,
        exclude_credentials=[PublicKeyCredentialDescriptor(key.credential_id) for key in passkeys_of(user)],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return dict(json.loads(options_to_json(options)))


def options_to_use(place: Place) -> dict[str, Any]:
    """What the browser needs to let somebody choose a passkey and sign with it, the challenge among it."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=place.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(json.loads(options_to_json(options)))


def add_passkey(
    user: User, answer: str, name: str, *, challenge: Challenge, place: Place, now: datetime, by: Actor
) -> Passkey:
    """Keep the passkey that the browser made.  Raises BadPasskey."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    challenge.check(now)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge.signed,
            expected_origin=place.origin,
            expected_rp_id=place.host,
            require_user_verification=True,
        )
    except (WebAuthnException, *UNREADABLE) as problem:
        raise BadPasskey from problem
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)) is not None:
        raise BadPasskey
    passkey = Passkey(
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=now,
    )
    db.session.add(passkey)
    db.session.flush()
    record(by, "user.passkey_added", user, at=now)
    return passkey


def use_passkey(answer: str, *, challenge: Challenge, place: Place, now: datetime) -> User:
    """The account whose passkey signed the challenge; a challenge works once.  Raises BadPasskey."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    challenge.check(now)
    try:
        sent = parse_authentication_credential_json(answer)
        passkey, user = _owner(sent.raw_id)
        # A signature that was seen before answers a challenge from before the passkey was last used.
        used_before = passkey.last_used_at is not None and challenge.at <= passkey.last_used_at
        if used_before or sent.response.user_handle not in {None, b"", _handle(user)}:
            raise BadPasskey
        seen = verify_authentication_response(
            credential=sent,
            expected_challenge=challenge.signed,
            expected_origin=place.origin,
            expected_rp_id=place.host,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, *UNREADABLE) as problem:
        raise BadPasskey from problem
    passkey.sign_count, passkey.last_used_at = seen.new_sign_count, now
    db.session.flush()
    return user


def remove_passkey(passkey: Passkey, *, now: datetime, by: Actor) -> None:
    """Let the passkey sign in no more."""
    user = db.session.get_one(User, passkey.user_id)
    db.session.delete(passkey)
    db.session.flush()
    record(by, "user.passkey_removed", user, at=now)


def passkey_of(user: User, passkey_id: int) -> Passkey | None:
    """The user's own passkey with that id."""
    return db.session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id))


def _owner(credential_id: bytes) -> tuple[Passkey, User]:
    """The passkey, locked, and whose it is.  Raises BadPasskey where nobody can sign in with it."""
    found = db.session.execute(
        select(Passkey, User)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_id == credential_id, User.active, User.confirmed_at.is_not(None))
        .with_for_update(of=Passkey)
    ).one_or_none()
    if found is None:
        raise BadPasskey
    return found[0], found[1]


def _handle(user: User) -> bytes:
    """What devices know an account by: it says nothing about the person."""
    return sha256(f"reading group account {user.id}".encode()).digest()
