"""A bare WSGI application that answers one page, and the same server around it as around the site."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from readinggroup.serving import THREADS

PAGE = b"x" * int(os.environ.get("BARE_SIZE", "0"))


def app(_environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """The page, and nothing else."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return (PAGE,)


if __name__ == "__main__":
    Server(
        "bench.bare:app",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        working_dir=Path(__file__).resolve().parent.parent,
    ).serve()
