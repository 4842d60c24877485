"""Two hundred questions and supports at once, over HTTP: none is lost, and none counts twice."""

import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import chain
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from readinggroup.db import db
from readinggroup.models import Question, QuestionSupport
from tests import build
from tests.archive.build import group_of
from tests.conftest import sign_in_as, token_in
from tests.holding.test_questions import BOX

MEMBERS, EACH = 20, 5


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """Where the site is served while the test runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def members(app: Flask) -> list[tuple[str, str]]:
    """A cookie and a token of each of many members' browsers."""
    with app.app_context():
        for n in range(MEMBERS):
            build.member(group_of(), build.user(f"Voice {n}"))
        build.saved()
    found = []
    for n in range(MEMBERS):
        client = app.test_client()
        sign_in_as(client, f"voice.{n}@example.org")
        token = token_in(client.get(BOX).get_data(as_text=True))
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        found.append((f"{cookie.key}={cookie.value}", token))
    return found


def send(port: int, cookie: str, path: str, fields: dict[str, str]) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode(fields), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_two_hundred_questions_and_supports_at_once(
    app: Flask, talks: dict[str, int], cast: dict[str, int], port: int
) -> None:
    talk_id, people = talks["CLIP"], members(app)
    with app.app_context():
        asked = {
            "group_id": group_of().id,
            "talk_id": talk_id,
            "asked_by_id": cast["Nia"],
            "asked_at": build.NOW,
        }
        there = [Question(words=f"{n}?", words_digest=str(n), **asked) for n in range(EACH)]
        db.session.add_all(there)
        db.session.commit()
        ids = [question.id for question in there]
    statuses: list[list[int]] = [[] for _ in range(2 * MEMBERS)]
    gate = threading.Barrier(2 * MEMBERS)

    def speak(place: int, cookie: str, token: str) -> None:
        """Of each member two browsers send the same: five questions, and five supports."""
        gate.wait()
        for n in range(EACH):
            words = {"csrf_token": token, f"talk-{talk_id}-words": f"Question {n}?"}
            statuses[place].append(send(port, cookie, f"/ml-theory/talks/{talk_id}/questions", words))
            sign = {"csrf_token": token, "on": "yes"}
            statuses[place].append(send(port, cookie, f"/ml-theory/questions/{ids[n]}/support", sign))

    threads = [
        threading.Thread(target=speak, args=(place, *people[place // 2])) for place in range(2 * MEMBERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)

    assert list(chain(*statuses)) == [303] * (2 * 2 * MEMBERS * EACH)
    with app.app_context():
        kept = db.session.execute(
            select(Question.asked_by_id, func.count(), func.count(Question.words_digest.distinct()))
            .where(Question.id.not_in(ids))
            .group_by(Question.asked_by_id)
        ).all()
        supports = db.session.execute(
            select(QuestionSupport.question_id, func.count()).group_by(QuestionSupport.question_id)
        ).all()
    assert [tuple(row[1:]) for row in kept] == [(EACH, EACH)] * MEMBERS
    assert sorted(map(tuple, supports)) == [(question_id, MEMBERS) for question_id in ids]
