"""Meeting dates, local times at both changes of clock, and names of places."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.rhythm import (
    BadZone,
    Break,
    ClockChange,
    Rhythm,
    ZoneData,
    check_zone,
    clock_change,
    dates,
    hour,
    instant,
    newest_first,
    offset_words,
    place_of_zone,
    place_zones,
    zone_at,
    zone_data_in,
    zone_data_version,
)
from tests.zones import OLD_EDMONTON

FORTNIGHT = Rhythm(date(2022, 11, 5), 2, time(14), 60, "America/Edmonton")
WINTER = Break(date(2022, 12, 15), date(2023, 1, 9), "Winter")


def days(*words):
    return [date.fromisoformat(word) for word in words]


# --- dates ------------------------------------------------------------------------------------------------


def test_dates_come_every_two_weeks_from_the_anchor():
    assert list(dates(FORTNIGHT, count=4)) == days("2022-11-05", "2022-11-19", "2022-12-03", "2022-12-17")
    assert FORTNIGHT.weekday == 5


def test_dates_skip_a_break_and_keep_the_phase():
    found = list(dates(FORTNIGHT, [WINTER], from_on=date(2022, 12, 1), count=3))

    assert found == days("2022-12-03", "2023-01-14", "2023-01-28")


def test_dates_go_on_from_the_first_weekday_after_a_break_that_shifts():
    shifting = Break(date(2022, 12, 15), date(2022, 12, 31), "Winter", shifts=True)

    found = list(dates(FORTNIGHT, [shifting], from_on=date(2022, 12, 1), count=3))

    assert found == days("2022-12-03", "2023-01-07", "2023-01-21")


def test_dates_are_not_shifted_by_a_break_that_none_falls_into():
    between = Break(date(2022, 11, 6), date(2022, 11, 18), shifts=True)

    assert list(dates(FORTNIGHT, [between], count=2)) == days("2022-11-05", "2022-11-19")


def test_dates_shifted_into_another_break_are_shifted_again():
    one = Break(date(2022, 12, 17), date(2022, 12, 17), shifts=True)
    two = Break(date(2022, 12, 20), date(2022, 12, 31), shifts=True)

    assert list(dates(FORTNIGHT, [two, one], from_on=date(2022, 12, 4), count=1)) == days("2023-01-07")


def test_breaks_include_both_their_ends():
    one_day = Break(date(2022, 11, 19), date(2022, 11, 19))

    assert list(dates(FORTNIGHT, [one_day], count=2)) == days("2022-11-05", "2022-12-03")


def test_extras_count_once_also_in_a_break_or_before_the_anchor():
    extras = days("2022-12-20", "2022-11-19", "2022-10-29", "2022-12-20")

    found = list(dates(FORTNIGHT, [WINTER], extras, count=5))

    assert found == days("2022-10-29", "2022-11-05", "2022-11-19", "2022-12-03", "2022-12-20")


def test_dates_end_where_the_calendar_ends():
    last = Rhythm(date(9999, 12, 20), 1, time(14), 60, "America/Edmonton")
    endless = Break(date(9999, 12, 27), date.max, shifts=True)

    assert list(dates(last)) == days("9999-12-20", "9999-12-27")
    assert list(dates(last, [endless])) == days("9999-12-20")


@pytest.mark.parametrize(
    "wrong",
    [
        {"weeks": 0},
        {"minutes": 0},
        {"minutes": 1441},
        {"starts": time(14, tzinfo=UTC)},
    ],
)
def test_rhythm_refuses_nonsense(wrong):
    fields = {"anchor_on": date(2022, 11, 5), "weeks": 2, "starts": time(14), "minutes": 60, "zone": "x"}

    with pytest.raises(ValueError, match=r"a rhythm|a meeting|a local start"):
        Rhythm(**{**fields, **wrong})


def test_break_refuses_to_end_before_it_begins():
    with pytest.raises(ValueError, match="can't end"):
        Break(date(2022, 12, 15), date(2022, 12, 14))


some_days = st.dates(date(2022, 1, 1), date(2026, 12, 31))
some_breaks = st.lists(
    st.builds(
        lambda first, length, shifts: Break(first, first + timedelta(days=length), shifts=shifts),
        some_days,
        st.integers(0, 60),
        st.booleans(),
    ),
    max_size=4,
)


@given(anchor=some_days, weeks=st.integers(1, 6), breaks=some_breaks, extras=st.lists(some_days, max_size=4))
def test_dates_rise_and_regular_ones_keep_weekday_distance_and_breaks(anchor, weeks, breaks, extras):
    rhythm = Rhythm(anchor, weeks, time(14), 60, "America/Edmonton")

    found = list(dates(rhythm, breaks, extras, count=30))

    regular = [on for on in found if on not in extras]
    assert all(one < other for one, other in pairwise(found))
    assert {on for on in extras if on <= found[-1]} <= set(found)
    assert all(on.weekday() == anchor.weekday() and on >= anchor for on in regular)
    assert not any(on in pause for on in regular for pause in breaks)
    if not any(pause.shifts for pause in breaks):
        assert all((on - anchor).days % (7 * weeks) == 0 for on in regular)


@given(anchor=some_days, breaks=some_breaks, from_on=some_days)
def test_dates_from_a_day_on_are_the_later_ones_of_all(anchor, breaks, from_on):
    rhythm = Rhythm(anchor, 2, time(14), 60, "America/Edmonton")
    every = list(dates(rhythm, breaks, count=200))

    later = list(dates(rhythm, breaks, from_on=from_on, count=5))

    assert later == [on for on in every if on >= from_on][: len(later)]


# --- local times ------------------------------------------------------------------------------------------


def test_december_2026_in_edmonton_is_another_instant_under_old_and_new_rules():
    on = date(2026, 12, 5)

    assert instant(on, time(14), OLD_EDMONTON) == datetime(2026, 12, 5, 21, tzinfo=UTC)
    assert instant(on, time(14), "America/Edmonton") == datetime(2026, 12, 5, 20, tzinfo=UTC)


def test_december_2026_in_vancouver_has_no_winter_time():
    starts_at = instant(date(2026, 12, 5), time(14), "America/Vancouver")

    assert starts_at == datetime(2026, 12, 5, 21, tzinfo=UTC)


def test_the_old_rule_of_the_test_agrees_with_the_past():
    for on in days("2022-11-05", "2022-11-06", "2022-11-19", "2023-03-11", "2023-03-12", "2023-07-01"):
        assert instant(on, time(14), OLD_EDMONTON) == instant(on, time(14), "America/Edmonton")


def test_the_first_real_sessions_are_at_21_utc_in_winter_and_20_in_summer():
    found = [instant(on, time(14), "America/Edmonton").hour for on in dates(FORTNIGHT, count=3)]

    assert found == [20, 21, 21]


def test_phoenix_and_denver_part_when_clocks_change():
    def hours(on):
        return [instant(on, time(14), zone).hour for zone in ("America/Phoenix", "America/Denver")]

    assert hours(date(2025, 3, 8)) == [21, 21]
    assert hours(date(2025, 3, 9)) == [21, 20]
    assert hours(date(2025, 11, 1)) == [21, 20]
    assert hours(date(2025, 11, 2)) == [21, 21]


def test_a_skipped_time_is_read_with_the_offset_before_the_change():
    on = date(2025, 3, 9)

    assert instant(on, time(2, 30), "America/Denver") == datetime(2025, 3, 9, 9, 30, tzinfo=UTC)
    assert instant(on, time(1, 59), "America/Denver") == datetime(2025, 3, 9, 8, 59, tzinfo=UTC)
    assert instant(on, time(3), "America/Denver") == datetime(2025, 3, 9, 9, tzinfo=UTC)
    assert clock_change(on, time(2, 30), "America/Denver") is ClockChange.SKIPPED
    assert clock_change(on, time(3), "America/Denver") is None


def test_a_time_that_comes_twice_is_its_first_occurrence():
    on = date(2025, 11, 2)

    for starts in (time(1, 30), time(1, 30, fold=1)):
        assert instant(on, starts, "America/Denver") == datetime(2025, 11, 2, 7, 30, tzinfo=UTC)
    assert instant(on, time(2), "America/Denver") == datetime(2025, 11, 2, 9, tzinfo=UTC)
    assert clock_change(on, time(1, 30), "America/Denver") is ClockChange.TWICE
    assert clock_change(on, time(2), "America/Denver") is None


def test_a_day_that_a_place_left_out_is_read_with_the_offset_before():
    assert instant(date(2011, 12, 30), time(14), "Pacific/Apia") == datetime(2011, 12, 31, 0, tzinfo=UTC)


def test_instant_refuses_a_start_with_a_zone_and_an_unknown_zone():
    with pytest.raises(ValueError, match="no zone of its own"):
        instant(date(2025, 1, 1), time(14, tzinfo=UTC), "America/Denver")
    with pytest.raises(BadZone, match="America/Edmonton"):
        instant(date(2025, 1, 1), time(14), "MST")


def test_hour_lasts_its_minutes_over_a_change_of_clock():
    late = Rhythm(date(2025, 11, 2), 2, time(0, 30), 120, "America/Denver")

    found = hour(late, date(2025, 11, 2))

    assert found.starts_at == datetime(2025, 11, 2, 6, 30, tzinfo=UTC)
    assert found.ends_at - found.starts_at == timedelta(hours=2)
    assert (found.offset, found.clock_change) == ("UTC-06:00", None)


@given(
    on=st.dates(date(1970, 1, 2), date(2037, 12, 30)),
    starts=st.times(),
    zone=st.sampled_from(sorted(place_zones())),
)
def test_instant_comes_back_as_the_same_local_time_unless_it_was_skipped(on, starts, zone):
    back = instant(on, starts, zone).astimezone(zone_at(zone)).replace(tzinfo=None, fold=0)

    if clock_change(on, starts, zone) is ClockChange.SKIPPED:
        assert back > datetime.combine(on, starts)
    else:
        assert back == datetime.combine(on, starts)


@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [
        (datetime(2022, 12, 3, 21, tzinfo=UTC), "America/Edmonton", "UTC-07:00"),
        (datetime(2022, 7, 3, 21, tzinfo=UTC), "America/Edmonton", "UTC-06:00"),
        (datetime(2022, 7, 3, 21, tzinfo=UTC), "Asia/Kolkata", "UTC+05:30"),
        (datetime(2022, 7, 3, 21, tzinfo=UTC), "America/St_Johns", "UTC-02:30"),
        (datetime(2022, 7, 3, 21, tzinfo=UTC), "Africa/Abidjan", "UTC+00:00"),
        (datetime(1880, 1, 1, tzinfo=UTC), "America/Denver", "UTC-06:59:56"),
    ],
)
def test_offset_words(at, zone, words):
    assert offset_words(at.astimezone(zone_at(zone))) == words


def test_offset_words_refuse_a_time_without_zone():
    with pytest.raises(ValueError, match="without zone"):
        offset_words(datetime(2022, 7, 3, 21))  # noqa: DTZ001 - that is the point


# --- places -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Edmonton", "Edmonton"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("America/North_Dakota/New_Salem", "New Salem"),
        ("America/Port-au-Prince", "Port-au-Prince"),
    ],
)
def test_place_of_zone(zone, name):
    assert place_of_zone(zone) == name
    assert check_zone(zone) == zone


@pytest.mark.parametrize(
    ("wrong", "why", "instead"),
    [
        ("MST", "abbreviation", "America/Phoenix"),
        ("mst", "abbreviation", "America/Edmonton"),
        ("EST5EDT", "abbreviation", "America/New_York"),
        ("CET", "abbreviation", "Europe/Berlin"),
        ("UTC", "abbreviation", "Africa/Abidjan"),
        ("Etc/GMT+7", "fixed offset", "America/Edmonton"),
        ("UTC-7", "fixed offset", "America/Edmonton"),
        ("-07:00", "fixed offset", "America/Edmonton"),
        ("US/Mountain", "old name", "America/Denver"),
        ("Canada/Mountain", "old name", "America/Edmonton"),
        ("Australia/NSW", "old name", "Australia/Sydney"),
        ("Japan", "old name", "Asia/Tokyo"),
        ("america/edmonton", "isn't a place", "America/Edmonton"),
        ("Edmonton", "isn't a place", "America/Edmonton"),
        ("new york", "isn't a place", "America/New_York"),
        ("America/../Edmonton", "isn't a place", "America/Edmonton"),
        ("posix/America/Denver", "isn't a place", "America/Denver"),
        ("../../etc/passwd", "isn't a place", "Europe/Berlin"),
        ("America", "isn't a place", "Europe/Berlin"),
        ("", "isn't a place", "Europe/Berlin"),
        ("America/Edmonton\0", "isn't a place", "America/Edmonton"),
    ],
)
def test_check_zone_says_what_to_write_instead(wrong, why, instead):
    with pytest.raises(BadZone) as refusal:
        check_zone(wrong)

    assert why in str(refusal.value)
    assert instead in str(refusal.value)
    assert "\0" not in str(refusal.value)
    assert set(refusal.value.instead) <= place_zones()


@given(st.text(max_size=30).filter(lambda name: name not in place_zones()))
def test_check_zone_refuses_everything_else_by_name(name):
    with pytest.raises(BadZone) as refusal:
        check_zone(name)

    assert refusal.value.name == name


def test_every_place_has_rules_and_none_is_an_abbreviation():
    assert len(place_zones()) > 400
    assert not [name for name in place_zones() if not re.fullmatch(r"[A-Z][a-z]+(/[A-Za-z_-]+){1,2}", name)]
    assert {zone_at(name).key for name in place_zones()} == place_zones()


# --- zone data --------------------------------------------------------------------------------------------


def test_zone_data_is_at_least_2026f():
    assert ZoneData(None, zone_data_version()).age >= ZoneData(None, "2026f").age


def test_releases_are_sorted_by_year_and_letters(tmp_path):
    versions = ["2025z", "unknown", "2026a", "2025za", "2025b", "2026f"]

    found = newest_first(ZoneData(tmp_path, version) for version in versions)

    assert [source.version for source in found] == ["2026f", "2026a", "2025za", "2025z", "2025b", "unknown"]


def test_newest_first_keeps_the_order_of_equal_releases(tmp_path):
    one, other = ZoneData(tmp_path / "one", "2026f"), ZoneData(tmp_path / "other", "2026f")

    assert newest_first([one, other]) == [one, other]


@pytest.mark.parametrize(
    ("file", "text", "version"),
    [
        ("tzdata.zi", "# version 2025b\nR A 1916 o\n", "2025b"),
        ("tzdata.zi", "# This zic input file is in the public domain.\n# version 2026f\n", "2026f"),
        ("+VERSION", "2025c\n", "2025c"),
    ],
)
def test_zone_data_in_reads_the_release(tmp_path, file, text, version):
    (tmp_path / file).write_text(text)

    assert zone_data_in(tmp_path) == ZoneData(tmp_path, version)


def test_zone_data_in_a_folder_that_says_no_release_is_none(tmp_path):
    (tmp_path / "tzdata.zi").write_text("R A 1916 o\n")

    assert zone_data_in(tmp_path) is None
    assert zone_data_in(tmp_path / "nowhere") is None
