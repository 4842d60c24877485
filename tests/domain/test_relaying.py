"""What a new rhythm does to sessions that exist."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.relaying import Fate, Laid, relay

SATURDAY = date(2026, 12, 5)
WEEK = timedelta(weeks=1)
ONE_DAY = timedelta(days=1)


def saturdays(count, *, every=1):
    return [SATURDAY + number * every * WEEK for number in range(count)]


def test_another_weekday_moves_each_session_within_its_week_with_its_talks():
    sessions = [Laid(n, on, on, has_talks=n == 2) for n, on in enumerate(saturdays(3), start=1)]

    found = relay(sessions, [on + ONE_DAY for on in saturdays(9)], reach=6)

    assert [(each.id, each.on, each.fate) for each in found] == [
        (n, on + ONE_DAY, Fate.MOVES) for n, on in enumerate(saturdays(3), start=1)
    ]


def test_dates_that_fall_out_cancel_what_is_empty_and_keep_what_has_talks():
    sessions = [Laid(n, on, on, has_talks=n == 4) for n, on in enumerate(saturdays(4), start=1)]

    found = relay(sessions, saturdays(2, every=2), reach=7)

    assert [each.fate for each in found] == [Fate.STAYS, Fate.CANCELLED, Fate.STAYS, Fate.BESIDE]
    assert [each.made_for for each in found] == [SATURDAY, None, SATURDAY + 2 * WEEK, None]
    assert found[3].on == SATURDAY + 3 * WEEK


def test_extra_moved_and_cancelled_sessions_stay_where_they_are():
    extra = Laid(1, SATURDAY + ONE_DAY, None)
    moved = Laid(2, SATURDAY + 3 * ONE_DAY, SATURDAY, has_talks=True)
    cancelled = Laid(3, SATURDAY + WEEK, SATURDAY + WEEK, is_live=False)

    found = relay([extra, moved, cancelled], [on + ONE_DAY for on in saturdays(4)], reach=6)

    assert [(each.on, each.fate) for each in found] == [
        (each.on, Fate.STAYS) for each in (extra, moved, cancelled)
    ]
    # The Sunday of the extra session is taken, and the cancelled one still stands for its week.
    assert [each.made_for for each in found] == [None, None, SATURDAY + WEEK + ONE_DAY]


@given(
    offsets=st.lists(st.integers(0, 80), unique=True, max_size=8),
    dates=st.sets(st.integers(0, 90), max_size=15),
    shapes=st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(-9, 9)), min_size=8, max_size=8),
)
def test_no_two_sessions_share_a_date_and_nothing_with_talks_is_lost(offsets, dates, shapes):
    sessions = [
        Laid(
            n, SATURDAY + timedelta(days=at), SATURDAY + timedelta(days=at + (0 if live else by)), talks, live
        )
        for n, (at, (talks, live, by)) in enumerate(zip(offsets, shapes, strict=False))
    ]
    wanted = [SATURDAY + timedelta(days=each) for each in dates]

    found = relay(sessions, wanted, reach=6)

    assert [each.id for each in found] == [each.id for each in sessions]
    stand_for = [each.made_for for each in found if each.made_for]
    assert len(stand_for) == len(set(stand_for))
    assert set(stand_for) <= set(wanted)
    going = [each.on for each in found if each.fate is not Fate.CANCELLED]
    assert len(going) == len(set(going))
    for before, after in zip(sessions, found, strict=True):
        assert abs((after.on - before.on).days) <= 6
        assert not (before.has_talks and after.fate is Fate.CANCELLED)
        assert before.follows or after.fate is Fate.STAYS
