"""``flask outbox send`` and ``flask tick``: what is due."""

from datetime import datetime
from threading import Event

import click
from flask import current_app
from flask.cli import AppGroup

from readinggroup import clock
from readinggroup.config import Settings
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


def drain(now: datetime) -> str:
    """Send what is due, where this installation can; says what was done."""
    settings: Settings = current_app.config["SETTINGS"]
    transport = transport_of(settings)
    if transport is None:
        return ""
    keep_words = settings.shows_mails
    sent, failed = send_due(writer_of(settings), transport, now=now, keep_words=keep_words, stopping=STOPPING)
    return f"{sent} mails sent, {failed} not sent." if sent or failed else ""


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
