"""The ``flask`` commands."""

from flask import Flask

from readinggroup.cli.backups import backup, doctor, restore
from readinggroup.cli.database import database
from readinggroup.cli.exports import export
from readinggroup.cli.groups import group
from readinggroup.cli.imports import import_
from readinggroup.cli.moving import move_command
from readinggroup.cli.outbox import outbox
from readinggroup.cli.search import search
from readinggroup.cli.start import routes_table, start, welcome
from readinggroup.cli.tick import tick_command
from readinggroup.cli.users import user
from readinggroup.cli.worker import worker_command


def init_commands(app: Flask) -> None:
    """Add our commands to ``flask``."""
    for command in (
        database,
        group,
        user,
        import_,
        export,
        outbox,
        tick_command,
        worker_command,
        backup,
        restore,
        doctor,
        move_command,
        start,
        welcome,
        routes_table,
        search,
    ):
        app.cli.add_command(command)
