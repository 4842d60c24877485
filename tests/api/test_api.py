"""The API: to each what the pages show them, as it is described."""

import json
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from readinggroup.api.description import LISTS, THINGS
from readinggroup.domain.lifecycle import Audience
from tests import build
from tests.api.conftest import Program
from tests.archive import build as archive
from tests.conftest import sign_in_as

GROUP = "/api/v1/groups/ml-theory"
WHO = (None, "Sam", "Nia", "Mo", "Ada", "Root", "Rex")
TABLE = """
address                                   -    Sam  Nia  Mo   Ada  Root Rex
/api/v1/openapi.json                      200  200  200  200  200  200  200
/api/v1/groups                            200  200  200  200  200  200  200
{group_slug}                              200  200  200  200  200  200  200
{group_slug}/sessions                     200  200  200  200  200  200  200
{group_slug}/sessions/{number}            200  200  200  200  200  200  200
{group_slug}/talks                        200  200  200  200  200  200  200
{group_slug}/talks/{talk_id}              200  200  200  200  200  200  200
{group_slug}/speakers                     200  200  200  200  200  200  200
{group_slug}/speakers/{slug}              200  200  200  200  200  200  200
{group_slug}/series                       200  200  200  200  200  200  200
{group_slug}/series/a-book                200  200  200  200  200  200  200
{group_slug}/reading                      200  200  200  200  200  200  200
{group_slug}/pitches                      401  403  200  200  200  403  403
{group_slug}/pitches/{pitch_id}           401  403  200  200  200  403  403
{group_slug}/rounds                       401  403  200  200  200  403  403
{group_slug}/rounds/{round_id}            401  403  200  200  200  403  403
{group_slug}/rounds/{round_id}/results    401  403  200  200  200  403  403
{group_slug}/rounds/{open_id}             401  403  200  200  200  403  403
{group_slug}/rounds/{open_id}/results     401  403  403  403  403  403  403
{group_slug}/sessions/99                  404  404  404  404  404  404  404
/api/v1/groups/nowhere/sessions           404  404  404  404  404  404  404
/api/v2                                   404  404  404  404  404  404  404
"""
"""What each is answered, where a group shows itself as a new one does; {group_slug} begins with /api/v1/groups/."""


def address(words: str, things: dict[str, Any]) -> str:
    path = words.format(group_slug="ml-theory", **things)
    return path if path.startswith("/api/") else f"/api/v1/groups/{path}"


def check(answer: TestResponse, document: dict[str, Any]) -> None:
    """Fail unless the answer is as the document describes it."""
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.json["status"] == answer.status_code
        return
    assert answer.content_type == "application/json"
    name = next(
        (n for p, (n, *_) in (*THINGS.items(), *LISTS.items()) if _fits(p, answer.request.path)), None
    )
    if name is None:
        return
    whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    for thing in answer.json.get("items", [answer.json]):
        jsonschema_rs.validate(whole, thing)


def _fits(pattern: str, path: str) -> bool:
    mine, theirs = pattern.split("/"), path.split("/")
    return len(mine) == len(theirs) and all(
        a == b or a.startswith("{") for a, b in zip(mine, theirs, strict=True)
    )


def test_each_address_answers_each_as_the_pages_do(program: Program, things: dict[str, Any]) -> None:
    clients = [program(who) for who in WHO]
    document = clients[0].get("/api/v1/openapi.json").json
    wrong = []
    for line in TABLE.strip().splitlines()[1:]:
        words, *wanted = line.split()
        for who, client, status in zip(WHO, clients, wanted, strict=True):
            answer = client.get(address(words, things))
            check(answer, document)
            if answer.status_code != int(status):
                wrong.append(f"{words}: {who} gets {answer.status_code}, not {status}")

    assert wrong == [], "\n" + "\n".join(wrong)


def test_every_address_is_described_and_no_other(app: Flask) -> None:
    routes = {
        rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.nothing"
    }

    assert set(app.test_client().get("/api/v1/openapi.json").json["paths"]) == routes


def test_a_session_is_told_whole(program: Program, things: dict[str, Any]) -> None:
    told = program(None).get(f"{GROUP}/sessions/1").json

    assert (told["date"], told["starts_at"], told["state"]) == ("2022-10-08", "2022-10-08T20:00:00Z", "held")
    (talk,) = told["talks"]
    assert (talk["title"], talk["abstract"]) == ("Given", "About $x^2$.")
    assert talk["speakers"] == [{"name": "Mo", "slug": "mo"}]
    assert talk["reading"] == [{"title": "Read", "url": "https://example.org/read"}]
    assert talk["materials"] == [{"kind": "slides", "title": "Slides", "url": "https://example.org/slides"}]
    assert told["url"] == "http://127.0.0.1:5000/ml-theory/sessions/1"


def test_where_to_join_is_told_to_nobody(program: Program, things: dict[str, Any]) -> None:
    told = [program(who).get(f"{GROUP}/sessions/2").get_data(as_text=True) for who in (None, "Mo", "Ada")]

    assert [words for words in told if "meet.example" in words] == []


def test_what_is_not_announced_is_told_to_nobody(program: Program, things: dict[str, Any]) -> None:
    for who in (None, "Ada"):
        client = program(who)
        words = [
            client.get(f"{GROUP}/{part}").get_data(as_text=True)
            for part in ("sessions", "talks", "sessions/3")
        ]
        assert "Not announced" not in "".join(words)


def test_a_private_group_tells_its_members_alone(
    app: Flask, program: Program, things: dict[str, Any]
) -> None:
    with app.app_context():
        archive.group_of().archive_seen_by = Audience.MEMBERS
        archive.group_of().schedule_seen_by = Audience.CO_LEADS
        build.saved()
    parts = ("sessions", "sessions/1", "sessions/2", "talks", "speakers", "speakers/mo", "reading", "series")

    told = {
        who: [program(who).get(f"{GROUP}/{part}").status_code for part in parts]
        for who in (None, "Rex", "Mo")
    }
    assert told[None] == [401] * 8
    assert told["Rex"] == [403] * 8
    assert told["Mo"] == [200, 200, 403, 200, 200, 200, 200, 200]
    numbers = {who: [each["number"] for each in program(who).get(f"{GROUP}/sessions").json["items"]]
               for who in ("Mo", "Ada")}  # fmt: skip
    assert numbers == {"Mo": [1], "Ada": [3, 2, 1]}


def test_a_cookie_counts_for_nothing(app: Flask, things: dict[str, Any]) -> None:
    browser = app.test_client()
    sign_in_as(browser, "mo@example.org")

    answer = browser.get(f"{GROUP}/pitches")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Set-Cookie" not in answer.headers


def test_pages_follow_each_other_whatever_comes_between(
    app: Flask, program: Program, cast: dict[str, int]
) -> None:
    with app.app_context():
        for number in range(1, 8):
            archive.session(archive.group_of(), number)
        build.saved()
    client, found, url = program(None), [], f"{GROUP}/sessions?limit=3&state=held"
    while url:
        answer = client.get(url.removeprefix("http://127.0.0.1:5000")).json
        found += [each["number"] for each in answer["items"]]
        url = answer["next"]
        if len(found) == 3:
            with app.app_context():
                archive.session(archive.group_of(), 8)
                build.saved()

    assert found == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=²", "after=0", "after=x", "after=99999999999", "state=x"]
)
def test_nonsense_is_refused_in_words(program: Program, cast: dict[str, int], query: str) -> None:
    answer = program(None).get(f"{GROUP}/sessions?{query}")

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert "takes" in answer.json["detail"]


def test_what_is_known_is_not_sent_again(app: Flask, program: Program, things: dict[str, Any]) -> None:
    client = program("Mo")
    first = client.get(f"{GROUP}/sessions/1")
    known = {"If-None-Match": first.headers["ETag"]}

    assert client.get(f"{GROUP}/sessions/1", headers=known).status_code == 304
    with app.app_context():
        build.db.session.query(archive.Talk).filter_by(title="Given").one().title = "Otherwise"
        build.saved()
    assert client.get(f"{GROUP}/sessions/1", headers=known).json["talks"][0]["title"] == "Otherwise"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_read_only(program: Program, things: dict[str, Any], method: str) -> None:
    answer = program("Ada").open(f"{GROUP}/sessions", method=method)

    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_a_group_that_moved_leads_on(app: Flask, program: Program, things: dict[str, Any]) -> None:
    with app.app_context():
        archive.group_of().slug = "theory"
        build.saved()

    answer = program(None).get(f"{GROUP}/sessions?limit=2")

    assert answer.location == "/api/v1/groups/theory/sessions?limit=2"


def test_the_document_is_json_that_says_its_version(program: Program, cast: dict[str, int]) -> None:
    document = program(None).get("/api/v1/openapi.json").json

    assert document["openapi"] == "3.1.0"
    assert json.dumps(document).count("$ref") > 10
