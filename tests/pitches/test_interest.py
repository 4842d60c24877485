"""Marks of interest, which are no vote, and the question whether one still wants to."""

import pytest

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState
from readinggroup.models import Notice
from readinggroup.pitches.notices import owe_questions
from tests.build import NOW, saved
from tests.conftest import post
from tests.discussion.test_threads import words_of
from tests.pitches import build

BOARD = "/ml-theory/pitches/"


def test_members_mark_what_they_would_like_to_hear_and_take_it_back(app, cast, as_):
    with app.app_context():
        url = f"{BOARD}{build.pitch(cast['Mo'])}"
    nia, ada = as_("Nia"), as_("Ada")

    for client in (nia, ada, nia):
        post(client, f"{url}/interest", {"wants": "yes", "from": "board"}, at=BOARD)
    assert "2 people are interested, you among them. This is no vote." in words_of(nia.get(BOARD))
    assert "2 people are interested. This is no vote." in words_of(as_("Mo").get(url))

    post(nia, f"{url}/interest", {"wants": "no"}, at=url)
    assert "1 person is interested. This is no vote." in words_of(nia.get(url))


@pytest.mark.parametrize("state", ["in_round", "won", "scheduled", "given"])
def test_marks_tell_nothing_and_stay_as_they_are_from_the_round_on(app, cast, as_, state):
    with app.app_context():
        url = f"{BOARD}{build.pitch(cast['Mo'])}"
    nia = as_("Nia")
    post(nia, f"{url}/interest", {"wants": "yes"}, at=url)
    with app.app_context():
        build.found(1).state = PitchState(state)
        saved()

    refused = post(as_("Ada"), f"{url}/interest", {"wants": "yes"}, at="/ml-theory/pitches/new")

    assert (
        "marks stay as they are" in words_of(as_("Ada").get(refused.location)) or refused.status_code == 303
    )
    for who in ("Nia", "Ada", "Mo"):
        for page in (url, BOARD):
            assert "interested" not in words_of(as_(who).get(page))
    with app.app_context():
        build.found(1).state = PitchState.OPEN
        saved()
    assert "1 person is interested" in words_of(as_("Ada").get(url))


def test_authors_are_asked_after_three_rounds_once_by_mail_and_on_the_page(app, cast, as_):
    with app.app_context():
        url = f"{BOARD}{build.pitch(cast['Mo'])}"
        for waited, _ in ((2, 0), (3, 1), (4, 1)):
            build.found(1).rounds_waited = waited
            owe_questions(NOW)
            saved()
        owed = db.session.scalars(db.select(Notice).where(Notice.kind == "pitch.still_wanted")).all()
        assert [(notice.recipient, notice.words["rounds"]) for notice in owed] == [("mo@example.org", 3)]
    mo = as_("Mo")
    question = "Do you still want to give this talk?"
    assert [question in words_of(as_(who).get(url)) for who in ("Mo", "Ada")] == [True, False]

    post(mo, f"{url}/keep", {}, at=url)

    assert question not in words_of(mo.get(url))
    with app.app_context():
        build.found(1).rounds_waited = 7
        saved()
        owe_questions(NOW)
        saved()
        assert (
            len(db.session.scalars(db.select(Notice).where(Notice.kind == "pitch.still_wanted")).all()) == 2
        )
    post(mo, f"{url}/withdraw", {}, at=url)
    assert question not in words_of(mo.get(url))
