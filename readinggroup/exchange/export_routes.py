"""Taking a group along, for its co-leads."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

from flask import Response, current_app, g
from flask.typing import ResponseReturnValue

from readinggroup.access.doors import access
from readinggroup.access.rules import may_take_group_along
from readinggroup.exchange.blueprint import bp
from readinggroup.exchange.session_table import write_session_table
from readinggroup.exchange.taking_out import take_out
from readinggroup.uploads.shelf import Shelf

AT_ONCE = 64 * 1024


@bp.get("/<group_slug>/elsewhere/group.zip")
@access(may_take_group_along)
def group_file() -> ResponseReturnValue:
    shelf = Shelf.of(current_app.config["SETTINGS"])
    name = f"{g.group.slug}.zip"
    return _sent(lambda file: take_out(g.group, file, shelf=shelf), name, "application/zip")


@bp.get("/<group_slug>/elsewhere/sessions.csv")
@access(may_take_group_along)
def sessions_table() -> ResponseReturnValue:
    name = f"{g.group.slug}-sessions.csv"
    return _sent(lambda file: write_session_table(g.group, file), name, "text/csv; charset=utf-8")


def _sent(write: Callable[[IO[bytes]], object], name: str, content_type: str) -> Response:
    """What ``write`` writes, as a download that is never in memory as a whole."""
    with ExitStack() as until_it_is_sent:
        file = until_it_is_sent.enter_context(TemporaryFile())
        write(file)
        size = file.tell()
        file.seek(0)
        until_it_is_sent.pop_all()
    rest = _parts(file)
    # The first part is read now: from then on the file is closed even where nobody reads the others.
    response = Response(chain([next(rest)], rest), content_type=content_type, headers=_named(name))
    response.call_on_close(rest.close)
    response.content_length = size
    return response


def _parts(file: IO[bytes]) -> Generator[bytes]:
    with file:
        while part := file.read(AT_ONCE):
            yield part


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store, private"}
