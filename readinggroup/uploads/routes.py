"""Handing files out, to whom the page is shown that they belong to."""

from typing import Any

from flask import Blueprint, abort, current_app, g, send_file
from flask.typing import ResponseReturnValue

from readinggroup.access.actor import Actor
from readinggroup.access.doors import access
from readinggroup.access.rules import may_see_file
from readinggroup.models import UploadKind
from readinggroup.uploads.queries import Filed, filed_in, slug_of_file
from readinggroup.uploads.shelf import Shelf
from readinggroup.web.headers import A_YEAR

bp = Blueprint("uploads", __name__)

TYPES = {UploadKind.PDF: "application/pdf", UploadKind.PICTURE: "image/webp"}
LOCKED = "default-src 'none'; sandbox"
"""The policy of every file: what it holds asks for nothing, and has no part in this site."""


@bp.url_value_preprocessor
def find_group(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The address doesn't tell the group, so that it stays right when that is renamed or taken elsewhere."""
    g.group_slug = slug_of_file((values or {}).get("name", ""))


@bp.get("/files/<name>")
@access(may_see_file, filed=filed_in)
def show(filed: Filed) -> ResponseReturnValue:
    upload = filed.upload
    try:
        response = send_file(
            Shelf.of(current_app.config["SETTINGS"]).path(upload.name),
            mimetype=TYPES[upload.kind],
            as_attachment=upload.kind is UploadKind.PDF,
            download_name=upload.name,
            etag=upload.sha256,
            last_modified=upload.made_at,
        )
    except FileNotFoundError:
        abort(404)
    response.headers["Content-Security-Policy"] = LOCKED
    is_public = may_see_file(Actor(), filed, g.group)
    response.headers["Cache-Control"] = A_YEAR if is_public else "private, no-cache"
    return response
