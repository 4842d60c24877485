"""Serving the site with Granian: one process of threads on SQLite, several processes on PostgreSQL."""

import os

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from readinggroup.config import Settings

THREADS = 8


def serve(settings: Settings) -> None:
    """Serve until stopped.  SQLite has one writer, and its queue of writers is fairest inside one process."""
    processes = 1 if settings.on_sqlite else max(2, os.cpu_count() or 1)
    Server(
        "app:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
    ).serve()
