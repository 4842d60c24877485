"""Flask-Security, set up: sign in by password, sign out by POST, and a row for each sign-in."""

from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, abort, request, session
from flask_login import user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from flask_wtf import CSRFProtect

from readinggroup import clock
from readinggroup.access.doors import put_door
from readinggroup.access.rules import anyone
from readinggroup.accounts.actions import begin_sign_in, end_sign_in
from readinggroup.accounts.forms import SignInForm
from readinggroup.accounts.queries import sign_in_of, signed_in_user
from readinggroup.config import Settings
from readinggroup.db import begin_writing, commit, db
from readinggroup.models import User
from readinggroup.web.forms import local_path

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
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGIN_USER_TEMPLATE": "accounts/login.html",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_MSG_GENERIC_AUTHN_FAILED": ("That e-mail and password don't belong together.", "error"),
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_FRESHNESS": timedelta(
            minutes=-1
        ),  # Nothing asks for a fresh sign-in yet, so no page for it.
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": https,
    }


def init_security(app: Flask) -> None:
    """Add sign-in and sign-out, and check every request against its sign-in's row."""
    csrf.init_app(app)
    datastore = SQLAlchemyUserDatastore(db, User, None)  # type: ignore[arg-type]
    security.init_app(app, datastore, login_form=SignInForm)
    security.want_json(lambda _request: False)
    app.login_manager.user_loader(_load_user)  # type: ignore[attr-defined]
    # No token opens the site: what isn't a running sign-in, with its row, can't be ended either.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    for endpoint in app.view_functions:
        if endpoint.startswith("security."):
            app.view_functions[endpoint] = _for_forms_alone(app.view_functions[endpoint])
            put_door(app, endpoint, anyone)
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)


def _for_forms_alone(view: Any) -> Any:
    """Let a view of the extension see only what our pages send: forms, and a ``next`` on this site."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if request.is_json:
            abort(415)
        if any(local_path(onward) != onward for onward in request.values.getlist("next")):
            abort(400)
        return view(**values)

    return guarded


def _load_user(uniquifier: str) -> User | None:
    token = session.get(TOKEN)
    return signed_in_user(uniquifier, token) if isinstance(token, str) else None


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
