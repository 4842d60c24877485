"""Whether the process is up, and whether it can serve; both say which release of the time zone rules is in use."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access
from readinggroup.access.rules import anyone
from readinggroup.db import db
from readinggroup.domain.rhythm import zone_data_version
from readinggroup.migrating import NotReady, check_file, check_revision

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

bp = Blueprint("health", __name__)
PATHS = frozenset({"/healthz", "/readyz"})
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.get("/healthz")
@access(anyone)
def process() -> ResponseReturnValue:
    return _said("up")


@bp.get("/readyz")
@access(anyone)
def ready() -> ResponseReturnValue:
    try:
        check_revision(db.session.connection())
        check_file(current_app.config["SETTINGS"])
    except NotReady as error:
        return f"{error}\n", 503, PLAIN
    return _said("ready")


def _said(word: str) -> ResponseReturnValue:
    return f"{word}\nzone rules {zone_data_version()}\n", 200, PLAIN


def for_any_host(app: "WSGIApplication", site_url: str) -> "WSGIApplication":
    """``app``, which answers health checks whatever host name they ask for: a probe often knows an address alone."""
    own = urlsplit(site_url).netloc

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") in PATHS:
            environ = {**environ, "HTTP_HOST": own}
        return app(environ, start_response)

    return answer
