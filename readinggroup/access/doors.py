"""Doors: every view says who may pass, and gets what it works on already found and allowed."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from inspect import signature
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import bindparam, select

from readinggroup import clock
from readinggroup.access.actor import Actor
from readinggroup.access.rules import signed_in_afresh
from readinggroup.db import begin_writing, db, is_writing
from readinggroup.models import Membership, SignIn, User

Rule = Callable[..., bool]
Loader = Callable[..., object | None]
View = Callable[..., ResponseReturnValue]

PLACE = select(Membership).where(
    Membership.group_id == bindparam("group"), Membership.user_id == bindparam("user")
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FRESH_FOR = timedelta(minutes=30)
"""How long a risky page opens after one has shown who one is; what it sends may take as long again."""


def access(rule: Rule, *, begins: bool = True, **loaders: Loader) -> Callable[[View], View]:
    """Let a view be entered by those whom ``rule`` lets in.

    Each of ``loaders`` finds one thing in the group at hand: ``pitch=pitch_in`` takes from the URL the value that
    ``pitch_in(group, pitch_id)`` asks for and hands the view a ``pitch``.  What isn't in this group is 404.  The
    rule gets the actor, and the loaded things that its parameters name.  A visitor whom it refuses is asked to
    sign in, anybody else gets 403.  A request that isn't safe begins its writing transaction here, so that what
    is decided and what is changed see the same rows; with ``begins`` false the view does that by itself, after
    something slow, such as hashing a password.
    """
    wanted = list(signature(rule).parameters)[1:]
    keys = {name: list(signature(load).parameters)[1] for name, load in loaders.items()}

    def close(view: View) -> View:
        @wraps(view)
        def door(**values: Any) -> ResponseReturnValue:
            asking, writes = actor(), begins and request.method not in SAFE
            if writes and asking.is_signed_in and not is_writing():
                begin_writing()
            things = {name: _find(load, values.pop(keys[name])) for name, load in loaders.items()}
            known = things | {"group": g.get("group")}
            if not rule(asking, **{name: known[name] for name in wanted}):
                return _refuse(asking, rule)
            if (
                writes and not asking.is_signed_in
            ):  # Whom the rule refuses doesn't wait in the writers' queue.
                begin_writing()
            return enter(view, things | values)

        door.rule, door.loads, door.begins = rule, bool(loaders), begins  # type: ignore[attr-defined]
        return door

    return close


def enter(view: View, values: dict[str, Any]) -> ResponseReturnValue:
    """What is behind a door, for somebody whom it lets in.  The matrix of doors and roles puts a mark in its place."""
    return view(**values)


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The rule at the door of ``endpoint``; None where it has no door."""
    return getattr(app.view_functions[endpoint], "rule", None)


def put_door(app: Flask, endpoint: str, rule: Rule) -> None:
    """Give a view that isn't ours, such as an extension's, a door.  It begins its writing by itself."""
    view = cast(View, app.view_functions[endpoint])

    @wraps(view)
    def door(**values: Any) -> ResponseReturnValue:
        asking = actor()
        return enter(view, values) if rule(asking) else _refuse(asking, rule)

    door.rule, door.loads = rule, False  # type: ignore[attr-defined]
    app.view_functions[endpoint] = door


def begin_early(app: Flask) -> None:
    """Let whoever has signed in here begin to write before anything is looked up, so that nothing is looked up twice.

    Anybody else begins at the door, where it is known that they are let in.
    """

    @app.before_request
    def begin() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method not in SAFE and "_user_id" in session and getattr(view, "begins", False):
            begin_writing()


def keep_closed(app: Flask) -> None:
    """From now on a request for a view without a door is refused."""

    @app.before_request
    def refuse_without_door() -> None:
        if request.endpoint is not None and rule_of(app, request.endpoint) is None:
            abort(403)


def actor() -> Actor:
    """Who makes this request, with their place in the group at hand; looked up once."""
    found: Actor | None = g.get("actor")
    if found is None:
        found = g.actor = _look_up_actor()
    return found


def seen_as_public() -> bool:
    """Whether whoever looks asked to see the page as the public does: ``?as=public`` takes rights, and gives none."""
    # Every link of a page asks this; looking for what isn't there in the address is slow.
    return request.method in SAFE and "as" in request.args and request.args["as"] == "public"


def _look_up_actor() -> Actor:
    if seen_as_public():
        return Actor()
    # A visitor without a session cookie is known without touching the session, and so without a Vary.
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies or not current_user.is_authenticated:
        return Actor()
    user: User = current_user._get_current_object()
    return Actor(user, _place_of(user), _is_fresh())


def _place_of(user: User) -> Membership | None:
    """Their place in the group at hand; it came with their sign-in, where that was looked up for this group."""
    group = g.get("group")
    if group is None:
        return None
    of_group: int | None
    of_group, place = g.get("place", (None, None))
    if of_group == group.id:
        return cast(Membership | None, place)
    return db.session.scalar(PLACE, {"group": group.id, "user": user.id})


def _is_fresh() -> bool:
    sign_in: SignIn | None = g.get("sign_in")
    allowed = FRESH_FOR if request.method in SAFE else 2 * FRESH_FOR
    return sign_in is not None and clock.now() < sign_in.proved_at + allowed


def _find(load: Loader, value: object) -> object:
    found = load(g.group, value)
    if found is None:
        abort(404)
    return found


def _refuse(asking: Actor, rule: Rule) -> ResponseReturnValue:
    if g.get("answers_programs"):  # They have a token or none; nobody signs in there.
        abort(403 if asking.is_signed_in else 401)
    stale = rule is signed_in_afresh and asking.is_signed_in
    if asking.is_signed_in and not stale:
        abort(403)
    if seen_as_public():
        abort(403)  # The public itself is asked to sign in here.
    if request.method in SAFE:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 302)
    # What was sent is gone after signing in again; one goes on from the page that it was sent from.
    back = urlsplit(request.referrer or "").path if stale else ""
    return redirect(url_for("security.login", next=back or None), 303)
