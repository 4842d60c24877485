"""What co-leads and the site's administrator see of mail, and what a newcomer sees in development."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from readinggroup.db import db
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Notice, NoticeState, User
from readinggroup.outbox.queue import owe
from tests.build import NOW
from tests.conftest import post
from tests.outbox.conftest import doing, rows

Browser = Callable[[str | None], FlaskClient]


@pytest.fixture
def _owed(app: Flask, cast: dict[str, int]) -> None:
    """Mails of ml-theory to Mo and Nia, one of which failed; a reminder to vote; one of biology; a code."""

    def work() -> None:
        own, other = group_by_slug("ml-theory"), group_by_slug("biology")
        assert own is not None
        assert other is not None
        for kind, who, group in (
            ("round.released", "mo", own), ("talk.moved", "nia", own), ("round.nudge", "nia", own),
            ("round.released", "rex", other), ("code.sign_in", "sam", None),
        ):  # fmt: skip
            words = {"code": "SECRET-7", "name": who, "group": "G", "title": "T", "number": 1, "path": "/x",
                     "minutes": 5, "talk": "T", "text": "Moved.", "closes": "soon"}  # fmt: skip
            gid = group.id if group else None
            owe(kind, f"{who}@example.org", about="round:1", group_id=gid, now=NOW, words=words)
        failed = update(Notice).where(Notice.kind == "talk.moved")
        db.session.execute(
            failed.values(state=NoticeState.FAILED, attempts=8, last_error="550 no such <person>")
        )

    doing(app, work)


@pytest.mark.usefixtures("_owed")
def test_co_leads_see_their_groups_mails_without_what_they_say(as_: Browser) -> None:
    page = as_("Ada").get("/ml-theory/mail").get_data(as_text=True)

    assert "mo@example.org" in page
    assert "550 no such &lt;person&gt;" in page
    assert "haven&#39;t voted, and a vote closes soon" in page
    assert page.count("nia@example.org") == 1, "who is reminded to vote is nobody's business"
    assert "rex@example.org" not in page
    assert "SECRET-7" not in page
    assert "Waiting (2)" in page

    failed = as_("Ada").get("/ml-theory/mail?state=failed&before=%C2%B2").get_data(as_text=True)
    assert "nia@example.org" in failed
    assert "mo@example.org" not in failed


@pytest.mark.usefixtures("_owed")
def test_site_administrators_see_all_and_no_secrets(as_: Browser) -> None:
    page = as_("Root").get("/admin/mail").get_data(as_text=True)

    for address in ("mo", "rex", "sam"):
        assert f"{address}@example.org" in page
    assert "SECRET-7" not in page
    assert "22:30 UTC</span>" in page


@pytest.mark.usefixtures("_owed")
def test_site_administrators_see_their_own_time(app: Flask, as_: Browser) -> None:
    with app.app_context():
        db.session.query(User).filter_by(name="Root").update({User.zone: "Asia/Tokyo"})
        db.session.commit()

    assert "07:30 Tokyo, UTC+09:00" in as_("Root").get("/admin/mail").get_data(as_text=True)


@pytest.mark.usefixtures("_owed")
def test_co_leads_try_again_what_failed(app: Flask, as_: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readinggroup.clock.now", lambda: NOW + timedelta(days=9))

    answer = post(as_("Ada"), "/ml-theory/mail/retry", {}, at="/ml-theory/mail")

    assert answer.status_code == 303
    again = next(row for row in rows(app) if row.kind == "talk.moved")
    assert (again.state, again.attempts, again.due_at) == (NoticeState.QUEUED, 0, NOW + timedelta(days=9))


@pytest.mark.usefixtures("_owed")
def test_mails_are_shown_in_development_without_smtp_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = app.test_client().get("/outbox").get_data(as_text=True)
    assert "SECRET-7" in page
    assert 'href="http://127.0.0.1:5000/x">' in page

    for other in ({"smtp_url": "smtp://mail.example.org"}, {"development": False}):
        with monkeypatch.context() as patch:
            patch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **other))
            assert app.test_client().get("/outbox").status_code == 404
