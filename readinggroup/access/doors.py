"""Doors: every view says who may pass, and gets what it works on already found and allowed."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.db import begin_writing, db
from readinggroup.models import Membership, User

Rule = Callable[..., bool]
Loader = Callable[..., object | None]
View = Callable[..., ResponseReturnValue]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def access(rule: Rule, **loaders: Loader) -> Callable[[View], View]:
    """Let a view be entered by those whom ``rule`` lets in.

    Each of ``loaders`` finds one thing in the group at hand: ``pitch=pitch_in`` takes from the URL the value that
    ``pitch_in(group, pitch_id)`` asks for and hands the view a ``pitch``.  What isn't in this group is 404.  The
    rule gets the actor, and the loaded things that its parameters name.  A visitor whom it refuses is asked to
    sign in, anybody else gets 403.  A request that isn't safe begins its writing transaction here, so that what
    is decided and what is changed see the same rows.
    """
    wanted = list(signature(rule).parameters)[1:]

    def close(view: View) -> View:
        @wraps(view)
        def door(**values: Any) -> ResponseReturnValue:
            asking, writes = actor(), request.method not in SAFE
            if writes and asking.is_signed_in:
                begin_writing()
            things = {name: _find(load, values) for name, load in loaders.items()}
            known = things | {"group": g.get("group")}
            if not rule(asking, **{name: known[name] for name in wanted}):
                return _refuse(asking)
            if (
                writes and not asking.is_signed_in
            ):  # Whom the rule refuses doesn't wait in the writers' queue.
                begin_writing()
            return enter(view, things | values)

        door.rule, door.loads = rule, bool(loaders)  # type: ignore[attr-defined]
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
        return enter(view, values) if rule(asking) else _refuse(asking)

    door.rule, door.loads = rule, False  # type: ignore[attr-defined]
    app.view_functions[endpoint] = door


def keep_closed(app: Flask) -> None:
    """From now on a request for a view without a door is refused."""

    @app.before_request
    def refuse_without_door() -> None:
        if request.endpoint is not None and rule_of(app, request.endpoint) is None:
            abort(403)


def actor() -> Actor:
    """Who makes this request, with their place in the group at hand; looked up once."""
    if "actor" not in g:
        g.actor = _look_up_actor()
    found: Actor = g.actor
    return found


def seen_as_public() -> bool:
    """Whether whoever looks asked to see the page as the public does: ``?as=public`` takes rights, and gives none."""
    return request.method in SAFE and request.args.get("as") == "public"


def _look_up_actor() -> Actor:
    if seen_as_public():
        return Actor()
    # A visitor without a session cookie is known without touching the session, and so without a Vary.
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies or not current_user.is_authenticated:
        return Actor()
    user: User = current_user._get_current_object()
    group = g.get("group")
    if group is None:
        return Actor(user)
    place = select(Membership).where(Membership.group_id == group.id, Membership.user_id == user.id)
    return Actor(user, db.session.scalar(place))


def _find(load: Loader, values: dict[str, Any]) -> object:
    _, key = list(signature(load).parameters)[:2]
    found = load(g.group, values.pop(key))
    if found is None:
        abort(404)
    return found


def _refuse(asking: Actor) -> ResponseReturnValue:
    if asking.is_signed_in:
        abort(403)
    if seen_as_public():
        abort(403)  # The public itself is asked to sign in here.
    back = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for("security.login", next=back), 302 if request.method in SAFE else 303)
