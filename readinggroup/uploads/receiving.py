"""How requests bring files: only to views that take them, and no more of each file than tells that it is too large."""

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, current_app, request

from readinggroup.config import Settings

View = TypeVar("View", bound=Callable[..., Any])
IN_MEMORY = 500_000


def takes_files(view: View) -> View:
    """Let a request to ``view`` be larger than a form: by a file, and by what may be too much of it.

    Whoever sends a file that is too large then still gets the form back as it was filled in; what is larger than
    three such files is refused unread.
    """
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class FileRequest(Request):
    """A request that keeps no more than the largest file, and one byte, of each file that it brings."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        settings: Settings = current_app.config["SETTINGS"]
        return cast(IO[bytes], _Cut(settings.upload_bytes + 1))


class _Cut(SpooledTemporaryFile[bytes]):
    """A file in memory or on disk that lets go of whatever is written past its end."""

    def __init__(self, most: int) -> None:
        super().__init__(max_size=IN_MEMORY)
        self._left = most

    def write(self, part: Any) -> int:
        kept = part[: self._left]
        self._left -= len(kept)
        if kept:
            super().write(kept)
        return len(part)


def init_receiving(app: Flask) -> None:
    """Give the views of ``app`` that take files room for them, before anything reads the request."""
    app.request_class = FileRequest

    @app.before_request
    def make_room() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "takes_files", False):
            settings: Settings = app.config["SETTINGS"]
            request.max_content_length = app.config["MAX_CONTENT_LENGTH"] + 3 * settings.upload_bytes
