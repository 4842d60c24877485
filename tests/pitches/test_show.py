"""One pitch."""

from datetime import date

import pytest

from readinggroup.domain.lifecycle import MaterialKind, PitchState
from readinggroup.pitches.offers import Link, Window
from tests.pitches import build


def url(pitch_id, group="ml-theory"):
    return f"/{group}/pitches/{pitch_id}"


@pytest.mark.parametrize(
    ("who", "status"), [("Ada", 200), ("Mo", 200), ("Nia", 200), ("Sam", 403), ("Rex", 403), (None, 302)]
)
def test_show_opens_for_members(app, cast, as_, who, status):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], "Quantum Probability")

    answer = as_(who).get(url(pitch_id))

    assert answer.status_code == status
    assert ("Quantum Probability" in answer.get_data(as_text=True)) == (status == 200)


def test_show_is_not_found_through_another_group(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], "Quantum Probability")

    answer = as_("Rex").get(url(pitch_id, "biology"))

    assert answer.status_code == 404
    assert "Quantum Probability" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["9" * 20, "9" * 10, "2147483648", "0", "²", "1e3", "-1", "99999999999999999999/edit"]
)
def test_show_of_an_impossible_number_is_not_found(cast, as_, path):
    answer = as_("Mo").get(f"/ml-theory/pitches/{path}")

    assert answer.status_code == 404
    assert "There is no such page" in answer.get_data(as_text=True)


def test_show_renders_markdown_math_and_links(app, cast, as_):
    with app.app_context():
        pitch_id = build.pitch(
            cast["Mo"],
            abstract="Some **bold** words and $x^2$.\n\n<script>alert(1)</script>",
            links=(Link("https://example.org/a?b=1&c=2", MaterialKind.PAPER, "A <b>paper</b>"),),
        )

    page = as_("Nia").get(url(pitch_id)).get_data(as_text=True)

    assert "<strong>bold</strong>" in page
    assert "<math" in page
    assert "<script>alert" not in page
    assert 'href="https://example.org/a?b=1&amp;c=2">A &lt;b&gt;paper&lt;/b&gt;</a>' in page


@pytest.mark.parametrize(("who", "sees"), [("Mo", True), ("Ada", True), ("Nia", False)])
def test_show_tells_the_note_and_the_days_away_to_author_and_co_leads(app, cast, as_, who, sees):
    with app.app_context():
        pitch_id = build.pitch(
            cast["Mo"],
            note="My visa is late.",
            days_away=(date(2022, 11, 19),),
            window=Window(date(2022, 11, 12), date(2023, 1, 7)),
        )

    page = as_(who).get(url(pitch_id)).get_data(as_text=True)

    told = ("My visa is late.", "Saturday 19 November 2022", "Saturday 12 November 2022", "7 January 2023")
    assert [words in page for words in told] == [sees] * 4


@pytest.mark.parametrize(
    ("who", "state", "offered"),
    [
        ("Mo", "open", ["Edit the pitch", "Withdraw the pitch"]),
        ("Ada", "open", ["Edit the pitch", "Withdraw the pitch"]),
        ("Nia", "open", []),
        ("Mo", "in_round", ["Withdraw the pitch"]),
        ("Mo", "given", []),
        ("Mo", "withdrawn", ["Offer it again"]),
        ("Nia", "withdrawn", []),
    ],
)
def test_show_offers_what_the_viewer_may_do(app, cast, as_, who, state, offered):
    with app.app_context():
        pitch_id = build.pitch(cast["Mo"], state=PitchState(state))

    page = as_(who).get(url(pitch_id)).get_data(as_text=True)

    words = ["Edit the pitch", "Offer it again", "Withdraw the pitch"]
    assert [each for each in words if each in page] == offered
