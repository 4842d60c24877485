"""New zone rules: sessions keep their local time, and everybody hears of the other moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import vobject
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain import rhythm
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Meeting, Notice, Record
from readinggroup.scheduling.actions import add_meeting
from readinggroup.scheduling.zone_actions import follow_zone_rules
from readinggroup.starting import make_ready
from tests.build import saved
from tests.scheduling import build
from tests.zones import OLD_EDMONTON

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


@pytest.fixture
def sessions(
    app: Flask,
    cast: dict[str, int],
    set_clock: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Made under the rules of 2025b: two coming sessions, the second cancelled, and one that was held in 2025."""
    set_clock(NOW)
    with app.app_context(), monkeypatch.context() as old:
        old.setattr(rhythm, "zone_at", lambda _name: OLD_EDMONTON)
        group = build.group_of()
        for on in (date(2026, 12, 5), date(2026, 12, 19)):
            add_meeting(group, on=on, starts_at=time(14), now=NOW, by=THE_SITE)
        held = add_meeting(group, on=date(2027, 1, 2), starts_at=time(14), now=NOW, by=THE_SITE)
        second = db.session.scalars(select(Meeting).where(Meeting.number == 2)).one()
        second.state, second.cancelled_because = MeetingState.CANCELLED, "Winter"
        held.state = MeetingState.HELD
        saved()


def event_of_first(app: Flask) -> Any:
    """The first session as a calendar program reads it."""
    answer = app.test_client().get("/ml-theory/calendar.ics")
    events = vobject.readOne(answer.get_data(as_text=True)).vevent_list
    return min(events, key=lambda event: event.dtstart.value)


def test_december_2026_moves_from_21_to_20_utc_once(
    app: Flask, sessions: None, as_: Callable[[str | None], FlaskClient]
) -> None:
    before = event_of_first(app)
    assert before.dtstart.value == datetime(2026, 12, 5, 21, tzinfo=UTC)

    make_ready(app)

    after = event_of_first(app)
    assert after.uid.value == before.uid.value
    assert after.dtstart.value == datetime(2026, 12, 5, 20, tzinfo=UTC)
    assert int(after.sequence.value) > int(before.sequence.value)
    page = as_("Ada").get("/ml-theory/plan").get_data(as_text=True)
    assert "14:00 Edmonton, UTC-06:00</span></time>: 20:00 UTC, before 21:00 UTC" in page
    with app.app_context():
        notice = db.session.scalars(select(Notice).where(Notice.kind == "meeting.rederived")).one()
        assert notice.recipient == "ada@example.org"
        assert notice.words["lines"] == [
            "Session 1, Saturday 5 December 2026, 14:00 Edmonton: 20:00 UTC, before 21:00 UTC",
            "Session 2, Saturday 19 December 2026, 14:00 Edmonton: 20:00 UTC, before 21:00 UTC",
        ]
        held = db.session.scalars(select(Meeting).where(Meeting.state == MeetingState.HELD)).one()
        assert (held.starts_at_utc, held.sequence) == (datetime(2027, 1, 2, 21, tzinfo=UTC), 0)
        found = db.session.scalars(select(Record).where(Record.what == "meeting.rederived")).all()
        assert {record.after["rules"] for record in found} == {rhythm.zone_data_version()}

        assert follow_zone_rules(NOW) == 0
        assert db.session.scalars(select(Notice.id)).all() == [notice.id]
