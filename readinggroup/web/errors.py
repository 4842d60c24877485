"""Pages for what goes wrong: no group, no viewer, and for the worst ones nothing asked of anybody."""

import json
import logging
from http import HTTPStatus

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from readinggroup.db import TurnNotCome

log = logging.getLogger(__name__)

WORDS = {
    400: ("That request can't be understood", "Go back, reload the page and try again."),
    401: ("Please sign in", "This page is for people who are signed in."),
    403: ("This isn't open to you", "Ask a co-lead of the group if you think that it should be."),
    404: ("There is no such page", "It may have moved, or the address may have a slip in it."),
    405: ("That can't be done here", "Go back and use the button on the page."),
    413: ("That is too much at once", "Shorten the text or choose a smaller file, then send it again."),
    415: ("That isn't a form of this site", "Go back and use the form on the page."),
    422: ("Something doesn't fit", "Go back and look at the fields that are marked."),
    429: ("That was too often", "Wait a little, then try again."),
    500: (
        "Something broke on our side",
        "It has been noted. What you had sent before is safe; try again in a minute.",
    ),
    503: ("The site is busy or being looked after", "Nothing is lost. Try again in a minute."),
}
CHALLENGE = 'Bearer realm="Reading Group"'
KEPT = (400, 500, 503)
AWAY = (
    "locked",
    "busy",
    "full",
    "unable to open",
    "disk i/o",
    "connection",
    "server closed",
    "starting up",
    "deadlock",
)


def is_away(error: DBAPIError | PoolTimeout | TurnNotCome) -> bool:
    """Whether the database can't be reached or written for now, which is no fault of the request."""
    said = str(getattr(error, "orig", None) or error).lower()
    return isinstance(error, PoolTimeout | TurnNotCome) or any(word in said for word in AWAY)


STALE_FORM = (
    "This form is too old to be sent",
    "Go back, reload the page and send it again; your browser keeps what you typed.",
)


def page(status: int, words: tuple[str, str] | None = None) -> str:
    """The page for ``status``; ``words`` are its title and what to do next, by default those of the status."""
    g.group, g.actor_hidden = None, True
    title, next_step = words or WORDS.get(status) or (HTTPStatus(status).phrase, WORDS[400][1])
    return render_template(
        "errors/page.html", status=status, error_title=title, next_step=next_step, way_back=g.get("way_back")
    )


def _with_headers(response: Response, error: HTTPException) -> Response:
    """``response`` with what the error says besides its words, such as which methods are allowed."""
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def is_for_programs() -> bool:
    """Whether a program asks: below /api/ nothing is answered with a page."""
    return request.path.startswith("/api/")


def problem(status: int, detail: str | None = None) -> Response:
    """What went wrong, for programs (RFC 9457)."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    words = json.dumps(told | ({"detail": detail} if detail else {}))
    response = Response(words, status, content_type="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def init_errors(app: Flask) -> None:
    """Answer every error with a page; those of the worst kind are written now and only sent then."""
    with app.test_request_context(base_url=app.config["SETTINGS"].site_url):
        kept = {status: page(status) for status in KEPT}

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> Response:
        status = error.code or 500
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        if is_for_programs():
            return _with_headers(problem(status, error.description), error)
        if status >= 500 or isinstance(error, SecurityError):  # A host name that isn't ours makes no links.
            return Response(kept.get(status, kept[500]), status)
        return _with_headers(Response(page(status), status), error)

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> Response:
        return Response(page(400, STALE_FORM), 400)

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    @app.errorhandler(TurnNotCome)
    def database_away(error: DBAPIError | PoolTimeout | TurnNotCome) -> Response:
        if not is_away(error):
            return broken(error)
        log.error("The database doesn't answer: %s", error)
        response = problem(503) if is_for_programs() else Response(kept[503], 503)
        response.headers["Retry-After"] = "30"
        return response

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        log.exception("A request failed", exc_info=error)
        return problem(500) if is_for_programs() else Response(kept[500], 500)
