"""The ``flask`` commands."""

from flask import Flask

from readinggroup.cli.database import database
from readinggroup.cli.groups import group
from readinggroup.cli.start import routes_table, start
from readinggroup.cli.users import user


def init_commands(app: Flask) -> None:
    """Add our commands to ``flask``."""
    for command in (database, group, user, start, routes_table):
        app.cli.add_command(command)
