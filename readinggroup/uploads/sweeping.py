"""Taking files away that nothing needs: `flask tick` does it, and `flask doctor` says what is missing."""

from datetime import datetime, timedelta

from readinggroup.db import commit, writing
from readinggroup.uploads.actions import forget_unused
from readinggroup.uploads.queries import all_names
from readinggroup.uploads.shelf import Shelf

BEING_WRITTEN_FOR = timedelta(hours=1)
"""How long a file without a row may be one whose row is on its way."""


def sweep(shelf: Shelf, now: datetime) -> int:
    """Let go of what nothing has shown for long, then of every old file without a row; gives how many files went."""
    with writing():
        gone = forget_unused(now)
        commit()
        known = all_names()
    for name in gone:
        shelf.remove(name)
    return len(gone) + shelf.clear(besides=known, before=now - BEING_WRITTEN_FOR)


def missing(shelf: Shelf) -> set[str]:
    """The names of files that should lie on the shelf and don't."""
    return all_names() - shelf.names()
