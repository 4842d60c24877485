"""How our commands are told and how they end: help that teaches, exit codes, JSON, and nothing half done."""

import json
import signal
import threading
from collections.abc import Sequence
from typing import Any

import click

from readinggroup import db

INTERRUPTED = 130
"""The exit code after Ctrl+C, as shells have it: 128 and the signal's number."""
EXIT_CODES = """\b
Exit codes:
  0    {done}
  1    refused, and nothing was changed; the message says why
  2    the command itself was mistyped
  130  interrupted (Ctrl+C), and nothing was changed
"""
as_json_option = click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")


class Command(click.Command):
    """A command that can be interrupted: its blocks are left, its transaction is undone, its exit code is 130."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nInterrupted. Nothing is half done.", err=True)
            ctx.exit(INTERRUPTED)


def teaching(what: str, examples: Sequence[str], *, done: str = "done") -> str:
    """The help of a command: what it does, how it is called, and how it ends."""
    lines = "\n".join(f"  {example}" for example in examples)
    return f"{what}\n\n\b\nExamples:\n{lines}\n\n{EXIT_CODES.format(done=done)}"


def commit() -> None:
    """Commit what a command did, all of it."""
    it_is_done()
    db.commit()


def it_is_done() -> None:
    """From now on Ctrl+C comes too late: the command says what it did and ends with 0."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    """Say what was done, in words or as one line of JSON."""
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else words)
