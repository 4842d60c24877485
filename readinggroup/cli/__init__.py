"""The ``flask`` commands: each is imported when it is asked for, since a server has no use for any of them."""

from importlib import import_module

from click import Command, Context
from flask import Flask
from flask.cli import AppGroup

COMMANDS = {
    "backup": "backups.backup",
    "db": "database.database",
    "doctor": "backups.doctor",
    "export": "exports.export",
    "group": "groups.group",
    "import": "imports.import_",
    "move": "moving.move_command",
    "outbox": "outbox.outbox",
    "restore": "backups.restore",
    "routes-table": "start.routes_table",
    "search": "search.search",
    "start": "start.start",
    "tick": "tick.tick_command",
    "user": "users.user",
    "welcome": "start.welcome",
    "worker": "worker.worker_command",
}
"""By name: the module in this folder, and what it is called there."""


class Commands(AppGroup):
    """Ours, beside those that were added to it."""

    def list_commands(self, ctx: Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(".")
        command: Command = getattr(import_module(f"{__name__}.{module}"), name)
        return command


def init_commands(app: Flask) -> None:
    """Add our commands to ``flask``."""
    ours = Commands(app.name)
    ours.commands.update(app.cli.commands)
    app.cli = ours
