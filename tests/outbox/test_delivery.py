"""Owing and sending: once per message, at least once per mail, nothing lost."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from jinja2 import DictLoader
from sqlalchemy import select

from readinggroup.db import commit, db, writing
from readinggroup.models import Notice, NoticeState
from readinggroup.outbox.delivery import BACKOFF, send_due, smtp
from readinggroup.outbox.messages import Writer
from readinggroup.outbox.queue import owe
from tests.outbox.conftest import Mailbox

NOW = datetime(2022, 11, 5, 22, 30, tzinfo=UTC)
WRITER = Writer(
    templates=DictLoader({"email/round.opened.txt": "{{ title }}\n\nSee {{ site_url }}/here: {{ title }}"}),
    site_url="https://reading.example.org",
    mail_from="Reading Group <noreply@example.org>",
)


def owed(*recipients: str, title: str = "Tensor & programs") -> None:
    with writing():
        for recipient in recipients:
            owe("round.opened", recipient, about="thing:1", group_id=None, now=NOW, words={"title": title})
        commit()


def notices() -> list[Notice]:
    db.session.expire_all()
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def test_owing_twice_owes_once(app: Flask) -> None:
    with app.app_context():
        owed("mo@example.org", "mo@example.org")
        owed("mo@example.org")

        assert [notice.recipient for notice in notices()] == ["mo@example.org"]


def test_send_due_sends_each_once(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    with app.app_context():
        owed("mo@example.org", "nia@example.org")

        assert send_due(WRITER, smtp(smtp_url), now=NOW) == (2, 0)
        assert send_due(WRITER, smtp(smtp_url), now=NOW + timedelta(days=1)) == (0, 0)

        assert [mail["To"] for mail in mailbox.mails] == ["mo@example.org", "nia@example.org"]
        assert mailbox.mails[0]["Subject"] == "Tensor & programs"
        assert mailbox.mails[0].get_content().splitlines() == [  # type: ignore[attr-defined]
            "See https://reading.example.org/here: Tensor & programs"
        ]
        assert [notice.state for notice in notices()] == [NoticeState.SENT] * 2


def test_send_due_waits_until_it_is_due(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    with app.app_context():
        owed("mo@example.org")

        assert send_due(WRITER, smtp(smtp_url), now=NOW - timedelta(seconds=1)) == (0, 0)
        assert mailbox.mails == []


def test_a_refused_mail_is_tried_again_and_fails_at_last(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    mailbox.refusing = True
    with app.app_context():
        owed("mo@example.org")
        now = NOW
        for _ in BACKOFF:
            assert send_due(WRITER, smtp(smtp_url), now=now) == (0, 1)
            assert send_due(WRITER, smtp(smtp_url), now=now) == (0, 0)
            now += timedelta(days=2)
        assert notices()[0].state is NoticeState.QUEUED

        send_due(WRITER, smtp(smtp_url), now=now)

        assert notices()[0].state is NoticeState.FAILED
        assert "451" in notices()[0].last_error


def test_a_mail_sent_after_a_kill_keeps_its_message_id(
    app: Flask, smtp_url: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        owed("mo@example.org")
        monkeypatch.setattr("readinggroup.outbox.delivery.NoticeState", _Killed)
        with pytest.raises(SystemExit):
            send_due(WRITER, smtp(smtp_url), now=NOW)
        monkeypatch.undo()
        db.session.rollback()

        send_due(WRITER, smtp(smtp_url), now=NOW + timedelta(minutes=2))

        ids = [mail["Message-ID"] for mail in mailbox.mails]
        assert len(ids) == 2
        assert ids[0] == ids[1]


def test_a_title_cant_add_a_header(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    with app.app_context():
        owed("mo@example.org", title="Hello\r\nBcc: sam@example.org")

        send_due(WRITER, smtp(smtp_url), now=NOW)

        assert mailbox.mails[0]["Bcc"] is None


class _Killed:
    """Stands for NoticeState in a process that dies right after a mail has left."""

    QUEUED = NoticeState.QUEUED

    @property
    def SENT(self) -> NoticeState:  # noqa: N802
        raise SystemExit


_Killed = _Killed()  # type: ignore[assignment,misc]
