"""Changing a pitch that is on a paper or past one: proposed, decided, on the record."""

from datetime import date

import pytest

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, PitchState, TalkState
from readinggroup.models import Notice, PitchChange, Record, Series, Talk
from tests.archive import build as archive
from tests.build import saved
from tests.conftest import post
from tests.discussion.test_threads import words_of
from tests.pitches import build

SAID = {
    "title": "Meta Learning, corrected",
    "speakers": "Mo",
    "abstract": "New.",
    "note": "Secret.",
    "why": "A typo.",
}


@pytest.fixture
def on_paper(app, cast):
    """A pitch of Mo's on the paper of an open round."""
    with app.app_context():
        pitch_id = build.pitch(
            cast["Mo"], "Meta Lerning", PitchState.IN_ROUND, abstract="Old.", note="Old secret."
        )
        build.round_with(pitch_id)
        return f"/ml-theory/pitches/{pitch_id}"


def kinds(app):
    """The notices that are owed, as (kind, recipient), oldest first."""
    with app.app_context():
        owed = db.session.scalars(db.select(Notice).where(Notice.kind.like("pitch.%")).order_by(Notice.id))
        return [(notice.kind, notice.recipient) for notice in owed]


def test_a_change_is_proposed_accepted_and_kept_on_the_page(app, cast, as_, on_paper):
    mo, ada, nia = as_("Mo"), as_("Ada"), as_("Nia")
    assert "Propose a change" in words_of(mo.get(on_paper))

    post(mo, f"{on_paper}/propose", SAID)

    assert "corrected" not in words_of(nia.get(on_paper))
    assert "Mo proposes" in words_of(ada.get(on_paper))
    post(ada, "/ml-theory/pitches/changes/1/accept", {}, at=on_paper)
    page = words_of(nia.get(on_paper))
    assert "Meta Learning, corrected" in page.partition("Changes on the record")[0]
    assert "proposed by Mo, accepted by Ada. “A typo.”" in page
    assert "Title before: Meta Lerning now: Meta Learning, corrected" in page
    assert "ecret" not in page
    assert "before: Old secret. now: Secret." in words_of(mo.get(on_paper))
    assert "changed since the round opened" in words_of(nia.get("/ml-theory/rounds/1/ballot"))
    assert kinds(app) == [
        ("pitch.change_proposed", "ada@example.org"),
        ("pitch.change_decided", "mo@example.org"),
    ]
    with app.app_context():
        lines = db.session.scalars(
            db.select(Record).where(Record.what.like("pitch.change%")).order_by(Record.id)
        ).all()
        assert [(line.what, line.by_id) for line in lines] == [
            ("pitch.change_proposed", cast["Mo"]),
            ("pitch.change_accepted", cast["Ada"]),
        ]
        assert "ecret" not in f"{[(line.before, line.after) for line in lines]}"


@pytest.mark.parametrize("how", ["decline", "take-back", "another"])
def test_a_change_that_is_not_accepted_leaves_the_pitch_as_it_is(app, cast, as_, on_paper, how):
    mo, ada = as_("Mo"), as_("Ada")
    post(mo, f"{on_paper}/propose", SAID)

    if how == "another":
        post(mo, f"{on_paper}/propose", {**SAID, "title": "Another"})
    else:
        who = ada if how == "decline" else mo
        post(who, f"/ml-theory/pitches/changes/1/{how}", {"because": "It was voted on."}, at=on_paper)
    late = post(ada, "/ml-theory/pitches/changes/1/accept", {}, at="/ml-theory/pitches/new")

    assert "Somebody was faster" in words_of(ada.get(late.location))
    with app.app_context():
        assert build.found(1).title == "Meta Lerning"
        states = db.session.scalars(db.select(PitchChange.state).order_by(PitchChange.id)).all()
        ended = "declined" if how == "decline" else "withdrawn"
        assert [state.value for state in states] == ([ended, "pending"] if how == "another" else [ended])


def test_a_proposal_says_what_is_wrong_and_keeps_what_was_typed(app, cast, as_, on_paper):
    mo = as_("Mo")

    wrong = post(mo, f"{on_paper}/propose", {**SAID, "title": ""})
    same = post(
        mo,
        f"{on_paper}/propose",
        {"title": "Meta Lerning", "speakers": "Mo", "abstract": "Old.", "note": "Old secret."},
    )
    preview = post(mo, f"{on_paper}/propose", {**SAID, "show_first": "Preview"})
    with app.app_context():
        build.found(1).state = PitchState.GIVEN
        saved()
    late = post(mo, f"{on_paper}/propose", SAID)

    assert [answer.status_code for answer in (wrong, same, preview, late)] == [422, 422, 200, 422]
    assert 'value="A typo."' in wrong.get_data(as_text=True)
    assert "That is what the pitch says already." in words_of(same)
    assert "This talk was given" in words_of(late)
    with app.app_context():
        assert db.session.scalars(db.select(PitchChange)).all() == []


def scheduled(cast):
    """A pitch of Mo's that is a talk of session 1 by now; gives its id."""
    pitch_id = build.pitch(cast["Mo"], "Meta Lerning", PitchState.SCHEDULED)
    session = archive.session(build.the_group(), 1, date(2022, 11, 19), state=MeetingState.ANNOUNCED)
    archive.talk(session, "Meta Lerning", "Mo", state=TalkState.PLANNED, pitch_id=pitch_id)
    saved()
    return pitch_id


def test_an_accepted_change_reaches_the_programme(app, cast, as_):
    with app.app_context():
        pitch_id = scheduled(cast)
    said = {"speakers": "Mo, Guest Speaker", "kind": "chapter", "book": "Learning theory", "number": "2"}

    post(as_("Mo"), f"/ml-theory/pitches/{pitch_id}/propose", {**SAID, **said})
    post(as_("Ada"), "/ml-theory/pitches/changes/1/accept", {}, at=f"/ml-theory/pitches/{pitch_id}")

    page = words_of(as_(None).get("/ml-theory/sessions/1"))
    assert "Meta Learning, corrected" in page
    assert "Guest Speaker" in page
    assert "Chapter before: nothing now: 2 of Learning theory" in words_of(
        as_("Nia").get(f"/ml-theory/pitches/{pitch_id}")
    )
    with app.app_context():
        talk = db.session.scalars(db.select(Talk)).one()
        assert (talk.chapter, db.session.get_one(Series, talk.series_id).name) == (2, "Learning theory")


@pytest.mark.parametrize(("who", "status"), [("Mo", 303), ("Ada", 303), ("Nia", 403)])
def test_a_pitch_on_the_programme_is_withdrawn_with_its_talk(app, cast, as_, who, status):
    with app.app_context():
        url = f"/ml-theory/pitches/{scheduled(cast)}/leave-programme"
    client = as_(who)

    answers = [post(client, url, {}, at="/ml-theory/pitches/new").status_code for _ in range(2)]

    assert answers == [status] * 2
    with app.app_context():
        talk = db.session.scalars(db.select(Talk)).one()
        found = (build.found(1).state.value, talk.state.value)
        assert found == (("withdrawn", "withdrawn") if status == 303 else ("scheduled", "planned"))
