"""ml-theory with two co-leads, Ada and Bo, and a session on 19 November 2022."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from readinggroup.domain.lifecycle import MeetingState, Role
from readinggroup.domain.rhythm import zone_at
from tests import build
from tests.archive import build as archive
from tests.tending.build import ON

SetClock = Callable[[datetime], None]


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """``on_day(3)`` sets the site's clock to noon in Edmonton, three days after the session; 0 is its evening."""

    def move(days: int) -> None:
        day = ON + timedelta(days=days)
        now = datetime(day.year, day.month, day.day, 12 if days else 20, tzinfo=zone_at("America/Edmonton"))
        monkeypatch.setattr("readinggroup.clock.now", lambda: now)

    return move


@pytest.fixture
def leads(app: Flask, cast: dict[str, int]) -> dict[str, int]:
    """The ids of Ada and of Bo, who leads the group as well, since later."""
    with app.app_context():
        bo = build.user("Bo")
        build.member(archive.group_of(), bo, Role.CO_LEAD).joined_at += timedelta(days=1)
        build.saved()
        return {"Ada": cast["Ada"], "Bo": bo.id}


@pytest.fixture
def announced(app: Flask, leads: dict[str, int], cast: dict[str, int]) -> int:
    """The id of session 4: Mo has confirmed, and Nia, whose reading is there, was asked to answer."""
    with app.app_context():
        ours = archive.group_of()
        meeting = archive.session(ours, 4, ON, state=MeetingState.ANNOUNCED)
        archive.talk(meeting, "Noisy gradients", "Mo", state="confirmed")
        asked = archive.talk(meeting, "Sharp minima", "Nia", position=2, answer_by=date(2022, 11, 5))
        archive.reading(asked, "A paper", "https://p.example/1")
        for name in ("Mo", "Nia"):
            archive.speaker(ours, name).user_id = cast[name]
        build.saved()
        return meeting.id


@pytest.fixture
def held(app: Flask, leads: dict[str, int], cast: dict[str, int]) -> int:
    """The id of session 4, held on the 19th with talks of Mo's and of a guest's."""
    with app.app_context():
        ours = archive.group_of()
        meeting = archive.session(ours, 4, ON)
        archive.talk(meeting, "Noisy gradients", "Mo")
        archive.talk(meeting, "Called in", "Demo Guest", position=2)
        archive.speaker(ours, "Mo").user_id = cast["Mo"]
        archive.speaker(ours, "Demo Guest").email = "guest@example.org"
        build.saved()
        return meeting.id
