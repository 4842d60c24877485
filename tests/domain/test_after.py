"""What comes after a session, across a change of clocks too."""

from datetime import UTC, date, datetime

from readinggroup.domain.after import asked_at, feedback_until


def test_two_days_later_in_the_morning_slides_are_asked_for():
    assert asked_at(date(2022, 11, 19), "America/Edmonton") == datetime(2022, 11, 21, 15, tzinfo=UTC)


def test_feedback_is_read_after_a_week_in_the_evening_by_the_groups_clock():
    assert feedback_until(date(2022, 11, 5), "America/Edmonton") == datetime(2022, 11, 13, 1, tzinfo=UTC)
