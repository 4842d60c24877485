"""What the tests of voting share: the clock stands an hour after the rounds were opened."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.voting import build


@pytest.fixture(autouse=True)
def _an_hour_later() -> Iterator[None]:
    with build.at():
        yield


@pytest.fixture
def round_id(app: Flask, cast: dict[str, int]) -> int:
    """An open round over the four pitches of TITLES: two seats, rule popular, until 12 November 18:00 Edmonton."""
    return build.opened(app)
