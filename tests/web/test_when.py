"""The viewer's own time beside the group's."""

from datetime import UTC, datetime

import pytest

from readinggroup.web.when import moment, own_words

AT = datetime(2022, 11, 19, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Lisbon", "21:00 for you in Lisbon"),
        ("Asia/Tokyo", "Sunday 20 November, 06:00 for you in Tokyo"),
        ("America/Denver", ""),
    ],
)
def test_own_words_say_the_day_where_it_differs(zone: str, words: str) -> None:
    assert own_words(moment(AT, "America/Edmonton"), zone) == words
