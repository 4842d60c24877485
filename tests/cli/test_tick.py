"""`flask tick`: what is due is done once, whoever runs it and how often."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from readinggroup.cli.tick import STEPS, Step
from readinggroup.db import begin_writing, db
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
    assert {"1 rounds closed.", "8 sessions made."} <= set(said.splitlines())
    with app.app_context():
        assert db.session.scalars(select(Round.state)).all() == [RoundState.CLOSED]
        assert set(db.session.scalars(select(Notice.state).where(Notice.kind.startswith("round.")))) == {
            NoticeState.DROPPED
        }, "to vote when it is over"

    code, said = run(app, "tick")

    assert (code, said) == (0, "")
    with app.app_context():
        assert db.session.scalar(select(func.count(Meeting.id))) == 8


@pytest.mark.usefixtures("_due")
def test_a_step_that_fails_is_told_and_stops_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_now: datetime) -> str:
        begin_writing()
        db.session.execute(text("UPDATE round SET title = 'half done'"))
        raise RuntimeError("broken")

    monkeypatch.setattr("readinggroup.cli.tick.STEPS", (Step("count sheep", fail), *STEPS))

    code, said = run(app, "tick")

    assert code == 1
    assert "Could not count sheep: RuntimeError: broken" in said
    assert "1 rounds closed." in said
    with app.app_context():
        assert db.session.scalars(select(Round.title)).all() == ["Talks of November"]
