"""The `flask` commands, run as a person runs them."""

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
