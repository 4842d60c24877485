"""Laying chapters on sessions: examples, and what holds for every book and every programme."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.chapters import Chapter, Session, lay_out

START = date(2023, 1, 7)


def fortnightly(count, places=(1, 2), **more):
    return [Session(n, START + timedelta(weeks=2 * (n - 1)), places, **more) for n in range(1, count + 1)]


def test_chapters_take_one_session_each_in_order():
    assert lay_out([Chapter(3), Chapter(1), Chapter(2)], fortnightly(3)) == {1: (1, 1), 2: (2, 1), 3: (3, 1)}


def test_as_many_share_a_session_as_may():
    found = lay_out([Chapter(n) for n in (1, 2, 3)], fortnightly(2), per_session=2)

    assert found == {1: (1, 1), 2: (1, 2), 3: (2, 1)}


def test_what_is_left_without_a_place_waits():
    assert lay_out([Chapter(1), Chapter(2)], fortnightly(1)) == {1: (1, 1), 2: None}


def test_a_fixed_chapter_stays_and_the_others_go_around_it():
    sessions = [*fortnightly(1), Session(2, START + timedelta(weeks=2), (), takes=False), *fortnightly(4)[2:]]
    chapters = [Chapter(1), Chapter(2, at=(2, 1), is_fixed=True), Chapter(3)]

    assert lay_out(chapters, sessions) == {1: (1, 1), 2: (2, 1), 3: (3, 1)}


def test_no_chapter_goes_behind_a_later_one_that_is_fixed():
    chapters = [Chapter(1), Chapter(2), Chapter(3, at=(1, 2), is_fixed=True), Chapter(4)]

    assert lay_out(chapters, fortnightly(2), per_session=2) == {1: (1, 1), 2: None, 3: (1, 2), 4: (2, 1)}


def test_breaks_and_days_away_are_passed_over():
    away = Chapter(1, away_on=frozenset({START}))
    pause = (START + timedelta(weeks=2), START + timedelta(weeks=4))

    assert lay_out([away, Chapter(2)], fortnightly(5), breaks=[pause]) == {1: (4, 1), 2: (5, 1)}


def test_after_a_skip_the_later_ones_move_up():
    before = lay_out([Chapter(n) for n in (1, 2, 3)], fortnightly(3))
    after = lay_out([Chapter(n, at=before[n]) for n in (1, 3)], fortnightly(3))

    assert after == {1: (1, 1), 3: (2, 1)}


def test_after_a_cancelled_session_the_later_ones_move_on():
    left = [session for session in fortnightly(4) if session.id != 2]

    assert lay_out([Chapter(n) for n in (1, 2, 3)], left) == {1: (1, 1), 2: (3, 1), 3: (4, 1)}


days = st.integers(0, 9).map(lambda weeks: START + timedelta(weeks=weeks))


@st.composite
def programmes(draw):
    """A book whose chapters stand anywhere, some fixed in their order, and sessions on days that may coincide."""
    sessions = [
        Session(
            n,
            draw(days),
            draw(st.lists(st.integers(1, 3), unique=True, max_size=3)),
            takes=draw(st.booleans()),
        )
        for n in range(1, draw(st.integers(0, 7)) + 1)
    ]
    numbers = draw(st.lists(st.integers(1, 12), unique=True, max_size=8))
    taken = [(session.id, 9) for session in sorted(sessions, key=lambda s: (s.on, s.id)) if not session.takes]
    chapters = []
    for number in sorted(numbers):
        fixed = bool(taken) and draw(st.booleans())
        at = taken.pop(0) if fixed else None
        chapters.append(Chapter(number, at, fixed, frozenset(draw(st.lists(days, max_size=3)))))
    breaks = [tuple(sorted((draw(days), draw(days)))) for _ in range(draw(st.integers(0, 2)))]
    return draw(st.permutations(chapters)), sessions, breaks, draw(st.integers(1, 3))


@given(programmes())
def test_every_layout_keeps_the_rules(programme):
    chapters, sessions, breaks, per_session = programme
    known = {session.id: session for session in sessions}

    laid = lay_out(chapters, sessions, breaks=breaks, per_session=per_session)

    placed = [(number, spot) for number, spot in sorted(laid.items()) if spot]
    when = [(known[spot[0]].on, *spot) for _, spot in placed]
    assert laid.keys() == {chapter.number for chapter in chapters}
    assert when == sorted(when), "order kept"
    assert len({spot for _, spot in placed}) == len(placed), "at most one chapter at a place"
    for chapter in chapters:
        spot = laid[chapter.number]
        if chapter.is_fixed:
            assert spot == chapter.at, "what is announced or locked never moves"
        elif spot:
            session = known[spot[0]]
            assert session.takes
            assert spot[1] in session.free
            assert session.on not in chapter.away_on
            assert not any(first <= session.on <= last for first, last in breaks), "breaks skipped"
            others = [other for other in placed if other[1][0] == spot[0]]
            fixed = sum(c.is_fixed and c.at[0] == spot[0] for c in chapters)
            assert len(others) <= max(per_session, fixed)


@given(programmes())
def test_a_layout_laid_out_again_is_itself(programme):
    chapters, sessions, breaks, per_session = programme
    options = {"breaks": breaks, "per_session": per_session}
    once = lay_out(chapters, sessions, **options)

    again = [
        Chapter(c.number, once[c.number] if not c.is_fixed else c.at, c.is_fixed, c.away_on) for c in chapters
    ]

    assert lay_out(again, sessions, **options) == once


@given(programmes())
def test_no_free_place_was_passed_over_for_the_first_chapter(programme):
    chapters, sessions, breaks, per_session = programme
    movable = [chapter for chapter in chapters if not chapter.is_fixed]
    alone = [min(movable, key=lambda chapter: chapter.number)] if movable else []

    laid = lay_out(alone, sessions, breaks=breaks, per_session=per_session)

    fits = (
        [
            (session.on, session.id, position)
            for session in sessions
            for position in session.free
            if session.takes
            and session.on not in alone[0].away_on
            and not any(first <= session.on <= last for first, last in breaks)
        ]
        if alone
        else []
    )
    assert [spot for spot in laid.values() if spot] == ([min(fits)[1:]] if fits else [])
