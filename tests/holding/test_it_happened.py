"""Saying that a session happened, what differed from its plan, who was there, and taking it back."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, PitchState, TalkState
from readinggroup.models import Attendance, Holding, Meeting, Notice, Pitch, Question, Record, Talk, Thread
from readinggroup.scheduling.queries import meeting_view_in, talk_view_in
from readinggroup.scheduling.views import MeetingView
from tests.archive.build import group_of
from tests.conftest import post
from tests.holding.conftest import BEGINS, Clock
from tests.holding.test_questions import ask

Browser = Callable[[str | None], FlaskClient]
HELD = "/ml-theory/sessions/1/held"


def say(client: FlaskClient, programme: dict[str, int], **differs: str) -> Any:
    """Send the form as it stands, but for ``differs``: ``first_title`` is the title of the first talk, and so on.

    A field that is given as "" is left out.
    """
    planned = {"CLIP": "Mo", "Meta Learning": "Sree Harsha Nelaturu"}
    fields = {"recap": ""}
    for n, (talk, speakers) in enumerate(planned.items()):
        fields |= {f"talks-{n}-talk": str(programme[talk]), f"talks-{n}-given": "y"}
        fields |= {f"talks-{n}-title": talk, f"talks-{n}-speakers": speakers, f"talks-{n}-later": ""}
    for name, text in differs.items():
        which, _, field = name.partition("_")
        fields[f"talks-{('first', 'second').index(which)}-{field}"] = text
    sent = {name: text for name, text in fields.items() if text or not name.endswith("given")}
    return post(client, HELD, sent, at=HELD)


def undo(client: FlaskClient) -> str:
    """Take it back; gives the page that follows."""
    answer = post(client, f"{HELD}/undo", {}, at=HELD)
    assert answer.status_code == 303
    return client.get(HELD, follow_redirects=True).get_data(as_text=True)


def stands(app: Flask, number: int = 1) -> MeetingView:
    with app.app_context():
        found = meeting_view_in(group_of(), number, with_unpublished=True)
        assert found is not None
        return found


def everything(app: Flask) -> list[Any]:
    """The programme as it stands: talks with their places, states and speakers, pitches, and the sessions' states."""
    with app.app_context():
        talks = db.session.scalars(select(Talk).order_by(Talk.id)).all()
        told = []
        for talk in talks:
            view = talk_view_in(group_of(), talk.id)
            assert view is not None
            names = [speaker.name for speaker in view.speakers]
            told.append((talk.id, talk.title, names, talk.meeting_id, talk.position, talk.state, talk.note))
        pitches = db.session.execute(select(Pitch.id, Pitch.state).order_by(Pitch.id)).all()
        meetings = db.session.execute(select(Meeting.number, Meeting.state).order_by(Meeting.number)).all()
        return [told, [tuple(row) for row in pitches], [tuple(row) for row in meetings]]


def pitch_states(app: Flask) -> dict[str, PitchState]:
    with app.app_context():
        return {pitch.title: pitch.state for pitch in db.session.scalars(select(Pitch))}


def test_one_button_says_that_all_was_as_planned(app: Flask, as_: Browser, programme: dict[str, int]) -> None:
    ada = as_("Ada")

    answer = say(ada, programme)

    assert (answer.status_code, answer.location) == (303, "/ml-theory/sessions/1/close")
    meeting = stands(app)
    assert meeting.state is MeetingState.HELD
    assert [(talk.title, talk.state) for talk in meeting.talks] == [
        ("CLIP", TalkState.GIVEN),
        ("Meta Learning", TalkState.GIVEN),
    ]
    assert meeting.earlier_talks == ()
    page = ada.get(HELD).get_data(as_text=True)
    assert "Said by Ada on" in page


@pytest.mark.parametrize(
    ("differs", "told", "gone"),
    [
        ({"first_speakers": "Nia"}, ("CLIP", "Nia"), "planned: CLIP, Mo. replaced by CLIP with Nia"),
        ({"first_title": "More of CLIP"}, ("More of CLIP", "Mo"),
         "planned: CLIP, Mo. replaced by More of CLIP with Mo"),
        (
            {"first_title": "Kernels", "first_speakers": "Nia and Demo Kim"},
            ("Kernels", "Nia and Demo Kim"),
            "planned: CLIP, Mo. replaced by Kernels with Nia and Demo Kim",
        ),
    ],
)  # fmt: skip
def test_the_archive_tells_what_was_planned_and_what_was_held(
    app: Flask,
    as_: Browser,
    programme: dict[str, int],
    differs: dict[str, str],
    told: tuple[str, str],
    gone: str,
) -> None:
    before = everything(app)

    assert say(as_("Ada"), programme, **differs).status_code == 303

    first = stands(app).talks[0]
    assert (first.title, " and ".join(speaker.name for speaker in first.speakers)) == told
    assert first.state is TalkState.GIVEN
    assert gone in words(app.test_client().get("/ml-theory/sessions/1").get_data(as_text=True))
    is_another = len(differs) == 2
    assert pitch_states(app)["CLIP"] is (PitchState.OPEN if is_another else PitchState.GIVEN)
    assert "Taken back" in undo(as_("Ada"))
    assert everything(app) == before


def test_a_talk_moves_to_a_later_session_and_back(
    app: Flask, as_: Browser, programme: dict[str, int]
) -> None:
    ada, before = as_("Ada"), everything(app)

    assert say(ada, programme, first_given="", first_later="2.1").status_code == 303

    assert [talk.title for talk in stands(app).talks] == ["Meta Learning"]
    assert [(talk.title, talk.note) for talk in stands(app).earlier_talks] == [
        ("CLIP", "Moved to session 2.")
    ]
    assert [talk.id for talk in stands(app, 2).talks] == [programme["CLIP"]]
    assert pitch_states(app)["CLIP"] is PitchState.SCHEDULED
    with app.app_context():
        told = select(Notice.recipient).where(Notice.kind == "talk.moved")
        assert db.session.scalars(told).all() == ["mo@example.org"]
    assert "Taken back" in undo(ada)
    after = everything(app)
    assert after[:2] == before[:2]
    assert after[2] == [(1, MeetingState.ANNOUNCED), (2, MeetingState.ANNOUNCED)]


def test_two_talks_do_not_move_to_one_place_and_nothing_is_changed(
    app: Flask, as_: Browser, programme: dict[str, int]
) -> None:
    before = everything(app)

    for later in ("2.1", "1.1", "9.1"):
        answer = say(
            as_("Ada"), programme, first_given="", first_later=later, second_given="", second_later=later,
            first_title="Typed",
        )  # fmt: skip
        assert answer.status_code == 422
        assert "isn&#39;t free any more" in answer.get_data(as_text=True)
        assert 'value="Typed"' in answer.get_data(as_text=True)

    assert everything(app) == before


def test_what_was_asked_stays_with_the_place_where_it_was_asked(
    app: Flask, as_: Browser, programme: dict[str, int]
) -> None:
    question = ask(as_("Mo"), programme["CLIP"], "Why?")

    say(as_("Ada"), programme, first_title="Kernels", first_speakers="Nia")

    with app.app_context():
        talk = db.session.get_one(Talk, db.session.get_one(Question, question).talk_id)
        assert talk.title == "Kernels"
    assert "Why?" in as_("Nia").get("/ml-theory/sessions/1/questions").get_data(as_text=True)
    undo(as_("Ada"))
    with app.app_context():
        assert db.session.get_one(Question, question).talk_id == programme["CLIP"]


def test_what_went_on_since_is_not_taken_back(app: Flask, as_: Browser, programme: dict[str, int]) -> None:
    ada = as_("Ada")
    say(ada, programme, first_given="")
    with app.app_context():
        clip = db.session.scalars(select(Pitch).where(Pitch.title == "CLIP")).one()
        clip.state, clip.withdrawn_at = PitchState.WITHDRAWN, BEGINS
        db.session.commit()

    page = undo(ada)

    assert "a pitch that waited again has gone on since" in page
    assert stands(app).state is MeetingState.HELD


def test_taking_it_back_opens_a_session_that_was_closed(
    app: Flask, as_: Browser, programme: dict[str, int]
) -> None:
    ada = as_("Ada")
    say(ada, programme)
    close = "/ml-theory/sessions/1/close"
    assert post(ada, close, {"recap": "It went well."}, at=close).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Meeting.closed_at).where(Meeting.number == 1)).one() is not None

    undo(ada)

    with app.app_context():
        meeting = db.session.scalars(select(Meeting).where(Meeting.number == 1)).one()
        assert (meeting.state, meeting.closed_at) == (MeetingState.ANNOUNCED, None)
    say(ada, programme)
    assert "Close the session" in ada.get("/ml-theory/sessions/1").get_data(as_text=True)


def test_slides_of_another_talk_are_not_lost_by_taking_it_back(
    app: Flask, as_: Browser, programme: dict[str, int]
) -> None:
    ada = as_("Ada")
    say(ada, programme, first_title="Kernels", first_speakers="Nia", first_slides="https://slides.example/1")
    assert [m.url for m in stands(app).talks[0].materials] == ["https://slides.example/1"]

    assert "slides or comments were added" in undo(ada)

    assert stands(app).talks[0].title == "Kernels"


def test_a_discussion_in_which_nobody_spoke_keeps_nothing_from_being_taken_back(
    app: Flask, as_: Browser, programme: dict[str, int]
) -> None:
    ada, before = as_("Ada"), everything(app)
    say(ada, programme, first_title="Kernels", first_speakers="Nia")
    with app.app_context():
        new = db.session.scalars(select(Talk).where(Talk.title == "Kernels")).one()
        db.session.add(Thread(group_id=new.group_id, talk_id=new.id, last_at=BEGINS))
        db.session.commit()

    assert "Taken back" in undo(ada)

    assert everything(app) == before


def test_before_its_start_nothing_happened(
    app: Flask, as_: Browser, programme: dict[str, int], set_clock: Clock
) -> None:
    set_clock(BEGINS - timedelta(seconds=1))

    answer = say(as_("Ada"), programme, first_title="Typed")

    assert answer.status_code == 422
    assert "The session hasn&#39;t begun yet." in answer.get_data(as_text=True)
    assert stands(app).state is MeetingState.ANNOUNCED


def test_nothing_is_noted_of_who_was_there_unless_the_group_wants_it(
    app: Flask, as_: Browser, programme: dict[str, int], cast: dict[str, int]
) -> None:
    ada = as_("Ada")
    assert "Members who were there" not in ada.get(HELD).get_data(as_text=True)

    say(ada, programme)
    url = "/ml-theory/sessions/1/attendance"
    refused = post(ada, url, {"present": [str(cast["Mo"])], "guests": "2"}, at=HELD)

    assert refused.status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Attendance.user_id)).all() == []
        assert db.session.scalars(select(Holding.guests)).all() == [None]


def test_who_was_there_is_seen_by_co_leads_and_in_ones_own_data(
    app: Flask, as_: Browser, programme: dict[str, int], cast: dict[str, int]
) -> None:
    with app.app_context():
        group_of().keeps_attendance = True
        db.session.commit()
    ada, mo, nia = as_("Ada"), as_("Mo"), as_("Nia")
    assert "Members who were there" in ada.get(HELD).get_data(as_text=True)
    say(ada, programme)

    there = {"present": [str(cast["Mo"]), str(cast["Ada"]), str(cast["Rex"]), "²", "9" * 30], "guests": "3"}
    assert post(ada, "/ml-theory/sessions/1/attendance", there, at=HELD).status_code == 303

    with app.app_context():
        assert set(db.session.scalars(select(Attendance.user_id))) == {cast["Mo"], cast["Ada"]}
        line = db.session.scalars(select(Record).where(Record.what == "meeting.attendance")).all()[-1]
        assert line.after == {"members": 2, "guests": 3}
    page = ada.get(HELD).get_data(as_text=True)
    assert page.count("checked") == 2
    assert 'value="3"' in page
    assert mo.get(HELD).status_code == 403
    own = {
        who: json.loads(client.get("/account/data.json").data) for who, client in (("Mo", mo), ("Nia", nia))
    }
    assert [row["user_id"] for row in own["Mo"]["attendance"]] == [cast["Mo"]]
    assert "attendance" not in own["Nia"]
    assert "You were at 1 session" in words(mo.get("/account/mine").get_data(as_text=True))
    assert "You were at" not in words(nia.get("/account/mine").get_data(as_text=True))


def words(page: str) -> str:
    """The words of a page, in one line."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return " ".join("".join(tree.find("body").itertext()).split())
