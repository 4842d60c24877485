"""The real server over HTTP: a visitor's page against a bare constant, ballots of eight at once against bare durable
upserts in the same database, memory, cold start."""

import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

from werkzeug.test import Client

from bench.building import MEMBERS, PASSWORD, make_site
from bench.figures import Figure, tell
from readinggroup.config import ROOT
from readinggroup.db import db
from readinggroup.models import Pitch, Round

UPSERT = """INSERT INTO ballot (receipt, round_id, membership_id, level, choices, cast_at)
    SELECT receipt, round_id, membership_id, level, choices, cast_at FROM ballot WHERE membership_id IS NOT NULL LIMIT 1
    ON CONFLICT (round_id, membership_id) DO UPDATE SET choices = excluded.choices, cast_at = excluded.cast_at"""
SESSIONS, CLIENTS, ROUNDS, ASKED, BALLOTS = 1_000, 8, 7, 1_500, 40


def main() -> int:
    """Print the figures; gives how many are missed."""
    with TemporaryDirectory() as folder:
        app = make_site(Path(folder), SESSIONS)
        page = Client(app).get("/bench/sessions/", headers={"Accept-Encoding": "gzip"})
        cookies, ballot = _voters(app), _ballot(app)
        app.extensions["pagecache"].close()
        with app.app_context():
            db.engine.dispose()
        site = {"DATA_DIR": folder, "RATE_LIMITS": "off", "SECRET_KEY": app.config["SECRET_KEY"]}
        with (
            served([sys.executable, "app.py"], "/readyz", **site) as (port, process, started),
            served([sys.executable, "-m", "bench.bare"], "/", BARE_SIZE=str(len(page.data))) as (bare, _, _),
        ):
            pages, constants = zip(
                *((_asked(port, "/bench/sessions/"), _asked(bare, "/")) for _ in range(ROUNDS)), strict=True
            )
            share = median(sum(its) / sum(ours) for ours, its in zip(pages, constants, strict=True))
            whole = [each for one in pages for each in one]
            times = _vote(port, cookies, ballot)
            upserts = _upsert(Path(folder) / "readinggroup.sqlite3")
            figures = [
                Figure("visitor's page, by a bare WSGI constant", share, at_least=0.7),
                Figure("visitor's page: p50", median(whole) * 1000, "ms"),
                Figure("visitor's page: p99", quantiles(whole, n=100)[98] * 1000, "ms"),
                Figure("ballot, by a bare durable upsert", median(times) / CLIENTS / median(upserts)),
                Figure("ballot of eight clients at once: p50", median(times) * 1000, "ms"),
                Figure(
                    "ballot of eight clients at once: p99",
                    quantiles(times, n=100)[98] * 1000,
                    "ms",
                    at_most=60,
                ),
                Figure("memory of the process after that", _memory(process.pid), "MB", at_most=120),
                Figure("ready after", started, "s", at_most=2),
            ]
    return tell("Over HTTP, with the real server", figures)


def _voters(app: object) -> list[str]:
    found = []
    for n in range(MEMBERS):
        client = Client(app)  # type: ignore[arg-type]
        client.post("/login", data={"email": f"member{n}@example.org", "password": PASSWORD})
        found.append(f"session={client.get_cookie('session').value}")  # type: ignore[union-attr]
    return found


def _ballot(app: object) -> tuple[str, list[str]]:
    with app.app_context():  # type: ignore[attr-defined]
        round_id = db.session.scalars(db.select(Round.id)).first()
        return f"/bench/rounds/{round_id}/ballot", list(
            db.session.scalars(db.select(Pitch.public_id).limit(3))
        )


@contextmanager
def served(
    command: list[str], path: str, **more: str
) -> Iterator[tuple[int, "subprocess.Popen[bytes]", float]]:
    """The port of a server, its process, and how many seconds it took to answer ``path``."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    begun = monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PORT": str(port)} | more)
    try:
        while _status(port, path) != 200:
            assert process.poll() is None, "the server ended by itself"
            sleep(0.01)
        yield port, process, monotonic() - begun
    finally:
        process.terminate()
        process.wait(20)


def _status(port: int, path: str) -> int:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _asked(port: int, path: str) -> list[float]:
    """Seconds of each answer to one client that asks on a kept connection, with as little work of its own as can be."""
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    times = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        size = _read(connection, asked)
        for _ in range(ASKED):
            begun = perf_counter()
            _read(connection, asked, size)
            times.append(perf_counter() - begun)
    return times


def _upsert(file: Path) -> list[float]:
    """Seconds of each ballot that somebody who does nothing else writes into the database, durably."""
    times = []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        for _ in range(CLIENTS * BALLOTS):
            begun = perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(UPSERT)
            connection.execute("COMMIT")
            times.append(perf_counter() - begun)
    return times


def _read(connection: socket.socket, asked: bytes, size: int = 0) -> int:
    """Ask, and read one answer of ``size`` bytes in all; the first time the answer itself says how many."""
    connection.sendall(asked)
    got = bytearray()
    while not size or len(got) < size:
        got += connection.recv(65_536)
        head, found, _ = got.partition(b"\r\n\r\n")
        if found and not size:
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            size = len(head) + 4 + int(length.split(b":")[1])
    return size


def _vote(port: int, cookies: list[str], ballot: tuple[str, list[str]]) -> list[float]:
    """Seconds that each ballot took, cast by CLIENTS at once, each for a member of their own."""
    times: list[float] = []

    def cast(cookie: str) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        token, cookie = _token(connection, ballot[0], cookie)
        headers = {
            "Cookie": cookie,
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        for n in range(BALLOTS):
            body = "&".join(f"approves={pitch}" for pitch in ballot[1][: 1 + n % 3])
            begun = perf_counter()
            connection.request("POST", ballot[0], body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            times.append(perf_counter() - begun)
            assert answer.status == 303, answer.status
        connection.close()

    threads = [threading.Thread(target=cast, args=(cookie,)) for cookie in cookies[:CLIENTS]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == CLIENTS * BALLOTS
    return times


def _token(connection: HTTPConnection, path: str, cookie: str) -> tuple[str, str]:
    """The CSRF token of a page, and the cookie that it belongs to."""
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    token = answer.read().decode().partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    return token, (answer.headers.get("Set-Cookie") or cookie).partition(";")[0]


def _memory(pid: int) -> float:
    """What the largest process of a server holds in memory, in MB: the one that answers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return max(_resident(int(each)) for each in (pid, *map(int, children)))


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS"))
