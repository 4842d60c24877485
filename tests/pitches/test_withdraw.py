"""Withdrawing pitches, deleting drafts, and offering again."""

import pytest

from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState, RoundState
from readinggroup.models import Record
from tests.conftest import post
from tests.pitches import build


def url(pitch_id, verb="withdraw", group="ml-theory"):
    return f"/{group}/pitches/{pitch_id}/{verb}"


def shown(client, answer):
    """The words of the page that an answer leads to."""
    assert answer.status_code == 303
    return client.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "status"), [("Mo", 303), ("Ada", 303), ("Nia", 403), ("Sam", 403), ("Rex", 403), (None, 303)]
)
def test_withdraw_is_for_author_and_co_leads(app, cast, as_, who, status):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"])

    answer = post(as_(who), url(pitch_id), {}, at="/login" if who is None else "/ml-theory/")

    assert answer.status_code == status
    with app.app_context():
        assert (build.found(pitch_id).state is PitchState.WITHDRAWN) == (who in {"Mo", "Ada"})


@pytest.mark.parametrize("state", ["open", "in_round", "won"])
def test_withdraw_takes_a_pitch_back_and_writes_it_down(app, cast, as_, state):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], state=PitchState(state))
    mo = as_("Mo")

    page = shown(mo, post(mo, url(pitch_id), {}))

    assert "The pitch is withdrawn." in page
    assert "Offer it again" in page
    with app.app_context():
        assert build.found(pitch_id).state is PitchState.WITHDRAWN
        line = db.session.scalars(db.select(Record).where(Record.what == "pitch.withdrawn")).one()
        assert (line.by_id, line.thing_id, line.before) == (cast["Mo"], str(pitch_id), {"state": state})


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "can't be brought back"),
        ("open", "You can offer it again at any time"),
        ("in_round", "It can't win that round any more"),
        ("won", "It gives up the place"),
        ("scheduled", "It comes off, the co-leads are told"),
        ("given", "This talk was given"),
        ("withdrawn", "withdrawn already"),
    ],
)
def test_withdraw_says_what_it_will_do_before_it_does_it(app, cast, as_, state, words):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], state=PitchState(state))

    page = as_("Mo").get(url(pitch_id)).get_data(as_text=True)

    assert words in page
    with app.app_context():
        assert build.found(pitch_id).state is PitchState(state)


@pytest.mark.parametrize("state", ["scheduled", "given"])
def test_withdraw_refuses_what_is_on_the_programme_or_given(app, cast, as_, state):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], state=PitchState(state))
    mo = as_("Mo")

    page = shown(mo, post(mo, url(pitch_id), {}, at="/ml-theory/pitches/new"))

    assert ("This talk is on the programme" if state == "scheduled" else "This talk was given") in page
    with app.app_context():
        assert build.found(pitch_id).state is PitchState(state)


def test_withdraw_twice_is_withdrawn_once(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"])
    mo = as_("Mo")
    post(mo, url(pitch_id), {})

    page = shown(mo, post(mo, url(pitch_id), {}, at="/ml-theory/pitches/new"))

    assert "This pitch was withdrawn." in page
    with app.app_context():
        assert len(db.session.scalars(db.select(Record).where(Record.what == "pitch.withdrawn")).all()) == 1


def test_withdraw_deletes_a_draft(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], "Half a thought", PitchState.DRAFT)
    mo = as_("Mo")

    page = shown(mo, post(mo, url(pitch_id), {}))

    assert "The draft is deleted." in page
    assert "Half a thought" not in page
    with app.app_context():
        assert build.found(pitch_id) is None


def test_withdraw_of_a_draft_is_its_authors_alone(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], "Half a thought", PitchState.DRAFT)

    answer = post(as_("Ada"), url(pitch_id), {}, at="/ml-theory/pitches/new")

    assert answer.status_code == 403
    with app.app_context():
        assert build.found(pitch_id).title == "Half a thought"


def test_withdraw_names_the_round_that_the_pitch_leaves(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], state=PitchState.IN_ROUND)
        build.round_with(pitch_id)

    assert "“First round”" in as_("Mo").get(url(pitch_id)).get_data(as_text=True)


def test_reopen_puts_a_withdrawn_pitch_back_on_the_board(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"])
    mo = as_("Mo")
    post(mo, url(pitch_id), {})

    page = shown(mo, post(mo, url(pitch_id, "reopen"), {}, at=f"/ml-theory/pitches/{pitch_id}"))

    assert "The pitch is on the board again." in page
    with app.app_context():
        pitch = build.found(pitch_id)
        assert (pitch.state, pitch.withdrawn_at) == (PitchState.OPEN, None)


@pytest.mark.parametrize(
    ("who", "status"), [("Mo", 303), ("Ada", 303), ("Nia", 403), ("Sam", 403), ("Rex", 403), (None, 303)]
)
def test_reopen_is_for_author_and_co_leads(app, cast, as_, who, status):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], state=PitchState.WITHDRAWN)

    answer = post(as_(who), url(pitch_id, "reopen"), {}, at="/login" if who is None else "/ml-theory/")

    assert answer.status_code == status
    with app.app_context():
        assert (build.found(pitch_id).state is PitchState.OPEN) == (who in {"Mo", "Ada"})


@pytest.mark.parametrize(
    ("state", "over"), [(RoundState.OPEN, False), (RoundState.CLOSED, False), (RoundState.RELEASED, True)]
)
def test_reopen_waits_until_the_round_that_was_left_has_ended(app, cast, as_, state, over):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], state=PitchState.WITHDRAWN)
        build.round_with(pitch_id, state)
    mo = as_("Mo")

    page = shown(mo, post(mo, url(pitch_id, "reopen"), {}, at=f"/ml-theory/pitches/{pitch_id}"))

    assert ("The round that it left isn&#39;t over." in page) == (not over)
    with app.app_context():
        assert build.found(pitch_id).state is (PitchState.OPEN if over else PitchState.WITHDRAWN)


def test_reopen_of_an_open_pitch_changes_nothing(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"])
    mo = as_("Mo")

    page = shown(mo, post(mo, url(pitch_id, "reopen"), {}, at=f"/ml-theory/pitches/{pitch_id}"))

    assert "The pitch is on offer already." in page


@pytest.mark.parametrize("verb", ["withdraw", "reopen", "edit"])
def test_verbs_are_not_found_through_another_group(app, cast, as_, verb):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"])

    answer = post(as_("Rex"), url(pitch_id, verb, "biology"), {}, at="/biology/pitches/new")

    assert answer.status_code == 404
    with app.app_context():
        assert build.found(pitch_id).state is PitchState.OPEN
