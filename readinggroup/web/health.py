"""Whether the process is up, and whether it can serve."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access
from readinggroup.access.rules import anyone
from readinggroup.db import db
from readinggroup.migrating import NotReady, check_file, check_revision

bp = Blueprint("health", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.get("/healthz")
@access(anyone)
def process() -> ResponseReturnValue:
    return "up\n", 200, PLAIN


@bp.get("/readyz")
@access(anyone)
def ready() -> ResponseReturnValue:
    try:
        check_revision(db.session.connection())
        check_file(current_app.config["SETTINGS"])
    except NotReady as error:
        return f"{error}\n", 503, PLAIN
    return "ready\n", 200, PLAIN
