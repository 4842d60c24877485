"""The drawings' geometry and words."""

from datetime import date, time
from itertools import pairwise

import pytest

from readinggroup.web.drawings import Counted, season_ribbon, session_strip, standings_drawing


def percent(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


def test_strip_shows_each_talk_and_its_questions():
    strip = session_strip([("Meta Learning", 25, 5), ("Neural Information Retrieval", 25, 5)], time(14, 0))

    assert [(s.kind, s.label, s.at, s.minutes) for s in strip.segments] == [
        ("talk", "Meta Learning", "14:00", 25),
        ("questions", "Questions", "14:25", 5),
        ("talk", "Neural Information Retrieval", "14:30", 25),
        ("questions", "Questions", "14:55", 5),
    ]
    assert strip.words == (
        "60 minutes: 14:00 Meta Learning, 25 minutes, 14:25 Questions, 5 minutes,"
        " 14:30 Neural Information Retrieval, 25 minutes, 14:55 Questions, 5 minutes."
    )


def test_strip_fills_its_length_without_overlap():
    segments = session_strip([("A", 25, 7), ("", 25, 5), ("B", 10, 0)], time(9, 5)).segments

    ends = [percent(s.x) + percent(s.width) for s in segments]
    assert percent(segments[0].x) == 0
    assert ends[-1] == pytest.approx(100, abs=0.02)
    assert all(end <= percent(after.x) for end, after in zip(ends, segments[1:], strict=False))


def test_strip_says_which_place_is_free():
    strip = session_strip([("A", 25, 5), ("", 25, 5)], time(14, 0))

    assert [(s.kind, s.label, s.minutes) for s in strip.segments][-1] == ("free", "Free place", 30)


def test_strip_leaves_labels_out_where_they_have_no_room():
    strip = session_strip([("Long", 115, 5)], time(14, 0))

    assert [(s.shows_label, s.shows_tick) for s in strip.segments] == [(True, True), (False, False)]


def test_strip_passes_midnight_and_does_without_a_start():
    late = session_strip([("A", 25, 5), ("B", 25, 5)], time(23, 40))
    unknown = session_strip([("A", 25, 5)], None)

    assert [s.at for s in late.segments] == ["23:40", "00:05", "00:10", "00:35"]
    assert unknown.words == "30 minutes: A, 25 minutes, Questions, 5 minutes."
    assert not any(s.shows_tick for s in unknown.segments)


def test_strip_of_nothing_is_empty():
    assert (session_strip([], time(14, 0)).segments, session_strip([], None).words) == ((), "")


def test_ribbon_names_every_mark_and_counts_them_in_words():
    ribbon = season_ribbon(
        2022,
        [
            (date(2022, 12, 3), "planned", "Representation Learning", "/g/sessions/4"),
            (date(2022, 11, 19), "held", "Meta Learning", "/g/sessions/3"),
            (date(2022, 11, 5), "cancelled", "Second session", "/g/sessions/2"),
            (date(2021, 11, 5), "held", "Another year", "/g/sessions/1"),
        ],
        [(date(2022, 12, 20), date(2023, 1, 6))],
    )

    november, december = ribbon.months[10:]
    assert [(m.state, m.label, m.href) for m in november.marks] == [
        ("cancelled", "5 November: Second session, cancelled", "/g/sessions/2"),
        ("held", "19 November: Meta Learning, held", "/g/sessions/3"),
    ]
    assert [(percent(p.x1), p.x2) for p in december.pauses] == [(pytest.approx(61.29), "100%")]
    assert ribbon.states == ("held", "planned", "cancelled", "break")
    assert (
        ribbon.words == "2022: 1 session held, 1 cancelled, 1 to come. Break from 20 December to 6 January."
    )


def test_ribbon_continues_a_break_from_the_year_before():
    january = season_ribbon(2023, [], [(date(2022, 12, 20), date(2023, 1, 6))]).months[0]

    assert [(p.x1, percent(p.x2)) for p in january.pauses] == [("0%", pytest.approx(19.35))]


@pytest.mark.parametrize(
    ("days", "least"),
    [((1, 2), 28), ((30, 31), 28), ((1, 2, 3), 28), ((1, 8, 15, 22, 29), 16.7), ((1, 2, 3, 4, 5, 6, 7), 11)],
)
def test_ribbon_keeps_marks_apart_and_inside_their_month(days, least):
    sessions = [(date(2026, 1, day), "held", "T", "/") for day in days]

    places = [percent(mark.x) for mark in season_ribbon(2026, sessions).months[0].marks]

    assert min(b - a for a, b in pairwise(places)) >= least
    assert 13.9 <= places[0] < places[-1] <= 86.1


def test_ribbon_of_a_weekly_group_is_dense():
    weekly = [(date(2026, 1, day), "held", "T", "/") for day in (3, 10, 17, 24, 31)]

    assert (season_ribbon(2026, weekly).dense, season_ribbon(2026, weekly[:2]).dense) == (True, False)


def test_standings_measure_bars_by_ballots():
    drawing = standings_drawing(
        [Counted("A", 15, True, waiting=5), Counted("B", 12, False, served=8), Counted("C", 0, False)],
        ballots=20,
        threshold=2,
    )

    first, second, third = drawing.bars
    assert [(p.kind, p.count, p.x, p.width) for p in first.parts] == [
        ("even", 10, "0%", "50%"),
        ("waiting", 5, "50%", "25%"),
    ]
    assert (first.is_last_won, second.is_last_won) == (True, False)
    assert (second.place, second.count_words) == (2, "12 of 20")
    assert second.words == "Ticked on 12 of 20 ballots; of these 8 had lately been served."
    assert third.parts == ()
    assert (drawing.threshold_x, drawing.shows_levels) == ("10%", True)
    assert drawing.words == "1 talk won, of 3 pitches and 20 ballots."


def test_standings_without_ballots_or_losers():
    assert standings_drawing([Counted("A", 0, False)], ballots=0, threshold=2).threshold_x == "0%"
    assert standings_drawing([Counted("A", 3, True)], ballots=3, threshold=2).bars[0].is_last_won is False
