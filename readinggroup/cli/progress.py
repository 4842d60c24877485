"""Bars for long work: on standard error, only where somebody looks at a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(what: str, length: int) -> Iterator[Callable[[int], None]]:
    """Show how much of ``length`` is done; the block tells how many it has done so far."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with click.progressbar(length=length, label=what, file=sys.stderr, show_pos=True) as bar:
        yield lambda done: bar.update(max(0, done - bar.pos))
