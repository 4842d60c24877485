"""A visitor's page never touches the session: no cookie is set, and no cache keeps a copy for each."""

import pytest
from flask import Flask

PAGES = (
    "",
    "sessions/",
    "sessions/?q=meta",
    "sessions/2",
    "sessions/5",
    "speakers/",
    "speakers/max-marion",
    "reading",
)


@pytest.mark.parametrize("path", ["/", *(f"/ml-theory/{page}" for page in PAGES)])
def test_visitors_page_sets_no_cookie_and_varies_by_none(archive: Flask, path: str) -> None:
    answer = archive.test_client().get(path)

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
