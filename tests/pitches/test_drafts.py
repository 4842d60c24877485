"""Drafts: kept as they were typed, seen by their author alone, and nowhere else before they are offered."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState
from readinggroup.models import Pitch, Record, Speaker, Topic
from readinggroup.pitches import actions
from readinggroup.pitches.offers import offer_of
from tests.conftest import post, token_in
from tests.pitches import build

NEW, KEEP = "/ml-theory/pitches/new", "/ml-theory/pitches/draft"
HALF = {
    "title": "",
    "speakers": "Mo, Sree Har",
    "abstract": "Half a *thought*",
    "topics": "Optimi",
    "links-3-url": "arxiv.or",
    "away": "2022-13-99",
    "not_after": "2022-00-01",
    "book": "Learning theo",
    "number": "two",
    "sessions_away": "nonsense",
    "kind": "paper",
}


def drafts(app):
    """Every pitch as (state, title, abstract)."""
    with app.app_context():
        return [
            (p.state.value, p.title, p.abstract)
            for p in db.session.scalars(db.select(Pitch).order_by(Pitch.id))
        ]


def test_a_draft_keeps_everything_as_typed_and_leaves_no_other_trace(app, cast, as_):
    mo = as_("Mo")

    answer = post(mo, NEW, {**HALF, "keep": "Save as draft"})

    page = mo.get(answer.location).get_data(as_text=True)
    assert (answer.status_code, answer.location) == (303, "/ml-theory/pitches/1/edit")
    assert "Kept as a draft that only you see. Saved at 16:30." in page
    for name, text in HALF.items():
        assert name == "sessions_away" or text in page
    assert "error-summary" not in page
    assert drafts(app) == [("draft", actions.UNTITLED, "Half a *thought*")]
    with app.app_context():
        assert [db.session.scalars(db.select(model)).all() for model in (Speaker, Topic)] == [[], []]
        assert db.session.scalars(db.select(Record).where(Record.thing == "pitch")).all() == []
    for other in ("Ada", "Nia"):
        assert "Half a" not in as_(other).get("/ml-theory/pitches/").get_data(as_text=True)
        assert [as_(other).get(f"/ml-theory/pitches/1{verb}").status_code for verb in ("", "/edit")] == [
            403,
            403,
        ]
    assert "Untitled draft" in mo.get("/ml-theory/pitches/").get_data(as_text=True)
    assert mo.get("/ml-theory/pitches/1").location == "/ml-theory/pitches/1/edit"


def test_a_browser_saves_as_one_types_and_the_draft_is_offered_in_the_end(app, cast, as_):
    mo = as_("Mo")
    token = token_in(mo.get(NEW).get_data(as_text=True))

    first = mo.post(KEEP, data={**HALF, "csrf_token": token}).json
    second = mo.post(first["save"], data={**HALF, "title": "Meta", "csrf_token": token}).json
    whole = {"title": "Meta Learning", "speakers": "Mo, Sree", "topics": "Optimisation", "abstract": "Whole."}
    answer = post(mo, second["edit"], {**whole, "offer_it": "Pitch it"})

    assert first == second == {
        "saved_at": "16:30", "edit": "/ml-theory/pitches/1/edit", "save": "/ml-theory/pitches/1/draft",
    }  # fmt: skip
    assert answer.location == "/ml-theory/pitches/1"
    with app.app_context():
        pitch = build.found(1)
        assert (pitch.state, pitch.typed, offer_of(pitch).topics) == (
            PitchState.OPEN,
            None,
            ("Optimisation",),
        )
    late = mo.post(first["save"], data={**HALF, "csrf_token": token})
    assert late.status_code == 409
    assert late.json["problem"].startswith("This pitch is on the board already")
    assert drafts(app) == [("open", "Meta Learning", "Whole.")]


def test_a_draft_sent_twice_at_once_is_one(app, cast, as_):
    browsers, start = [as_("Mo"), as_("Mo")], Barrier(2)
    tokens = [token_in(browser.get(NEW).get_data(as_text=True)) for browser in browsers]

    def send(number):
        start.wait()
        return browsers[number].post(KEEP, data={**HALF, "csrf_token": tokens[number]}).json["edit"]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, range(2))) == ["/ml-theory/pitches/1/edit"] * 2
    assert len(drafts(app)) == 1


def test_nobody_fills_the_board_alone(app, cast, as_, monkeypatch):
    monkeypatch.setattr(actions, "MOST_WAITING", 2)
    mo = as_("Mo")
    for n in range(2):
        post(mo, NEW, {"title": f"Talk {n}", "keep": "x"})
    token = token_in(mo.get(NEW).get_data(as_text=True))

    refused = post(mo, NEW, {"title": "One more", "speakers": "Mo"})
    kept = mo.post(KEEP, data={"title": "One more", "csrf_token": token})
    too_long = mo.post("/ml-theory/pitches/1/draft", data={"abstract": "x" * 150_001, "csrf_token": token})

    assert (refused.status_code, kept.status_code, too_long.status_code) == (422, 409, 413)
    assert "One more" in refused.get_data(as_text=True)
    assert "Withdraw one of them first." in refused.get_data(as_text=True)
    assert [title for _, title, _ in drafts(app)] == ["Talk 0", "Talk 1"]


@pytest.mark.parametrize("state", ["open", "given"])
def test_only_drafts_are_saved_as_one_types(app, cast, as_, state):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], "As it is", PitchState(state))
    mo = as_("Mo")
    token = token_in(mo.get(NEW).get_data(as_text=True))

    answer = mo.post(f"/ml-theory/pitches/{pitch_id}/draft", data={"title": "Changed", "csrf_token": token})

    assert answer.status_code == 409
    assert drafts(app) == [(state, "As it is", "")]
