"""What a server takes along: what every request needs, and not what a few do."""

import subprocess
import sys
from importlib import import_module

import pytest
from flask import Flask
from werkzeug import routing

from readinggroup.cli import COMMANDS
from readinggroup.config import ROOT
from readinggroup.web.site import Rule

SELDOM = ("alembic", "httpx2", "icalendar", "PIL", "qrcode", "readinggroup.cli.start", "webauthn")


def test_server_starts_without_what_is_seldom_asked_for() -> None:
    asks = f"import sys, readinggroup as r; r.create_app(); print(*(m for m in {SELDOM} if m in sys.modules))"

    said = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True)

    assert said.stdout.split() == []


def test_each_command_is_found_by_its_own_name(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["--help"]).output

    for name, where in COMMANDS.items():
        module, _, attribute = where.partition(".")
        assert getattr(import_module(f"readinggroup.cli.{module}"), attribute).name == name
        assert f"\n  {name} " in told


@pytest.mark.parametrize("values", [{"slug": "a b", "n": 3}, {"slug": "ü", "n": 3, "q": "é", "rule": "r"}])
def test_routes_build_what_werkzeug_builds(values: dict[str, object]) -> None:
    rule = ("/<slug>/s/<int:n>/", {"page": 1})
    theirs, ours = (
        routing.Map([kind(rule[0], endpoint="x", defaults=rule[1])]).bind("localhost").build("x", values)
        for kind in (routing.Rule, Rule)
    )

    assert ours == theirs
