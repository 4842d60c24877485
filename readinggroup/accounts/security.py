"""Flask-Security, set up: how passwords are hashed; and the row of a sign-in, asked at every request."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from flask_wtf import CSRFProtect
from sqlalchemy.exc import DBAPIError

from readinggroup import clock
from readinggroup.accounts.actions import begin_sign_in, end_sign_in, see_again
from readinggroup.accounts.queries import sign_in_of, signed_in_user
from readinggroup.config import Settings
from readinggroup.db import TurnNotCome, begin_writing, commit, db
from readinggroup.models import User

SEEN_EVERY = timedelta(days=1)
TOKEN = "sign_in"  # noqa: S105  (the key in the session, not a secret)
csrf = CSRFProtect()
security = Security()


def options(settings: Settings) -> dict[str, Any]:
    """What Flask-Security and Flask's session are told."""
    https = settings.site_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key,
        "SECURITY_PASSWORD_SALT": settings.secret_key,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_STATIC_FOLDER": None,
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": https,
    }


def init_security(app: Flask) -> None:
    """Let people sign in, and check every request against its sign-in's row."""
    csrf.init_app(app)
    datastore = SQLAlchemyUserDatastore(db, User, None)  # type: ignore[arg-type]
    # The views are our own (docs/decisions/0005-own-views-for-signing-in.md).
    security.init_app(app, datastore, register_blueprint=False)
    # It would look up who asks before anybody wants to know; our rules ask the actor instead.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.login_manager.user_loader(_load_user)  # type: ignore[attr-defined]
    # No token opens the site: what isn't a running sign-in, with its row, can't be ended either.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.after_request(_see)


def _load_user(uniquifier: str) -> User | None:
    token, group = session.get(TOKEN), g.get("group")
    group_id = group.id if group is not None else None
    found = signed_in_user(uniquifier, token, group_id) if isinstance(token, str) else None
    if found is None:
        return None
    user, g.sign_in, place = found
    g.place = group_id, place
    g.last_seen = g.sign_in.id, g.sign_in.last_seen_at
    return user


def _begin(_app: Flask, user: User, **_: object) -> None:
    user_id = user.id
    begin_writing()
    session[TOKEN] = begin_sign_in(user_id, request.user_agent.string, now=clock.now())
    session.permanent = True
    commit()


def _end(_app: Flask, **_: object) -> None:
    token = session.pop(TOKEN, None)
    begin_writing()
    if isinstance(token, str) and (found := sign_in_of(token)) is not None:
        end_sign_in(found, now=clock.now())
    commit()


def _see(response: Response) -> Response:
    """Note once a day that a sign-in is used; a busy database may leave it for the next request."""
    seen: tuple[int, datetime] | None = g.get("last_seen")
    if seen is None or seen[1] > clock.now() - SEEN_EVERY:
        return response
    try:
        begin_writing()
        see_again(seen[0], now=clock.now())
        commit()
    except (TurnNotCome, DBAPIError):
        db.session.rollback()
    return response
