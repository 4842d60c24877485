"""A real SMTP server that can be told to fail, and to hang."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from readinggroup.db import commit, db, writing
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Group, Notice


class Mailbox:
    """What the server was sent.  ``answer`` is what it says to a mail unless "250 OK", which alone keeps it;
    ``hang_for`` is how many seconds it keeps a mail before it answers."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"
        self.hang_for = 0.0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            self.mails.append(message_from_bytes(envelope.content or b"", policy=default))  # type: ignore[arg-type]
        await asyncio.sleep(self.hang_for)
        return self.answer

    def to(self, name: str) -> list[EmailMessage]:
        """The mails that one of the cast got."""
        return [mail for mail in self.mails if mail["To"] == f"{name.lower()}@example.org"]


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail, with lines ended by LF."""
    plain = mail.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content()).replace("\r\n", "\n")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp_url(mailbox: Mailbox) -> Iterator[str]:
    """The address of the server that fills ``mailbox``."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def ours() -> Group:
    """The group ml-theory."""
    group = group_by_slug("ml-theory")
    assert group is not None
    return group


def doing(app: Flask, work: Callable[[], object]) -> None:
    """Do some work in a transaction of its own."""
    with app.app_context(), writing():
        work()
        commit()


def rows(app: Flask) -> list[Notice]:
    """Every notice, oldest first."""
    with app.app_context():
        db.session.expire_all()
        return list(db.session.query(Notice).order_by(Notice.id))
