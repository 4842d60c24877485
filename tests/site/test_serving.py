"""The real server, started and stopped as a person would."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from readinggroup.config import ROOT, Settings
from readinggroup.domain.rhythm import zone_data_version
from readinggroup.migrating import upgrade

FLASK = [sys.executable, "-m", "flask"]
PATIENCE = 30


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "HOME"}}
    return kept | {"DATA_DIR": str(data), "PYTHONUNBUFFERED": "1", **more}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(command: list[str], data: Path, log: Path, **more: str) -> Iterator[str]:
    """The address of the site that ``command`` serves."""
    port = free_port()
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(data, PORT=str(port), **more), stdout=out, stderr=out
        )
        try:
            wait_until_up(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) in {0, -signal.SIGINT, 130}


def wait_until_up(origin: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            fetch(f"{origin}/healthz")
        except (URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"The site didn't come up:\n{log.read_text()}")


def fetch(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urlopen(Request(url, headers=headers), timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_first_start_loads_the_sample_and_the_second_keeps_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running([*FLASK, "start"], tmp_path / "data", log) as origin:
        assert fetch(f"{origin}/readyz") == (200, f"ready\nzone rules {zone_data_version()}\n")
        assert "Machine Learning Theory" in fetch(f"{origin}/")[1]
        assert fetch(f"{origin}/ml-theory/sessions/3")[1].count("https://arxiv.org/") == 8
    first = re.findall(r"Sign in as .*", log.read_text())

    with running([*FLASK, "start"], tmp_path / "data", log) as origin:
        assert "10 sessions" in fetch(f"{origin}/ml-theory/sessions/")[1]

    assert len(first) == 2
    assert "co-lead: ada@example.org, password " in first[0]
    assert "member: mo@example.org, password " in first[1]
    assert re.findall(r"Sign in as .*", log.read_text()) == first
    assert "The sample group was loaded" not in log.read_text()


def test_no_sample_outside_development(tmp_path: Path) -> None:
    production = {
        "SITE_URL": "https://reading.example.org",
        "SECRET_KEY": "k" * 32,
        "SAMPLE_PASSWORD": "known",
    }
    with running([*FLASK, "start"], tmp_path / "data", tmp_path / "log", **production) as origin:
        status, page = fetch(f"{origin}/", Host="reading.example.org")
        assert status == 200
        assert "Machine Learning Theory" not in page
        assert fetch(f"{origin}/", Host="evil.example.org")[0] == 400
        up = f"up\nzone rules {zone_data_version()}\n"
        assert fetch(f"{origin}/healthz", Host="10.0.0.7:8080") == (200, up)
        assert fetch(f"{origin}/readyz", Host="10.0.0.7:8080")[0] == 200
    assert "Sign in as" not in (tmp_path / "log").read_text()


def test_app_serves_a_database_that_is_there(tmp_path: Path) -> None:
    upgrade(Settings.read({"DATA_DIR": str(tmp_path / "data")}))

    with running([sys.executable, "app.py"], tmp_path / "data", tmp_path / "log") as origin:
        assert fetch(f"{origin}/readyz") == (200, f"ready\nzone rules {zone_data_version()}\n")


@pytest.mark.parametrize("command", [[sys.executable, "app.py"], [sys.executable, "-c", "import app"]])
def test_app_refuses_a_database_that_is_not_there(tmp_path: Path, command: list[str]) -> None:
    run = subprocess.run(
        command, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=False
    )

    assert run.returncode == 1
    assert "There is no database at" in run.stderr
    assert "flask db upgrade" in run.stderr
    assert not (tmp_path / "readinggroup.sqlite3").exists()


def test_app_refuses_nonsense_by_name(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT, env=environment(tmp_path, PORT="http"), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (run.returncode, run.stderr) == (
        1,
        "Reading Group can't start.  PORT: takes a whole number from 1 to 65535, not 'http'.\n",
    )


def test_ready_says_no_when_the_database_goes_away(tmp_path: Path) -> None:
    settings = Settings.read({"DATA_DIR": str(tmp_path / "data")})
    upgrade(settings)
    with running([sys.executable, "app.py"], tmp_path / "data", tmp_path / "log") as origin:
        settings.database_file.rename(settings.database_file.with_suffix(".away"))

        status, words = fetch(f"{origin}/readyz")
        page_status, page = fetch(f"{origin}/")

    assert status == 503
    assert page_status in {200, 503}
    assert "Traceback" not in words + page
