"""Sessions read to the end before anything is written: who writes them holds the database no longer than that takes."""

import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from readinggroup.exchange.recognised import RecognisedSession


@contextmanager
def spooled(sessions: Iterable[RecognisedSession]) -> Iterator[Iterator[RecognisedSession]]:
    """Read all of ``sessions`` into a nameless file of this process, and give them back one by one."""
    with TemporaryFile() as file:
        for session in sessions:
            pickle.dump(session, file, pickle.HIGHEST_PROTOCOL)
        file.seek(0)
        yield _read(file)


def _read(file: IO[bytes]) -> Iterator[RecognisedSession]:
    while True:
        try:
            yield pickle.load(file)  # noqa: S301  (we have just written it, and nobody else can)
        except EOFError:
            return
