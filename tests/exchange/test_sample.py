"""The sample group: what its file holds, and that it agrees with the page that it retells."""

from datetime import date, time

import pytest

from readinggroup.domain.lifecycle import Role, TalkState
from readinggroup.exchange.jekyll_page import read_page
from readinggroup.exchange.sample import SAMPLE, SampleNotUnderstood, read_sample
from readinggroup.text.markdown import is_safe_link, render
from tests.exchange.test_jekyll_page import REAL_PAGE

TEXT = SAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sample():
    return read_sample(TEXT)


def test_sample_has_the_groups_own_rhythm(sample):
    group = sample.group

    assert (group.slug, group.name, group.zone) == (
        "ml-theory",
        "Machine Learning Theory",
        "America/Edmonton",
    )
    assert (group.anchor_on.isoweekday(), group.starts_at, group.minutes, group.weeks_between) == (
        6,
        time(14),
        60,
        2,
    )
    assert (group.places, group.talk_minutes, group.question_minutes, group.lead_days) == (2, 25, 5, 7)


def test_sample_has_ten_sessions_and_only_the_dates_that_are_known(sample):
    sessions = sample.archive.sessions

    assert [session.number for session in sessions] == list(range(1, 11))
    assert {session.number: session.on for session in sessions if session.on} == {
        2: date(2022, 11, 5),
        3: date(2022, 11, 19),
        4: date(2022, 12, 3),
    }


def test_sample_tells_what_was_planned_and_what_was_held(sample):
    fourth = sample.archive.sessions[3]

    assert [(talk.title, talk.speakers, talk.state, talk.replaced_by) for talk in fourth.talks] == [
        ("CLIP by OpenAI", ("Ahmad Mustafa",), TalkState.GIVEN, ""),
        ("Representation Learning", ("Harry Saini",), TalkState.REPLACED, "CLIP by OpenAI"),
        ("Quantum Probability", ("Ashish Gaurav",), TalkState.WITHDRAWN, ""),
    ]
    assert all(talk.note for talk in fourth.talks[1:])


def test_sample_has_the_same_addresses_of_the_same_kinds_as_the_page(sample):
    if not REAL_PAGE.exists():
        pytest.skip(
            "The real page isn't at ../shared/data/ml-theory-page.md, so there is nothing to compare with."
        )
    page = read_page(REAL_PAGE.read_text(encoding="utf-8"))

    for told, read in zip(sample.archive.sessions, page.sessions, strict=True):
        assert {(m.kind, m.url) for m in told.all_materials()} == {
            (m.kind, m.url) for m in read.all_materials()
        }


def test_sample_is_in_its_own_words(sample):
    if not REAL_PAGE.exists():
        pytest.skip(
            "The real page isn't at ../shared/data/ml-theory-page.md, so there is nothing to compare with."
        )
    page = " ".join(REAL_PAGE.read_text(encoding="utf-8").casefold().split())

    for text in (sample.group.mission, *(session.text for session in sample.archive.sessions)):
        words = text.casefold().split()
        assert not any(" ".join(words[at : at + 7]) in page for at in range(len(words) - 6))


def test_sample_has_demo_people_who_are_plainly_demo_people(sample):
    people = {person.email: (person.name, person.role) for person in sample.people}

    assert people["root@example.org"] == ("Demo Root", None)
    assert people["ada@example.org"] == ("Demo Ada", Role.CO_LEAD)
    assert people["mo@example.org"] == ("Demo Mo", Role.MEMBER)
    assert people["nia@example.org"] == ("Demo Nia", Role.MEMBER)
    assert all(
        name.startswith("Demo ") and email.endswith("@example.org") for email, (name, _) in people.items()
    )


def test_sample_pitches_are_whole_and_their_math_is_understood(sample):
    assert len(sample.pitches) == 8
    assert sum(pitch.in_round for pitch in sample.pitches) == 6
    for pitch in sample.pitches:
        html = render(pitch.abstract)
        assert "<math" in html
        assert 'class="tex"' not in html
        assert pitch.links
        assert all(is_safe_link(link.url) for link in pitch.links)


def test_sample_talks_of_coming_sessions_have_readings_that_can_be_shown(sample):
    assert {talk.session for talk in sample.talks} == {1, 2}
    for talk in sample.talks:
        assert talk.readings
        assert 'class="tex"' not in render(talk.abstract)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (TEXT.replace("[group]", "[groups]"), "'group'"),
        (TEXT.replace("anchor_on =", "ancor_on ="), "ancor_on"),
        (TEXT.replace('state = "replaced"', 'state = "lost"'), "'lost' is not a valid TalkState"),
        (TEXT.replace('kind = "slides"', 'kind = "sides"', 1), "'sides' is not a valid MaterialKind"),
        (TEXT.replace('by = "mo@example.org"', 'by = "om@example.org"'), "om@example.org"),
        (TEXT.replace('"stability", "scores"', '"stability", "grokking"'), "grokking"),
        ("[group", "can't be read"),
    ],
)
def test_read_sample_says_what_is_wrong(wrong, said):
    with pytest.raises(SampleNotUnderstood, match=said):
        read_sample(wrong)
