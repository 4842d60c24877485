"""Headers that every answer carries."""

from flask import Flask, Response, make_response, request
from werkzeug.wrappers import Response as BaseResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SECRET_ADDRESS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store, private",
}
"""For an address that lets in whoever has it: no index and no proxy keeps it, and ``ALWAYS`` tells no other site of it.
"no-referrer" would lock its forms: on an https site they must say that they come from a page of ours."""
A_YEAR = "public, max-age=31536000, immutable"


def private(answer: BaseResponse | str, status: int | None = None) -> Response:
    """``answer`` for an address that lets in whoever has it."""
    response = make_response(answer) if status is None else make_response(answer, status)
    response.headers.update(SECRET_ADDRESS)
    return response


def init_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer; on an https site also the promise to stay one."""

    promised = {"Strict-Transport-Security": "max-age=31536000"} if https else {}
    always = {name.lower(): (name, value) for name, value in (ALWAYS | promised).items()}

    @app.after_request
    def add(response: Response) -> Response:
        said = {name.lower() for name, _ in response.headers}
        response.headers.extend(pair for name, pair in always.items() if name not in said)
        if request.endpoint == "static":
            kept_for_ever = response.status_code == 200 and (
                request.args.get("v") or "/fonts/" in request.path
            )
            response.headers["Cache-Control"] = A_YEAR if kept_for_ever else "no-cache"
        else:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
