"""The public schedule, and who passes which door of the programme."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Break, Talk
from readinggroup.scheduling import actions
from readinggroup.scheduling.part_actions import add_reading
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.queries import meeting_in, programme_version
from readinggroup.scheduling.talk_actions import publish, put_talk
from tests.build import NOW, saved
from tests.scheduling import build
from tests.scheduling.conftest import statements

As = Callable[[str | None], FlaskClient]
SCHEDULE = "/ml-theory/schedule"


@pytest.fixture
def mos_talk(app: Flask, programme: dict[str, int]) -> int:
    """Mo talks about CLIP at session 1, beside Meta Learning; session 2 is announced with one talk."""
    with app.app_context():
        group = build.group_of()
        clip = build.pitch(group, "CLIP", "Mo", author=build.person("Mo"))
        placings = {
            clip.id: Where(1, 1),
            programme["Meta Learning"]: Where(1, 2),
            programme["Quantum Probability"]: Where(2, 2),
        }
        talk = publish(group, placings, based_on=programme_version(group), now=NOW, by=THE_SITE)[0]
        saved()
        return talk.id


def test_schedule_shows_talks_times_free_places_and_reading(
    app: Flask, mos_talk: int, set_clock: Callable[[datetime], None]
) -> None:
    with app.app_context():
        talk = db.session.get_one(Talk, mos_talk)
        add_reading(talk, title="CLIP", url="https://arxiv.org/abs/2103.00020", now=NOW, by=THE_SITE)
        saved()

    page = app.test_client().get(SCHEDULE).get_data(as_text=True)

    assert 'datetime="2022-11-19T21:00:00Z"' in page
    assert "Saturday 19 November 2022,</span>" in page
    assert "14:00 Edmonton, UTC-07:00" in page
    assert ">CLIP</span>" in page
    assert page.count("A free place: the next round decides.") == 1
    assert "reading posted" in page
    assert "reading due 12 Nov" in page
    assert "reading due 26 Nov" in page
    assert "The session's 60 minutes" in page
    assert "Post the reading" not in page

    set_clock(datetime(2022, 11, 14, tzinfo=NOW.tzinfo))
    assert "reading late since 12 Nov" in app.test_client().get(SCHEDULE).get_data(as_text=True)


def test_schedule_shows_cancelled_sessions_and_breaks_in_order(app: Flask, mos_talk: int) -> None:
    with app.app_context():
        group = build.group_of()
        second = meeting_in(group, 2)
        assert second is not None
        actions.cancel_meeting(group, second, because="The <b>room</b> is closed.", now=NOW, by=THE_SITE)
        db.session.add(
            Break(group_id=group.id, name="Winter", starts_on=date(2022, 11, 25), ends_on=date(2022, 11, 27))
        )
        db.session.add(
            Break(group_id=group.id, name="Far", starts_on=date(2023, 8, 1), ends_on=date(2023, 8, 2))
        )
        saved()

    page = app.test_client().get(SCHEDULE).get_data(as_text=True)

    first, pause, cancelled = page.index(">Session 1<"), page.index("Winter"), page.index(">Session 2<")
    assert first < pause < cancelled
    assert "25 November 2022 to 27 November 2022" in page
    assert "The &lt;b&gt;room&lt;/b&gt; is closed." in page
    assert "Far" not in page


def test_schedule_hides_what_is_not_published(app: Flask, programme: dict[str, int]) -> None:
    with app.app_context():
        group = build.group_of()
        meeting = meeting_in(group, 1)
        assert meeting is not None
        put_talk(group, meeting, 1, title="Secret so far", speakers=["Hidden"], now=NOW, by=THE_SITE)
        meeting.state = MeetingState.PLANNED
        saved()

    page = app.test_client().get(SCHEDULE).get_data(as_text=True)

    assert ">Session 1<" in page
    assert "Secret so far" not in page
    assert "Hidden" not in page


def test_schedule_without_sessions_says_what_will_be_there(app: Flask, as_: As) -> None:
    assert "The co-leads set the coming dates." in app.test_client().get(SCHEDULE).get_data(as_text=True)
    assert "Add the coming dates" in as_("Ada").get(SCHEDULE).get_data(as_text=True)


def test_speakers_and_co_leads_find_the_way_to_the_reading(app: Flask, as_: As, mos_talk: int) -> None:
    link = f'href="/ml-theory/talks/{mos_talk}/edit"'

    assert link in as_("Mo").get(SCHEDULE).get_data(as_text=True)
    assert link in as_("Ada").get(SCHEDULE).get_data(as_text=True)
    assert link not in as_("Nia").get(SCHEDULE).get_data(as_text=True)


def test_schedule_asks_as_much_for_three_sessions_as_for_one(app: Flask, mos_talk: int) -> None:
    visitor = app.test_client()
    visitor.get(SCHEDULE)
    with statements(app) as few:
        visitor.get(SCHEDULE)
    with app.app_context():
        group = build.group_of()
        for meeting in actions.make_meetings(group, count=8, now=NOW, by=THE_SITE):
            put_talk(
                group, meeting, 1, title=f"Talk {meeting.number}", speakers=["A", "B"], now=NOW, by=THE_SITE
            )
        saved()

    with statements(app) as many:
        visitor.get(SCHEDULE)

    assert len(many) == len(few)


def test_schedule_forgets_a_session_some_hours_after_its_start(
    app: Flask, mos_talk: int, set_clock: Callable[[datetime], None]
) -> None:
    set_clock(datetime(2022, 11, 19, 21, tzinfo=NOW.tzinfo) + timedelta(hours=2))
    assert ">Session 1<" in app.test_client().get(SCHEDULE).get_data(as_text=True)

    set_clock(datetime(2022, 11, 20, 21, tzinfo=NOW.tzinfo))
    assert ">Session 1<" not in app.test_client().get(SCHEDULE).get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "plan",
        "plan/proposal",
        "sessions/new",
        "sessions/1/change",
        "sessions/1/held",
        "sessions/1/edit",
        "sessions/2/places/1",
        "talks/{talk}/change",
    ],
)
def test_doors_of_the_co_leads(app: Flask, as_: As, mos_talk: int, path: str) -> None:
    url = "/ml-theory/" + path.format(talk=mos_talk)
    asked = {who: as_(who).get(url).status_code for who in ("Ada", "Mo", "Nia", "Sam", "Rex", "Root", None)}

    assert asked == {"Ada": 200, "Mo": 403, "Nia": 403, "Sam": 403, "Rex": 403, "Root": 403, None: 302}


def test_doors_of_a_talks_speakers(as_: As, mos_talk: int) -> None:
    url = f"/ml-theory/talks/{mos_talk}/edit"
    asked = {who: as_(who).get(url).status_code for who in ("Ada", "Mo", "Nia", "Sam", "Rex", None)}

    assert asked == {"Ada": 200, "Mo": 200, "Nia": 403, "Sam": 403, "Rex": 403, None: 302}


def test_nothing_of_another_group_is_found(as_: As, mos_talk: int) -> None:
    rex = as_("Rex")

    for path in (
        f"talks/{mos_talk}/change",
        f"talks/{mos_talk}/edit",
        "sessions/1/change",
        "sessions/1/held",
    ):
        assert rex.get(f"/biology/{path}").status_code == 404, path
    assert rex.get("/biology/schedule").get_data(as_text=True).count("CLIP") == 0


@pytest.mark.parametrize("path", ["sessions/{n}/change", "sessions/1/places/{n}", "talks/{n}/change"])
def test_numbers_beyond_the_database_are_not_found(as_: As, mos_talk: int, path: str) -> None:
    answer = as_("Ada").get("/ml-theory/" + path.format(n=99999999999999999999))

    assert answer.status_code in {303, 404}
