"""Files and folders that a command writes: there whole or not at all, whatever ends it meanwhile."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from readinggroup.cli.command import it_is_done


@contextmanager
def whole_file(out: Path) -> Iterator[IO[bytes]]:
    """A file to write, which is at ``out`` once the block ends well; until then what was there stays.

    It has no name while it is written.  Only a kill while it gets one leaves ``out`` with ``.part`` behind it, which
    the next run replaces.
    """
    half = out.with_name(f"{out.name}.part")
    with TemporaryFile(dir=out.parent) as nameless:
        yield nameless
        nameless.seek(0)
        try:
            with half.open("wb") as file:
                shutil.copyfileobj(nameless, file)
                file.flush()
                os.fsync(file.fileno())
            it_is_done()
            half.replace(out)
        finally:
            half.unlink(missing_ok=True)


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A folder to fill, which is at ``out`` once the block ends well; ``out`` isn't there yet, or is empty."""
    half = out.with_name(f".{out.name}.part")
    shutil.rmtree(half, ignore_errors=True)  # Of a command that was killed.
    half.mkdir(parents=True)
    try:
        yield half
        it_is_done()
        half.replace(out)
    finally:
        shutil.rmtree(half, ignore_errors=True)
