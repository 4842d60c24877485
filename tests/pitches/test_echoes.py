"""What is like a pitch already: sessions that discussed its papers, and pitches on offer."""

from datetime import date

import pytest

from readinggroup.domain.lifecycle import MaterialKind, MeetingState, PitchState, TalkState
from readinggroup.pitches.echoes import alike, discussed_before
from readinggroup.pitches.offers import Link
from tests.archive import build as archive
from tests.build import saved
from tests.conftest import post, token_in
from tests.pitches import build

NEW = "/ml-theory/pitches/new"
MAML = "https://arxiv.org/abs/1703.03400"


@pytest.fixture
def held(app, cast):
    """Session 3 read MAML; a session to come, a talk that wasn't given and the neighbours had it on their lists."""
    with app.app_context():
        ours, theirs = build.the_group(), build.the_group("biology")
        third = archive.session(ours, 3, date(2022, 10, 8))
        archive.reading(archive.talk(third, "Meta Learning", "Mo"), "MAML", f"{MAML}v2")
        gone = archive.talk(third, "Not given", "Nia", position=2, state=TalkState.WITHDRAWN)
        archive.reading(gone, "MAML", MAML)
        clip = archive.talk(archive.session(ours, 2, date(2022, 9, 24)), "CLIP", "Nia")
        archive.material(clip, MaterialKind.PAPER, "A page", "https://www.example.org/a_page/")
        archive.material(clip, MaterialKind.SLIDES, "Slides", "https://example.org/slides")
        coming = archive.session(ours, 4, date(2022, 11, 19), state=MeetingState.ANNOUNCED)
        archive.reading(archive.talk(coming, "To come", "Mo", state=TalkState.PLANNED), "MAML", MAML)
        archive.reading(
            archive.talk(archive.session(theirs, 1, date(2022, 9, 1)), "Theirs", "Rex"), "MAML", MAML
        )
        saved()
    return app


@pytest.mark.parametrize(
    ("addresses", "titles"),
    [
        (["https://doi.org/10.48550/arXiv.1703.03400"], ["Meta Learning"]),
        (["http://example.org/a_page", MAML], ["Meta Learning", "CLIP"]),
        (["https://example.org/aXpage", "https://example.org/slides", "https://arxiv.org/abs/1703.0340"], []),
        ([], []),
    ],
)
def test_discussed_before_finds_papers_of_held_talks_by_any_address(held, addresses, titles):
    with held.app_context():
        assert [talk.title for talk in discussed_before(build.the_group(), addresses)] == titles


def test_discussed_before_is_told_on_the_form_and_on_the_pitch(held, as_):
    mo = as_("Mo")
    fields = {"title": "MAML again", "speakers": "Mo", "links-0-url": "1703.03400"}

    preview = post(mo, NEW, {**fields, "show_first": "Preview"})
    shown = mo.get(post(mo, NEW, fields).location)

    told = 'Discussed before on Saturday 8 October 2022: <a href="/ml-theory/sessions/3">Meta Learning</a>'
    assert [told in answer.get_data(as_text=True) for answer in (preview, shown)] == [True, True]


def test_alike_pitches_are_found_by_title_or_paper_and_told_while_one_writes(app, cast, as_):
    with app.app_context():
        build.pitch(cast["Nia"], "Double descent: when more parameters help again")
        build.pitch(cast["Nia"], "Fast adaptation", links=(Link(f"{MAML}v1", MaterialKind.PAPER),))
        build.pitch(cast["Nia"], "Double descent, given", PitchState.GIVEN)
        build.pitch(cast["Nia"], "Double descent, a secret draft", PitchState.DRAFT)
        own = build.pitch(cast["Mo"], "Double descent")

        assert [each.title for each in alike(build.the_group(), "Double descent", [MAML], besides=own)] == [
            "Fast adaptation",
            "Double descent: when more parameters help again",
        ]
    mo = as_("Mo")
    token = token_in(mo.get(NEW).get_data(as_text=True))
    asked = {"csrf_token": token, "title": "Double Descent", "links-2-url": "x", "besides": str(own)}

    told = mo.post("/ml-theory/pitches/alike", data=asked).get_data(as_text=True)

    assert "when more parameters help again" in told
    assert "secret" not in told
    assert f'pitches/{own}"' not in told
    for besides in ("x", "²", "9" * 40, "-1"):
        assert mo.post("/ml-theory/pitches/alike", data={**asked, "besides": besides}).status_code == 200
