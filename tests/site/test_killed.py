"""Two hundred members vote at once while the server is killed again and again: no acknowledged ballot is lost."""

import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup import create_app
from readinggroup.access.actor import THE_SITE
from readinggroup.config import ROOT, Settings
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import Role, RoundRule
from readinggroup.migrating import upgrade
from readinggroup.models import Ballot
from readinggroup.pitches.actions import pitch_talk
from readinggroup.pitches.offers import Offer
from readinggroup.voting.actions import open_round
from tests import build, databases
from tests.conftest import CHEAP, token_in
from tests.site.test_serving import environment, free_port, wait_until_up

MEMBERS, KILLS = 200, 2
PATIENCE = 60
Choices = tuple[str, ...]


@dataclass
class Voter:
    """A member's browser.  ``may_be`` is what the database may hold for them: what was acknowledged last, and
    whatever was sent since without an answer; None is no ballot.  At no moment does it leave out what is held."""

    membership_id: int
    headers: dict[str, str]
    token: str
    wishes: list[Choices | None]
    may_be: set[Choices | None] = field(default_factory=lambda: {None})
    acknowledged: int = 0

    def vote(self, port: int, path: str) -> None:
        """Send every wish, one after the other; what isn't answered is sent again."""
        until = time.monotonic() + PATIENCE
        for wish in self.wishes:
            while not self._sent(port, path, wish):
                assert time.monotonic() < until, "The site didn't come back."
                time.sleep(0.1)

    def _sent(self, port: int, path: str, wish: Choices | None) -> bool:
        url = f"{path}/withdraw" if wish is None else path
        fields = [("csrf_token", self.token), *(("approves", pitch) for pitch in wish or ())]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.connect()
            self.may_be.add(wish)
            connection.request("POST", url, urlencode(fields), self.headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        assert status in {303, 503}, status
        if status == 303:
            self.may_be = {wish}
            self.acknowledged += 1
        return status == 303


@pytest.fixture(params=databases.NAMES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A site in development on a database of its own, without limits of rate."""
    url = databases.fresh(request.param, tmp_path)
    made = Settings.read({"DATABASE_URL": url, "DATA_DIR": str(tmp_path), "RATE_LIMITS": "off"})
    upgrade(made)
    return made


def opened(app: Flask) -> tuple[str, list[str], list[int]]:
    """The path of the ballot of an open round, its pitches' public ids, and the members' membership ids."""
    now = datetime.now(UTC)
    with app.app_context(), writing():
        group = build.group()
        build.member(group, build.user("Ada"), Role.CO_LEAD)
        members = [build.member(group, build.user(f"Voter {n}")) for n in range(MEMBERS)]
        pitches = [
            pitch_talk(group, Offer(title=f"Talk {n}", speakers=["Mo"]), now=now, by=THE_SITE)
            for n in range(6)
        ]
        round_ = open_round(
            group, [pitch.id for pitch in pitches], title="Talks", seats=2, rule=RoundRule.POPULAR,
            closes_on=(now + timedelta(days=7)).date(), closes_time=now.time(), now=now, by=THE_SITE,
        )  # fmt: skip
        commit()
        path = f"/ml-theory/rounds/{round_.id}/ballot"
        return path, [pitch.public_id for pitch in pitches], [member.id for member in members]


def signed_in(app: Flask, number: int) -> tuple[dict[str, str], str]:
    """The headers of a browser in which a voter is signed in, and its CSRF token."""
    client = app.test_client()
    token = token_in(client.get("/login").get_data(as_text=True))
    fields = {"csrf_token": token, "email": f"voter.{number}@example.org", "password": build.PASSWORD}
    assert client.post("/login", data=fields).status_code == 303
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in client._cookies.values())
    return {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}, token


def wishes_of(chance: random.Random, pitches: list[str]) -> list[Choices | None]:
    """A ballot, and then the same again, another one, none, or none and another."""
    first, other = (tuple(sorted(chance.sample(pitches, chance.randint(0, 4)))) for _ in range(2))
    return [first, *chance.choice([[first], [other], [None], [None, other]])]


def started(settings: Settings, port: int, log: Path) -> "subprocess.Popen[bytes]":
    more = {"PORT": str(port), "RATE_LIMITS": "off", "DATABASE_URL": settings.database_url}
    with log.open("a") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment(settings.data_dir, **more),
            stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    wait_until_up(f"http://127.0.0.1:{port}", process, log)
    return process


def killed(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def test_no_acknowledged_ballot_is_lost_when_the_server_is_killed(settings: Settings, tmp_path: Path) -> None:
    app = create_app(settings, SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=CHEAP)
    app.testing = True  # Two hundred sign-ins, each as slow as sign-ins are on purpose, would take a minute.
    path, pitches, members = opened(app)
    chance = random.Random(11)
    voters = [
        Voter(member, *signed_in(app, number), wishes_of(chance, pitches))
        for number, member in enumerate(members)
    ]
    port, log = free_port(), tmp_path / "log"
    process = started(settings, port, log)
    threads = [threading.Thread(target=voter.vote, args=(port, path)) for voter in voters]

    try:
        for thread in threads:
            thread.start()
        wished = sum(len(voter.wishes) for voter in voters)
        for kill in range(1, KILLS + 1):
            until = time.monotonic() + PATIENCE
            while sum(v.acknowledged for v in voters) < wished * kill // (KILLS + 1):
                assert time.monotonic() < until, log.read_text()[-2000:]
                time.sleep(0.01)
            killed(process)
            assert_nothing_is_lost(app, voters)
            process = started(settings, port, log)
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        killed(process)

    assert [voter.acknowledged for voter in voters] == [len(voter.wishes) for voter in voters]
    assert all(voter.may_be == {voter.wishes[-1]} for voter in voters)
    assert_nothing_is_lost(app, voters)


def assert_nothing_is_lost(app: Flask, voters: list[Voter]) -> None:
    """Everybody has one ballot or none, as acknowledged last or as sent without an answer since."""
    with app.app_context():
        ballots = db.session.execute(select(Ballot.membership_id, Ballot.choices)).all()
        db.session.rollback()
        db.engine.dispose()
    held = {member: tuple(choices) for member, choices in ballots}
    assert len(ballots) == len(held)
    lost = [voter for voter in voters if held.get(voter.membership_id) not in voter.may_be]
    assert lost == []
