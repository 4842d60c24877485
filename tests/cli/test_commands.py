"""The `flask` commands, run as a person runs them."""

import json
import re

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.db import commit, db, writing
from readinggroup.models import Group, Membership, Notice, User
from readinggroup.outbox.queue import owe
from tests.build import NOW

FIRST = ["--first", "2022-11-05 14:00"]


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Run a command; gives its exit code and what it printed."""
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def test_a_group_and_its_co_lead_are_made(app: Flask) -> None:
    code, said = run(app, "user", "create", "Ada@Example.org", "--name", "Ada", "--password", "correct horse")
    assert (code, said) == (0, "Ada can sign in as ada@example.org.\n")

    code, said = run(app, "group", "create", "ml-theory", "--name", "ML Theory", "--zone", "America/Edmonton", *FIRST,
                     "--co-lead", "ada@example.org")  # fmt: skip

    assert code == 0
    assert said.startswith("ML Theory is at /ml-theory/. Its first session: Saturday 5 November 2022, 14:00")
    with app.app_context():
        row = db.session.execute(
            select(Group.zone, User.name, Membership.role).join_from(Group, Membership).join(User)
        )
        assert row.one() == ("America/Edmonton", "Ada", "co_lead")


def test_people_are_invited_from_the_terminal(app: Flask) -> None:
    run(app, "group", "create", "ml-theory", "--name", "ML Theory", "--zone", "America/Edmonton", *FIRST)

    code, said = run(app, "user", "invite", "Sam@example.org", "--group", "ml-theory", "--co-lead")

    path = said.rpartition("http://127.0.0.1:5000")[2].strip()
    assert (code, "Accept the invitation" in app.test_client().get(path).get_data(as_text=True)) == (0, True)
    with app.app_context():
        assert db.session.scalars(select(Notice.recipient)).all() == ["sam@example.org"]
    assert run(app, "user", "invite", "sam@example.org", "--group", "nowhere")[0] == 1


def test_an_address_has_one_account(app: Flask) -> None:
    run(app, "user", "create", "ada@example.org", "--password", "correct horse")

    assert run(app, "user", "create", "ADA@example.org", "--password", "other") == (
        1,
        "Error: There is already an account for ADA@example.org.\n",
    )


def test_a_bad_group_is_refused_with_what_to_do(app: Flask) -> None:
    for slug, zone, words in (
        ("login", "Europe/Lisbon", "the site needs for itself"),
        ("ML Theory", "Europe/Lisbon", "lower-case letters"),
        ("ml", "MST", "America/"),
    ):
        code, said = run(app, "group", "create", slug, "--name", "X", "--zone", zone, *FIRST)
        assert code == 1
        assert words in said

    with app.app_context():
        assert db.session.scalars(select(Group)).all() == []


def test_db_check_says_ready(app: Flask) -> None:
    assert run(app, "db", "check") == (0, "The database is ready.\n")


def test_adding_a_co_lead_as_a_member_takes_no_lead_away(app: Flask) -> None:
    run(app, "user", "create", "ada@example.org", "--name", "Ada", "--password", "correct horse")
    run(
        app,
        "group",
        "create",
        "ml",
        "--name",
        "ML",
        "--zone",
        "Europe/Lisbon",
        *FIRST,
        "--co-lead",
        "ada@example.org",
    )

    code, said = run(app, "group", "add", "ml", "ada@example.org")

    assert (code, said) == (1, "Error: Ada leads the group; roles are changed on its members page.\n")
    with app.app_context():
        assert db.session.scalars(select(Membership.role)).all() == ["co_lead"]


def test_outbox_list_tells_what_is_owed_but_not_what_it_says(app: Flask) -> None:
    with app.app_context(), writing():
        words = {"code": "SECRET-7", "name": "Mo", "minutes": 5}
        owe("code.sign_in", "mo@example.org", about="user:1", group_id=None, now=NOW, words=words)
        commit()

    code, said = run(app, "outbox", "list", "--state", "queued")

    assert code == 0
    assert said.splitlines() == [
        "1 queued, 0 sent, 0 failed, 0 dropped",
        "2022-11-05 22:30Z  queued  code.sign_in  mo@example.org",
    ]


TEACHING = ("group create", "group add", "group list", "user create", "user invite", "user reset-second-step", "import",
            "export", "move", "tick")  # fmt: skip


@pytest.mark.parametrize("words", TEACHING)
def test_help_teaches_by_examples_and_exit_codes(app: Flask, words: str) -> None:
    code, said = run(app, *words.split(), "--help")

    assert code == 0
    assert f"  flask {words}" in said.partition("Examples:")[2]
    assert re.findall(r"^ +(\d+) ", said.partition("Exit codes:")[2], re.MULTILINE)[-1] == "130"
    assert ("--json" in said) == (words != "tick")


def test_what_was_done_is_said_as_json(app: Flask) -> None:
    said = [
        json.loads(run(app, *words, "--json")[1])
        for words in (
            ("user", "create", "ada@example.org", "--name", "Ada", "--password", "correct horse"),
            ("group", "create", "ml-theory", "--name", "ML Theory", "--zone", "America/Edmonton", *FIRST),
            ("group", "add", "ml-theory", "ada@example.org", "--co-lead"),
            ("group", "list"),
            ("user", "invite", "sam@example.org", "--group", "ml-theory"),
        )
    ]

    link = said[-1].pop("link")
    assert said == [
        {"email": "ada@example.org", "name": "Ada", "admin": False},
        {
            "group": "ml-theory", "name": "ML Theory", "first": "2022-11-05T14:00:00", "zone": "America/Edmonton",
            "co_lead": None,
        },
        {"group": "ml-theory", "email": "ada@example.org", "role": "co_lead"},
        {"slug": "ml-theory", "name": "ML Theory", "zone": "America/Edmonton"},
        {"email": "sam@example.org", "group": "ml-theory", "role": "member"},
    ]  # fmt: skip
    assert app.test_client().get(link.removeprefix("http://127.0.0.1:5000")).status_code == 200


def test_exit_codes_tell_refused_from_mistyped_and_interrupted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    assert run(app, "group", "add", "nowhere", "ada@example.org")[0] == 1
    assert run(app, "group", "create")[0] == 2
    monkeypatch.setattr("readinggroup.cli.groups.create_group", interrupted)
    code, said = run(app, "group", "create", "sets", "--name", "Sets", "--zone", "Europe/Rome")

    assert (code, "Interrupted" in said) == (130, True)
    with app.app_context():
        assert db.session.scalars(select(Group)).all() == []
