"""How many sessions each choice of a filter would leave."""

from datetime import date

import pytest
from flask import Flask

from readinggroup.archive.counts import counts_of
from readinggroup.archive.finding import Filters, found_sessions
from readinggroup.archive.listing import BADGES
from readinggroup.archive.overview import overview_of
from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.models import SeriesKind
from tests.archive import build
from tests.archive.pages import text_of
from tests.build import saved


def counted(archive: Flask, **asked: str) -> dict[str, dict[str, int]]:
    with archive.app_context():
        return {what: dict(found) for what, found in counts_of(build.group_of(), Filters(**asked)).items()}


def test_every_choice_is_counted(archive: Flask) -> None:
    assert counted(archive) == {
        "topic": {"optimisation": 1, "retrieval": 2},
        "speaker": {"ahmad-mustafa": 1, "ashish-gaurav": 1, "max-marion": 1, "sree-harsha-nelaturu": 1},
        "year": {"2022": 2, "2023": 1, "unknown": 1},
        "has": {"notes": 1, "reading": 2, "recording": 1, "slides": 1},
    }


def test_the_other_filters_count_and_its_own_does_not(archive: Flask) -> None:
    found = counted(archive, year="2022", topic="optimisation")

    assert found["year"] == {"2022": 1}
    assert found["topic"] == {"optimisation": 1, "retrieval": 2}
    assert found["speaker"] == {"max-marion": 1, "sree-harsha-nelaturu": 1}
    assert found["has"] == {"reading": 1, "recording": 1, "slides": 1}


def test_words_count_too_and_what_is_no_word_finds_nothing(archive: Flask) -> None:
    assert counted(archive, q="learning")["year"] == {"2022": 1, "2023": 1}
    assert counted(archive, q="?!") == {}


def test_a_series_counts_a_session_once_for_itself_and_its_talks(archive: Flask) -> None:
    with archive.app_context():
        group = build.group_of()
        book = build.series(group, "Convex", kind=SeriesKind.BOOK)
        both = build.session(group, 8, date(2023, 4, 1), series_id=book.id)
        build.talk(both, "Chapter 1", "Mo", series_id=book.id)
        build.talk(both, "Chapter 2", "Mo", series_id=book.id, position=2)
        one = build.session(group, 9, date(2023, 4, 15))
        chapter = build.talk(one, "Chapter 3", "Mo", series_id=book.id)
        build.material(chapter, MaterialKind.CODE, "Code", "https://code.example/3")
        saved()

    assert counted(archive)["series"] == {"convex": 2}
    assert counted(archive, series="convex")["has"] == {"code": 1}
    assert counted(archive, has="code")["speaker"] == {"mo": 1}


@pytest.mark.parametrize(
    "chosen",
    [
        Filters(),
        Filters(year="2022"),
        Filters(topic="retrieval"),
        Filters(speaker="max-marion", has="slides"),
    ],
)
def test_each_count_is_what_choosing_it_finds(archive: Flask, chosen: Filters) -> None:
    with archive.app_context():
        group = build.group_of()
        overview = overview_of(group)
        choices = [("topic", slug) for slug, _ in overview.topics]
        choices += [("speaker", slug) for slug, _ in overview.speakers]
        choices += [("year", year) for year, _ in overview.years] + [("has", badge) for badge in BADGES]
        for what, value in choices:
            found = found_sessions(group, Filters(**(chosen.asked() | {what: value}))).total
            assert counts_of(group, chosen).get(what, {}).get(value, 0) == found, (what, value)


def test_counts_stand_beside_the_choices_where_one_asks_for_them(archive: Flask) -> None:
    visitor = archive.test_client()

    plain = visitor.get("/ml-theory/sessions/?year=2022").get_data(as_text=True)
    asked = visitor.get("/ml-theory/sessions/?year=2022&counts=yes").get_data(as_text=True)

    assert "Retrieval (2)" not in text_of(plain)
    assert "/ml-theory/sessions/?year=2022&amp;counts=yes" in plain
    assert "Retrieval (2)" in text_of(asked)
    assert "Ahmad Mustafa (0)" in text_of(asked)


def test_counts_take_one_query_more_and_none_while_nothing_changes(archive: Flask) -> None:
    client = archive.test_client()
    client.set_cookie("session", "none")  # So that no kept page answers.
    with build.queries_of(archive) as first:
        client.get("/ml-theory/sessions/?counts=yes")
    with build.queries_of(archive) as again:
        client.get("/ml-theory/sessions/?counts=yes")

    assert (len(first), len(again)) == (4, 2)
