"""The calendar feed, parsed back by the library and by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import vobject
from flask import Flask
from icalendar import Calendar, Component

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Group, Meeting
from readinggroup.scheduling import actions
from readinggroup.scheduling.part_actions import add_reading
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.queries import meeting_in, programme_version
from readinggroup.scheduling.talk_actions import publish, put_talk
from tests.build import NOW, saved
from tests.scheduling import build
from tests.scheduling.conftest import statements

FEED = "/ml-theory/calendar.ics"


def events(app: Flask) -> dict[str, Component]:
    """The events of the feed by their UID."""
    answer = app.test_client().get(FEED)
    assert answer.content_type == "text/calendar; charset=utf-8"
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.get_data()).walk("VEVENT")}


def by_number(app: Flask) -> list[Component]:
    """The events in the order of their times."""
    return sorted(events(app).values(), key=lambda event: event.decoded("DTSTART"))


@pytest.fixture
def published(app: Flask, programme: dict[str, int]) -> None:
    """Meta Learning stands at session 1 with its reading; session 2 has no talk yet."""
    with app.app_context():
        group = build.group_of()
        placings = {programme["Meta Learning"]: Where(1, 1)}
        (talk,) = publish(group, placings, based_on=programme_version(group), now=NOW, by=THE_SITE)
        url = "https://arxiv.org/abs/1703.03400?a=1,2;b"
        add_reading(talk, title="MAML; a, b", url=url, now=NOW, by=THE_SITE)
        meeting = meeting_in(group, 1)
        assert meeting is not None
        meeting.join_url = "https://meet.example/secret"
        saved()


def change(app: Flask, number: int, make: Callable[[Group, Meeting], object]) -> None:
    """Change one session of the group."""
    with app.app_context():
        group = build.group_of()
        meeting = meeting_in(group, number)
        assert meeting is not None
        make(group, meeting)
        saved()


def test_each_session_is_one_event_in_utc(app: Flask, published: None) -> None:
    first, second = by_number(app)

    assert first.decoded("DTSTART") == datetime(2022, 11, 19, 21, tzinfo=UTC)
    assert first.decoded("DTEND") == datetime(2022, 11, 19, 22, tzinfo=UTC)
    assert str(first["SUMMARY"]) == "Machine Learning Theory: Meta Learning"
    assert str(first["DESCRIPTION"]) == (
        "Meta Learning (Sree Harsha Nelaturu)\n"
        "Read before: MAML; a, b https://arxiv.org/abs/1703.03400?a=1,2;b\n\n"
        f"http://127.0.0.1:5000/ml-theory/s/{str(first['UID']).removeprefix('meeting-').partition('@')[0]}"
    )
    assert (str(first["STATUS"]), str(second["STATUS"])) == ("CONFIRMED", "TENTATIVE")
    assert second.decoded("DTSTART") == datetime(2022, 12, 3, 21, tzinfo=UTC)


def test_the_lines_are_as_the_standard_wants_them(app: Flask, published: None) -> None:
    body = app.test_client().get(FEED).get_data()

    lines = body.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert max(map(len, lines)) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    unfolded = body.replace(b"\r\n ", b"").decode().split("\r\n")
    assert "DTSTART:20221119T210000Z" in unfolded
    assert "VERSION:2.0" in unfolded
    assert [line for line in unfolded if line.startswith("RRULE")] == []
    described = next(line for line in unfolded if line.startswith("DESCRIPTION:Meta"))
    assert r"\nRead before: MAML\; a\, b https://arxiv.org/abs/1703.03400?a=1\,2\;b" in described
    assert b"secret" not in body


def test_the_uid_stays_and_the_sequence_rises(app: Flask, published: None) -> None:
    before = events(app)
    uid = str(by_number(app)[0]["UID"])

    change(
        app,
        1,
        lambda group, meeting: actions.move_meeting(
            group, meeting, on=date(2023, 3, 18), starts_at=time(14), minutes=90, now=NOW, by=THE_SITE
        ),
    )
    moved = events(app)[uid]
    change(
        app,
        2,  # It is later than the other one now.
        lambda group, meeting: actions.cancel_meeting(
            group, meeting, because="Snow, \nice", now=NOW, by=THE_SITE
        ),
    )
    cancelled = events(app)[uid]

    assert set(events(app)) == set(before)
    assert moved.decoded("DTSTART") == datetime(2023, 3, 18, 20, tzinfo=UTC)
    assert moved.decoded("DTEND") - moved.decoded("DTSTART") == timedelta(minutes=90)
    sequences = [int(event["SEQUENCE"]) for event in (before[uid], moved, cancelled)]
    assert sequences == sorted(set(sequences))
    assert str(cancelled["STATUS"]) == "CANCELLED"
    assert str(cancelled["DESCRIPTION"]).startswith("Cancelled: Snow, ice")


def test_what_is_not_published_and_what_has_no_date_stays_out(app: Flask, published: None) -> None:
    with app.app_context():
        group = build.group_of()
        second = meeting_in(group, 2)
        assert second is not None
        put_talk(group, second, 1, title="Secret so far", speakers=["Hidden"], now=NOW, by=THE_SITE)
        second.state = MeetingState.PLANNED
        db.session.add(
            Meeting(group_id=group.id, number=9, minutes=60, zone=group.zone, state=MeetingState.HELD)
        )
        saved()

    body = app.test_client().get(FEED).get_data(as_text=True)

    assert body.count("BEGIN:VEVENT") == 2
    assert "Secret" not in body
    assert "Hidden" not in body


def test_control_characters_break_no_calendar(app: Flask, published: None) -> None:
    change(app, 1, lambda _group, meeting: setattr(meeting, "title", "A\x0b title\x1f\rEND:VEVENT ü😀" * 5))

    first = by_number(app)[0]

    assert len(events(app)) == 2
    assert str(first["SUMMARY"]).startswith("Machine Learning Theory: A title")


def test_the_feed_asks_as_much_for_many_sessions_as_for_two(app: Flask, published: None) -> None:
    visitor = app.test_client()
    visitor.get(FEED)
    with statements(app) as few:
        visitor.get(FEED)
    with app.app_context():
        actions.make_meetings(build.group_of(), count=12, now=NOW, by=THE_SITE)
        saved()

    with statements(app) as many:
        visitor.get(FEED)

    assert len(many) == len(few)
    assert len(events(app)) == 12


def test_a_group_without_sessions_has_an_empty_calendar(app: Flask, cast: dict[str, int]) -> None:
    body = app.test_client().get("/biology/calendar.ics").get_data()

    assert Calendar.from_ical(body).walk("VEVENT") == []
    assert b"X-WR-CALNAME:Biology" in body


def test_a_session_and_a_speaker_have_calendars_and_alarms_where_asked(app: Flask, published: None) -> None:
    visitor = app.test_client()

    def read(path: str) -> list[Any]:
        body = visitor.get(f"/ml-theory/{path}").get_data(as_text=True)
        assert "secret" not in body
        return list(getattr(vobject.readOne(body), "vevent_list", []))

    one, theirs = read("sessions/1/calendar.ics"), read("speakers/sree-harsha-nelaturu/calendar.ics")
    remind = read("calendar.ics?alarm=60")
    nonsense = [read(f"calendar.ics?alarm={value}") for value in ("x", "\u00b2", "-5", "99999999", "0")]

    assert [event.dtstart.value for event in one] == [datetime(2022, 11, 19, 21, tzinfo=UTC)]
    assert [event.uid.value for event in theirs] == [one[0].uid.value]
    assert [event.valarm.trigger.value for event in remind] == [timedelta(hours=-1)] * 2
    assert not any(hasattr(event, "valarm") for events_ in nonsense for event in events_)
    page = visitor.get("/ml-theory/calendar?alarm=60").get_data(as_text=True)
    assert 'href="webcal://127.0.0.1:5000/ml-theory/calendar.ics?alarm=60"' in page
    assert "https://calendar.google.com/calendar/render?cid=webcal%3A%2F%2F127.0.0.1%3A5000" in page
    assert visitor.get("/ml-theory/speakers/nobody/calendar.ics").status_code == 404


def test_places_of_one_abbreviation_part_in_summer(app: Flask, cast: dict[str, int]) -> None:
    """Phoenix keeps its clocks and Denver doesn't; both edges of daylight saving, as another library reads them."""
    with app.app_context():
        group = build.group_of()
        for zone in ("America/Phoenix", "America/Denver"):
            group.zone = zone
            for on in (date(2023, 3, 11), date(2023, 3, 12), date(2023, 11, 4), date(2023, 11, 5)):
                starts = time(14) if zone == "America/Denver" else time(14, 1)
                actions.add_meeting(group, on=on, starts_at=starts, now=NOW, by=THE_SITE)
        saved()

    found = vobject.readOne(app.test_client().get(FEED).get_data(as_text=True)).vevent_list

    hours = sorted(
        (event.dtstart.value.minute, event.dtstart.value.date(), event.dtstart.value.hour) for event in found
    )
    assert [hour for minute, _, hour in hours if minute == 1] == [21, 21, 21, 21]
    assert [hour for minute, _, hour in hours if minute == 0] == [21, 20, 20, 21]
