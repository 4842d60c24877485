"""While a round runs no surface tells totals: two worlds that differ in what others vote look the same to everybody.

What is asked, and as whom, is in ``surfaces.py``.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from readinggroup.db import db
from readinggroup.domain.lifecycle import RoundRule
from readinggroup.models import Ballot, Membership, Standing
from tests.site.test_matrix import only_on_sqlite
from tests.site.things import Things, made
from tests.voting import build
from tests.voting.surfaces import ASKED, COMMANDS, LEFT_OUT, Surfaces, commands_of, differing

BEFORE_CLOSING = build.NOW + timedelta(days=6, hours=18)
ONE_WAY, OTHER_WAY = ["Quantum Probability", "Meta Learning"], ["Neural Information Retrieval"]


@pytest.fixture
def things(app: Flask, cast: dict[str, int]) -> Things:
    """What addresses name."""
    with app.app_context():
        return made(cast)


@pytest.fixture
def surfaces(app: Flask, things: Things) -> Surfaces:
    return Surfaces(app, things)


@pytest.fixture
def members(app: Flask, things: Things) -> list[int]:
    """Six who vote besides Nia."""
    return build.crowd(app, 6)


@pytest.fixture
def round_id(app: Flask, members: list[int]) -> int:
    """An open round in which Nia has voted, who sees her ballot."""
    opened = build.opened(app, rule=RoundRule.FAIR)
    with app.app_context():
        nia = build.place_of("Nia").id
    build.voted(app, opened, {nia: ["Meta Learning"]})
    return opened


def test_no_page_changes_with_what_others_vote(
    app: Flask, surfaces: Surfaces, members: list[int], round_id: int
) -> None:
    """Nothing but the turnout tells that they voted at all."""
    before = surfaces.pages(round_id)

    build.voted(app, round_id, dict.fromkeys(members, ONE_WAY))
    after = surfaces.pages(round_id)

    assert "Meta Learning" in before[f"Mo /ml-theory/rounds/{round_id}/ballot"]
    assert sum(page.startswith("200") for asked, page in before.items() if asked.startswith("Ada ")) > 40
    assert differing(before, after) == set()


@only_on_sqlite
def test_no_press_command_or_mail_depends_on_how_others_voted(
    app: Flask,
    surfaces: Surfaces,
    members: list[int],
    round_id: int,
    tmp_path: Path,
) -> None:
    """Closing it by a button or by the clock is among what is tried: that counts the ballots, and tells nobody."""
    worlds = []
    for way in (ONE_WAY, OTHER_WAY):
        build.voted(app, round_id, dict.fromkeys(members, way))
        worlds.append(
            (
                surfaces.presses(round_id),
                surfaces.commands(tmp_path),
                surfaces.mails(ASKED, BEFORE_CLOSING, build.LATER),
            )
        )

    (presses, commands, mails), others = worlds
    assert not [asked for asked, answer in presses.items() if answer.startswith("5")]
    assert sum(answer.startswith("200") for answer in presses.values()) > 100
    assert all(said.startswith(("0 ", "1 ")) for said in commands.values())
    assert any("round.nudge" in mail for mail in mails)
    assert [differing(one, other) for one, other in zip((presses, commands, mails), others, strict=True)] == [
        set(),
        set(),
        set(),
    ]


def test_every_command_is_asked_or_left_out_for_a_reason(app: Flask) -> None:
    assert set(commands_of(app)) == COMMANDS.keys() | LEFT_OUT.keys()


@only_on_sqlite
def test_no_page_depends_on_the_outcome_before_the_release(
    app: Flask, surfaces: Surfaces, members: list[int]
) -> None:
    """The round is closed; another outcome is put underneath, and nobody can see a difference.  After the release
    everybody who may see results can: the test has something that leaks."""
    round_id = build.opened(app, seats=1)
    build.voted(app, round_id, {m: ["Quantum Probability"] for m in members})
    build.closed(app, round_id)
    before = surfaces.pages(round_id, now=build.LATER)

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
    after = surfaces.pages(round_id, now=build.LATER)
    build.released(app, round_id)
    told = surfaces.pages(round_id, now=build.LATER)

    results = f"/ml-theory/rounds/{round_id}/results"
    assert "Publish the results" in before[f"Ada {results}"]
    assert differing(before, after) == set()
    tells = {
        f"{who} {path}"
        for who in ("Mo", "Nia", "Ada")
        for path in (results, results.replace("results", "round.json"))
    }
    assert tells <= differing(before, told)
