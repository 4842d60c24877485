"""While a round runs no surface tells totals: every route is asked as everybody, before and after others vote.

Routes come from the map of the site and what they name from ``tests/site/things.py``, so that a new page, feed or
export is asked, too, without a line here.
"""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from readinggroup.db import db
from readinggroup.domain.lifecycle import RoundRule
from readinggroup.models import Ballot, Membership, Standing
from tests.conftest import sign_in_as
from tests.site.test_matrix import address, doors_of, only_on_sqlite
from tests.site.things import Things, made
from tests.voting import build

EVERYBODY = ("visitor", "Sam", "Mo", "Nia", "Ada", "Rex", "Root")
TURNOUT = re.compile(r"\d+ (of \d+ )?members? (have |has )?voted")
ONCE = re.compile(r'(name="csrf_token"[^>]*value=|nonce-)"[^"]*"')

Surfaces = Callable[[int], dict[str, str]]


@pytest.fixture
def things(app: Flask, cast: dict[str, int]) -> Things:
    """What addresses name."""
    with app.app_context():
        return made(cast)


@pytest.fixture
def surfaces(app: Flask, things: Things) -> Surfaces:
    """What every address says to everybody about that round, without the turnout and without one-time tokens."""
    browsers = {who: FlaskClient(app, app.response_class) for who in EVERYBODY}
    for who, browser in browsers.items():
        if who != "visitor":
            sign_in_as(browser, f"{who.lower()}@example.org")

    def asked(round_id: int) -> dict[str, str]:
        paths = {
            address(rule, things | {"round_id": round_id}, "ml-theory")
            for rule, method in doors_of(app)
            if method == "GET"
        }
        said = {}
        for path in sorted(paths):
            for who, browser in browsers.items():
                with browser.get(path) as answer:
                    said_of_it = answer.get_data().decode(errors="surrogateescape")
                    page = f"{answer.status_code} {said_of_it}{answer.headers.get('Location', '')}"
                    said[f"{who} {path}"] = ONCE.sub("", TURNOUT.sub("turnout", page))
        return said

    return asked


def test_no_surface_changes_with_what_others_vote(app: Flask, surfaces: Surfaces) -> None:
    members = build.crowd(app, 6)
    round_id = build.opened(app, rule=RoundRule.FAIR)
    before = surfaces(round_id)

    build.voted(app, round_id, {m: ["Quantum Probability", "Meta Learning"] for m in members})
    after = surfaces(round_id)

    assert "Meta Learning" in before[f"Mo /ml-theory/rounds/{round_id}/ballot"]
    assert sum(page.startswith("200") for asked, page in before.items() if asked.startswith("Ada ")) > 40
    assert {asked for asked in before if after[asked] != before[asked]} == set()


@only_on_sqlite
def test_no_surface_depends_on_the_outcome_before_the_release(app: Flask, surfaces: Surfaces) -> None:
    """The round is closed; another outcome is put underneath, and nobody can see a difference.  After the release
    everybody who may see results can: the test has something that leaks."""
    members = build.crowd(app, 6)
    round_id = build.opened(app, seats=1)
    build.voted(app, round_id, {m: ["Quantum Probability"] for m in members})
    build.closed(app, round_id)
    before = surfaces(round_id)

    with app.app_context():
        count = db.session.scalars(select(Standing).where(Standing.round_id == round_id)).all()
        db.session.execute(
            update(Standing).where(Standing.round_id == round_id).values(place=Standing.place + 100)
        )
        for place, standing in enumerate(sorted(count, key=lambda each: -each.place), start=1):
            theirs = update(Standing).where(
                Standing.round_id == round_id, Standing.pitch_id == standing.pitch_id
            )
            db.session.execute(theirs.values(place=place, won=place == 1, approvals=7 - place))
        db.session.execute(update(Ballot).where(Ballot.round_id == round_id).values(choices=[]))
        db.session.execute(update(Membership).values(level=1))
        db.session.commit()
    after = surfaces(round_id)
    build.released(app, round_id)
    told = surfaces(round_id)

    results = f"/ml-theory/rounds/{round_id}/results"
    assert "Publish the results" in before[f"Ada {results}"]
    assert {asked for asked in before if after[asked] != before[asked]} == set()
    tells = {
        f"{who} {path}"
        for who in ("Mo", "Nia", "Ada")
        for path in (results, results.replace("results", "round.json"))
    }
    assert tells <= {asked for asked in before if told[asked] != before[asked]}
