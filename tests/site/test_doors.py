"""Every door of the site: written down, closed by default, POST for what changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import IntegerConverter, Rule

from readinggroup.access.doors import rule_of
from readinggroup.cli.start import table_of_doors
from readinggroup.db import db
from tests.conftest import token_in

TABLE = Path(__file__).with_name("routes.txt")
PROVEN_BY_LINK = {"mail.stop"}
"""Mail programs press this button without a page (RFC 8058): its signed link says whose mails it stops."""


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def address(rule: Rule, group: str = "ml-theory") -> str:
    """An address that ``rule`` matches; what it names need not be there."""
    values = {
        name: 1 if isinstance(rule._converters[name], IntegerConverter) else "x" for name in rule.arguments
    }
    built = rule.build(values | {"group_slug": group}, append_unknown=False)
    assert built is not None
    return built[1]


def test_every_door_is_written_down(app: Flask) -> None:
    """routes.txt is the table of doors; its diff is the security review."""
    assert table_of_doors(app) == TABLE.read_text(encoding="utf-8"), "run `make routes`, then read the diff"


def test_every_view_has_a_door(app: Flask) -> None:
    assert [endpoint for endpoint in app.view_functions if rule_of(app, endpoint) is None] == []


def test_a_view_without_a_door_is_refused(app: Flask) -> None:
    app.view_functions["health.process"], kept = lambda: "in", app.view_functions["health.process"]
    try:
        answer = app.test_client().get("/healthz")
    finally:
        app.view_functions["health.process"] = kept

    assert answer.status_code == 403
    assert answer.get_data(as_text=True) != "in"


def test_no_post_passes_without_a_token(app: Flask, as_: Callable[[str | None], FlaskClient]) -> None:
    ada = as_("Ada")
    for rule in rules(app):
        if "POST" not in (rule.methods or set()) or rule.endpoint in PROVEN_BY_LINK:
            continue
        answer = ada.post(address(rule))
        assert answer.status_code == 400, rule.rule
        assert "too old to be sent" in answer.get_data(as_text=True), rule.rule


def test_get_never_writes(app: Flask, as_: Callable[[str | None], FlaskClient]) -> None:
    ada = as_("Ada")
    with writes_of(app) as statements:
        for rule in rules(app):
            if "GET" in (rule.methods or set()):
                ada.get(address(rule))

    assert statements == []


def test_sign_out_is_a_post(as_: Callable[[str | None], FlaskClient]) -> None:
    mo = as_("Mo")
    private = "/ml-theory/pitches/"

    mo.get("/logout", follow_redirects=True)
    page = mo.get(private)
    assert page.status_code == 200

    mo.post("/logout", data={"csrf_token": token_in(page.get_data(as_text=True))})
    assert mo.get(private).location == "/login?next=/ml-theory/pitches/"


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/ml-theory/nowhere", "/ml-theory/sessions/99999999999999999999"]
)
def test_unknown_addresses_are_not_found_in_words(app: Flask, cast: dict[str, int], path: str) -> None:
    answer = app.test_client().get(path)

    assert answer.status_code == 404
    assert "There is no such page" in answer.get_data(as_text=True)


@contextmanager
def writes_of(app: Flask) -> Iterator[list[str]]:
    """The INSERT, UPDATE and DELETE statements that run inside the block."""
    statements: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().split(None, 1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", listen)
