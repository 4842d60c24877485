"""While a round runs no surface tells totals: every route is asked as everybody, before and after others vote."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from readinggroup.db import db
from readinggroup.models import Ballot, Membership, Pitch, Standing
from tests.voting import build
from tests.voting.build import Browser

EVERYBODY = (None, "Sam", "Mo", "Nia", "Ada", "Rex", "Root")
TURNOUT = re.compile(r"\d+ (of \d+ )?members? (have |has )?voted")
ONCE = re.compile(r'(name="csrf_token"[^>]*value=|nonce-)"[^"]*"')


def addresses(app: Flask, round_id: int) -> list[str]:
    """Every address of the site that can be read, with this round and these pitches where it names one."""
    with app.app_context():
        pitch_id = db.session.scalars(select(Pitch.id).order_by(Pitch.id)).first()
    known = {"round_id": round_id, "pitch_id": pitch_id, "group_slug": "ml-theory", "filename": "favicon.svg"}
    return sorted(
        {_address(rule, known) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    )


def _address(rule: Rule, known: dict[str, object]) -> str:
    numbers = {name for name in rule.arguments if isinstance(rule._converters[name], NumberConverter)}
    values = {name: known.get(name, 1 if name in numbers else "x") for name in rule.arguments}
    built = rule.build(values)
    assert built is not None
    return str(built[1])


def surfaces(app: Flask, browsers: dict[str | None, FlaskClient], round_id: int) -> dict[str, str]:
    """What every address says to everybody, without the turnout and without one-time tokens."""
    said = {}
    for address in addresses(app, round_id):
        for who, browser in browsers.items():
            with browser.get(address) as answer:
                page = answer.get_data(as_text=True) + answer.headers.get("Location", "")
                said[f"{who} {address}"] = ONCE.sub(
                    "", TURNOUT.sub("turnout", f"{answer.status_code} {page}")
                )
    return said


def test_no_surface_changes_with_what_others_vote(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    members = build.crowd(app, 6)
    round_id = build.opened(app)
    browsers = {who: as_(who) for who in EVERYBODY}
    before = surfaces(app, browsers, round_id)

    build.voted(app, round_id, {m: ["Quantum Probability", "Meta Learning"] for m in members})
    after = surfaces(app, browsers, round_id)

    assert "Meta Learning" in before[f"Mo /ml-theory/rounds/{round_id}/ballot"]
    assert len(before) > 7 * 10
    assert after == before


def test_no_surface_depends_on_the_outcome_before_the_release(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    """The round is closed; another outcome is put underneath, and nobody can see a difference."""
    members = build.crowd(app, 6)
    round_id = build.opened(app, seats=1)
    build.voted(app, round_id, {m: ["Quantum Probability"] for m in members})
    browsers = {who: as_(who) for who in EVERYBODY}
    build.closed(app, round_id)
    before = surfaces(app, browsers, round_id)

    with app.app_context():
        count = db.session.scalars(select(Standing).order_by(Standing.place)).all()
        db.session.execute(update(Standing).values(place=Standing.place + 100))
        for place, standing in enumerate(reversed(count), start=1):
            changed = update(Standing).where(Standing.pitch_id == standing.pitch_id)
            db.session.execute(changed.values(place=place, won=place == 1, approvals=7 - place))
        db.session.execute(update(Ballot).values(choices=[]))
        db.session.execute(update(Membership).values(level=1))
        db.session.commit()
    after = surfaces(app, browsers, round_id)

    assert "Publish the results" in before[f"Ada /ml-theory/rounds/{round_id}/results"]
    assert after == before
