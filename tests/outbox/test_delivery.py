"""Sending: once per message, at least once per mail, nothing lost when the server fails, hangs or goes away."""

from datetime import timedelta

import pytest
from flask import Flask
from jinja2 import DictLoader

from readinggroup.models import NoticeState
from readinggroup.outbox import smtp as ways
from readinggroup.outbox.claiming import BACKOFF
from readinggroup.outbox.delivery import send_due
from readinggroup.outbox.messages import Writer
from readinggroup.outbox.queue import owe
from readinggroup.outbox.smtp import smtp
from tests.build import NOW
from tests.outbox.conftest import Mailbox, doing, ours, rows, text_of

WRITER = Writer(
    templates=DictLoader(
        {
            "email/application.accepted.txt": "{{ title }}\n\nSee {{ site_url }}/here: {{ title }}",
            "email/mail.html": "{{ subject }}",
        }
    ),
    site_url="https://reading.example.org",
    mail_from="Reading Group <noreply@example.org>",
)


def owed(app: Flask, *names: str, title: str = "Tensor & programs", until_hours: int | None = None) -> None:
    until = None if until_hours is None else NOW + timedelta(hours=until_hours)
    words = {"title": title, "group": "ML"}
    for name in names:
        doing(
            app,
            lambda name=name: owe(  # type: ignore[misc]
                "application.accepted", f"{name.lower()}@example.org", about="thing:1", group_id=ours().id,
                now=NOW, until=until, words=words,
            ),
        )  # fmt: skip


def sent(app: Flask, url: str, after: timedelta = timedelta(0), **more: int) -> tuple[int, int]:
    with app.app_context():
        return send_due(WRITER, smtp(url), now=NOW + after, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("cast")
def test_send_due_sends_each_once_when_it_is_due(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    owed(app, "Mo", "Nia")

    assert sent(app, smtp_url, -timedelta(seconds=1)) == (0, 0)
    assert sent(app, smtp_url, limit=1) == (1, 0)
    assert sent(app, smtp_url) == (1, 0)
    assert sent(app, smtp_url, timedelta(days=1)) == (0, 0)

    assert [mail["To"] for mail in mailbox.mails] == ["mo@example.org", "nia@example.org"]
    assert mailbox.mails[0]["Subject"] == "Tensor & programs"
    assert text_of(mailbox.mails[0]).startswith("See https://reading.example.org/here: Tensor & programs\n")
    assert [(row.state, row.words) for row in rows(app)] == [(NoticeState.SENT, {})] * 2, (
        "what it said is forgotten"
    )


@pytest.mark.usefixtures("cast")
def test_a_refused_mail_is_tried_again_and_fails_at_last(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    mailbox.answer = "451 come back later"
    owed(app, "Mo")
    after = timedelta(0)
    for _ in BACKOFF:
        assert sent(app, smtp_url, after) == (0, 1)
        assert sent(app, smtp_url, after) == (0, 0)
        after += timedelta(days=2)
    assert rows(app)[0].state is NoticeState.QUEUED

    sent(app, smtp_url, after)

    assert rows(app)[0].state is NoticeState.FAILED
    assert "451" in rows(app)[0].last_error


@pytest.mark.usefixtures("cast")
def test_a_mail_that_is_refused_for_good_fails_at_once(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    mailbox.answer = "550 no such person"
    owed(app, "Mo")

    assert sent(app, smtp_url) == (0, 1)
    assert rows(app)[0].state is NoticeState.FAILED


@pytest.mark.usefixtures("cast")
def test_a_server_that_is_away_costs_one_try_and_fails_nothing(
    app: Flask, smtp_url: str, mailbox: Mailbox
) -> None:
    owed(app, "Mo", "Nia")
    after = timedelta(0)
    for _ in range(2 * len(BACKOFF) + 2):
        assert sent(app, "smtp://127.0.0.1:1", after) == (0, 1)
        after += timedelta(minutes=16)

    assert {row.state for row in rows(app)} == {NoticeState.QUEUED}
    assert sent(app, smtp_url, after) == (2, 0)


@pytest.mark.usefixtures("cast")
def test_a_server_that_hangs_is_left_and_gets_the_same_mail_later(
    app: Flask, smtp_url: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "TIMEOUT", 0.2)
    mailbox.hang_for = 1.0
    owed(app, "Mo", "Nia")
    assert sent(app, smtp_url) == (0, 1)
    mailbox.hang_for = 0.0

    assert sent(app, smtp_url, timedelta(minutes=2)) == (2, 0)

    assert sorted(mail["To"] for mail in mailbox.mails) == [
        "mo@example.org",
        "mo@example.org",
        "nia@example.org",
    ]
    assert len({mail["Message-ID"] for mail in mailbox.to("Mo")}) == 1


@pytest.mark.usefixtures("cast")
def test_a_mail_that_cant_be_written_stops_no_other(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    doing(
        app,
        lambda: owe(
            "application.accepted",
            "mo@example.org",
            about="x:1",
            group_id=ours().id,
            now=NOW - timedelta(hours=1),
        ),
    )
    owed(app, "Nia")

    assert sent(app, smtp_url) == (1, 1)
    assert [row.last_error[:14] for row in rows(app)] == ["UndefinedError", ""]


@pytest.mark.usefixtures("cast")
def test_what_is_past_its_time_is_dropped(app: Flask, smtp_url: str, mailbox: Mailbox) -> None:
    owed(app, "Mo", until_hours=2)

    assert sent(app, smtp_url, timedelta(hours=2)) == (0, 0)
    assert [(row.state, row.last_error, row.words) for row in rows(app)] == [
        (NoticeState.DROPPED, "its time is over", {})
    ]
