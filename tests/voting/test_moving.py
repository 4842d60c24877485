"""The buttons of a ranked ballot: they move a pitch, keep the rest, and save nothing."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import RoundRule
from readinggroup.models import Ballot
from readinggroup.voting.ballot_forms import moved
from tests.conftest import post
from tests.voting import build
from tests.voting.build import Browser

URL = "/ml-theory/rounds/{}/ballot"


@pytest.mark.parametrize(
    ("tiers", "up", "down"),
    [
        ("a x b", "x a b", "a b x"),
        ("x a", "x a", "a x"),
        ("a x", "x a", "a"),
        ("a xb c", "a x b c", "a b x c"),
        ("ab x", "x ab", "ab"),
        ("a b", "a b x", "a b"),
        ("", "x", ""),
    ],
)
def test_moved_takes_one_step_and_keeps_the_rest(tiers: str, up: str, down: str) -> None:
    before = [list(tier) for tier in tiers.split()]

    assert moved(before, "x", up=True) == [list(tier) for tier in up.split()]
    assert moved(before, "x", up=False) == [list(tier) for tier in down.split()]


def test_button_moves_without_saving(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    round_id = build.opened(app, rule=RoundRule.RANKED, seats=1)
    mo, ids, url = as_("Mo"), build.public_ids(app), URL.format(round_id)
    first, second = ids["Meta Learning"], ids["Quantum Probability"]

    sent = {f"rank-{first}": "1", f"rank-{second}": "2", "move": f"up-{second}"}
    answer = post(mo, url, sent)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    shown = re.findall(r'name="rank-([^"]+)"[^>]* value="(\d*)"', page)
    assert shown[:2] == [(second, "1"), (first, "2")]
    assert {value for _, value in shown[2:]} == {""}
    assert "“Quantum Probability” now has place 1. Nothing is saved before you cast your ballot." in page
    assert f'value="up-{second}" autofocus aria-describedby="moved"' in page
    with app.app_context():
        assert db.session.scalars(select(Ballot)).all() == []


def test_first_button_of_the_form_casts(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    round_id = build.opened(app, rule=RoundRule.RANKED, seats=1)

    page = as_("Mo").get(URL.format(round_id)).get_data(as_text=True)

    ballot = page.partition('<form method="post" novalidate>')[2]
    button = re.search(r"<button[^>]*>", ballot)
    assert button is not None
    assert "move" not in button[0]


@pytest.mark.parametrize("button", ["up-nonsense", "sideways", "", "up-", "\x00"])
def test_a_button_that_is_not_there_moves_nothing(
    app: Flask, as_: Browser, cast: dict[str, int], button: str
) -> None:
    round_id = build.opened(app, rule=RoundRule.RANKED, seats=1)
    first = build.public_ids(app)["Meta Learning"]

    answer = post(as_("Mo"), URL.format(round_id), {f"rank-{first}": "1", "move": button})

    assert answer.status_code == 303
    with app.app_context():
        assert [ballot.choices for ballot in db.session.scalars(select(Ballot))] == [[[first]]]


def test_a_number_that_is_none_is_refused_before_anything_moves(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    round_id = build.opened(app, rule=RoundRule.RANKED, seats=1)
    first = build.public_ids(app)["Meta Learning"]

    answer = post(as_("Mo"), URL.format(round_id), {f"rank-{first}": "x", "move": f"up-{first}"})

    assert answer.status_code == 422
    assert 'value="x"' in answer.get_data(as_text=True)
