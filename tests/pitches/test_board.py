"""The pitch board."""

import re

import pytest

from readinggroup.domain.lifecycle import Audience, PitchKind, PitchState
from readinggroup.pitches import board, queries
from readinggroup.pitches.addresses import MaterialKind
from readinggroup.pitches.offers import Link
from tests.build import saved
from tests.pitches import build

BOARD = "/ml-theory/pitches/"


def parts_of(page):
    """The titles of the pitches on a board by the heading above them, in order."""
    found = {}
    for section in re.findall(r"<section.*?</section>", page, re.S):
        titles = re.findall(r"<h3><a [^>]*>(.*?)</a></h3>", section)
        found[re.search(r"<h2 [^>]*>(.*?)</h2>", section)[1]] = titles
    return found


@pytest.mark.parametrize(
    ("who", "status"), [("Ada", 200), ("Mo", 200), ("Nia", 200), ("Sam", 403), ("Rex", 403), (None, 302)]
)
def test_board_opens_for_members(app, cast, as_, who, status):
    with app.app_context():
        build.pitch(cast["Mo"], "Quantum Probability")

    answer = as_(who).get(BOARD)

    assert answer.status_code == status
    assert ("Quantum Probability" in answer.get_data(as_text=True)) == (status == 200)


def test_board_has_each_pitch_in_its_part_newest_first(app, cast, as_):
    with app.app_context():
        for state in PitchState:
            build.pitch(cast["Mo"], f"First {state}", state)
        build.pitch(cast["Nia"], "Second open")

    parts = parts_of(as_("Nia").get(f"{BOARD}?order=newest").get_data(as_text=True))

    assert list(parts) == ["On offer", "In the round", "Won and scheduled", "Your pitches", "Given"]
    assert parts == {
        "On offer": ["Second open", "First open"],
        "In the round": ["First in_round"],
        "Won and scheduled": ["First scheduled", "First won"],
        "Your pitches": ["Second open"],
        "Given": ["First given"],
    }


def test_board_shows_members_their_own_pitches_whatever_became_of_them(app, cast, as_):
    with app.app_context():
        for state in PitchState:
            build.pitch(cast["Mo"], f"First {state}", state)

    mine = parts_of(as_("Mo").get(BOARD).get_data(as_text=True))["Your pitches"]

    assert mine == [f"First {state}" for state in reversed(PitchState)]


def test_board_tells_kind_speakers_links_and_how_long_a_pitch_has_waited(app, cast, as_):
    with app.app_context():
        made = build.found(
            build.pitch(
                cast["Mo"],
                "Meta Learning",
                kind=PitchKind.PAPER,
                speakers=("Zoe Last", "Ann First"),
                abstract="Learning *to* learn.",
                links=(Link("https://arxiv.org/abs/1703.03400", MaterialKind.PAPER),),
            )
        )
        made.rounds_waited = 2
        saved()

    words = re.sub(r"<[^>]+>|\s+", " ", as_("Nia").get(BOARD).get_data(as_text=True))
    words = " ".join(words.split())

    assert (
        "Paper discussion Meta Learning Zoe Last and Ann First Learning to learn. waited 2 rounds 1 link"
        in words
    )


def test_board_says_what_to_do_when_it_is_empty(cast, as_):
    page = as_("Mo").get(BOARD).get_data(as_text=True)

    assert "Any member can offer a talk" in page
    assert 'href="/ml-theory/pitches/new"' in page


def test_board_shows_nothing_of_the_neighbours(app, cast, as_):
    with app.app_context():
        build.pitch(cast["Mo"], "Quantum Probability")

    assert "Quantum Probability" not in as_("Rex").get("/biology/pitches/").get_data(as_text=True)


def test_board_asks_the_database_as_often_with_one_pitch_as_with_three(app, cast, as_, statements):
    mo = as_("Mo")
    counts = []
    for number in (1, 3):
        with app.app_context():
            for state in PitchState:
                for n in range(number):
                    build.pitch(
                        cast["Mo"], f"{state} {n}", state, speakers=("Mo", f"Guest {state} {chr(65 + n)}")
                    )
        with statements() as seen:
            mo.get(BOARD)
        counts.append(len(seen))

    assert counts[0] == counts[1]


def walked(client, url):
    """The titles on offer, page by page to the end."""
    seen = []
    while url:
        page = client.get(url).get_data(as_text=True)
        seen += parts_of(page)["On offer"]
        more = re.search(r'href="([^"]+)" rel="next"', page)
        url = more and more[1].replace("&amp;", "&")
    return seen


def test_board_is_ordered_as_asked_and_goes_on_without_leaving_anything_out(app, cast, as_, monkeypatch):
    monkeypatch.setattr(board, "ROWS", 2)
    titles = [f"Talk {letter}" for letter in "ABCDEFG"]
    with app.app_context():
        for n, title in enumerate(titles):
            build.found(build.pitch(cast["Mo"], title)).rounds_waited = n % 3
        saved()
    nia, ada = as_("Nia"), as_("Ada")

    assert walked(nia, f"{BOARD}?order=newest") == titles[::-1]
    assert walked(nia, f"{BOARD}?order=waiting") == [f"Talk {letter}" for letter in "CFBEADG"]
    own, hers = walked(nia, BOARD), walked(ada, BOARD)
    assert sorted(own) == sorted(hers) == titles
    assert own != hers
    assert walked(nia, BOARD) == own


def test_board_shows_what_is_about_a_topic(app, cast, as_):
    with app.app_context():
        build.pitch(cast["Mo"], "Descent", topics=("Optimisation",))
        build.pitch(cast["Mo"], "Cells")
    nia = as_("Nia")

    page = nia.get(BOARD).get_data(as_text=True)

    assert 'href="/ml-theory/pitches/?topic=optimisation">Optimisation</a>' in page
    assert walked(nia, f"{BOARD}?topic=optimisation") == ["Descent"]
    assert walked(nia, f"{BOARD}?topic=%00nothing") == []


def test_board_is_the_publics_where_the_group_wants_it(app, cast, as_):
    with app.app_context():
        build.pitch(cast["Mo"], "Descent")
        build.pitch(cast["Mo"], "Secret", PitchState.DRAFT)
        build.the_group().pitches_seen_by = Audience.PUBLIC
        saved()

    page = as_(None).get(BOARD).get_data(as_text=True)

    assert list(parts_of(page)) == ["On offer"]
    for words in ("Secret", "Your pitches", "Pitch a talk", "interested"):
        assert words not in page


@pytest.mark.parametrize(
    "asked",
    [
        "part=nonsense",
        "after=x",
        "after=²",
        "after=-1",
        "after=" + "9" * 30,
        "after=" + "9" * 5000,
        "after=-" + "9" * 30,
    ],
)
def test_board_survives_nonsense_in_its_address(app, cast, as_, asked):
    with app.app_context():
        build.pitch(cast["Mo"], "Quantum Probability")

    answer = as_("Mo").get(f"{BOARD}?{asked}")

    assert answer.status_code == 200
    assert "<h1>Pitches</h1>" in answer.get_data(as_text=True)


def test_open_pitches_of_are_the_groups_open_ones_oldest_first(app, cast):
    with app.app_context():
        for title in ("One", "Two"):
            build.pitch(cast["Mo"], title, speakers=("Zoe Last", "Ann First"))
        build.pitch(cast["Mo"], "Won", PitchState.WON)

        found = queries.open_pitches_of(build.the_group())

        assert [pitch.title for pitch in found] == ["One", "Two"]
        assert [speaker.name for speaker in found[0].speakers] == ["Zoe Last", "Ann First"]
        assert queries.open_pitches_of(build.the_group("biology")) == []


def test_pitches_of_author_are_in_this_group_newest_first(app, cast):
    with app.app_context():
        for title in ("One", "Two"):
            build.pitch(cast["Mo"], title)
        build.pitch(cast["Nia"], "Hers")

        found = queries.pitches_of_author(build.the_group(), cast["Mo"])

        assert [pitch.title for pitch in found] == ["Two", "One"]
