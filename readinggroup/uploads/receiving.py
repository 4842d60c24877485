"""How requests bring files: only to views that take them, and no more of each file than tells that it is too large."""

from collections.abc import Callable
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, current_app, request

from readinggroup.config import Settings
from readinggroup.uploads.shelf import Shelf

View = TypeVar("View", bound=Callable[..., Any])
IN_MEMORY = 500_000


def takes_files(view: View) -> View:
    """Let a request to ``view`` be larger than a form: by a file, and by what may be too much of it.

    Whoever sends a file that is too large then still gets the form back as it was filled in; what is larger than
    three such files is refused unread.
    """
    view.takes = "upload_bytes"  # type: ignore[attr-defined]
    return view


def takes_recordings(view: View) -> View:
    """As ``takes_files``, for a recording; it is read in the folder where it will be kept, never into memory."""
    view.takes = "recording_bytes"  # type: ignore[attr-defined]
    return view


class FileRequest(Request):
    """A request that keeps no more than ``largest`` bytes, and one, of each file that it brings."""

    largest = 0

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        folder = Shelf.of(current_app.config["SETTINGS"]).folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cast(IO[bytes], _Cut(self.largest + 1, folder))


class _Cut(SpooledTemporaryFile[bytes]):
    """A file in memory or, without a name, in ``folder``, that lets go of whatever is written past its end."""

    def __init__(self, most: int, folder: Path) -> None:
        super().__init__(max_size=IN_MEMORY, dir=str(folder))
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
        settings: Settings = app.config["SETTINGS"]
        takes = getattr(app.view_functions.get(request.endpoint or ""), "takes", "")
        cast(FileRequest, request).largest = getattr(settings, takes, settings.upload_bytes)
        if takes:
            room = getattr(settings, takes) + 2 * settings.upload_bytes
            request.max_content_length = app.config["MAX_CONTENT_LENGTH"] + room
