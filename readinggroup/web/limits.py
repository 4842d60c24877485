"""How often one client may try what can be guessed at or flooded."""

import time
from math import ceil
from typing import cast

from flask import Flask, Response, g, render_template
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from readinggroup.access.doors import View

LIMITS = {
    "security.login": "20 per 15 minutes",
    "accounts.password": "10 per hour",
    "groups.join": "10 per hour",
    "groups.confirm": "20 per hour",
}
"""By endpoint, for POST; docs/running.md tells them."""


def init_limits(app: Flask, *, on: bool) -> None:
    """Count in this process's memory, and answer 429 with the minutes to wait."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", enabled=on)
    for endpoint, limit in LIMITS.items():
        view = cast(View, app.view_functions[endpoint])
        app.view_functions[endpoint] = cast(View, limiter.limit(limit, methods=["POST"])(view))

    @app.errorhandler(RateLimitExceeded)
    def too_often(_error: RateLimitExceeded) -> Response:
        current = limiter.current_limit
        seconds = max(1, ceil(current.reset_at - time.time())) if current else 60
        minutes = ceil(seconds / 60)
        g.group, g.actor_hidden = None, True
        words = render_template(
            "errors/page.html",
            status=429,
            error_title="That was too often",
            next_step=f"Try again in {minutes} minute{'s' if minutes > 1 else ''}.",
        )
        return Response(words, 429, headers={"Retry-After": str(seconds)})
