"""A session of ml-theory that is announced for 19 November 2022, 14:00 in Edmonton, and a clock to move."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Notice
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.queries import programme_version
from readinggroup.scheduling.talk_actions import publish
from tests.archive import build
from tests.build import NOW, saved
from tests.scheduling import build as scheduling

BEGINS = datetime(2022, 11, 19, 21, tzinfo=UTC)
Clock = Callable[[datetime], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Move the site's clock."""
    return lambda at: monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def talks(app: Flask, cast: dict[str, int], set_clock: Clock) -> dict[str, int]:
    """Mo talks on CLIP and Nia on diffusion at session 1; it is two weeks before.  Gives the talks' ids by title."""
    set_clock(NOW)
    with app.app_context():
        group = build.group_of()
        meeting = build.session(group, 1, date(2022, 11, 19), state=MeetingState.ANNOUNCED)
        made = [build.talk(meeting, "CLIP", "Mo"), build.talk(meeting, "Diffusion", "Nia", position=2)]
        for talk, name in zip(made, ("Mo", "Nia"), strict=True):
            build.speaker(group, name).user_id = cast[name]
            talk.pitch_id = None
        saved()
        return {talk.title: talk.id for talk in made}


@pytest.fixture
def programme(app: Flask, cast: dict[str, int], set_clock: Clock) -> dict[str, int]:
    """Sessions 1 (19 November) and 2 have their dates; CLIP by Mo, pitched, and Meta Learning are published for session
    1, which has just begun.  Gives the talks' ids by title."""
    with app.app_context():
        group = build.group_of()
        won = scheduling.second_session(group)
        mine = scheduling.pitch(group, "CLIP", "Mo", author=scheduling.person("Mo"))
        pitches = [mine.id, next(pitch.id for pitch in won if pitch.title == "Meta Learning")]
        seats = {pitch_id: Where(1, n) for n, pitch_id in enumerate(pitches, start=1)}
        made = publish(group, seats, based_on=programme_version(group), now=NOW, by=THE_SITE)
        db.session.query(Notice).delete()
        saved()
        set_clock(BEGINS)
        return {talk.title: talk.id for talk in made}
