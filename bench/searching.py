"""Search over 100,000 sessions, on SQLite: how long a rare word and a common one take."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import thread_time

from flask import g

from bench.building import COMMON, RARE, make_site
from bench.figures import Figure, tell
from readinggroup.archive.finding import Filters, found_sessions
from readinggroup.db import db
from readinggroup.groups.queries import group_by_slug

SESSIONS, TIMES = 100_000, 25


def main() -> int:
    """Print the medians; gives how many are missed."""
    with TemporaryDirectory() as folder:
        app = make_site(Path(folder), SESSIONS)
        with app.test_request_context():
            group = group_by_slug("bench")
            assert group is not None
            g.group = group
            figures = []
            for words, target in ((RARE, 5), (COMMON, 40)):
                total = found_sessions(group, Filters(q=words)).total
                times = []
                for _ in range(TIMES):
                    begun = thread_time()
                    found_sessions(group, Filters(q=words))
                    times.append(thread_time() - begun)
                name = f"a page of {total:,} sessions with “{words}”: median"
                figures.append(Figure(name, median(times) * 1000, "ms", at_most=target))
            db.session.remove()
            db.engine.dispose()
    return tell(f"Search over {SESSIONS:,} sessions", figures)
