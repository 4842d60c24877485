"""The season in figures: what is said, drawn and put into tables, against a season made by hand."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.domain.lifecycle import MaterialKind, MeetingState, RoundRule
from tests import build as people
from tests.archive import build
from tests.scheduling.build import pitch
from tests.voting import build as voting

Browser = Callable[[str | None], FlaskClient]
PAGE = "/ml-theory/figures"


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 19, tzinfo=UTC)


@pytest.fixture
def season(app: Flask, cast: dict[str, int]) -> None:
    """2021 has Mo's first talk; 2022 three sessions with Mo in time, Nia five days late, and Sam without a reading
    and with a title that is a formula."""
    with app.app_context():
        ours = build.group_of()
        before = build.session(ours, 1, date(2021, 12, 4))
        build.talk(before, "Earlier", "Mo")
        days = [date(2022, 3, 5), date(2022, 3, 19), date(2022, 4, 2)]
        meetings = [build.session(ours, number, on) for number, on in enumerate(days, start=2)]
        build.session(ours, 5, date(2022, 4, 16), state=MeetingState.CANCELLED)
        waited = pitch(ours, "Waited", "Nia", rounds_waited=2)
        waited.created_at = noon(date(2022, 1, 1))
        mos = build.talk(meetings[0], "In time", "Mo")
        nias = build.talk(meetings[1], "Late", "Nia", pitch_id=waited.id)
        build.talk(meetings[2], "=HYPERLINK(1)", "Sam", "Mo", has_no_slides=True)
        build.reading(mos, "Paper", "https://arxiv.org/1", noon(date(2022, 2, 26)))
        build.reading(nias, "Paper", "https://arxiv.org/2", noon(date(2022, 3, 17)))
        build.material(mos, MaterialKind.SLIDES, "Slides", "https://example.org/slides")
        people.saved()


def said(page: str) -> str:
    """The page's words, without what is marked up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_figures_say_how_the_season_went(as_: Browser, season: None) -> None:
    page = as_("Ada").get(PAGE).get_data(as_text=True)

    words = said(page)
    assert "3 sessions held with 3 talks, 1 cancelled." in words
    assert (
        "The reading came in time for 1 of 3 talks. Where it was late, it came 5 days after its day" in words
    )
    assert "1 in time 1 late 1 without a reading" in words
    assert "Slides are there for 1 of 2 talks." in words
    assert "1 with slides 1 whose slides are missing 1 that had none" in words
    assert "2 of 3 speakers spoke here for the first time." in words
    assert (
        "it took 77 days in the middle, 77 days at the longest; 1 of 1 talk had lost a vote before." in words
    )
    assert "No vote was counted in this season." in words


def test_figures_draw_each_share(as_: Browser, season: None) -> None:
    page = as_("Ada").get(PAGE).get_data(as_text=True)

    drawn = re.findall(r'<rect class="(share-\w+)" x="([^"]+)" y="0.5" width="([^"]+)"', page)
    assert drawn[:3] == [
        ("share-good", "0%", "33.33%"),
        ("share-late", "33.33%", "33.33%"),
        ("share-none", "66.67%", "33.33%"),
    ]


def test_figures_choose_a_season(as_: Browser, season: None) -> None:
    ada = as_("Ada")

    earlier = said(ada.get(f"{PAGE}?year=2021").get_data(as_text=True))

    assert "2021 in figures" in earlier
    assert "1 session held with 1 talk." in earlier
    assert "1 of 1 speaker spoke here for the first time." in earlier
    assert [ada.get(f"{PAGE}?year={year}").status_code for year in ("2020", "x", "2022")] == [404, 404, 200]


def test_figures_of_a_group_that_has_just_begun_say_what_will_be_here(as_: Browser) -> None:
    page = said(as_("Ada").get(PAGE).get_data(as_text=True))

    assert "Nothing to count yet" in page


def test_talks_are_a_table_in_which_nothing_is_a_formula(as_: Browser, season: None) -> None:
    answer = as_("Ada").get(f"{PAGE}/talks.csv?year=2022")

    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ml-theory-2022-talks.csv"'
    assert [row[2:10] for row in rows[1:]] == [
        ["In time", "Mo", "", "in time", "2022-02-26", "2022-02-26", "", "there"],
        ["Late", "Nia", "Nia", "late", "2022-03-12", "2022-03-17", "5", "missing"],
        ["'=HYPERLINK(1)", "Sam, Mo", "Sam", "never", "2022-03-26", "", "", "none to come"],
    ]
    assert rows[2][10:] == ["2022-01-01", "77", "2"]


def test_turnout_counts_those_who_could_vote(app: Flask, as_: Browser) -> None:
    members = voting.crowd(app, 5)
    round_id = voting.opened(app, rule=RoundRule.FAIR, quorum=4)
    voting.voted(app, round_id, {member: ["Meta Learning"] for member in members[:3]})
    ada = as_("Ada")

    before = said(ada.get(PAGE).get_data(as_text=True))
    voting.closed(app, round_id)
    after = said(ada.get(PAGE).get_data(as_text=True))
    table = ada.get(f"{PAGE}/votes.csv").get_data().decode("utf-8-sig")

    assert "Nothing to count yet" in before
    assert "In 1 vote 37 % of the members voted, in the middle." in after
    assert "3 of 8 members voted, too few for the quorum of 4." in after
    assert table.splitlines()[1] == "2022-11-12,1,Talks of November,3,8,4"
