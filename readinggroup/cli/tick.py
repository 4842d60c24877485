"""``flask tick``: everything that is due.  Running it twice, or in two processes, does nothing twice."""

import click
from flask import current_app
from flask.cli import with_appcontext

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.cli.outbox import transport_of, writer_of
from readinggroup.config import Settings
from readinggroup.db import commit, writing
from readinggroup.groups.queries import groups
from readinggroup.outbox.delivery import send_due
from readinggroup.scheduling.actions import make_meetings
from readinggroup.voting.ending_actions import close_due_rounds
from readinggroup.voting.notices import owe_nudges
from readinggroup.voting.scrubbing import scrub_ended_rounds

AHEAD = 4
"""How many coming sessions a group always has."""


@click.command()
@with_appcontext
def tick() -> None:
    """Do everything that is due: close rounds and take their old rows off the disk, remind who has not voted,
    make coming sessions, send mail.

    Run it every few minutes.  Nothing is wrong while it is late.
    """
    settings: Settings = current_app.config["SETTINGS"]
    with writing():
        closed = close_due_rounds(clock.now())
        owe_nudges(clock.now())
        commit()
    scrub_ended_rounds(clock.now())
    made = _make_meetings()
    click.echo(f"{closed} rounds closed, {made} sessions made.")
    transport = transport_of(settings)
    if transport is None:
        click.echo("SMTP_URL isn't set, so mail stays queued.")
        return
    sent, failed = send_due(writer_of(settings), transport, now=clock.now())
    click.echo(f"{sent} mails sent, {failed} not sent.")


def _make_meetings() -> int:
    """One transaction for all groups: there are few of them, and nearly always nothing to make."""
    with writing():
        made = [make_meetings(group, count=AHEAD, now=clock.now(), by=THE_SITE) for group in groups()]
        commit()
    return sum(map(len, made))
