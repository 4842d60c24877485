"""How often a form may be tried: for each client, and for each account that is meant."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from readinggroup import clock, create_app
from readinggroup.api.description import description
from readinggroup.config import Settings
from readinggroup.db import db
from readinggroup.migrating import upgrade
from tests import build, databases
from tests.conftest import CHEAP, token_in


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Flask]:
    """A site of its own that counts tries."""
    settings = Settings.read({"DATABASE_URL": databases.fresh("sqlite", tmp_path), "DATA_DIR": str(tmp_path)})
    upgrade(settings)
    app = create_app(settings, SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=CHEAP)
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


def tries(app: Flask, emails: list[str], source: str) -> list[int]:
    client = app.test_client()
    base = {"REMOTE_ADDR": source}
    token = token_in(client.get("/login", environ_base=base).get_data(as_text=True))
    return [
        client.post(
            "/login", data={"csrf_token": token, "email": email, "password": "guess"}, environ_base=base
        ).status_code
        for email in emails
    ]


def test_too_many_tries_at_one_account_are_told_when_to_try_again(limited: Flask) -> None:
    spellings = ["mo@example.org", " MO@example.org", "\uff4do@example.org"] * 4

    found = [tries(limited, [email], f"203.0.113.{n}")[0] for n, email in enumerate(spellings)]

    assert found == [422] * 10 + [429] * 2
    assert tries(limited, ["nia@example.org"], "203.0.113.1") == [422]
    client = limited.test_client()
    token = token_in(client.get("/login").get_data(as_text=True))
    answer = client.post("/login", data={"csrf_token": token, "email": "mo@example.org", "password": "guess"})
    assert re.search(r"Try again in \d+ minutes?\.", answer.get_data(as_text=True))
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    assert client.get("/login").status_code == 200


def test_a_client_reads_secret_addresses_so_often_and_no_more(limited: Flask) -> None:
    client = limited.test_client()

    found = [client.get(f"/account/calendar/guess-{n}.ics").status_code for n in range(121)]

    assert found == [404] * 120 + [429]


def test_a_program_that_asks_too_often_is_told_when_to_ask_again(limited: Flask) -> None:
    program = limited.test_client()
    found = [program.get("/api/v1/groups").status_code for _ in range(300)]

    answer = program.get("/api/v1/groups")

    assert found == [200] * 300
    assert (answer.status_code, answer.content_type) == (429, "application/problem+json")
    assert answer.json == {"type": "about:blank", "title": "Too Many Requests", "status": 429}
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    described = description_of(limited)["paths"]["/api/v1/groups"]["get"]["responses"]["429"]
    assert "Retry-After" in described["headers"]
    assert answer.content_type in described["content"]


def description_of(app: Flask) -> dict[str, Any]:
    with app.test_request_context():
        return description()


def test_too_many_tries_of_one_client_are_refused_whomever_they_mean(limited: Flask) -> None:
    many = [f"person{n}@example.org" for n in range(12)]

    assert tries(limited, many, "2001:db8::1") == [422] * 12
    assert tries(limited, many, "2001:db8::ffff:2") == [422] * 8 + [429] * 4
    assert tries(limited, many[:1], "2001:db8:1::1") == [422]


def test_a_field_that_the_form_does_not_ask_for_makes_nobody_else_of_a_guesser(limited: Flask) -> None:
    with limited.app_context():
        mo = build.user("Mo")
        build.saved()
        waits = [mo.id, clock.now().timestamp()]
    client = limited.test_client()
    with client.session_transaction() as session:
        session["second_step"] = waits
    answers = []
    for n in range(12):
        base = {"REMOTE_ADDR": f"203.0.113.{n}"}
        token = token_in(client.get("/login", environ_base=base).get_data(as_text=True))
        fields = {"csrf_token": token, "code": "000000", "email": f"guess{n}@example.org"}
        answers.append(client.post("/login/second-step", data=fields, environ_base=base).status_code)

    assert answers == [422] * 10 + [429] * 2
