"""Workers that are killed in between, and two at once: every message arrives, and none is owed or sent twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from readinggroup import create_app
from readinggroup.config import ROOT, Settings
from readinggroup.db import commit, db, writing
from readinggroup.migrating import upgrade
from readinggroup.models import Notice, NoticeState
from readinggroup.outbox.queue import owe
from tests import build, databases
from tests.conftest import CHEAP
from tests.outbox.conftest import Mailbox, rows
from tests.site.test_serving import environment

PATIENCE = 60
MANY = 40


@pytest.fixture(params=databases.NAMES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A site in development on a database of its own."""
    made = Settings.read(
        {"DATABASE_URL": databases.fresh(request.param, tmp_path), "DATA_DIR": str(tmp_path)}
    )
    upgrade(made)
    return made


@pytest.fixture
def site(settings: Settings) -> Iterator[Flask]:
    """That site; in it forty people are owed a sign-in mail, which goes out at any hour."""
    app = create_app(settings, SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=CHEAP)
    with app.app_context(), writing():
        owe_all_of_them()
        commit()
    yield app
    with app.app_context():
        db.engine.dispose()


def owe_all_of_them() -> None:
    words = {"name": "Somebody", "group": "ML", "path": "/confirm/x", "days": 3}
    for number in range(MANY):
        owe(
            "join.confirm",
            f"p{number}@example.org",
            about="user:1",
            group_id=None,
            now=build.NOW,
            words=words,
        )


def worker(settings: Settings, smtp_url: str, *command: str) -> "subprocess.Popen[bytes]":
    more = {"DATABASE_URL": settings.database_url, "SMTP_URL": smtp_url}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", *command], cwd=ROOT, env=environment(settings.data_dir, **more),
        start_new_session=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def wait_until(come: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not come():
        assert time.monotonic() < until, "It didn't come about in time."
        time.sleep(0.02)


def test_nothing_is_lost_when_the_worker_is_killed(
    settings: Settings, site: Flask, smtp_url: str, mailbox: Mailbox
) -> None:
    mailbox.hang_for = 0.05
    process = worker(settings, smtp_url, "worker")
    wait_until(lambda: len(mailbox.mails) >= MANY // 3)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)
    with (
        site.app_context(),
        writing(),
    ):  # As if the minute had passed after which what was being sent is tried again.
        db.session.query(Notice).filter(Notice.state == NoticeState.QUEUED).update({"due_at": build.NOW})
        commit()

    process = worker(settings, smtp_url, "worker")
    wait_until(lambda: all(row.state is NoticeState.SENT for row in rows(site)))
    process.terminate()

    assert process.wait(PATIENCE) == 0, "the worker ends cleanly when told to"
    arrived = Counter(mail["To"] for mail in mailbox.mails)
    assert set(arrived) == {f"p{number}@example.org" for number in range(MANY)}
    assert sum(arrived.values()) <= MANY + 1, "only what was under way at a kill may come twice"
    for address, count in arrived.items():
        ids = {mail["Message-ID"] for mail in mailbox.mails if mail["To"] == address}
        assert len(ids) == 1, (address, count)


def test_two_workers_at_once_send_each_message_once(
    settings: Settings, site: Flask, smtp_url: str, mailbox: Mailbox
) -> None:
    mailbox.hang_for = 0.02

    def owe_again() -> None:
        with site.app_context(), writing():
            owe_all_of_them()
            commit()

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: owe_again(), range(2)))
    processes = [worker(settings, smtp_url, "outbox", "send") for _ in range(2)]
    assert [process.wait(PATIENCE) for process in processes] == [0, 0]

    assert len(rows(site)) == MANY
    assert {row.state for row in rows(site)} == {NoticeState.SENT}
    assert Counter(mail["To"] for mail in mailbox.mails) == Counter(f"p{n}@example.org" for n in range(MANY))
