"""``flask outbox send`` and ``flask tick``: what is due."""

import click
from flask import current_app
from flask.cli import AppGroup

from readinggroup import clock
from readinggroup.config import Settings
from readinggroup.outbox.delivery import Transport, console, send_due, smtp
from readinggroup.outbox.messages import Writer


@click.group(cls=AppGroup)
def outbox() -> None:
    """Look after the messages that are owed."""


@outbox.command()
def send() -> None:
    """Send what is due.  Without SMTP_URL, in development, mails are written here instead."""
    settings: Settings = current_app.config["SETTINGS"]
    transport = transport_of(settings)
    if transport is None:
        raise click.ClickException(
            "SMTP_URL isn't set, so there is no way to send mail; what is owed stays queued."
        )
    sent, failed = send_due(writer_of(settings), transport, now=clock.now())
    click.echo(f"{sent} sent, {failed} not sent.")


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
    return Writer(templates=loader, site_url=settings.site_url, mail_from=settings.mail_from)
