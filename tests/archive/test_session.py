"""One session's page: what was planned, what was held, and what must not be told yet."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState
from readinggroup.models import Meeting
from tests.archive import build
from tests.archive.pages import links_in, text_of, texts_of, titles_in
from tests.build import saved

HIDDEN = (
    "Unpublished secret",
    "Hidden Speaker",
    "Hidden topic",
    "Hidden paper",
    "Hidden slides",
    "example/hidden",
)


def read(app: Flask, path: str) -> str:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_session_tells_its_talks_speakers_abstracts_and_what_was_kept(archive: Flask) -> None:
    page = read(archive, "/ml-theory/sessions/2")

    assert titles_in(page, "h1") == ["Meta Learning · Neural Information Retrieval"]
    assert titles_in(page, "h2") == ["Meta Learning", "Neural Information Retrieval", "From the session"]
    assert "Saturday 19 November 2022, 14:00 Edmonton, UTC-07:00" in text_of(page, "when")
    assert "Learning <em>to learn</em>, with <math>" in page
    assert texts_of(page, "materials") == [
        "Reading Model-Agnostic Meta-Learning Slides Slides of Harsha",
        "Image A photograph",
    ]
    assert text_of(page, "still") == "The whole hour Watch on video.example"
    assert {"/ml-theory/speakers/max-marion", "/ml-theory/topics/retrieval"} <= set(links_in(page))


def test_session_fetches_nothing_from_elsewhere(archive: Flask) -> None:
    page = read(archive, "/ml-theory/sessions/2")

    assert "https://images.example/2.png" in links_in(page)
    assert not any(tag in page for tag in ("<img", "<iframe", "<video", "<embed", 'src="http'))


def test_session_has_its_hour_as_a_strip_without_free_places_once_held(archive: Flask) -> None:
    assert texts_of(read(archive, "/ml-theory/sessions/2"), "strip-upright") == [
        "14:00 Meta Learning 25 min 14:25 Questions 5 min "
        "14:30 Neural Information Retrieval 25 min 14:55 Questions 5 min"
    ]
    assert texts_of(read(archive, "/ml-theory/sessions/3"), "strip-upright") == [
        "14:00 Représentations d'Erdős 25 min 14:25 Questions 5 min"
    ]
    assert texts_of(read(archive, "/ml-theory/sessions/1"), "strip-upright") == []


def test_session_without_a_date_says_so_and_shows_its_recap(archive: Flask) -> None:
    page = read(archive, "/ml-theory/sessions/1")

    assert text_of(page, "when") == "Date not recorded"
    assert titles_in(page, "h1") == ["Session 1"]
    assert text_of(page, "prose") == "We asked what everybody hopes for."


def test_session_tells_what_was_planned_and_not_held(archive: Flask) -> None:
    page = read(archive, "/ml-theory/sessions/4")

    assert titles_in(page, "h1") == ["Contrastive learning"]
    assert titles_in(page, "h2") == ["Planned, and held otherwise"]
    assert texts_of(page, "entry") == [
        "planned: Quantum Probability, Ashish Gaurav. replaced by Contrastive learning with Ahmad Mustafa.",
        "planned: Diffusion models, Harry Saini. withdrawn (Not given on the day).",
    ]


def test_session_held_as_planned_has_nothing_more_to_tell(archive: Flask) -> None:
    assert "Planned" not in text_of(read(archive, "/ml-theory/sessions/3"))


def test_session_that_left_nothing_says_who_can_change_that(archive: Flask) -> None:
    with archive.app_context():
        build.session(build.group_of(), 8)
        saved()

    assert "Nothing was written down about this session. Whoever was there can tell a co-lead." in text_of(
        read(archive, "/ml-theory/sessions/8")
    )


@time_machine.travel(datetime(2023, 2, 9, 20, tzinfo=UTC), tick=False)
def test_announced_session_tells_its_talk_the_free_place_and_when_reading_is_due(archive: Flask) -> None:
    page = read(archive, "/ml-theory/sessions/5")

    assert "Session 5 · to come" in text_of(page)
    assert titles_in(page, "h2") == ["A free place"]
    assert titles_in(page, "h1") == ["Noisy gradients"]
    assert text_of(page, "tag") == "reading due 11 Feb, 2 days left"
    assert "Saturday 18 February 2023, 14:00 Edmonton, UTC-07:00" in text_of(page, "when")


def test_planned_session_is_there_and_its_talk_is_not(
    archive: Flask, as_: Callable[[str | None], FlaskClient]
) -> None:
    for who in (None, "Mo", "Ada", "Root"):
        answer = as_(who).get("/ml-theory/sessions/6")
        page = answer.get_data(as_text=True)
        assert titles_in(page, "h1") == ["Session 6"]
        assert "The programme of this session isn't published yet." in text_of(page)
        assert not any(secret in page for secret in HIDDEN)


def test_nothing_unpublished_stands_on_any_page(archive: Flask) -> None:
    paths = ("", "sessions/", "sessions/5", "sessions/6", "speakers/", "reading", "sessions/?q=secret")
    for path in paths:
        page = archive.test_client().get(f"/ml-theory/{path}").get_data(as_text=True)
        assert not any(secret in page for secret in HIDDEN), path
    assert archive.test_client().get("/ml-theory/speakers/hidden-speaker").status_code == 404


def test_unpublished_talk_is_told_once_its_session_is_announced(archive: Flask) -> None:
    with archive.app_context():
        db.session.execute(update(Meeting).where(Meeting.number == 6).values(state=MeetingState.ANNOUNCED))
        saved()

    assert titles_in(read(archive, "/ml-theory/sessions/6"), "h1") == ["Unpublished secret"]
    assert "Hidden paper" in read(archive, "/ml-theory/reading")
    assert titles_in(read(archive, "/ml-theory/speakers/hidden-speaker"), "h1") == ["Hidden Speaker"]


@pytest.mark.parametrize(
    ("who", "sees"), [("Ada", True), ("Mo", True), ("Sam", False), ("Rex", False), (None, False)]
)
def test_way_into_the_call_is_for_members(
    archive: Flask, as_: Callable[[str | None], FlaskClient], who: str | None, sees: bool
) -> None:
    page = as_(who).get("/ml-theory/sessions/5").get_data(as_text=True)

    assert ('href="/ml-theory/sessions/5/join"' in page) is sees
    assert "https://meet.example/secret" not in page


def test_address_of_the_call_is_gone_once_the_session_was_held(
    archive: Flask, as_: Callable[[str | None], FlaskClient]
) -> None:
    with archive.app_context():
        build.session(build.group_of(), 8, date(2023, 1, 7), join_url="https://meet.example/old")
        saved()

    assert "https://meet.example/old" not in as_("Mo").get("/ml-theory/sessions/8").get_data(as_text=True)


def test_cancelled_session_says_why(archive: Flask) -> None:
    with archive.app_context():
        meeting = build.session(
            build.group_of(), 8, date(2023, 1, 7), state=MeetingState.CANCELLED, cancelled_because="Snow."
        )
        build.talk(meeting, "Kernels", "Mo")
        saved()

    page = read(archive, "/ml-theory/sessions/8")

    assert text_of(page, "note") == "This session was cancelled. Snow."
    assert titles_in(page, "h1") == ["Kernels"]
    assert "Kernels" not in titles_in(read(archive, "/ml-theory/sessions/"), "h3")


def test_session_leads_to_its_neighbours_by_number(archive: Flask) -> None:
    assert text_of(read(archive, "/ml-theory/sessions/1"), "pager") == (
        "No. 2: Meta Learning · Neural Information Retrieval"
    )
    assert (
        text_of(read(archive, "/ml-theory/sessions/5"), "pager")
        == "No. 4: Contrastive learning No. 6: Session 6"
    )
    assert text_of(read(archive, "/ml-theory/sessions/6"), "pager") == "No. 5: Noisy gradients"


@pytest.mark.parametrize("path", ["ml-theory/sessions/7", "biology/sessions/2", "ml-theory/sessions/0",
                                  "ml-theory/sessions/99999999999999999999", "ml-theory/sessions/-1",
                                  "ml-theory/sessions/²", "ml-theory/sessions/4294967297"])  # fmt: skip
def test_number_of_another_group_is_not_found(archive: Flask, path: str) -> None:
    answer = archive.test_client().get(f"/{path}")

    assert answer.status_code == 404
    assert "There is no such page" in answer.get_data(as_text=True)


def test_same_number_is_each_groups_own(archive: Flask) -> None:
    with archive.app_context():
        build.talk(build.session(build.group_of("biology"), 2, date(2022, 1, 1)), "Enzymes", "Rex")
        saved()

    assert titles_in(read(archive, "/biology/sessions/2"), "h1") == ["Enzymes"]
    assert titles_in(read(archive, "/ml-theory/sessions/2"), "h1") == [
        "Meta Learning · Neural Information Retrieval"
    ]


@pytest.mark.parametrize("parts", [1, 3])
def test_session_takes_the_same_queries_whatever_is_in_it(
    app: Flask, cast: dict[str, int], parts: int
) -> None:
    with app.app_context():
        group = build.group_of()
        for number in (1, 2, 3):
            meeting = build.session(group, number, date(2022, 1, number))
            for position in range(1, min(parts, 2) + 1):
                names = [f"Speaker {n}" for n in range(parts)]
                given = build.talk(meeting, f"Talk {position}", *names, position=position, topics=names)
                for n in range(parts):
                    build.reading(given, f"Paper {n}", f"https://arxiv.org/abs/{n}")
                    build.material(given, MaterialKind.LINK, f"Link {n}", f"https://example.org/{n}")
        saved()

    with build.queries_of(app) as statements:
        read(app, "/ml-theory/sessions/2")

    assert len(statements) == 3


@pytest.mark.parametrize(
    ("who", "edits", "tends"),
    [
        ("Ada", True, 2),
        ("Mo", False, 1),
        ("Nia", False, 0),
        ("Sam", False, 0),
        ("Rex", False, 0),
        (None, False, 0),
    ],
)
def test_session_leads_co_leads_and_its_speakers_to_what_they_may_do(
    archive: Flask,
    cast: dict[str, int],
    as_: Callable[[str | None], FlaskClient],
    who: str | None,
    edits: bool,
    tends: int,
) -> None:
    with archive.app_context():
        meeting = build.session(build.group_of(), 8, date(2023, 1, 7))
        build.talk(meeting, "Kernels", "Mo")
        build.talk(meeting, "Sampling", "A guest", position=2)
        build.speaker(build.group_of(), "Mo").user_id = cast["Mo"]
        saved()

    links = links_in(as_(who).get("/ml-theory/sessions/8").get_data(as_text=True))

    assert ("/ml-theory/sessions/8/edit" in links) is edits
    assert (
        len([link for link in links if link.startswith("/ml-theory/talks/") and link.endswith("/edit")])
        == tends
    )


def test_session_that_is_not_over_is_changed_by_co_leads(
    archive: Flask, as_: Callable[[str | None], FlaskClient]
) -> None:
    assert "/ml-theory/sessions/5/change" in links_in(
        as_("Ada").get("/ml-theory/sessions/5").get_data(as_text=True)
    )
