"""Error pages lead back to the group that they happened in, and ask no database for it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.archive.build import queries_of

Browser = Callable[[str | None], FlaskClient]
BACK = '<a class="btn quiet" href="/ml-theory/">Back to Machine Learning Theory</a>'


@pytest.mark.parametrize(
    ("who", "path", "status"), [(None, "/ml-theory/sessions/99", 404), ("Mo", "/ml-theory/chores", 403)]
)
def test_an_error_in_a_group_leads_back_to_it(as_: Browser, who: str | None, path: str, status: int) -> None:
    answer = as_(who).get(path)

    assert (answer.status_code, BACK in answer.get_data(as_text=True)) == (status, True)


@pytest.mark.usefixtures("cast")
def test_an_error_elsewhere_leads_to_the_front_page(app: Flask) -> None:
    page = app.test_client().get("/nowhere/at/all").get_data(as_text=True)

    assert '<a class="btn quiet" href="/">To the front page</a>' in page
    assert "Back to" not in page


def test_the_way_back_asks_for_nothing(app: Flask, as_: Browser) -> None:
    visitor = as_(None)
    visitor.get("/ml-theory/sessions/99")

    with queries_of(app) as asked:
        visitor.get("/ml-theory/sessions/99")

    assert len(asked) == 2, "the group, and the session that isn't there"
