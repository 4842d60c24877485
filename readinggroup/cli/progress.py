"""Bars for long work: on standard error, only where somebody looks at a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(what: str, length: int = 1) -> Iterator[Callable[..., None]]:
    """Show how much of ``length`` is done; the block tells how many it has done so far, and of how many where that
    grows."""
    if not sys.stderr.isatty():
        yield lambda _done, _of=None: None
        return
    with click.progressbar(length=length, label=what, file=sys.stderr, show_pos=True) as bar:

        def show(done: int, of: int = length) -> None:
            bar.length = of
            bar.update(max(0, done - bar.pos))

        yield show
