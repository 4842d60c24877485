"""Handing files out, to whom the page is shown that they belong to."""

from typing import Any

from flask import Blueprint, abort, current_app, g, request, send_file
from flask.typing import ResponseReturnValue

from readinggroup.access.actor import Actor
from readinggroup.access.doors import access
from readinggroup.access.rules import may_see_file
from readinggroup.models import UploadKind
from readinggroup.uploads.queries import PLAYED, Filed, filed_in, slug_of_file
from readinggroup.uploads.shelf import Shelf
from readinggroup.web.headers import A_YEAR

bp = Blueprint("uploads", __name__)

TYPES = {
    "pdf": "application/pdf", "webp": "image/webp", "mp4": "video/mp4", "webm": "video/webm",
    "weba": "audio/webm", "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg",
}  # fmt: skip
"""By how a file's name ends, which says what was found in it."""
LOCKED = "default-src 'none'; sandbox"
"""The policy of every file: what it holds asks for nothing, and has no part in this site."""
PLAYS_ITSELF = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
"""That of a recording, which a browser shows as a page with nothing but the recording in it."""
PIECE = 4 * 1024 * 1024
"""No more of a recording is sent at once to whoever asks for a range: browsers ask on as it plays, and nobody who
watches for an hour holds one of the server's threads (RFC 9110, section 15.3.7: less than asked will do)."""


@bp.url_value_preprocessor
def find_group(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The address doesn't tell the group, so that it stays right when that is renamed or taken elsewhere."""
    g.group_slug = slug_of_file((values or {}).get("name", ""))


@bp.get("/files/<name>")
@access(may_see_file, filed=filed_in)
def show(filed: Filed) -> ResponseReturnValue:
    upload = filed.upload
    is_played = upload.kind in PLAYED
    if is_played:
        _ask_for_a_piece(upload.bytes)
    try:
        response = send_file(
            Shelf.of(current_app.config["SETTINGS"]).path(upload.name),
            mimetype=TYPES[upload.name.rpartition(".")[2]],
            as_attachment=upload.kind is UploadKind.PDF,
            download_name=upload.name,
            etag=upload.sha256,
            last_modified=upload.made_at,
        )
    except FileNotFoundError:
        abort(404)
    response.headers["Content-Security-Policy"] = PLAYS_ITSELF if is_played else LOCKED
    is_public = may_see_file(Actor(), filed, g.group)
    response.headers["Cache-Control"] = A_YEAR if is_public else "private, no-cache"
    return response


def _ask_for_a_piece(length: int) -> None:
    """Shorten the one range that the request asks for, if it does."""
    asked = request.range
    if asked is None or asked.units != "bytes" or (found := asked.range_for_length(length)) is None:
        return
    begin, end = found
    request.environ["HTTP_RANGE"] = f"bytes={begin}-{min(end, begin + PIECE) - 1}"
