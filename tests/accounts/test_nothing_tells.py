"""No page, status, header, number of writes or amount of hashing tells whether an address has an account."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from readinggroup.accounts import entering
from readinggroup.db import db
from readinggroup.models import User
from tests.accounts import mails
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
JOIN = {"name": "Somebody", "password": "a long enough one", "why": "", "website": ""}


@pytest.fixture
def people(app: Flask, cast: dict[str, int]) -> list[str]:
    """Addresses with an account, without one, with one that isn't confirmed, that has no password, that is closed."""
    with app.app_context():
        db.session.get_one(User, cast["Nia"]).confirmed_at = None
        db.session.get_one(User, cast["Sam"]).password = None
        db.session.get_one(User, cast["Rex"]).active = False
        db.session.commit()
    return [f"{name}@example.org" for name in ("mo", "nobody", "nia", "sam", "rex")]


def answer_for(app: Flask, email: str, paths: list[tuple[str, dict[str, str]]]) -> str:
    """Everything that a visitor gets who sends these forms about ``email``, but for what differs anyway."""
    client = app.test_client()
    answers = [
        post(client, path, fields | ({"email": email} if path != "/login/code/type" else {}))
        for path, fields in paths
    ]
    told = "\n".join(f"{a.status}\n{a.headers}\n{a.get_data(as_text=True)}" for a in answers)
    told = re.sub(
        r'name="csrf_token" type="hidden" value="[^"]*"|session=[^;]*|Content-Length: \d+', "", told
    )
    return told.replace(email, "").replace(email.replace("@", "%40"), "")


@pytest.mark.parametrize(
    "paths",
    [
        [("/login", {"password": "not the one"})],
        [("/login/code", {}), ("/login/code/type", {"code": "0000 0000"})],
        [("/ml-theory/join", JOIN)],
    ],
    ids=["password", "code", "join"],
)
def test_answers_are_the_same_to_the_byte(
    app: Flask, people: list[str], paths: list[tuple[str, dict[str, str]]]
) -> None:
    assert {answer_for(app, email, paths) for email in people} == {answer_for(app, people[0], paths)}


def test_a_password_is_hashed_once_whoever_is_meant(
    app: Flask, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    verify = entering.verify_password
    monkeypatch.setattr(entering, "verify_password", lambda *given: hashed.append(given[1]) or verify(*given))

    for email in people:
        post(app.test_client(), "/login", {"email": email, "password": "not the one"})

    assert len(hashed) == len(people)
    assert {text.rpartition("$")[0].rpartition("$")[0] for text in hashed} == {"$argon2id$v=19$m=64,t=1,p=1"}


def test_asking_for_a_code_writes_the_same_whoever_is_meant(app: Flask, people: list[str]) -> None:
    written: dict[str, list[str]] = {}
    with app.app_context():
        engine = db.engine
    for email in people:
        statements = written.setdefault(email, [])
        listen = lambda *sent, kept=statements: kept.append(sent[2].split(" VALUES")[0])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        post(app.test_client(), "/login/code", {"email": email})
        event.remove(engine, "before_cursor_execute", listen)

    assert list(written.values()) == [written[people[0]]] * len(people)
    assert len(mails.kinds(app)) == len(people)


def test_the_time_of_an_answer_tells_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    times, slept = iter([10.0, 10.05, 20.0, 20.37, 30.0, 30.41]), []
    monkeypatch.setattr(entering.time, "monotonic", lambda: next(times))
    monkeypatch.setattr(entering.time, "sleep", slept.append)
    monkeypatch.setattr(app, "testing", False)

    with app.test_request_context(method="POST"):
        assert [entering.evenly(lambda: "")() for _ in range(3)] == [""] * 3

    assert [round(seconds, 2) for seconds in slept] == [0.35, 0.03, 0.39]
