"""Serving the site with Granian: one process of threads on SQLite, several processes on PostgreSQL."""

import ctypes
import gc
import os
from contextlib import suppress

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from readinggroup.config import Settings
from readinggroup.db import db

THREADS = 8
M_ARENA_MAX = -8
"""The name of that setting in glibc's <malloc.h>."""


def warm_up(app: Flask) -> None:
    """Let a first request load what every request needs, and keep all of that out of the garbage collector's rounds.

    Without this the collector walks through the whole program now and then, and some requests wait for it.
    """
    app.test_client().get("/", base_url=app.config["SETTINGS"].site_url)
    app.extensions["pagecache"].close()
    with app.app_context():
        db.engine.dispose()  # A server that forks takes no open connection along.
    _keep_memory_together()
    gc.collect()
    gc.freeze()


def _keep_memory_together() -> None:
    """Let threads share two heaps.  glibc gives each one of its own, and in eight lie 14 MB that nobody uses again."""
    with suppress(AttributeError, OSError):  # Another C library has neither the fault nor the remedy.
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


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
