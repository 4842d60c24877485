"""Sending what is owed: at least once, and never forgotten when the process is killed in between."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import click
from sqlalchemy import select

from readinggroup.db import begin_writing, commit, db
from readinggroup.models import Notice, NoticeState
from readinggroup.outbox.messages import Writer

Send = Callable[[EmailMessage], object]
Transport = Callable[[], AbstractContextManager[Send]]

BACKOFF = (1, 5, 15, 60, 240, 720, 1440)
"""Minutes until the next try after the first, second, ... failure; after the last one a notice has failed."""

TIMEOUT = 20


def send_due(writer: Writer, transport: Transport, *, now: datetime, limit: int = 200) -> tuple[int, int]:
    """Send what is due, oldest first; gives how many were sent and how many were not.

    Each notice is first marked with its next try, then sent, then marked as sent, in transactions of their own:
    killed in between, it is sent again later with the same Message-ID.
    """
    sent = failed = 0
    with transport() as send:
        for _ in range(limit):
            notice = _claim(now)
            if notice is None:
                break
            if _deliver(notice, writer, send, now=now):
                sent += 1
            else:
                failed += 1
    return sent, failed


def _claim(now: datetime) -> Notice | None:
    """The next due notice, with its next try set already, so that no other worker takes it."""
    begin_writing()
    notice = db.session.scalar(
        select(Notice)
        .where(Notice.state == NoticeState.QUEUED, Notice.due_at <= now)
        .order_by(Notice.due_at, Notice.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if notice is not None:
        wait = BACKOFF[min(notice.attempts, len(BACKOFF) - 1)]
        notice.attempts += 1
        notice.due_at = now + timedelta(minutes=wait)
    commit()
    return notice


def _deliver(notice: Notice, writer: Writer, send: Send, *, now: datetime) -> bool:
    try:
        send(writer.mail(notice))
    except Exception as error:  # Whatever is wrong with one message must not stop the others.
        begin_writing()
        notice.last_error = f"{type(error).__name__}: {error}"[:500]
        if notice.attempts > len(BACKOFF):
            notice.state = NoticeState.FAILED
        commit()
        return False
    begin_writing()
    notice.state, notice.sent_at, notice.last_error = NoticeState.SENT, now, ""
    commit()
    return True


def smtp(url: str) -> Transport:
    """Send over SMTP: ``smtp://`` with STARTTLS where the server offers it, ``smtps://`` encrypted from the start."""
    parts = urlsplit(url)

    @contextmanager
    def connect() -> Iterator[Send]:
        client = _Client(parts.scheme == "smtps", parts.hostname or "", parts.port)
        try:
            if parts.username:
                client.credentials = (unquote(parts.username), unquote(parts.password or ""))
            yield client.send
        finally:
            client.close()

    return connect


class _Client:
    """One SMTP connection, made at the first message and again after a failure."""

    def __init__(self, encrypted: bool, host: str, port: int | None) -> None:
        self._encrypted, self._host, self._port = encrypted, host, port
        self._server: smtplib.SMTP | None = None
        self.credentials: tuple[str, str] | None = None

    def send(self, message: EmailMessage) -> None:
        try:
            if self._server is None:
                self._server = self._connect()
            self._server.send_message(message)
        except Exception:
            self.close()
            raise

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port or 465, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port or 587, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if self.credentials:
            server.login(*self.credentials)
        return server

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()


@contextmanager
def console() -> Iterator[Send]:
    """Write mails to the terminal instead of sending them, so that a newcomer can follow every link."""
    yield lambda message: click.echo(
        f"--- mail to {message['To']}: {message['Subject']}\n{message.get_content()}---"
    )
