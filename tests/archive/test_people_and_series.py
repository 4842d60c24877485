"""Speakers' and series' pages."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.domain.lifecycle import Audience, MeetingState
from readinggroup.models import SeriesKind
from tests.archive import build
from tests.archive.pages import links_in, text_of, texts_of, titles_in
from tests.build import saved


def read(app: Flask, path: str) -> str:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_speakers_are_those_who_talked_or_will_by_name(archive: Flask) -> None:
    with archive.app_context():
        build.speaker(build.group_of(), "Pitched Only")
        saved()

    page = read(archive, "/ml-theory/speakers/")

    assert texts_of(page, "entry") == [
        "1 talk Ahmad Mustafa",
        "1 talk Ashish Gaurav",
        "1 talk Max Marion",
        "1 talk Nia",
        "1 talk Sree Harsha Nelaturu",
    ]
    assert "/ml-theory/speakers/ahmad-mustafa" in links_in(page)


def test_speakers_before_the_first_talk_say_how_to_become_one(app: Flask, cast: dict[str, int]) -> None:
    assert "Any member may pitch one" in text_of(read(app, "/ml-theory/speakers/"))


def test_speaker_has_their_own_talks_latest_first(archive: Flask) -> None:
    with archive.app_context():
        group = build.group_of()
        again = build.session(group, 8, date(2023, 4, 1), title="Two talks in spring")
        build.talk(again, "Rankings", "Max Marion")
        build.talk(again, "Somebody else's", "Mo", position=2)
        coming = build.session(group, 9, date(2023, 5, 1), state=MeetingState.ANNOUNCED)
        build.talk(coming, "More of it", "Max Marion")
        off = build.session(group, 10, date(2023, 6, 1), state=MeetingState.CANCELLED)
        build.talk(off, "Never given", "Max Marion")
        saved()

    page = read(archive, "/ml-theory/speakers/max-marion")

    assert titles_in(page, "h1") == ["Max Marion"]
    assert titles_in(page, "h2") == ["Announced", "2023", "2022"]
    assert titles_in(page, "h3") == ["More of it", "Rankings", "Neural Information Retrieval"]


@pytest.mark.parametrize(
    "slug", ["rex", "harry-saini", "nobody", "%00", "%F0%9F%A6%84", "a'b\"c", "%25", "_", "%ED%A0%80"]
)
def test_speaker_who_never_talked_here_is_not_found(archive: Flask, slug: str) -> None:
    assert archive.test_client().get(f"/ml-theory/speakers/{slug}").status_code == 404


def test_speakers_take_two_queries_and_a_speaker_three(archive: Flask) -> None:
    with build.queries_of(archive) as all_speakers:
        read(archive, "/ml-theory/speakers/")
    with build.queries_of(archive) as one:
        read(archive, "/ml-theory/speakers/max-marion")

    assert (len(all_speakers), len(one)) == (2, 3)


def test_series_tells_its_sessions_in_order(archive: Flask) -> None:
    with archive.app_context():
        group = build.group_of()
        book = build.series(group, "Convex Optimisation", intro="Chapter *by* chapter.", kind=SeriesKind.BOOK)
        whole = build.session(group, 8, date(2023, 4, 1), series_id=book.id)
        build.talk(whole, "Chapter 1", "Mo")
        mixed = build.session(group, 9, date(2023, 4, 15))
        build.talk(mixed, "Chapter 2", "Mo", series_id=book.id)
        hidden = build.session(group, 10, date(2023, 4, 29), state=MeetingState.PLANNED)
        build.talk(hidden, "Chapter 3", "Mo", series_id=book.id)
        build.series(build.group_of("biology"), "Enzymes")
        saved()

    page = read(archive, "/ml-theory/series/convex-optimisation")

    assert titles_in(page, "h1") == ["Convex Optimisation"]
    assert "Chapter <em>by</em> chapter." in page
    assert titles_in(page, "h3") == ["Chapter 1", "Chapter 2"]
    assert "/ml-theory/series/convex-optimisation" in links_in(read(archive, "/ml-theory/sessions/8"))
    assert archive.test_client().get("/ml-theory/series/enzymes").status_code == 404
    assert archive.test_client().get("/ml-theory/series/%00").status_code == 404


def test_series_without_sessions_says_who_acts(archive: Flask) -> None:
    with archive.app_context():
        build.series(build.group_of(), "Guests")
        saved()

    assert "The co-leads haven't announced one yet." in text_of(read(archive, "/ml-theory/series/guests"))


PAGES = [
    "sessions/", "sessions/4", "speakers/", "topics/", "speakers/max-marion", "topics/retrieval", "series/guests",
    "reading", "reading.bib", "reading.json", "speakers/max-marion/calendar.ics", "calendar.ics",
]  # fmt: skip


def test_pages_of_the_archive_tell_what_is_to_come_to_those_who_see_the_schedule(
    archive: Flask, as_: Callable[[str | None], FlaskClient]
) -> None:
    with archive.app_context():
        group = build.group_of()
        guests = build.series(group, "Guests", kind=SeriesKind.SPEAKERS)
        coming = build.session(group, 7, date(2023, 5, 1), state=MeetingState.ANNOUNCED, series_id=guests.id)
        told = build.talk(coming, "Not yet for all", "Max Marion", topics=["Retrieval"])
        build.talk(coming, "Not yet for all, too", "Newcomer", position=2, topics=["News"])
        build.reading(told, "Not yet for all, either", "https://arxiv.org/abs/2305.00001")
        saved()

    def telling(who: str | None, *, schedule: Audience, past: Audience) -> set[str]:
        with archive.app_context():
            build.group_of().schedule_seen_by, build.group_of().archive_seen_by = schedule, past
            saved()
        client = as_(who)
        pages = {path: client.get(f"/ml-theory/{path}").get_data(as_text=True) for path in PAGES}
        return {
            path
            for path, page in pages.items()
            if any(word in page for word in ("Not yet", "Noisy gradients", "Newcomer", "News<"))
        }

    everybody = {"schedule": Audience.PUBLIC, "past": Audience.PUBLIC}
    assert telling(None, **everybody) == set(PAGES)
    hidden = {"schedule": Audience.CO_LEADS, "past": Audience.PUBLIC}
    assert telling(None, **hidden) == telling("Mo", **hidden) == set()
    assert telling("Ada", **hidden) == set(PAGES)
    visitor = as_(None)
    for path in ("speakers/newcomer", "topics/news", "speakers/newcomer/calendar.ics"):
        assert visitor.get(f"/ml-theory/{path}").status_code == 404, path
    with archive.app_context():
        build.group_of().schedule_seen_by = Audience.PUBLIC
        build.group_of().archive_seen_by = Audience.CO_LEADS
        saved()
    calendar = visitor.get("/ml-theory/calendar.ics").get_data(as_text=True)
    assert ("Noisy gradients" in calendar, "Contrastive learning" in calendar) == (True, False)
    assert "Contrastive learning" not in visitor.get("/ml-theory/sessions/5").get_data(as_text=True)
