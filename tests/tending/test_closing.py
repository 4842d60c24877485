"""Closing a session with all that belongs to it on one page."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.models import Material, Meeting, Notice, Question, RecapDraft, Talk
from tests import build
from tests.archive import build as archive
from tests.conftest import post
from tests.tending.build import ON
from tests.tending.test_chores import told

Browser = Callable[[str | None], FlaskClient]
OnDay = Callable[[int], None]
CLOSE = "/ml-theory/sessions/4/close"
OPENED = re.compile(r'name="opened_at"[^>]*value="([^"]*)"')
RECAP = re.compile(r'<textarea [^>]*name="recap"[^>]*>\s*(.*?)</textarea>', re.S)


def talks(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {talk.title: talk.id for talk in db.session.query(Talk)}


def close(client: FlaskClient, **fields: str) -> str:
    answer = post(client, CLOSE, fields)
    assert (answer.status_code, answer.location) == (303, "/ml-theory/sessions/4")
    return client.get("/ml-theory/sessions/4").get_data(as_text=True)


def test_one_form_keeps_all_and_closes(app: Flask, held: int, as_: Browser, on_day: OnDay) -> None:
    on_day(1)
    ids, ada = talks(app), as_("Ada")

    page = close(
        ada,
        recap="It was *good*.",
        recording="https://v.example/4",
        thanks="Come again!",
        **{
            "talks-0-talk": str(ids["Noisy gradients"]),
            "talks-0-url": "https://s.example/mo",
            "talks-1-talk": str(ids["Called in"]),
            "talks-1-is_none": "y",
        },
    )

    assert "Session 4 is closed. Thank you for looking after it." in page
    assert "It was <em>good</em>." in page
    assert told(ada) == {}
    with app.app_context():
        meeting = db.session.get_one(Meeting, held)
        assert meeting.closed_at is not None
        assert {row.url for row in db.session.query(Material)} == {
            "https://v.example/4",
            "https://s.example/mo",
        }
        assert [talk.has_no_slides for talk in db.session.query(Talk).order_by(Talk.position)] == [
            False,
            True,
        ]
        thanks = db.session.query(Notice).filter_by(kind="after.speaker")
        assert {(notice.recipient, notice.words["thanks"]) for notice in thanks} == {
            ("mo@example.org", "Come again!"),
            ("guest@example.org", "Come again!"),
        }


def test_the_recap_is_begun_from_what_is_known(
    app: Flask, held: int, cast: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(1)
    answered = {"answered_at": build.NOW}
    questions = {"Why noise?": answered, "Unanswered?": {}, "Rude?": answered | {"hidden_at": build.NOW}}
    with app.app_context():
        meeting = db.session.get_one(Meeting, held)
        talk = db.session.query(Talk).filter_by(title="Noisy gradients").one()
        archive.reading(talk, "A paper", "https://p.example/1")
        archive.talk(meeting, "As planned", "Nia", position=2, state=TalkState.REPLACED).replaced_by_id = (
            db.session.query(Talk).filter_by(title="Called in").one().id
        )
        for n, (words, kept) in enumerate(questions.items()):
            db.session.add(
                Question(
                    group_id=talk.group_id, talk_id=talk.id, asked_by_id=cast["Nia"], words=words,
                    words_digest=str(n), asked_at=build.NOW, **kept,
                )
            )  # fmt: skip
        build.saved()

    [begun] = RECAP.findall(as_("Ada").get(CLOSE).get_data(as_text=True))

    assert begun.replace("&lt;", "<").replace("&gt;", ">") == (
        "Mo spoke on “Noisy gradients”. To read before it: [A paper](<https://p.example/1>).\n\n"
        "Asked and answered:\n\n- Why noise?\n\n"
        "Demo Guest spoke on “Called in”. It came in the place of “As planned”."
    )


def test_a_recap_that_is_there_is_not_begun_anew(app: Flask, held: int, as_: Browser, on_day: OnDay) -> None:
    on_day(1)
    with app.app_context():
        db.session.get_one(Meeting, held).recap = "Written already."
        build.saved()

    page = as_("Ada").get(CLOSE).get_data(as_text=True)

    assert RECAP.findall(page) == ["Written already."]
    assert "begun from what is known" not in page


def test_a_draft_of_the_recap_is_gone_on_with(app: Flask, held: int, as_: Browser, on_day: OnDay) -> None:
    on_day(1)
    bo, recap = as_("Bo"), "/ml-theory/sessions/4/recap"
    post(bo, f"{recap}/draft", {"recap": "Half a recap.", "title": ""}, at=recap)
    ada = as_("Ada")
    page = ada.get(CLOSE).get_data(as_text=True)
    assert RECAP.findall(page) == ["Half a recap."]
    assert "begun from what is known" not in page

    opened = OPENED.findall(page)[0]
    close(ada, recap="All of it.", opened_at=opened)

    with app.app_context():
        assert db.session.get_one(Meeting, held).recap == "All of it."
        assert db.session.query(RecapDraft).count() == 0


def test_what_another_co_lead_wrote_meanwhile_is_shown_first(
    app: Flask, held: int, as_: Browser, on_day: OnDay
) -> None:
    on_day(1)
    ada, bo, recap = as_("Ada"), as_("Bo"), "/ml-theory/sessions/4/recap"
    opened = OPENED.findall(ada.get(CLOSE).get_data(as_text=True))[0]
    on_day(2)
    now = OPENED.findall(bo.get(recap).get_data(as_text=True))[0]
    post(bo, recap, {"recap": "Bo’s words.", "title": "", "opened_at": now})

    refused = post(ada, CLOSE, {"recap": "Ada’s words.", "opened_at": opened})

    page = refused.get_data(as_text=True)
    assert (refused.status_code, "Bo’s words." in page, RECAP.findall(page)) == (409, True, ["Ada’s words."])
    with app.app_context():
        meeting = db.session.get_one(Meeting, held)
        assert (meeting.recap, meeting.closed_at) == ("Bo’s words.", None)
    on_day(3)
    close(ada, recap="Both.", opened_at=OPENED.findall(page)[0])
    with app.app_context():
        assert db.session.get_one(Meeting, held).recap == "Both."


def test_what_is_there_is_not_asked_for(app: Flask, held: int, as_: Browser, on_day: OnDay) -> None:
    on_day(3)
    with app.app_context():
        meeting = db.session.get_one(Meeting, held)
        archive.material(meeting, "recording", "Recording", "https://v.example/4")
        archive.material(
            db.session.query(Talk).filter_by(title="Called in").one(), "slides", "S", "https://s.example/1"
        )
        build.saved()

    page = as_("Ada").get(CLOSE).get_data(as_text=True)

    assert 'name="recording"' not in page
    assert ("Called in</h2>" in page, "Noisy gradients</h2>" in page) == (False, True)
    assert 'name="thanks"' not in page, "the speakers were thanked a day ago"


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        ("recording", "nowhere", "Give a whole web address"),
        ("talks-0-url", "nowhere", "Give a whole web address"),
        ("recap", "x" * 20_001, "this is 1 too many"),
        ("thanks", "x" * 1001, "this is 1 too many"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    app: Flask, held: int, as_: Browser, on_day: OnDay, field: str, text: str, complaint: str
) -> None:
    on_day(1)
    typed = {"recap": "Half a recap.", "talks-0-talk": str(talks(app)["Noisy gradients"]), field: text}

    answer = post(as_("Ada"), CLOSE, typed)

    page = answer.get_data(as_text=True)
    assert (answer.status_code, complaint in page, text in page) == (422, True, True)
    assert field == "recap" or "Half a recap." in page
    with app.app_context():
        assert db.session.get_one(Meeting, held).closed_at is None


def test_a_closed_session_is_opened_again(app: Flask, held: int, as_: Browser, on_day: OnDay) -> None:
    on_day(1)
    ada = as_("Ada")
    close(ada, recap="")
    assert "This session is closed" in ada.get(CLOSE).get_data(as_text=True)

    answer = post(ada, "/ml-theory/sessions/4/reopen", {}, at=CLOSE)

    assert (answer.status_code, answer.location) == (303, CLOSE)
    assert [row.partition(" ·")[0] for row in told(ada)["Yours"]] == ["Write the recap", "Close the session"]


def test_talks_of_others_sessions_are_left_alone(app: Flask, held: int, as_: Browser, on_day: OnDay) -> None:
    on_day(1)
    with app.app_context():
        other = archive.session(archive.group_of("biology"), 1, ON)
        alien = archive.talk(other, "Cells", "Rex").id
        build.saved()

    close(as_("Ada"), recap="", **{"talks-0-talk": str(alien), "talks-0-is_none": "y"})

    with app.app_context():
        assert db.session.get_one(Talk, alien).has_no_slides is False


def test_what_was_not_held_is_not_closed(announced: int, as_: Browser, on_day: OnDay) -> None:
    on_day(1)

    answer = as_("Ada").get(CLOSE)

    assert (answer.status_code, answer.location) == (303, "/ml-theory/sessions/4/held")


def test_only_a_held_session_can_be_closed_in_the_database(app: Flask, announced: int) -> None:
    with app.app_context():
        meeting = db.session.get_one(Meeting, announced)
        meeting.closed_at = build.NOW
        with pytest.raises(Exception, match="only_held_is_closed"):
            db.session.flush()
        db.session.rollback()
        assert db.session.get_one(Meeting, announced).state is MeetingState.ANNOUNCED


def test_taking_back_that_it_happened_opens_it_again(
    app: Flask, announced: int, as_: Browser, on_day: OnDay
) -> None:
    on_day(1)
    ada, ids = as_("Ada"), talks(app)
    rows = {f"talks-{n}-talk": str(talk_id) for n, talk_id in enumerate(ids.values())}
    given = {f"talks-{n}-given": "y" for n in range(len(ids))}
    answer = post(ada, "/ml-theory/sessions/4/held", rows | given)
    assert (answer.status_code, answer.location) == (303, CLOSE)
    close(ada, recap="Told.")

    post(ada, "/ml-theory/sessions/4/held/undo", {}, at="/ml-theory/sessions/4/held")

    with app.app_context():
        meeting = db.session.get_one(Meeting, announced)
        assert (meeting.state, meeting.closed_at, meeting.recap) == (MeetingState.ANNOUNCED, None, "Told.")
    assert [row.partition(" ·")[0] for row in told(ada)["Yours"]] == ["Say whether it happened"]
