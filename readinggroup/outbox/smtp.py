"""Ways for a mail out: an SMTP server, or the terminal."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import click

Send = Callable[[EmailMessage], object]
Transport = Callable[[], AbstractContextManager[Send]]

TIMEOUT = 20
"""Seconds after which a server that says nothing is taken for one that is away."""
AWAY = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


def is_away(error: Exception) -> bool:
    """Whether the server can't be reached or doesn't let us in, which is no fault of the mail."""
    return isinstance(error, AWAY) or (
        isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    )


def is_final(error: Exception) -> bool:
    """Whether the server will never take this mail for this address (RFC 5321 section 4.2.1: a code of 5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


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
        f"--- mail to {message['To']}: {message['Subject']}\n{_text_of(message)}---"
    )


def _text_of(message: EmailMessage) -> str:
    plain = message.get_body(("plain",))
    return str(plain.get_content()) if plain is not None else ""
