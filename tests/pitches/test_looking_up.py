"""Looking papers up: who is asked, in which order, how often, and what becomes of the pitch."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.cli import tick
from readinggroup.config import Settings
from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.models import Paper, PitchLink
from readinggroup.pitches.actions import pitch_talk
from readinggroup.pitches.looking_up import look_up_due
from readinggroup.pitches.offers import Link, Offer
from readinggroup.pitches.sources import SOURCES, NotUnderstood
from readinggroup.web.fetching import Fetcher
from tests.build import NOW, saved
from tests.conftest import post
from tests.pitches import answers, build
from tests.pitches.answers import KDD, LOST, MAML, Library

NEW = "/ml-theory/pitches/new"


@pytest.fixture
def library() -> Iterator[Library]:
    """The four sources on this machine; none of them knows anything yet."""
    with answers.served() as found:
        yield found


def look_up(app, library, now=NOW):
    """What ``flask tick`` does, asking ``library`` for all sources."""
    fetcher = Fetcher(
        {library.origin.removeprefix("http://")}, allowed=lambda _: True, resolve=lambda *_: ["127.0.0.1"]
    )
    with app.app_context():
        return look_up_due(fetcher, [source.at(library.origin) for source in SOURCES], now=now)


def papers(app):
    """Every paper as (key, state, title, source)."""
    with app.app_context():
        rows = db.session.scalars(db.select(Paper).order_by(Paper.key))
        return [(paper.key, paper.state.value, paper.title, paper.source) for paper in rows]


def pitch_with(client, *addresses, title=""):
    """Pitch a talk with these links; gives the page that it leads to."""
    rows = {f"links-{n}-url": address for n, address in enumerate(addresses)}
    answer = post(client, NEW, {"title": "One", "speakers": "Mo", "links-0-title": title, **rows})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def test_papers_are_asked_for_in_the_background_in_order_once_and_for_ever(app, cast, as_, library):
    library.knows(f"/works/{KDD}", answers.CROSSREF)
    library.knows(f"/dois/10.48550/arxiv.{MAML}", answers.DATACITE)
    mo = as_("Mo")

    shown = pitch_with(mo, KDD, f"arXiv:{MAML}v2")

    assert library.asked == []
    assert 'href="https://arxiv.org/abs/1703.03400"' in mo.get(shown).get_data(as_text=True)
    assert (look_up(app, library), look_up(app, library)) == (2, 0)
    assert library.asked == [f"/dois/10.48550/arxiv.{MAML}", f"/works/{KDD}"]
    page = mo.get(shown).get_data(as_text=True)
    assert "Optuna: A Next-generation Hyperparameter Optimization Framework</a>" in page
    assert "Takuya Akiba and Preferred Networks, 2019, Proceedings of the 25th ACM" in page
    assert "Chelsea Finn, Pieter Abbeel and Sergey Levine, 2017, arXiv" in page

    again = pitch_with(
        as_("Nia"), f"https://doi.org/10.48550/arXiv.{MAML}", "https://dl.acm.org/doi/10.1145/3292500.3330701"
    )
    assert "Model-Agnostic Meta-Learning for Fast Adaptation" in as_("Nia").get(again).get_data(as_text=True)
    assert look_up(app, library, NOW + timedelta(days=400)) == 0
    assert len(library.asked) == 2


def test_each_source_is_asked_until_one_knows(app, cast, as_, library):
    library.knows(f"/works/doi:{LOST}", answers.OPENALEX)
    library.knows(f"/api/query?id_list={MAML}", answers.ARXIV)
    pitch_with(as_("Mo"), LOST, MAML, "https://example.org/no-identifier")

    assert look_up(app, library) == 2
    assert library.asked == [
        f"/dois/10.48550/arxiv.{MAML}",
        f"/api/query?id_list={MAML}",
        f"/works/{LOST}",
        f"/dois/{LOST}",
        f"/works/doi:{LOST}",
    ]
    assert papers(app) == [
        (
            f"arxiv:{MAML}",
            "found",
            "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks",
            "arXiv",
        ),
        (f"doi:{LOST}", "found", "A paper that only one knows", "OpenAlex"),
    ]


def test_what_nobody_knows_isnt_asked_for_again_and_what_nobody_answers_is_for_a_while(
    app, cast, as_, library
):
    library.knows(f"/api/query?id_list={MAML}", answers.ARXIV_LACKS)
    library.knows(f"/works/{LOST}", "busy", status=503)
    library.knows(f"/dois/{KDD}", "<html>not what it was</html>")
    pitch_with(as_("Mo"), LOST, MAML, KDD)

    now, states = NOW, []
    for _ in range(6):
        look_up(app, library, now)
        states.append([state for _, state, _, _ in papers(app)])
        now += timedelta(days=3)

    assert states[0] == ["unknown", "queued", "queued"]
    assert states[-1] == ["unknown", "failed", "failed"]
    assert sum(MAML in path for path in library.asked) == 3
    assert library.asked.count(f"/works/{LOST}") == 5


def test_a_title_by_hand_stays(app, cast, as_, library):
    library.knows(f"/dois/10.48550/arxiv.{MAML}", answers.DATACITE)
    shown = pitch_with(as_("Mo"), MAML, title="The MAML paper")

    look_up(app, library)

    with app.app_context():
        assert db.session.scalars(db.select(PitchLink.title)).all() == ["The MAML paper"]
    assert "The MAML paper</a>" in as_("Nia").get(shown).get_data(as_text=True)


def test_lookups_can_be_switched_off(app, monkeypatch):
    asked = []
    monkeypatch.setattr(tick, "look_up_due", lambda *_, **__: asked.append("asked") or 0)

    with app.app_context():
        for lookups in ("off", "on"):
            monkeypatch.setitem(
                app.config, "SETTINGS", Settings.read({"LOOKUPS": lookups, "SECRET_KEY": "x" * 32})
            )
            tick._look_up_papers(NOW)

    assert asked == ["asked"]


@pytest.mark.parametrize(
    ("lookups", "of_group", "told"), [("on", "y", True), ("off", "y", False), ("on", "", False)]
)
def test_the_form_says_that_papers_are_looked_up_where_they_are(
    app, as_, monkeypatch, lookups, of_group, told
):
    settings = replace(app.config["SETTINGS"], lookups=lookups == "on")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    save = "/ml-theory/settings"
    post(as_("Ada"), f"{save}/papers", {"looks_papers_up": "y"} if of_group else {}, at=save)

    page = as_("Mo").get("/ml-theory/pitches/new").get_data(as_text=True)

    assert ("Papers are looked up where you give no title." in page) is told


def test_a_group_has_its_papers_looked_up_or_not(app, cast, as_, library):
    """Ada switches it off before anybody was asked, and on again; the same paper of another group is asked for."""
    library.knows(f"/dois/10.48550/arxiv.{MAML}", answers.DATACITE)
    library.knows(f"/works/{KDD}", answers.CROSSREF)
    ada, save = as_("Ada"), "/ml-theory/settings"
    shown = pitch_with(as_("Mo"), MAML, KDD)
    post(ada, f"{save}/papers", {}, at=save)
    with app.app_context():
        same = Offer(title="One", speakers=("Rex",), links=(Link(MAML, MaterialKind.PAPER),))
        pitch_talk(build.the_group("biology"), same, now=NOW, by=build.actor_of(cast["Rex"], "biology"))
        saved()

    assert look_up(app, library, NOW + timedelta(hours=1)) == 1
    assert library.asked == [f"/dois/10.48550/arxiv.{MAML}"]
    assert look_up(app, library, NOW + timedelta(days=30)) == 0
    assert "Optuna" not in ada.get(shown).get_data(as_text=True)

    post(ada, f"{save}/papers", {"looks_papers_up": "y"}, at=save)
    assert look_up(app, library, NOW + timedelta(days=31)) == 1
    assert "Optuna: A Next-generation" in ada.get(shown).get_data(as_text=True)


NAMES = st.sampled_from(
    re.findall(
        r"\S+",
        "message title author issued date-parts given family name data attributes titles creators container publisher "
        "publicationYear display_name authorships primary_location source publication_year",
    )
)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=200) | TREES.map(lambda tree: json.dumps(tree).encode()))
def test_no_answer_of_a_source_breaks_the_look_up(body):
    for source in SOURCES:
        try:
            found = source.read(body)
        except NotUnderstood:
            continue
        assert found is None or found.title
