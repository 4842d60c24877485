"""A co-lead opens the site a day after a session and closes it, with all that belongs to it, in six clicks at most."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.models import Meeting, Notice, Talk
from tests import build
from tests.archive import build as archive
from tests.journeys.browsers import Browser
from tests.journeys.test_second_session import signed_in
from tests.journeys.test_third_december import Counting

A_DAY_AFTER = datetime(2022, 11, 20, 18, tzinfo=UTC)


class Clicking(Counting):
    """A browser that counts every click, on boxes and on what unfolds as well; typing is free."""

    def tick(self, label: str) -> None:
        self.clicks += 1
        self.browser.tick(label)

    def unfold(self, words: str) -> None:
        self.clicks += 1
        self.browser.unfold(words)


@pytest.fixture
def ada(
    app: Flask, cast: dict[str, int], new_browser: Callable[[], Browser], at: Callable[[datetime], None]
) -> Clicking:
    """Ada, a day after session 2.  Recordings are kept here; one of the talks was given by somebody else."""
    at(A_DAY_AFTER)
    with app.app_context():
        ours = archive.group_of()
        earlier = archive.session(ours, 1, date(2022, 11, 5))
        earlier.recap, earlier.closed_at = "Told.", A_DAY_AFTER
        archive.material(earlier, "recording", "Recording", "https://v.example/1")
        meeting = archive.session(ours, 2, date(2022, 11, 19), state=MeetingState.ANNOUNCED)
        noisy = archive.talk(meeting, "Noisy gradients", "Mo", state=TalkState.CONFIRMED)
        archive.reading(noisy, "A paper", "https://p.example/1")
        archive.talk(meeting, "Sharp minima", "Demo Kim", position=2, state=TalkState.CONFIRMED)
        archive.speaker(ours, "Nia").user_id = cast["Nia"]
        build.saved()
    return Clicking(signed_in(new_browser(), "Ada"))


def test_a_session_is_closed_in_six_clicks(app: Flask, ada: Clicking) -> None:
    browser = ada.browser
    browser.open("/ml-theory/")

    ada.follow("Say whether it happened")
    ada.unfold("Something was different: talk 1")
    browser.fill("Who gave it", "Nia")
    browser.fill("Slides", "https://s.example/noisy.pdf")
    ada.press("Put it into the archive")
    assert browser.path == "/ml-theory/sessions/2/close"
    ada.tick("There is no recording")
    ada.tick("There are no slides")
    browser.fill("Recap", "Nia stood in for Mo, and *well*.")
    browser.fill("A word of thanks to the speakers", "Thank you, Nia, at such short notice.")
    ada.press("Close the session")

    assert ada.clicks <= 6
    assert "Session 2 is closed." in browser.text()
    assert "Nia stood in for Mo, and well." in browser.text()
    browser.open("/ml-theory/")
    assert "Nothing waits for you" in browser.text()
    with app.app_context():
        meeting = db.session.query(Meeting).filter_by(number=2).one()
        assert (meeting.state, meeting.closed_at, meeting.has_no_recording) == (
            MeetingState.HELD,
            A_DAY_AFTER,
            True,
        )
        given = (
            db.session.query(Talk)
            .filter_by(meeting_id=meeting.id, state=TalkState.GIVEN)
            .order_by(Talk.position)
        )
        assert [(talk.title, talk.has_no_slides) for talk in given] == [
            ("Noisy gradients", False),
            ("Sharp minima", True),
        ]
        assert db.session.query(Talk).filter_by(meeting_id=meeting.id, state=TalkState.REPLACED).count() == 1
        [thanks] = db.session.query(Notice).filter_by(kind="after.speaker")
        assert (thanks.recipient, thanks.words["thanks"]) == (
            "nia@example.org",
            "Thank you, Nia, at such short notice.",
        )
