"""Making, renaming and ending tokens, and noting that one was used."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.api.queries import tokens_of
from readinggroup.db import db
from readinggroup.models import ApiToken, User
from readinggroup.scheduling.asking import digest_of

MOST = 20
PREFIX = "rg_"
"""How every token begins, so that a program that looks for lost secrets knows one."""


class TooManyTokens(Exception):
    """Somebody has as many tokens as one may have."""


def make_token(user: User, name: str, *, now: datetime, by: Actor) -> str:
    """A new token, of which only a digest is kept.  Raises TooManyTokens."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    if len(tokens_of(user)) >= MOST:
        raise TooManyTokens
    secret = PREFIX + secrets.token_urlsafe(32)
    db.session.add(ApiToken(user_id=user.id, name=name, token_digest=digest_of(secret), made_at=now))
    db.session.flush()
    record(by, "user.token_made", user, at=now, after={"name": name})
    return secret


def rename_token(token: ApiToken, name: str) -> None:
    """Call it otherwise."""
    token.name = name
    db.session.flush()


def end_token(token: ApiToken, user: User, *, now: datetime, by: Actor) -> None:
    """End it at once."""
    db.session.delete(token)
    db.session.flush()
    record(by, "user.token_ended", user, at=now, before={"name": token.name})


def needs_noting(token: ApiToken, now: datetime) -> bool:
    """Whether it isn't noted yet that the token was used on this day."""
    return token.last_used_at is None or now - token.last_used_at >= timedelta(days=1)
