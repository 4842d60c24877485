"""A group leaves in one file and comes back as it was; nothing secret leaves with it."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select

from readinggroup.access.actor import THE_SITE
from readinggroup.accounts.standing import deactivate
from readinggroup.archive import overview
from readinggroup.cli.exports import export
from readinggroup.cli.imports import import_
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import PitchState, Role, RoundState
from readinggroup.exchange.group_file import HIDDEN, LEFT_OUT, NO_SECRETS, TABLES, TAKEN, columns_taken
from readinggroup.exchange.group_values import BadGroupFile
from readinggroup.exchange.putting_in import GroupIsHere, put_in
from readinggroup.exchange.taking_out import take_out
from readinggroup.mine.deleting import delete_account
from readinggroup.models import Ballot, Group, Membership, Pitch, Round, Upload, User
from readinggroup.uploads.shelf import Shelf
from tests import build, databases
from tests.archive import build as archive
from tests.build import NOW
from tests.exchange.build import close_second_round, empty_tables, whole_group
from tests.mine import build as mine
from tests.voting import build as voting

SECRET = re.compile("digest|token|secret|password|nonce|receipt|code|totp|uniquifier|credential")


def taken(app: Flask, slug: str = "ml-theory") -> bytes:
    """The group's file."""
    file = io.BytesIO()
    with app.app_context():
        take_out(archive.group_of(slug), file, shelf=Shelf.of(app.config["SETTINGS"]))
    return file.getvalue()


def put(app: Flask, file: bytes, folder: Path) -> None:
    """Put a group's file in."""
    path = folder / "group.zip"
    path.write_bytes(file)
    with app.app_context(), writing():
        put_in(path, shelf=Shelf.of(app.config["SETTINGS"]), now=NOW, by=THE_SITE)
        commit()


def parts(file: bytes) -> dict[str, Any]:
    """What the file says: rows by table, people, and group.json."""
    with ZipFile(io.BytesIO(file)) as whole:
        told = {name: whole.read(name).decode() for name in whole.namelist()}
    lines = {name: [json.loads(line) for line in words.split("\n") if line] for name, words in told.items()
             if name.endswith(".jsonl")}  # fmt: skip
    return {name.removeprefix("tables/").removesuffix(".jsonl"): rows for name, rows in lines.items()} | {
        "group.json": json.loads(told["group.json"])
    }


def changed(file: bytes, name: str, change: Callable[[list[dict[str, Any]]], object]) -> bytes:
    """The file with other rows in one part."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(file)) as old, ZipFile(out, "w") as new:
        for each in old.namelist():
            words = old.read(each)
            if each == name:
                rows = [json.loads(line) for line in words.decode().split("\n") if line]
                change(rows)
                words = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
            new.writestr(each, words)
    return out.getvalue()


@pytest.fixture
def whole(app: Flask, cast: dict[str, int]) -> bytes:
    """The file of a group that has something of everything."""
    whole_group(app)
    return taken(app)


@pytest.fixture
def emptied(app: Flask, whole: bytes) -> bytes:
    """The same, once the database is empty."""
    with app.app_context():
        databases.empty()
    overview.forget()
    return whole


def test_there_is_something_of_everything_in_it(app: Flask, whole: bytes) -> None:
    told = parts(whole)

    with app.app_context():
        assert empty_tables() == [], "tests/exchange/build.py makes a row in every table that goes along"
    assert {name for name in TAKEN if not told[name]} == set()


def test_a_group_comes_back_as_the_same_bytes(app: Flask, emptied: bytes, tmp_path: Path) -> None:
    put(app, emptied, tmp_path)

    again = taken(app)
    assert parts(again) == parts(emptied)
    assert again == emptied


def test_it_comes_back_the_same_between_other_groups_with_other_ids(
    app: Flask, emptied: bytes, tmp_path: Path
) -> None:
    with app.app_context():
        other = build.group("other", "Other")
        build.member(other, build.user("Uma"))
        archive.talk(archive.session(other, 1), "Theirs", "Uma")
        build.saved()

    put(app, emptied, tmp_path)

    assert taken(app) == emptied
    assert [row["title"] for row in parts(taken(app, "other"))["talk"]] == ["Theirs"]


def test_what_came_back_is_shown_and_found(app: Flask, emptied: bytes, tmp_path: Path) -> None:
    put(app, emptied, tmp_path)
    visitor = app.test_client()

    assert mine.GIVEN in visitor.get("/ml-theory/sessions/1").get_data(as_text=True)
    assert mine.GIVEN in visitor.get("/ml-theory/sessions/?q=given").get_data(as_text=True)
    assert visitor.get("/ml-theory/sessions/?topic=optimisation-anew").status_code == 200


def test_the_file_has_no_secret(app: Flask, whole: bytes) -> None:
    with app.app_context():
        ours = [db.session.scalars(select(column)).all() for table in TABLES.values() for column in table.columns
                if SECRET.search(column.name) and f"{table.name}.{column.name}" not in NO_SECRETS]  # fmt: skip
        linked = db.session.scalars(select(Ballot.receipt).where(Ballot.membership_id.is_not(None))).all()
        sealed = db.session.scalars(select(Round).where(Round.state == RoundState.OPEN)).one()
        secrets = [value for column in ours for value in column if isinstance(value, str) and len(value) > 5]
        secrets += [*linked, sealed.nonce]
    words = json.dumps(parts(whole))

    assert len(linked) == 6
    assert [secret for secret in secrets if secret in words] == []
    for private in ("A draft", "Secretly: why?", "zqx@example.net"):
        assert private not in words


def test_an_open_round_goes_along_as_a_draft_without_ballots(
    app: Flask, emptied: bytes, tmp_path: Path
) -> None:
    told = parts(emptied)
    assert [(row["state"], row["nonce"] is None) for row in told["round"]] == [
        ("released", False),
        ("draft", True),
    ]
    assert {row["round_id"] for row in told["ballot"]} == {1}
    assert PitchState.IN_ROUND not in {row["state"] for row in told["pitch"]}

    put(app, emptied, tmp_path)

    with app.app_context():
        states = dict(db.session.execute(select(Pitch.title, Pitch.state)).all())
    assert states["Quantum Probability"] is PitchState.OPEN


def test_a_counted_round_tells_nothing_before_its_results_are_out(app: Flask, cast: dict[str, int]) -> None:
    whole_group(app)
    with app.app_context():
        before = [row["state"] for row in parts(taken(app))["pitch"]]
    close_second_round(app)
    told = parts(taken(app))

    assert {row["round_id"] for name in ("ballot", "standing", "participation") for row in told[name]} == {1}
    assert [row["state"] for row in told["pitch"]] == before
    assert {row["level"] for row in told["membership"]} == {0}
    assert {
        row["what"] for row in told["record"] if row["thing"] == "round" and row["thing_id"] == "2"
    } == set()
    assert told["round"][1]["digest"] is None


def test_a_round_with_few_ballots_keeps_its_result_without_them(
    app: Flask, cast: dict[str, int], as_: Callable[..., Any], tmp_path: Path
) -> None:
    whole_group(app)
    with app.app_context():
        for ballot in db.session.scalars(select(Ballot).where(Ballot.membership_id.is_(None))).all()[:3]:
            db.session.delete(ballot)
        first = db.session.scalars(select(Round).where(Round.number == 1)).one()
        first.turnout = 3
        build.saved()
        databases_round = first.id
    shown = as_("Ada").get(f"/ml-theory/rounds/{databases_round}/results").get_data(as_text=True)
    file = taken(app)
    assert parts(file)["ballot"] == []

    with app.app_context():
        databases.empty()
    put(app, file, tmp_path)
    with app.app_context():
        build.member(archive.group_of(), build.user("Vera"), Role.MEMBER)
        build.saved()
        round_id = db.session.scalars(select(Round.id).where(Round.number == 1)).one()
    from tests.conftest import sign_in_as

    client = app.test_client()
    sign_in_as(client, "vera@example.org")
    page = client.get(f"/ml-theory/rounds/{round_id}/results").get_data(as_text=True)
    told = client.get(f"/ml-theory/rounds/{round_id}/round.json").get_json()

    assert "Single ballots could be traced" in shown
    assert "Single ballots could be traced" in page
    assert mine.VOTED_ON in page
    assert told["turnout"] == 3
    assert told["totals"] == {row["pitch"]: row["approvals"] for row in _standings(app)}


def _standings(app: Flask) -> list[dict[str, Any]]:
    with app.app_context():
        rows = db.session.execute(
            select(Pitch.public_id.label("pitch"), TABLES["standing"].c.approvals).join(
                TABLES["standing"], TABLES["standing"].c.pitch_id == Pitch.id
            )
        )
        return [dict(row._mapping) for row in rows]


def test_uploaded_files_come_along(app: Flask, emptied: bytes, tmp_path: Path) -> None:
    shelf = Shelf.of(app.config["SETTINGS"])
    (name,) = (row["name"] for row in parts(emptied)["upload"])
    content = shelf.path(name).read_bytes()
    shelf.remove(name)

    put(app, emptied, tmp_path)

    assert shelf.path(name).read_bytes() == content


def test_a_name_that_is_not_ours_takes_no_file_along(app: Flask, whole: bytes) -> None:
    """Whatever a row calls its file, nothing but what lies on the shelf goes along."""
    outside = Shelf.of(app.config["SETTINGS"]).folder.parent / "secret.webp"
    outside.write_bytes(b"RIFF secret")
    with app.app_context():
        db.session.scalars(select(Upload)).one().name = "../../secret.webp"
        build.saved()

    with ZipFile(io.BytesIO(taken(app))) as file:
        assert [name for name in file.namelist() if name.startswith("files/")] == []


def test_a_file_that_is_not_what_its_row_says_changes_nothing(
    app: Flask, emptied: bytes, tmp_path: Path
) -> None:
    (name,) = (row["name"] for row in parts(emptied)["upload"])
    shelf = Shelf.of(app.config["SETTINGS"])
    before = shelf.path(name).read_bytes()

    with pytest.raises(BadGroupFile):
        put(
            app,
            changed(emptied, "tables/upload.jsonl", lambda rows: rows[0].update(sha256="0" * 64)),
            tmp_path,
        )

    assert shelf.path(name).read_bytes() == before


def test_people_are_known_by_confirmed_addresses_and_nobody_gets_a_sign_in(
    app: Flask, emptied: bytes, tmp_path: Path
) -> None:
    with app.app_context():
        known = build.user("Mo")
        begun = User(
            email="nia@example.org", name="Somebody", fs_uniquifier="x", created_at=NOW, password="theirs"
        )
        db.session.add(begun)
        build.saved()
        known_id, begun_id = known.id, begun.id

    put(app, emptied, tmp_path)

    with app.app_context():
        group = archive.group_of()
        places = db.session.execute(
            select(User, Membership).join(Membership).where(Membership.group_id == group.id)
        )
        by_name = {user.name: (user, place) for user, place in places}
        assert by_name["Mo"][0].id == known_id
        assert by_name["Nia"][0].id != begun_id
        assert by_name["Nia"][0].email.endswith("@invalid")
        assert by_name["Ada"][0].email == "ada@example.org"
        assert by_name["Ada"][1].role is Role.CO_LEAD
        others = [user for user, _ in by_name.values() if user.id != known_id]
        assert [user for user in others if user.confirmed_at or user.password or user.is_site_admin] == []
        assert db.session.scalar(select(func.count()).where(User.confirmed_at.is_not(None))) == 1
        assert db.session.get_one(User, begun_id).password == "theirs"


@pytest.mark.parametrize("keep_name", [True, False])
def test_who_deleted_the_account_stays_away_and_who_was_locked_out_comes_along(
    app: Flask, cast: dict[str, int], tmp_path: Path, keep_name: bool
) -> None:
    whole_group(app)
    with app.app_context(), writing():
        delete_account(db.session.get_one(User, cast["Mo"]), keep_name=keep_name, now=NOW, by=THE_SITE)
        deactivate(db.session.get_one(User, cast["Nia"]), now=NOW, by=THE_SITE)
        commit()
    file = taken(app)
    with app.app_context():
        databases.empty()
    overview.forget()

    put(app, file, tmp_path)

    assert taken(app) == file
    assert "mo@example.org" not in json.dumps(parts(file))
    with app.app_context():
        assert db.session.scalar(select(User).where(User.email == "mo@example.org")) is None
        assert db.session.scalar(select(func.count()).where(User.confirmed_at.is_not(None))) == 0


def test_a_group_that_is_here_is_left_alone(app: Flask, whole: bytes, tmp_path: Path) -> None:
    with pytest.raises(GroupIsHere):
        put(app, whole, tmp_path)

    assert taken(app) == whole


DAMAGES: dict[str, tuple[str, Callable[[list[dict[str, Any]]], object]]] = {
    "an unknown place": ("tables/group.jsonl", lambda rows: rows[0].update(zone="Mars/Olympus")),
    "a column nobody knows": ("tables/talk.jsonl", lambda rows: rows[0].update(is_admin=True)),
    "a row that isn't there": ("tables/talk.jsonl", lambda rows: rows[0].update(meeting_id=99)),
    "a number as text": ("tables/talk.jsonl", lambda rows: rows[0].update(meeting_id="1")),
    "a link that runs": ("tables/material.jsonl", lambda rows: rows[0].update(url="javascript:alert(1)")),
    "a state nobody knows": ("tables/pitch.jsonl", lambda rows: rows[0].update(state="elected")),
    "two talks at a place": ("tables/talk.jsonl", lambda rows: rows.append(rows[0])),
    "NUL": ("tables/comment.jsonl", lambda rows: rows[0].update(words="a\x00b")),
    "NUL inside": ("tables/record.jsonl", lambda rows: rows[0].update(after={"a": ["\x00"]})),
    "too long": ("tables/talk.jsonl", lambda rows: rows[0].update(title="x" * 300)),
    "a naive moment": ("tables/comment.jsonl", lambda rows: rows[0].update(said_at="2022-11-05T10:00:00")),
    "no title": ("tables/talk.jsonl", lambda rows: rows[0].update(title=None)),
    "no group": ("tables/group.jsonl", lambda rows: rows.clear()),
    "a reserved address": ("tables/group.jsonl", lambda rows: rows[0].update(slug="account")),
    "no address": ("people.jsonl", lambda rows: rows[0].update(email="nobody")),
    "a colour nobody knows": ("tables/group.jsonl", lambda rows: rows[0].update(accent="purple!")),
    "a merge of nothing": ("tables/speaker_merge.jsonl", lambda rows: rows[0].update(moved={"talks": [[]]})),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_changes_nothing(app: Flask, emptied: bytes, tmp_path: Path, damage: str) -> None:
    with pytest.raises(BadGroupFile):
        put(app, changed(emptied, *DAMAGES[damage]), tmp_path)

    with app.app_context():
        assert [
            name
            for name, table in TABLES.items()
            if db.session.scalar(select(func.count()).select_from(table))
        ] == []


@pytest.mark.parametrize("file", [b"PK", b"", b"nonsense"])
def test_what_is_no_file_of_ours_is_refused(app: Flask, tmp_path: Path, file: bytes) -> None:
    with pytest.raises(BadGroupFile):
        put(app, file, tmp_path)


def test_the_commands_take_a_group_from_one_site_to_another(app: Flask, whole: bytes, tmp_path: Path) -> None:
    run = app.test_cli_runner()
    out = tmp_path / "out.zip"

    said = run.invoke(export, ["--group", "ml-theory", "--out", str(out)])
    assert (said.exit_code, out.read_bytes()) == (0, whole)
    assert f"{out.stat().st_size:,} bytes" in said.output

    refused = run.invoke(import_, [str(out)])
    assert (refused.exit_code, "There is a group at /ml-theory/ already." in refused.output) == (1, True)
    assert run.invoke(export, ["--group", "nowhere", "--out", str(out)]).exit_code == 1
    assert out.read_bytes() == whole

    with app.app_context():
        databases.empty()
    assert "The group is at /ml-theory/." in run.invoke(import_, [str(out)]).output
    assert taken(app) == whole
    assert list(tmp_path.iterdir()) == [out]


def test_every_column_says_whether_it_goes_along() -> None:
    """A name that sounds like a secret goes along only for a reason."""
    suspicious = {f"{name}.{column.name}" for name in TAKEN for column in columns_taken(TABLES[name])
                  if SECRET.search(column.name)}  # fmt: skip

    assert suspicious == set(NO_SECRETS)
    known = {f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns}
    assert set(HIDDEN) <= known
    assert all(
        reason.endswith(".") for reason in (*LEFT_OUT.values(), *HIDDEN.values(), *NO_SECRETS.values())
    )


def test_voters_of_the_file_are_those_of_the_group(app: Flask, emptied: bytes, tmp_path: Path) -> None:
    put(app, emptied, tmp_path)

    with app.app_context():
        group = db.session.scalars(select(Group)).one()
        assert voting.place_of(mine.NAME).group_id == group.id
