"""Whatever a program sends to a form of ours is answered with a page, never with an error of the server."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import token_in
from tests.site.test_doors import address, rules

Sent = Callable[[str], dict[str, object]]
BODIES: dict[str, Sent] = {
    "file": lambda token: {"data": {"csrf_token": token, "title": (BytesIO(b"x"), "x.txt")}},
    "json": lambda token: {"json": {"title": 5, "rows": [1]}, "headers": {"X-CSRFToken": token}},
    "json list": lambda token: {"json": [1, 2], "headers": {"X-CSRFToken": token}},
    "rows": lambda token: {
        "data": {
            "csrf_token": token,
            "rows-²-pitch": "1",
            "talks-²-talk": "1",
            f"rows-{'9' * 5000}-place": "1",
        }
    },
    "controls": lambda token: {"data": {"csrf_token": token, "email": "a\0@example.org", "title": "\0\x1f"}},
}


@pytest.mark.parametrize("kind", BODIES)
def test_no_form_breaks(app: Flask, as_: Callable[[str | None], FlaskClient], kind: str) -> None:
    ada = as_("Ada")
    token = token_in(ada.get("/").get_data(as_text=True))
    for rule in rules(app):
        if "POST" in (rule.methods or set()) and rule.rule != "/logout":
            answer = ada.post(address(rule), **BODIES[kind](token))  # type: ignore[arg-type]
            assert answer.status_code < 500, rule.rule


@pytest.mark.parametrize(
    "path", ["/a%00b/", "/ml-theory/speakers/%00", "/ml-theory/sessions/?q=%00&speaker=%00"]
)
def test_no_address_breaks(app: Flask, cast: dict[str, int], path: str) -> None:
    assert app.test_client().get(path).status_code in {200, 404}
