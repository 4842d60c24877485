"""``flask outbox send`` and ``flask tick``: what is due."""

from datetime import datetime
from threading import Event

import click
from flask import current_app
from flask.cli import AppGroup

from readinggroup import clock
from readinggroup.config import Settings
from readinggroup.mail.queries import counts_of, notices_of
from readinggroup.models import NoticeState
from readinggroup.outbox.delivery import send_due
from readinggroup.outbox.messages import Writer
from readinggroup.outbox.smtp import Transport, console, smtp

STOPPING = Event()
"""Set when this process is told to stop: what takes long looks at it between two pieces of work."""


@click.group(cls=AppGroup)
def outbox() -> None:
    """Look after the messages that are owed."""


@outbox.command()
def send() -> None:
    """Send what is due.  Without SMTP_URL, in development, mails are written here instead."""
    if transport_of(current_app.config["SETTINGS"]) is None:
        raise click.ClickException(
            "SMTP_URL isn't set, so there is no way to send mail; what is owed stays queued."
        )
    click.echo(drain(clock.now()) or "No mail is due.")


@outbox.command("list")
@click.option("--state", type=click.Choice([state.value for state in NoticeState]), help="Only these.")
def list_notices(state: str | None) -> None:
    """List what is owed: how many are in each state, and the newest.  What mails say isn't shown."""
    counts = counts_of(None)
    click.echo(", ".join(f"{count} {name.value}" for name, count in counts.items()))
    for row in notices_of(None, NoticeState(state) if state else None):
        words = [
            f"{row.at:%Y-%m-%d %H:%M}Z",
            row.state.value,
            row.kind.name,
            row.recipient or "(not shown)",
            row.why,
        ]
        click.echo("  ".join(filter(None, words)))


def drain(now: datetime) -> str:
    """Send what is due, where this installation can; says what was done."""
    settings: Settings = current_app.config["SETTINGS"]
    transport = transport_of(settings)
    if transport is None:
        return ""
    keep_words = settings.shows_mails
    sent, failed = send_due(writer_of(settings), transport, now=now, keep_words=keep_words, stopping=STOPPING)
    return f"{sent} mail{'' if sent == 1 else 's'} sent, {failed} not sent." if sent or failed else ""


def transport_of(settings: Settings) -> Transport | None:
    """How this installation sends mail; None where it can't."""
    if settings.smtp_url:
        return smtp(settings.smtp_url)
    return console if settings.development else None


def writer_of(settings: Settings) -> Writer:
    """Who writes this installation's mails."""
    loader = current_app.jinja_loader
    if loader is None:
        raise click.ClickException("The templates aren't there.")
    return Writer(loader, settings.site_url, settings.mail_from, settings.secret_key)
