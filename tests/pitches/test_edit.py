"""Changing a pitch."""

from datetime import date

import pytest

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, PitchKind, PitchState
from readinggroup.groups.speakers import speaker_named
from readinggroup.models import Record, User
from readinggroup.pitches.offers import Link, Offer, offer_of
from tests import build as make
from tests.conftest import post
from tests.pitches import build

WHOLE = Offer(
    title="Meta Learning",
    speakers=("Zoe Last", "Ann First"),
    abstract="Learning *to learn*.",
    kind=PitchKind.PAPER,
    links=(Link("https://a.org", MaterialKind.PAPER, "A"), Link("https://b.org", MaterialKind.CODE, "B")),
    days_away=(date(2022, 11, 19), date(2022, 12, 3)),
    note="Soon, please.",
)
FIELDS = {
    "title": "Meta Learning",
    "kind": "paper",
    "speakers": "Zoe Last, Ann First",
    "abstract": "Learning *to learn*.",
    "links-0-url": "https://a.org",
    "links-0-title": "A",
    "links-0-kind": "paper",
    "links-1-url": "https://b.org",
    "links-1-title": "B",
    "links-1-kind": "code",
    "away": "2022-11-19, 2022-12-03",
    "note": "Soon, please.",
}


def url(pitch_id):
    return f"/ml-theory/pitches/{pitch_id}/edit"


def whole(user_id, state=PitchState.OPEN):
    """A pitch that says WHOLE."""
    said = {name: getattr(WHOLE, name) for name in WHOLE.__dataclass_fields__ if name != "title"}
    return build.pitch(user_id, WHOLE.title, state, **said)


@pytest.mark.parametrize(
    ("who", "status"), [("Mo", 200), ("Ada", 200), ("Nia", 403), ("Sam", 403), ("Rex", 403), (None, 302)]
)
def test_edit_opens_for_author_and_co_leads(app, cast, as_, who, status):
    with app.app_context():
        pitch_id = whole(cast["Mo"])

    answer = as_(who).get(url(pitch_id))

    assert answer.status_code == status
    assert ("Soon, please." in answer.get_data(as_text=True)) == (status == 200)


@pytest.mark.parametrize(("who", "status"), [("Mo", 200), ("Ada", 403), ("Nia", 403)])
def test_edit_of_a_draft_is_its_authors_alone(app, cast, as_, who, status):
    with app.app_context():
        pitch_id = whole(cast["Mo"], PitchState.DRAFT)

    assert as_(who).get(url(pitch_id)).status_code == status


def test_edit_without_a_change_changes_nothing(app, cast, as_):
    with app.app_context():
        pitch_id = whole(cast["Mo"])

    answer = post(as_("Mo"), url(pitch_id), FIELDS)

    assert answer.status_code == 303
    with app.app_context():
        assert offer_of(build.found(pitch_id)) == WHOLE
        assert db.session.scalars(db.select(Record).where(Record.what == "pitch.revised")).all() == []


def test_edit_changes_what_was_changed_and_writes_it_down(app, cast, as_):
    with app.app_context():
        pitch_id = whole(cast["Mo"])
    changes = {
        "title": "Learning to learn",
        "speakers": "Ann First, Zoe Last, Bo Third",
        "links-0-url": "https://b.org",
        "links-1-url": "https://a.org",
        "links-2-url": "https://arxiv.org/abs/1",
        "away": "2022-12-03 2022-12-17",
    }

    post(as_("Ada"), url(pitch_id), {**FIELDS, **changes})

    with app.app_context():
        now = offer_of(build.found(pitch_id))
        assert (now.title, now.speakers) == ("Learning to learn", ("Ann First", "Zoe Last", "Bo Third"))
        assert [link.url for link in now.links] == [
            "https://b.org",
            "https://a.org",
            "https://arxiv.org/abs/1",
        ]
        assert now.days_away == (date(2022, 12, 3), date(2022, 12, 17))
        line = db.session.scalars(db.select(Record).where(Record.what == "pitch.revised")).one()
        assert (line.by_id, line.before) == (cast["Ada"], {"title": "Meta Learning"})
        assert line.after["changed"] == ["title", "speakers", "links", "days_away"]


def test_edit_takes_links_and_days_away(app, cast, as_):
    with app.app_context():
        pitch_id = whole(cast["Mo"])
    emptied = {
        name: "" for name in FIELDS if name.startswith("links") or name in {"away", "note", "abstract"}
    }

    post(as_("Mo"), url(pitch_id), {**FIELDS, **emptied})

    with app.app_context():
        now = offer_of(build.found(pitch_id))
        assert (now.links, now.days_away, now.note, now.abstract) == ((), (), "", "")


@pytest.mark.parametrize(
    ("button", "state"), [("keep", "draft"), ("offer_it", "open"), ("show_first", "draft")]
)
def test_edit_of_a_draft_keeps_shows_or_offers_it(app, cast, as_, button, state):
    with app.app_context():
        pitch_id = whole(cast["Mo"], PitchState.DRAFT)

    post(as_("Mo"), url(pitch_id), {**FIELDS, button: "x"})

    with app.app_context():
        assert build.found(pitch_id).state is PitchState(state)


def test_edit_never_makes_an_open_pitch_a_draft(app, cast, as_):
    with app.app_context():
        pitch_id = whole(cast["Mo"])

    post(as_("Mo"), url(pitch_id), {**FIELDS, "title": "Changed", "keep": "x"})

    with app.app_context():
        assert (build.found(pitch_id).state, build.found(pitch_id).title) == (PitchState.OPEN, "Changed")


@pytest.mark.parametrize("state", ["in_round", "won", "scheduled", "given", "withdrawn"])
def test_edit_refuses_a_settled_pitch_and_keeps_what_was_typed(app, cast, as_, state):
    with app.app_context():
        pitch_id = whole(cast["Mo"])
    mo = as_("Mo")
    mo.get(url(pitch_id))
    with app.app_context():
        pitch = build.found(pitch_id)
        pitch.state, pitch.withdrawn_at = PitchState(state), make.NOW if state == "withdrawn" else None
        make.saved()

    answer = post(mo, url(pitch_id), {**FIELDS, "abstract": "An hour of typing."})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Nothing was saved; copy what you want to keep." in page
    assert "An hour of typing." in page
    with app.app_context():
        assert offer_of(build.found(pitch_id)) == WHOLE


def test_edit_by_a_co_lead_keeps_whose_pitch_and_name_it_is(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"])

    post(as_("Ada"), url(pitch_id), {"title": "Changed", "speakers": "Mo"})

    with app.app_context():
        pitch = build.found(pitch_id)
        assert (pitch.author_id, [speaker.user_id for speaker in pitch.speakers]) == (
            cast["Mo"],
            [cast["Mo"]],
        )


def test_edit_keeps_the_same_person_among_namesakes(app, cast, as_):
    with app.app_context():
        group = build.the_group()
        speaker_named(group, "Sam Lee")
        make.saved()
        namesake = make.user("Sam Lee")
        make.member(group, namesake)
        pitch_id = build.pitch(namesake.id, speakers=("Sam Lee",))
        db.session.get_one(User, namesake.id).name = "S. Lee"
        make.saved()
        own = build.found(pitch_id).speakers[0].id

    post(as_("Ada"), url(pitch_id), {"title": "Changed", "speakers": "Sam Lee, Bo Third"})

    with app.app_context():
        assert build.found(pitch_id).speakers[0].id == own


def test_edit_lets_past_days_away_go(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], days_away=(date(2022, 10, 1), date(2022, 12, 3)))

    page = as_("Mo").get(url(pitch_id)).get_data(as_text=True)

    assert 'value="2022-12-03"' in page
