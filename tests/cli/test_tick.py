"""`flask tick`: what is due is done once, whoever runs it and how often."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import RoundState
from readinggroup.models import Meeting, Notice, NoticeState, Round
from tests.cli.test_commands import run
from tests.voting.build import LATER, opened


@pytest.fixture
def _due(app: Flask, cast: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """An open round whose time is over."""
    opened(app)
    monkeypatch.setattr("readinggroup.clock.now", lambda: LATER)


@pytest.mark.usefixtures("_due")
def test_tick_does_what_is_due_once(app: Flask) -> None:
    code, said = run(app, "tick")

    assert code == 0
    assert "1 rounds closed, 8 sessions made." in said
    with app.app_context():
        assert db.session.scalars(select(Round.state)).all() == [RoundState.CLOSED]
        assert set(db.session.scalars(select(Notice.state))) == {NoticeState.SENT}

    code, said = run(app, "tick")

    assert (code, said) == (0, "0 rounds closed, 0 sessions made.\n0 mails sent, 0 not sent.\n")
    with app.app_context():
        assert db.session.scalar(select(func.count(Meeting.id))) == 8
