"""The archive's list: what is in it, in which order, and how it is narrowed."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.domain.lifecycle import MaterialKind, MeetingState, TalkState
from tests.archive import build
from tests.archive.pages import links_in, text_of, titles_in
from tests.build import saved


def test_sessions_are_those_held_highest_number_first_under_their_years(archive: Flask) -> None:
    page = archive.test_client().get("/ml-theory/sessions/").get_data(as_text=True)

    assert titles_in(page, "h3") == [
        "Contrastive learning",
        "Représentations d'Erdős",
        "Meta Learning · Neural Information Retrieval",
        "Session 1",
    ]
    assert titles_in(page, "h2") == ["2023", "2022", "Date not recorded"]
    assert "4 sessions" in text_of(page)


def test_sessions_tell_speakers_topics_and_what_was_kept(archive: Flask) -> None:
    page = archive.test_client().get("/ml-theory/sessions/?topic=optimisation").get_data(as_text=True)

    assert text_of(page, "entry") == (
        "No. 2 19 Nov Meta Learning · Neural Information Retrieval "
        "Sree Harsha Nelaturu and Max Marion · Optimisation, Retrieval slides recording reading"
    )
    assert "/ml-theory/speakers/max-marion" in links_in(page)
    assert "/ml-theory/topics/retrieval" in links_in(page)


def test_session_without_a_date_says_so(archive: Flask) -> None:
    page = archive.test_client().get("/ml-theory/sessions/?year=unknown").get_data(as_text=True)

    assert text_of(page, "entry") == "No. 1 Session 1 notes"
    assert titles_in(page, "h2") == ["Date not recorded"]
    assert "1 session without a recorded date" in text_of(page)


def test_session_with_a_date_but_no_hour_stands_under_its_year(archive: Flask) -> None:
    with archive.app_context():
        build.session(build.group_of(), 9, date(2024, 5, 1), starts_at=None)
        saved()

    page = archive.test_client().get("/ml-theory/sessions/?year=2024").get_data(as_text=True)

    assert text_of(page, "entry") == "No. 9 1 May Session 9"


@pytest.mark.parametrize(
    ("asked", "numbers", "words"),
    [
        ("q=retrieval", [3, 2], "2 sessions with “retrieval”"),
        ("q=%22neural+information%22", [2], '1 session with “"neural information"”'),
        ("q=%22information+neural%22", [], '0 sessions with “"information neural"”'),
        ("q=agnostic", [2], "1 session with “agnostic”"),
        ("has=recording", [2], "1 session with recording"),
        ("has=notes", [1], "1 session with notes"),
        ("has=reading&year=2023", [4], "1 session in 2023 with reading"),
        ("has=nonsense", [], "0 sessions with nonsense"),
        ("series=none", [], "0 sessions of none"),
        ("q=META", [2], "1 session with “META”"),
        ("q=erdos", [3], "1 session with “erdos”"),
        ("q=ERD%C5%90S+representations", [3], "1 session with “ERDŐS representations”"),
        ("q=harsha+neural", [2], "1 session with “harsha neural”"),
        ("q=hopes+for", [1], "1 session with “hopes for”"),
        ("q=to+learn", [2], "1 session with “to learn”"),
        ("q=%25", [], "0 sessions with “%”"),
        ("q=_", [], "0 sessions with “_”"),
        ("q=secret", [], "0 sessions with “secret”"),
        ("q=diffusion", [], "0 sessions with “diffusion”"),
        ("q=noisy", [], "0 sessions with “noisy”"),
        ("topic=retrieval", [3, 2], "2 sessions about Retrieval"),
        ("topic=cells", [], "0 sessions about cells"),
        ("topic=hidden-topic", [], "0 sessions about hidden-topic"),
        ("speaker=ashish-gaurav", [3], "1 session by Ashish Gaurav"),
        ("speaker=rex", [], "0 sessions by rex"),
        ("year=2022", [3, 2], "2 sessions in 2022"),
        ("year=2022&topic=retrieval&q=erd", [3], "1 session about Retrieval in 2022 with “erd”"),
        ("year=1066", [], "0 sessions in 1066"),
        ("year=20222", [], "0 sessions in 20222"),
    ],
)
def test_sessions_are_narrowed_by_the_address(
    archive: Flask, asked: str, numbers: list[int], words: str
) -> None:
    answer = archive.test_client().get(f"/ml-theory/sessions/?{asked}")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert sorted(map(int, re.findall(r"No\. (\d+)", text_of(page))), reverse=True) == numbers
    assert words in text_of(page)
    assert bool(numbers) != ("No session fits" in text_of(page))


def test_search_finds_percent_and_underscore_as_themselves(archive: Flask) -> None:
    with archive.app_context():
        meeting = build.session(build.group_of(), 8, date(2023, 5, 6))
        build.talk(meeting, "100% of x_i", "Mo")
        saved()
    visitor = archive.test_client()

    found = [
        titles_in(visitor.get(f"/ml-theory/sessions/?q={q}").get_data(as_text=True), "h3")
        for q in ("100%25", "x_i", "xyi")
    ]

    assert found == [["100% of x_i"], ["100% of x_i"], []]


def test_filters_stay_chosen(archive: Flask) -> None:
    page = (
        archive.test_client().get("/ml-theory/sessions/?topic=retrieval&year=2022&q=e").get_data(as_text=True)
    )

    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["retrieval", "2022"]
    assert 'name="q" type="search" value="e"' in page


def test_choices_are_what_was_held_and_nothing_hidden(archive: Flask) -> None:
    page = archive.test_client().get("/ml-theory/sessions/").get_data(as_text=True)

    assert re.findall(r"<option[^>]*>([^<]+)</option>", page) == [
        "Any topic", "Optimisation", "Retrieval",
        "Any speaker", "Ahmad Mustafa", "Ashish Gaurav", "Max Marion", "Sree Harsha Nelaturu",
        "Any year", "2023", "2022", "Not recorded",
        "Anything", "Slides", "Recording", "Reading", "Code", "Notes",
    ]  # fmt: skip


def test_empty_archive_says_what_will_be_here_and_who_acts(app: Flask, cast: dict[str, int]) -> None:
    page = app.test_client().get("/ml-theory/sessions/").get_data(as_text=True)

    assert "The archive begins with the first session" in text_of(page)
    assert "Co-leads plan the first one." in text_of(page)
    assert 'role="search"' not in page


def test_pages_of_a_long_archive_show_every_session_once(app: Flask, cast: dict[str, int]) -> None:
    make_many(app, 60)
    visitor = app.test_client()

    pages = [visitor.get(f"/ml-theory/sessions/?page={n}").get_data(as_text=True) for n in (1, 2, 3)]

    numbers = [int(n) for page in pages for n in re.findall(r"No\. (\d+)", text_of(page))]
    assert numbers == list(range(60, 0, -1))
    assert [("Newer sessions" in page, "Older sessions" in page) for page in pages] == [
        (False, True), (True, True), (True, False),
    ]  # fmt: skip
    assert "/ml-theory/sessions/?page=3&below=11" in links_in(pages[1])
    assert visitor.get("/ml-theory/sessions/?page=3&below=11").get_data(as_text=True) == pages[2]


def test_pages_keep_the_filters(app: Flask, cast: dict[str, int]) -> None:
    make_many(app, 60)

    page = app.test_client().get("/ml-theory/sessions/?q=talk&topic=topic-1&page=1").get_data(as_text=True)

    assert "30 sessions about Topic 1 with “talk”" in text_of(page)
    assert "/ml-theory/sessions/?q=talk&topic=topic-1&page=2" in links_in(page)


@pytest.mark.parametrize("page", ["0", "-1", "²", "1e3", "99", "1" + "0" * 30, "%00", "", "1.5", "+1", "٣"])
def test_a_page_that_is_not_there_is_said_with_a_way_back(archive: Flask, page: str) -> None:
    answer = archive.test_client().get("/ml-theory/sessions/", query_string={"page": page, "year": "2022"})

    assert answer.status_code == 404
    assert "There is no such page" in text_of(answer.get_data(as_text=True))
    assert "/ml-theory/sessions/?year=2022" in links_in(answer.get_data(as_text=True))


@pytest.mark.parametrize("sessions", [1, 3, 300])
def test_archive_takes_the_same_few_queries_whatever_its_length(
    app: Flask, cast: dict[str, int], sessions: int
) -> None:
    make_many(app, sessions)
    visitor = app.test_client()

    with build.queries_of(app) as plain:
        visitor.get("/ml-theory/sessions/")
    with build.queries_of(app) as narrowed:
        visitor.get("/ml-theory/sessions/?q=talk&topic=topic-1&speaker=speaker-1&year=2000")

    with build.queries_of(app) as again:
        visitor.get("/ml-theory/sessions/?page=1")

    assert (len(plain), len(narrowed), len(again)) == (3, 3, 2)


def test_everybody_sees_the_same_list(archive: Flask, as_: Callable[[str | None], FlaskClient]) -> None:
    for who in ("Ada", "Mo", "Sam", "Rex"):
        assert (
            titles_in(as_(who).get("/ml-theory/sessions/").get_data(as_text=True), "h3")[0]
            == "Contrastive learning"
        )


def make_many(app: Flask, count: int) -> None:
    """Held sessions 1 to ``count``, every second week from 2000 on, each with everything that a list tells."""
    with app.app_context():
        group = build.group_of()
        for n in range(1, count + 1):
            meeting = build.session(group, n, date(2000, 1, 1) + timedelta(weeks=2 * n))
            for position in (1, 2):
                given = build.talk(
                    meeting,
                    f"Talk {n}.{position}",
                    f"Speaker {n % 7}",
                    position=position,
                    topics=[f"Topic {n % 2}"],
                )
                build.reading(given, f"Paper {n}", f"https://arxiv.org/abs/{n}")
            build.talk(meeting, "Planned once", "Nobody", state=TalkState.WITHDRAWN)
            build.material(meeting, MaterialKind.RECORDING, "Recording", f"https://video.example/{n}")
        build.session(group, count + 1, date(2030, 1, 1), state=MeetingState.CANCELLED)
        saved()
