"""How often one client may try what can be guessed at or flooded."""

import time
from ipaddress import ip_address, ip_network
from math import ceil
from typing import cast
from unicodedata import normalize

from flask import Flask, Response, g, render_template, request, session
from flask_limiter import Limiter, RateLimitExceeded

from readinggroup.access.doors import View, actor
from readinggroup.web.errors import is_for_programs, problem

LIMITS = {
    "security.login": ("20 per 15 minutes", "10 per 15 minutes"),
    "security.code": ("20 per hour", "5 per hour"),
    "security.type_code": ("30 per hour", None),
    "security.second_step": ("20 per 15 minutes", "10 per 15 minutes"),
    "security.passkey": ("30 per 15 minutes", None),
    "security.passkey_options": ("60 per 15 minutes", None),
    "accounts.email": ("10 per hour", "5 per hour"),
    "accounts.type_email_code": ("20 per hour", None),
    "accounts.password": ("10 per hour", None),
    "accounts.begin_second_step": ("20 per hour", None),
    "front.welcome": ("60 per hour", None),
    "groups.join": ("10 per hour", "5 per hour"),
    "groups.invited": ("10 per hour", "5 per hour"),
    "groups.invite_by_mail": ("20 per hour", None),
    "groups.send_list": ("10 per hour", None),
    "groups.confirm": ("20 per hour", None),
    "feeds.make_own_calendar": ("60 per hour", "20 per hour"),
    "discussion.say_on_pitch": ("200 per hour", "30 per hour"),
    "discussion.say_on_talk": ("200 per hour", "30 per hour"),
    "discussion.edit": ("200 per hour", "60 per hour"),
    "discussion.report": ("100 per hour", "20 per hour"),
    "pitches.new": ("200 per hour", "60 per hour"),
    "pitches.edit": ("200 per hour", "60 per hour"),
    "pitches.keep_new": ("200 per hour", "30 per hour"),
    "pitches.keep": ("200 per minute", "40 per minute"),
    "pitches.alike": ("200 per minute", "40 per minute"),
    "preview.shown": ("300 per minute", "60 per minute"),
}
"""By endpoint, for POST: for each client, and for each address or account that is meant; docs/running.md tells them."""
READ_LIMITS = {"feeds.own_calendar": "120 per minute", "api": "300 per minute"}
"""By endpoint or by room, for each client that reads: addresses that open to a secret alone, and programs."""


def client() -> str:
    """Who asks: an address, or the network of one where everybody has a whole network (IPv6)."""
    try:
        found = ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or "unknown"
    return str(found if found.version == 4 else ip_network((found, 64), strict=False))


def meant() -> str:
    """Which account is meant: by the first step, by being signed in, or by the address that was typed.

    What is typed counts only where the form asks for it, so that no field which nobody reads makes somebody else of
    whoever guesses.
    """
    if request.endpoint == "security.second_step":
        return f"account {(session.get('second_step') or [client()])[0]}"
    user = actor().user
    if user is not None and request.endpoint != "accounts.email":
        return f"account {user.id}"
    return f"address {normalize('NFKC', request.form.get('email', client())[:254]).strip().lower()}"


def init_limits(app: Flask, *, on: bool) -> None:
    """Count in this process's memory, and answer 429 with the minutes to wait."""
    limiter = Limiter(client, app=app, storage_uri="memory://", enabled=on)
    for endpoint, (for_client, for_account) in LIMITS.items():
        limited = limiter.limit(for_client, methods=["POST"])(app.view_functions[endpoint])
        if for_account:
            limited = limiter.limit(for_account, key_func=meant, methods=["POST"])(limited)
        app.view_functions[endpoint] = cast(View, limited)
    for name, for_client in READ_LIMITS.items():
        limit = limiter.shared_limit(for_client, scope=name)
        for endpoint in [each for each in app.view_functions if each == name or each.startswith(f"{name}.")]:
            app.view_functions[endpoint] = cast(View, limit(app.view_functions[endpoint]))

    @app.errorhandler(RateLimitExceeded)
    def too_often(_error: RateLimitExceeded) -> Response:
        current = limiter.current_limit
        seconds = max(1, ceil(current.reset_at - time.time())) if current else 60
        minutes = ceil(seconds / 60)
        if is_for_programs():
            response = problem(429)
            response.headers["Retry-After"] = str(seconds)
            return response
        g.group, g.actor_hidden = None, True
        words = render_template(
            "errors/page.html",
            status=429,
            error_title="That was too often",
            next_step=f"Try again in {minutes} minute{'s' if minutes > 1 else ''}.",
        )
        return Response(words, 429, headers={"Retry-After": str(seconds)})
