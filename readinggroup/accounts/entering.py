"""Coming in: from the first proof of who somebody is, over the second where there is one, to a sign-in with a row."""

import time
from datetime import UTC, datetime
from functools import lru_cache, wraps
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import hash_password, login_user, verify_password

from readinggroup import clock
from readinggroup.access.doors import SAFE, View, actor
from readinggroup.accounts.actions import prove
from readinggroup.accounts.passkeys import Challenge, Place
from readinggroup.accounts.passwords import normal_password
from readinggroup.accounts.queries import user_who_may_sign_in
from readinggroup.db import begin_writing, commit, db, end_writing
from readinggroup.models import SignIn, User
from readinggroup.web.forms import local_path

WAITS = "second_step"
CHALLENGE = "passkey"
SECOND_STEP_FOR = 600
"""Seconds between the first step and the second."""
EVEN = 0.4


def own_sign_in() -> SignIn | None:
    """The sign-in of this browser."""
    found: SignIn | None = g.get("sign_in")
    return found


def own_account() -> User:
    """The account behind the request, where the door lets in only people with one."""
    user = actor().user
    if user is None:
        raise LookupError("The door lets in only people with an account.")
    return user


def onward() -> str | None:
    """The page of this site that one was on the way to."""
    return local_path(request.values.get("next")) or None


def is_password_of(user: User | None, password: str | None) -> bool:
    """Whether ``password`` is the user's; it takes as long where there is no such account, or no password."""
    known = user.password if user is not None else None
    right = verify_password(normal_password(password), known or _nobodys_password())
    return bool(right) and known is not None


def first_step_done(user: User) -> ResponseReturnValue:
    """Go on to the second step, where the account has one, or in.  What was changed before must be committed."""
    if user.totp_secret is None:
        return come_in(user)
    session[WAITS] = [user.id, clock.now().timestamp()]
    return redirect(url_for("security.second_step", next=onward()), 303)


def waits_for_second_step() -> User | None:
    """Who has done the first step in this browser, some minutes ago at most."""
    user_id, since = session.get(WAITS) or (None, 0)
    if user_id is None or not 0 <= clock.now().timestamp() - since < SECOND_STEP_FOR:
        return None
    return user_who_may_sign_in(user_id)


def come_in(user: User) -> ResponseReturnValue:
    """Sign in, or note that whoever is signed in here already has shown it anew; then on to where they were going."""
    session.pop(WAITS, None)
    own = own_sign_in()
    if own is None:
        login_user(user)
    else:
        begin_writing()
        prove(own, now=clock.now())
        commit()
    return redirect(onward() or url_for("front.community"), 303)


def is_somebody_else(user: User) -> bool:
    """Whether another account than ``user`` is signed in here."""
    own = own_sign_in()
    return own is not None and own.user_id != user.id


def place() -> Place:
    """Where passkeys are for; in development the name that the browser uses, on other sites SITE_URL."""
    settings = current_app.config["SETTINGS"]
    origin = request.host_url.rstrip("/") if settings.development else settings.site_url
    return Place(origin=origin, host=urlsplit(origin).hostname or "", name=g.community_name)


def ask_to_sign(options: dict[str, Any]) -> dict[str, Any]:
    """Remember the challenge in ``options`` for this browser."""
    session[CHALLENGE] = [options["challenge"], clock.now().timestamp()]
    return options


def take_challenge() -> Challenge:
    """The challenge that this browser was given last; it is forgotten."""
    text, at = session.pop(CHALLENGE, None) or ("", 0)
    return Challenge(text, datetime.fromtimestamp(at, UTC))


def evenly(view: View) -> View:
    """Let every answer to a form take a multiple of EVEN seconds, so that the time tells nothing about accounts."""

    @wraps(view)
    def even(**values: Any) -> ResponseReturnValue:
        began = time.monotonic()
        answer = view(**values)
        if request.method not in SAFE and not current_app.testing:
            db.session.rollback()  # Nobody else waits meanwhile.
            end_writing()
            taken = time.monotonic() - began
            time.sleep(ceil(taken / EVEN) * EVEN - taken)
        return answer

    return even


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    return str(hash_password("nobody's"))
