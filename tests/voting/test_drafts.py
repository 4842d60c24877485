"""Rounds before they open: written down, looked at, changed, opened by hand or by the clock, deleted."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import RoundState
from readinggroup.models import Ballot, Notice, Pitch, Record, Round, RoundPitch
from readinggroup.voting.actions import open_due_rounds
from tests.build import NOW
from tests.cli.test_commands import run
from tests.conftest import post
from tests.voting import build
from tests.voting.build import Browser
from tests.voting.test_rounds import LIST, NEW, fields, made_pitches, states

OPENS = "2022-11-07T09:00"
BEFORE_OPENING = NOW + timedelta(days=1, hours=17, minutes=29)
OPENING = BEFORE_OPENING + timedelta(minutes=1)


@pytest.fixture
def draft(app: Flask, as_: Browser) -> str:
    """The address of a draft over all four pitches."""
    made = made_pitches(app)
    answer = post(as_("Ada"), NEW, fields(pitches=list(made.values()), do="draft"))
    assert answer.status_code == 303
    return str(answer.location)


def the_round(app: Flask) -> Round:
    with app.app_context():
        return db.session.scalars(select(Round)).one()


def on_paper(app: Flask) -> list[str]:
    with app.app_context():
        titles = select(Pitch.title).join(RoundPitch).order_by(Pitch.title)
        return list(db.session.scalars(titles))


def due_at(ada: Any, draft: str, at: str = OPENS) -> Any:
    return build.send(ada, f"{draft}/open-at", {"opens_at": at}, page=draft)


def test_draft_is_seen_by_co_leads_alone_and_binds_nobody(app: Flask, as_: Browser, draft: str) -> None:
    for path in (draft, f"{draft}/ballot"):
        assert as_("Mo").get(path).status_code == 403, path
    seen, listed = as_("Ada").get(draft).get_data(as_text=True), as_("Ada").get(LIST).get_data(as_text=True)

    assert "Meta Learning" in seen
    assert "Saturday 12 Nov, 18:00 Edmonton, UTC-07:00" in seen
    assert f'href="{draft}"' in listed
    for other in ("Mo", "Sam", "Root", None):
        assert draft not in as_(other).get(LIST).get_data(as_text=True)
    assert set(states(app).values()) == {"open"}
    with app.app_context():
        assert db.session.scalars(select(Notice)).all() == []
        assert the_round(app).nonce is None


@pytest.mark.parametrize("verb", ["edit", "open", "open-at", "open-by-hand", "delete"])
def test_only_co_leads_do_anything_with_a_draft(app: Flask, as_: Browser, draft: str, verb: str) -> None:
    for who, status in (("Mo", 403), ("Sam", 403), ("Root", 403), (None, 303)):
        answer = build.send(
            as_(who), f"{draft}/{verb}", {"opens_at": OPENS}, page="/login" if who is None else "/account"
        )
        assert answer.status_code == status, who
    theirs = draft.replace("ml-theory", "biology")
    assert build.send(as_("Rex"), f"{theirs}/{verb}", {}, page="/account").status_code == 404
    assert (the_round(app).state, the_round(app).opens_by_itself) == (RoundState.DRAFT, False)


def test_preview_shows_the_ballot_and_casts_nothing(as_: Browser, draft: str) -> None:
    page = as_("Ada").get(f"{draft}/preview").get_data(as_text=True)

    assert "This is how a voter will see it." in page
    assert page.count('name="approves"') == 4
    assert '<button class="btn" type="button" disabled>' in page
    assert as_("Mo").get(f"{draft}/preview").status_code == 403


def test_draft_is_changed_then_opened_by_hand(app: Flask, as_: Browser, draft: str) -> None:
    ada = as_("Ada")
    form = ada.get(f"{draft}/edit").get_data(as_text=True)
    boxes = re.findall(r'<input checked id="pitches-\d" name="pitches" type="checkbox" value="(\d+)">', form)

    wrong = post(ada, f"{draft}/edit", fields(pitches=boxes[:2], closes_at="2022-11-01T18:00"))
    changed = post(ada, f"{draft}/edit", fields(pitches=boxes[:3], title="Fewer talks", quorum="0"))
    opened = build.send(ada, f"{draft}/open", {}, page=draft)

    assert (wrong.status_code, "Give a time that is still to come." in wrong.get_data(as_text=True)) == (
        422,
        True,
    )
    assert (changed.status_code, changed.location) == (303, draft)
    assert (opened.status_code, opened.location) == (303, draft)
    found = the_round(app)
    assert (found.state, found.title, found.quorum, found.opened_at) == (
        RoundState.OPEN,
        "Fewer talks",
        0,
        build.VOTING,
    )
    assert len(on_paper(app)) == 3
    assert sorted(states(app).values()) == ["in_round", "in_round", "in_round", "open"]
    assert found.nonce_commit
    assert found.nonce_commit in as_("Mo").get(draft).get_data(as_text=True)
    for verb in ("open", "edit", "delete", "open-by-hand"):
        again = build.send(ada, f"{draft}/{verb}", fields(pitches=boxes), page=draft)
        assert (again.status_code, again.location) == (303, draft), verb
    assert the_round(app).title == "Fewer talks"


def test_deleted_draft_leaves_its_pitches(app: Flask, as_: Browser, draft: str) -> None:
    answer = build.send(as_("Ada"), f"{draft}/delete", {}, page=draft)

    assert (answer.status_code, answer.location) == (303, LIST)
    assert as_("Ada").get(draft).status_code == 404
    assert set(states(app).values()) == {"open"}
    assert on_paper(app) == []
    with app.app_context():
        lines = db.session.scalars(select(Record.what).where(Record.thing == "round").order_by(Record.id))
        assert list(lines) == ["round.drafted", "round.deleted"]


@pytest.mark.parametrize("first", ["/ml-theory/", LIST, "ballot", "tick"])
def test_round_opens_at_its_time_whoever_comes_first(
    app: Flask, as_: Browser, draft: str, first: str
) -> None:
    ada, mo = as_("Ada"), as_("Mo")
    told = due_at(ada, draft)
    assert "Opens by itself" in ada.get(told.location).get_data(as_text=True)
    with build.at(BEFORE_OPENING):
        assert "The next one opens Monday 7 November 2022, 09:00 Edmonton, UTC-07:00." in mo.get(
            LIST
        ).get_data(as_text=True)
        assert the_round(app).state is RoundState.DRAFT

    with build.at(OPENING):
        if first == "tick":
            with app.app_context(), writing():
                assert open_due_rounds(OPENING) == 1
                commit()
        page = mo.get(f"{draft}/ballot" if first in {"ballot", "tick"} else first).get_data(as_text=True)
        answer = post(mo, f"{draft}/ballot", {"approves": [build.public_ids(app)["Meta Learning"]]})

    assert "Talks of November" in page
    assert answer.status_code == 303
    found = the_round(app)
    assert (found.state, found.opened_at) == (RoundState.OPEN, OPENING)
    with app.app_context():
        owed = db.session.scalars(select(Notice.recipient).where(Notice.kind == "round.opened"))
        assert sorted(owed) == ["ada@example.org", "mo@example.org", "nia@example.org"]
        by = db.session.scalars(select(Record.by_id).where(Record.what == "round.opened")).all()
        assert by == [Actor().user_id]
        assert len(db.session.scalars(select(Ballot)).all()) == 1


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2022-11-05T15:00", "Give a time that is still to come."),
        ("2022-11-12T18:00", "Give a time before it closes."),
        ("soon", "Give a date and a time"),
    ],
)
def test_time_of_opening_lies_between_now_and_closing(
    app: Flask, as_: Browser, draft: str, at: str, words: str
) -> None:
    answer = due_at(as_("Ada"), draft, at)

    assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True)
    assert f'value="{at}"' in answer.get_data(as_text=True)
    assert not the_round(app).opens_by_itself


def test_round_that_cannot_open_waits_and_says_why(app: Flask, as_: Browser, draft: str) -> None:
    """Another round is open; one pitch is withdrawn.  It opens as soon as the other is over, without that pitch."""
    ada = as_("Ada")
    due_at(ada, draft)
    other = build.opened(app, titles=["One more", "And another"])
    build.withdrawn(app, "Meta Learning")

    with build.at(OPENING):
        waiting = ada.get(draft).get_data(as_text=True)
        refused = build.send(ada, f"{draft}/open", {}, page=draft)
        build.closed(app, other, release=True, now=OPENING)
        ada.get(LIST)
        opened = ada.get(draft).get_data(as_text=True)

    assert "is still open. This one can open once that is closed." in waiting
    assert "“Meta Learning” isn&#39;t open any more and will not be on the paper." in waiting
    assert refused.status_code == 409
    assert "Open until" in opened
    with app.app_context():
        rounds = db.session.execute(select(Round.title, Round.number, Round.state).order_by(Round.id)).all()
        paper = select(Pitch.title).join(RoundPitch).join(Round).where(Round.state == RoundState.OPEN)
        assert "Meta Learning" not in list(db.session.scalars(paper))
    # They are numbered as they open, though the draft was written down first.
    assert [(number, state.value) for _, number, state in rounds] == [(2, "open"), (1, "released")]


def ticked(app: Flask, at: datetime) -> list[tuple[str, str, list[str]]]:
    """Once a tick came at ``at``: each mail on waiting rounds with its state and reasons."""
    with build.at(at):
        assert run(app, "tick")[0] == 0
    with app.app_context():
        told = db.session.scalars(
            select(Notice).where(Notice.kind == "round.waiting").order_by(Notice.due_at, Notice.recipient)
        )
        return [(n.recipient.partition("@")[0], n.state.value, n.words.get("reasons", [])) for n in told]


def test_co_leads_hear_once_why_a_round_could_not_open(app: Flask, as_: Browser, draft: str) -> None:
    """A round is open at that time; when it is over, nothing is left on the paper.  Only co-leads are told.

    They have a mail of that day already, so each reason comes the next morning.
    """
    due_at(as_("Ada"), draft)
    other = build.opened(app, titles=["One more"])
    assert ticked(app, BEFORE_OPENING) == []
    running = ["Round 1 is still open. This one can open once that is closed."]
    empty = ["None of its pitches is open any more. Choose others."]
    day_after = OPENING + timedelta(days=1)

    assert ticked(app, OPENING) == ticked(app, OPENING + timedelta(minutes=5)) == [("ada", "queued", running)]
    assert ticked(app, day_after) == [("ada", "sent", running)]
    for title in build.TITLES:
        build.withdrawn(app, title)
    build.closed(app, other, release=True, now=day_after + timedelta(minutes=9))
    assert ticked(app, day_after + timedelta(minutes=10)) == [
        ("ada", "sent", running),
        ("ada", "queued", empty),
    ]
    assert ticked(app, day_after + timedelta(days=1)) == [("ada", "sent", running), ("ada", "sent", empty)]


@pytest.mark.parametrize("verb", ["open-by-hand", "delete"])
def test_mail_of_a_waiting_round_is_not_sent_once_it_is_looked_after(
    app: Flask, as_: Browser, draft: str, verb: str
) -> None:
    ada = as_("Ada")
    due_at(ada, draft)
    build.opened(app, titles=["One more"])
    with app.app_context(), writing():
        open_due_rounds(OPENING)
        commit()

    build.send(ada, f"{draft}/{verb}", {}, page=draft)

    assert [state for _, state, _ in ticked(app, OPENING + timedelta(minutes=5))] == ["dropped"]


def test_round_opened_by_hand_at_last_after_all(app: Flask, as_: Browser, draft: str) -> None:
    ada = as_("Ada")
    due_at(ada, draft)

    build.send(ada, f"{draft}/open-by-hand", {}, page=draft)

    with build.at(OPENING):
        ada.get(LIST)
        assert the_round(app).state is RoundState.DRAFT
