"""Everything that the site says to anybody, for tests that compare what it said of two worlds.

Routes come from the map of the site, what they name from ``tests/site/things.py``, commands from the command line
itself, so that a new page, feed, export or command is asked, too, without a line here.
"""

import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.archive import counts, overview
from readinggroup.db import db
from readinggroup.models import Notice
from tests.cli.test_commands import run
from tests.conftest import sign_in_as, token_in
from tests.site.test_matrix import address, doors_of, token_for
from tests.site.things import Things
from tests.voting import build

EVERYBODY = ("visitor", "Sam", "Mo", "Nia", "Ada", "Rex", "Root")
ASKED = build.VOTING + timedelta(hours=2)
"""When everybody asks: after all ballots that tests cast, long before the round closes."""
TURNOUT = re.compile(r"\d+ (of \d+ )?members? (have |has )?voted")
OF_THE_ASKING = re.compile(r'(name="csrf_token"[^>]*value=|nonce-)"[^"]*"')
MADE_AT_RANDOM = re.compile(rf"{OF_THE_ASKING.pattern}|\b[a-z2-7]{{16}}\b|(?=[\w-]*[A-Z\d])[\w-]{{16,}}")
"""Besides, the receipts, tokens and keys that a press or a command makes."""

Said = dict[str, str]

COMMANDS = {
    "doctor": [],
    "export": ["--group", "ml-theory", "--out", "{folder}/group.zip"],
    "group list": ["--json"],
    "outbox list": [],
    "search rebuild": [],
    "tick": [],
    "user invite": ["new@example.org", "--group", "ml-theory"],
}
LEFT_OUT = {
    "backup": "copies the database, ballots and all, for whoever runs the site: docs/voting.md says so",
    "move": "copies the database, too",
    "restore": "replaces the database",
    **dict.fromkeys(("db check", "db upgrade", "routes-table"), "tells of the program"),
    **dict.fromkeys(("start", "worker", "welcome"), "serves, or does what `tick` does"),
    **dict.fromkeys(
        ("group add", "group create", "user create", "user reset-second-step", "import"), "takes in"
    ),
    "outbox send": "sends what `tick` does",
}
"""Commands that aren't asked, and why."""
FOREIGN = ("roles", "users")
"""What Flask-Security brings: accounts alone."""
CODES = "/account/second-step"
"""Below it stand pictures and lists of random codes, which no two presses show alike."""


class Surfaces:
    """Everybody's browser and program, before one site in which a round is open."""

    def __init__(self, app: Flask, things: Things) -> None:
        self._app, self._things = app, things
        with build.at(ASKED):
            self._browsers = {who: self._browser(who) for who in EVERYBODY}

    def pages(self, round_id: int, *, now: datetime = ASKED) -> Said:
        """What every address answers to everybody who opens it."""
        said = {}
        with build.at(now):
            for browser in self._browsers.values():
                browser.get("/api/v1/groups")  # A page tells when a token was used.
            for path in self._addresses("GET", round_id):
                for who, browser in self._browsers.items():
                    said[f"{who} {path}"] = _answer(browser, path)
        return said

    def presses(self, round_id: int) -> Said:
        """What every button answers to everybody, and the page to which it leads; each is taken back at once."""
        said = {}
        world = kept(self._app)
        with build.at(ASKED):
            for path in self._addresses("POST", round_id):
                if path.startswith(CODES):
                    continue
                for who, browser in self._browsers.items():
                    said[f"{who} {path}"] = _pressed(_twin(self._app, browser), path)
                    put_back(self._app, world)
        return said

    def commands(self, folder: Path) -> Said:
        """What every command says and writes."""
        said = {}
        world = kept(self._app)
        with build.at(ASKED):
            for name, words in COMMANDS.items():
                code, words_said = run(
                    self._app, *name.split(), *(word.format(folder=folder) for word in words)
                )
                written = [file.read_bytes().hex() for file in sorted(folder.iterdir())]
                said[name] = MADE_AT_RANDOM.sub("", TURNOUT.sub("", f"{code} {words_said}")) + "".join(
                    written
                )
                for file in folder.iterdir():
                    file.unlink()
                put_back(self._app, world)
        return said

    def mails(self, *moments: datetime) -> Said:
        """What is owed to anybody when a tick came at each of these moments."""
        said = {}
        world = kept(self._app)
        for moment in moments:
            with build.at(moment):
                assert run(self._app, "tick")[0] == 0
            with self._app.app_context():
                for each in db.session.scalars(select(Notice)):
                    told = f"{each.state} {each.due_at} {sorted(each.words.items())}"
                    said[f"{moment}: {each.id} {each.kind} to {each.recipient}"] = MADE_AT_RANDOM.sub(
                        "", told
                    )
        put_back(self._app, world)
        return said

    def _addresses(self, method: str, round_id: int) -> list[str]:
        things = self._things | {"round_id": round_id}
        return sorted(
            {address(rule, things, "ml-theory") for rule, by in doors_of(self._app) if by == method}
        )

    def _browser(self, who: str) -> FlaskClient:
        browser = FlaskClient(self._app, self._app.response_class)
        if who != "visitor":
            sign_in_as(browser, f"{who.lower()}@example.org")
            browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_for(self._app, who)}"  # For /api/.
        return browser


def commands_of(app: Flask) -> Iterator[str]:
    """The name of each command that there is, but for those of ``FOREIGN``."""

    def below(command: click.Command, name: str) -> Iterator[str]:
        if not isinstance(command, click.Group):
            yield name
            return
        context = click.Context(command)
        for each in command.list_commands(context):
            if each not in FOREIGN:
                found = command.get_command(context, each)
                assert found is not None
                yield from below(found, f"{name} {each}".strip())

    with app.app_context():
        yield from below(app.cli, "")


def differing(one: Said, other: Said) -> set[str]:
    """Who hears something else, and where."""
    return {asked for asked in one.keys() | other.keys() if one.get(asked) != other.get(asked)}


def kept(app: Flask) -> sqlite3.Connection:
    """A copy of the whole database, which is one of SQLite."""
    with app.app_context():
        db.engine.dispose()
    copy = sqlite3.connect(":memory:")
    with sqlite3.connect(_file(app)) as source:
        source.backup(copy)
    source.close()
    return copy


def put_back(app: Flask, world: sqlite3.Connection) -> None:
    """Make the database what it was."""
    with sqlite3.connect(_file(app)) as target:
        world.backup(target)
    target.close()
    app.extensions["pagecache"].clear()
    overview.forget()
    counts.forget()


def _file(app: Flask) -> str:
    with app.app_context():
        assert db.engine.url.database is not None
        return db.engine.url.database


def _twin(app: Flask, browser: FlaskClient) -> FlaskClient:
    """Another browser of the same person, for what may sign it out."""
    twin = FlaskClient(app, app.response_class)
    twin.environ_base.update(browser.environ_base)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name)
    if cookie is not None:
        twin.set_cookie(name, cookie.value)
    return twin


def _answer(browser: FlaskClient, path: str) -> str:
    with browser.get(path) as answer:
        page = answer.get_data().decode(errors="surrogateescape")
        led_to = answer.headers.get("Location", "")
        return OF_THE_ASKING.sub("", TURNOUT.sub("turnout", f"{answer.status_code} {led_to} {page}"))


def _pressed(browser: FlaskClient, path: str) -> str:
    token = token_in(browser.get("/login/code").get_data(as_text=True))
    with browser.post(path, data={"csrf_token": token}, follow_redirects=True) as answer:
        page = answer.get_data().decode(errors="surrogateescape")
        return MADE_AT_RANDOM.sub(
            "", TURNOUT.sub("turnout", f"{answer.status_code} {answer.request.path} {page}")
        )
