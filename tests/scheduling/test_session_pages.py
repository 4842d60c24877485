"""The co-leads' pages of a session: another time, its end, what happened; and what speakers add."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, PitchState, TalkState
from readinggroup.models import Material, Pitch, Reading, Record, Talk
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.queries import meeting_in, meeting_view_in, programme_version, talk_view_in
from readinggroup.scheduling.talk_actions import publish, put_talk
from readinggroup.scheduling.views import MeetingView
from tests.build import NOW, saved
from tests.conftest import post
from tests.scheduling import build

As = Callable[[str | None], FlaskClient]
AFTER = datetime(2022, 11, 19, 22, 5, tzinfo=UTC)


@pytest.fixture
def talks(app: Flask, programme: dict[str, int]) -> dict[str, int]:
    """Session 1 has Meta Learning by Mo and Neural Information Retrieval.  Gives talk ids by title."""
    with app.app_context():
        group = build.group_of()
        clip = build.pitch(group, "CLIP", "Mo", author=build.person("Mo"))
        placings = {clip.id: Where(1, 1), programme["Meta Learning"]: Where(1, 2)}
        made = publish(group, placings, based_on=programme_version(group), now=NOW, by=THE_SITE)
        saved()
        return {talk.title: talk.id for talk in made}


def shown(app: Flask, number: int = 1) -> MeetingView:
    """The session as it stands."""
    with app.app_context():
        found = meeting_view_in(build.group_of(), number, with_unpublished=True)
        assert found is not None
        return found


def test_an_extra_session_is_added(app: Flask, as_: As, programme: dict[str, int]) -> None:
    ada = as_("Ada")
    fields = {"on": "2022-11-10", "starts_at": "18:30", "minutes": "90", "title": "Book evening"}

    answer = post(ada, "/ml-theory/sessions/new", fields)

    assert answer.status_code == 303
    assert "Session 1 added." in ada.get("/ml-theory/plan").get_data(as_text=True)
    made = shown(app, 1)
    assert (made.title, made.minutes, made.starts_at_utc) == (
        "Book evening",
        90,
        datetime(2022, 11, 11, 1, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"on": "2022-11-19", "starts_at": "14:00"},
            "The group has a session on that date at that time already.",
        ),
        ({"on": "2022-11-01", "starts_at": "14:00"}, "That time is over."),
        ({"on": "1822-11-01", "starts_at": "14:00"}, "Give a year between 2000 and 2200."),
        ({"on": "", "starts_at": ""}, "Give a date."),
        ({"on": "²", "starts_at": "\x00"}, "Not a valid"),
    ],
)
def test_an_extra_session_is_refused_with_words(
    app: Flask, as_: As, programme: dict[str, int], fields: dict[str, str], words: str
) -> None:
    answer = post(as_("Ada"), "/ml-theory/sessions/new", {"minutes": "60", "title": "Kept title", **fields})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert 'value="Kept title"' in page


def test_a_session_is_moved(app: Flask, as_: As, talks: dict[str, int]) -> None:
    ada = as_("Ada")

    answer = post(
        ada,
        "/ml-theory/sessions/1/move",
        {"on": "2022-11-20", "starts_at": "15:00", "minutes": "60"},
        at="/ml-theory/sessions/1/change",
    )

    assert answer.status_code == 303
    assert shown(app).starts_at_utc == datetime(2022, 11, 20, 22, tzinfo=UTC)
    assert "15:00 Edmonton, UTC-07:00" in ada.get("/ml-theory/schedule").get_data(as_text=True)


def test_a_session_is_not_moved_onto_another(app: Flask, as_: As, talks: dict[str, int]) -> None:
    fields = {"on": "2022-12-03", "starts_at": "14:00", "minutes": "60"}

    answer = post(as_("Ada"), "/ml-theory/sessions/1/move", fields, at="/ml-theory/sessions/1/change")

    assert answer.status_code == 422
    assert 'value="2022-12-03"' in answer.get_data(as_text=True)
    assert shown(app).starts_at_utc == datetime(2022, 11, 19, 21, tzinfo=UTC)


def test_cancelling_and_taking_it_back(app: Flask, as_: As, talks: dict[str, int]) -> None:
    ada, at = as_("Ada"), "/ml-theory/sessions/1/change"

    refused = post(ada, "/ml-theory/sessions/1/cancel", {"because": " "}, at=at)
    assert refused.status_code == 422
    assert "Say why, so that people needn&#39;t ask." in refused.get_data(as_text=True)
    post(ada, "/ml-theory/sessions/1/cancel", {"because": "Snow."}, at=at)
    assert (shown(app).state, shown(app).cancelled_because) == (MeetingState.CANCELLED, "Snow.")
    assert "Snow." in app.test_client().get("/ml-theory/schedule").get_data(as_text=True)
    again = post(ada, "/ml-theory/sessions/1/cancel", {"because": "Ice."}, at=at)
    assert again.status_code == 303
    assert "can&#39;t be done with this session any more" in ada.get(at).get_data(as_text=True)
    post(ada, "/ml-theory/sessions/1/reinstate", {}, at=at)

    assert (shown(app).state, shown(app).cancelled_because) == (MeetingState.ANNOUNCED, "")
    assert len(shown(app).talks) == 2


def held_fields(talks: dict[str, int], **more: str) -> dict[str, Any]:
    return {
        "talks-0-talk": str(talks["CLIP"]),
        "talks-0-given": "y",
        "talks-0-slides": "https://slides.example/clip.pdf",
        "talks-1-talk": str(talks["Meta Learning"]),
        "talks-1-recording": "",
        "recap": "Twelve people, $n=12$.",
        "recording": "https://video.example/1",
        **more,
    }


def test_a_session_is_held(
    app: Flask,
    as_: As,
    talks: dict[str, int],
    programme: dict[str, int],
    set_clock: Callable[[datetime], None],
) -> None:
    set_clock(AFTER)
    ada = as_("Ada")
    assert "/ml-theory/sessions/1/held" in ada.get("/ml-theory/plan").get_data(as_text=True)
    page = ada.get("/ml-theory/sessions/1/held").get_data(as_text=True)
    assert page.count('checked id="talks-') == 2

    answer = post(ada, "/ml-theory/sessions/1/held", held_fields(talks))

    assert (answer.status_code, answer.location) == (303, "/ml-theory/sessions/1/close")
    meeting = shown(app)
    assert (meeting.state, meeting.recap) == (MeetingState.HELD, "Twelve people, $n=12$.")
    assert [(talk.title, talk.state) for talk in meeting.talks] == [("CLIP", TalkState.GIVEN)]
    assert [(m.kind, m.url) for m in meeting.talks[0].materials] == [
        (MaterialKind.SLIDES, "https://slides.example/clip.pdf")
    ]
    assert [(m.kind, m.title) for m in meeting.materials] == [(MaterialKind.RECORDING, "Recording")]
    assert [(talk.title, talk.state, talk.note) for talk in meeting.earlier_talks] == [
        ("Meta Learning", TalkState.WITHDRAWN, "Not given on the day.")
    ]
    with app.app_context():
        states = {pitch.title: pitch.state for pitch in db.session.scalars(select(Pitch))}
    assert (states["CLIP"], states["Meta Learning"]) == (PitchState.GIVEN, PitchState.WON)
    archived = app.test_client().get("/ml-theory/sessions/1").get_data(as_text=True)
    assert "CLIP" in archived
    assert "https://slides.example/clip.pdf" in archived


def test_a_session_is_not_held_before_it_begins(app: Flask, as_: As, talks: dict[str, int]) -> None:
    answer = post(as_("Ada"), "/ml-theory/sessions/1/held", held_fields(talks))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The session hasn&#39;t begun yet." in page
    assert "Twelve people, $n=12$." in page
    assert shown(app).state is MeetingState.ANNOUNCED


def test_holding_refuses_what_is_no_address(
    app: Flask, as_: As, talks: dict[str, int], set_clock: Callable[[datetime], None]
) -> None:
    set_clock(AFTER)

    answer = post(
        as_("Ada"), "/ml-theory/sessions/1/held", held_fields(talks, **{"talks-0-slides": "http://[::1"})
    )

    assert answer.status_code == 422
    assert "Give a whole web address" in answer.get_data(as_text=True)
    assert shown(app).state is MeetingState.ANNOUNCED


def test_a_held_session_is_edited_later(
    app: Flask, as_: As, talks: dict[str, int], set_clock: Callable[[datetime], None]
) -> None:
    set_clock(AFTER)
    ada, at = as_("Ada"), "/ml-theory/sessions/1/edit"
    post(ada, "/ml-theory/sessions/1/held", held_fields(talks))

    typed = {"title": "Learning to learn", "recap": "Thirteen people.", "opened_at": AFTER.isoformat()}
    post(ada, "/ml-theory/sessions/1/recap", typed)
    added = {"material-kind": "notes", "material-url": "https://notes.example/1", "material-title": ""}
    post(ada, "/ml-theory/sessions/1/materials", added, at=at)
    twice = post(ada, "/ml-theory/sessions/1/materials", added, at=at)

    meeting = shown(app)
    assert (meeting.title, meeting.recap) == ("Learning to learn", "Thirteen people.")
    assert [material.title for material in meeting.materials] == ["Recording", "Notes"]
    assert twice.status_code == 422
    assert "That address is there already." in twice.get_data(as_text=True)
    post(ada, f"/ml-theory/sessions/1/materials/{meeting.materials[0].id}/remove", {}, at=at)
    assert [material.title for material in shown(app).materials] == ["Notes"]


def test_a_speaker_posts_and_removes_the_reading(app: Flask, as_: As, talks: dict[str, int]) -> None:
    mo, at = as_("Mo"), f"/ml-theory/talks/{talks['CLIP']}"
    fields = {"reading-url": "https://arxiv.org/abs/2103.00020", "reading-title": ""}

    first = post(mo, f"{at}/reading", fields, at=f"{at}/edit")
    second = post(mo, f"{at}/reading", fields, at=f"{at}/edit")
    bad = post(mo, f"{at}/reading", {"reading-url": "javascript:alert(1)"}, at=f"{at}/edit")

    assert (first.status_code, second.status_code, bad.status_code) == (303, 422, 422)
    assert "Give a whole web address" in bad.get_data(as_text=True)
    with app.app_context():
        (reading,) = talk_view_in(build.group_of(), talks["CLIP"]).readings  # type: ignore[union-attr]
        assert (reading.title, reading.posted_at) == ("https://arxiv.org/abs/2103.00020", NOW)
    post(mo, f"{at}/reading/{reading.id}/remove", {}, at=f"{at}/edit")
    with app.app_context():
        assert db.session.scalar(select(Reading.id)) is None
        line = db.session.scalars(select(Record).where(Record.what == "reading.removed")).one()
        assert (line.before["url"], line.by_id) == (reading.url, build.person("Mo").id)


def test_a_speaker_adds_slides_and_takes_away_only_their_own(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    mo, at = as_("Mo"), f"/ml-theory/talks/{talks['CLIP']}"
    with app.app_context():
        db.session.add(
            Material(
                talk_id=talks["Meta Learning"],
                kind=MaterialKind.SLIDES,
                title="Theirs",
                url="https://slides.example/meta",
                added_at=NOW,
            )
        )
        saved()
        theirs = db.session.scalars(select(Material.id)).one()
    fields = {
        "material-kind": "slides",
        "material-url": "https://slides.example/clip",
        "material-title": "Mine",
    }

    assert post(mo, f"{at}/materials", fields, at=f"{at}/edit").status_code == 303
    assert post(mo, f"{at}/materials/{theirs}/remove", {}, at=f"{at}/edit").status_code == 404
    foreign = f"/ml-theory/talks/{talks['Meta Learning']}/materials"
    assert post(mo, foreign, fields, at=f"{at}/edit").status_code == 403
    with app.app_context():
        mine = db.session.scalars(select(Material.id).where(Material.title == "Mine")).one()
    assert post(mo, f"{at}/materials/{mine}/remove", {}, at=f"{at}/edit").status_code == 303

    with app.app_context():
        assert list(db.session.scalars(select(Material.title))) == ["Theirs"]


def test_a_change_of_what_the_public_sees_raises_the_version(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    at = f"/ml-theory/talks/{talks['CLIP']}"
    with app.app_context():
        before = build.group_of().public_version

    post(as_("Mo"), f"{at}/reading", {"reading-url": "https://arxiv.org/abs/1"}, at=f"{at}/edit")

    with app.app_context():
        assert build.group_of().public_version > before
        assert db.session.get_one(Talk, talks["CLIP"]).state is TalkState.PLANNED
        assert meeting_in(build.group_of(), 1).sequence == 1  # type: ignore[union-attr]


def test_a_form_of_a_session_that_got_another_number_changes_no_other(
    app: Flask, as_: As, programme: dict[str, int]
) -> None:
    ada = as_("Ada")
    page = ada.get("/ml-theory/sessions/1/change").get_data(as_text=True)
    meant = page.partition('name="session_id" value="')[2].partition('"')[0]
    earlier = {"on": "2022-11-10", "starts_at": "18:30", "minutes": "60"}
    post(ada, "/ml-theory/sessions/new", earlier)

    answer = post(
        ada,
        "/ml-theory/sessions/1/cancel",
        {"because": "Snow", "session_id": meant},
        at="/ml-theory/sessions/new",
    )

    assert answer.location == "/ml-theory/plan"
    assert [shown(app, number).state.value for number in (1, 2, 3)] == ["planned"] * 3
    again = ada.get(f"/ml-theory/s/{meant}")
    assert (again.status_code, again.location) == (302, "/ml-theory/sessions/2")
    assert as_(None).get("/ml-theory/s/999").status_code == 404


def test_the_places_of_one_session_are_changed(app: Flask, as_: As, programme: dict[str, int]) -> None:
    ada, page, change = as_("Ada"), "/ml-theory/sessions/1/change", "/ml-theory/sessions/1/places"
    put(app, 1, 2)
    one_long = {"places-0-talk_minutes": "50", "places-0-question_minutes": "10"}
    kept = {"places-1-talk_minutes": "12", "places-1-question_minutes": "3"}

    taken = post(ada, change, one_long | {"places-1-talk_minutes": ""}, at=page)
    none = post(ada, change, {"places-0-talk_minutes": ""}, at=page)
    fine = post(ada, change, one_long | kept | {"places-2-talk_minutes": "30"}, at=page)

    assert (taken.status_code, none.status_code, fine.status_code) == (422, 422, 303)
    assert "Move the talk first." in taken.get_data(as_text=True)
    assert "at least one place" in none.get_data(as_text=True)
    places = [(p.position, p.talk_minutes, p.question_minutes) for p in shown(app, 1).places]
    assert places == [(1, 50, 10), (2, 12, 3), (3, 30, 0)]


def put(app: Flask, number: int, position: int) -> None:
    """A talk at that place."""
    with app.app_context():
        group = build.group_of()
        meeting = meeting_in(group, number)
        assert meeting is not None
        put_talk(group, meeting, position, title="CLIP", speakers=["Mo"], now=NOW, by=THE_SITE)
        saved()
