"""Changing a published programme: moving, swapping, taking off, replacing, putting in by hand."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState, TalkState
from readinggroup.models import Meeting, Notice, Pitch, Talk
from readinggroup.scheduling import actions
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.queries import meeting_in, programme_version
from readinggroup.scheduling.talk_actions import publish
from tests.build import NOW, saved
from tests.conftest import post, token_in
from tests.scheduling import build

As = Callable[[str | None], FlaskClient]


@pytest.fixture
def talks(app: Flask, programme: dict[str, int]) -> dict[str, int]:
    """The four winners are published, and session 3 is free.  Gives talk ids by title."""
    with app.app_context():
        group = build.group_of()
        actions.make_meetings(group, count=3, now=NOW, by=THE_SITE)
        seats = [Where(1, 1), Where(1, 2), Where(2, 1), Where(2, 2)]
        placings = dict(zip(programme.values(), seats, strict=True))
        made = publish(group, placings, based_on=programme_version(group), now=NOW, by=THE_SITE)
        saved()
        return {talk.title: talk.id for talk in made}


def programme_now(app: Flask) -> dict[str, tuple[str, str]]:
    """Each talk's place and state by its title."""
    with app.app_context():
        rows = db.session.execute(
            select(Talk.title, Meeting.number, Talk.position, Talk.state).join(
                Meeting, Meeting.id == Talk.meeting_id
            )
        )
        return {title: (f"{number}.{position}", state.value) for title, number, position, state in rows}


def seen(page: str, prefix: str) -> str:
    """The version of the programme that a form of the page carries."""
    return re.search(rf'name="{prefix}-based_on" type="hidden" value="(\w+)"', page)[1]  # type: ignore[index]


def change(client: FlaskClient, talk_id: int, verb: str, prefix: str, page: str = "", **fields: Any) -> Any:
    """Send one of the forms of the talk's page, as it is now or as ``page`` was."""
    at = f"/ml-theory/talks/{talk_id}"
    page = page or client.get(f"{at}/change").get_data(as_text=True)
    named = {f"{prefix}-{name}": value for name, value in fields.items()}
    named |= {f"{prefix}-based_on": seen(page, prefix), "csrf_token": token_in(page)}
    return client.post(f"{at}/{verb}", data=named)


def test_moving_a_talk_to_a_free_place(app: Flask, as_: As, talks: dict[str, int]) -> None:
    ada = as_("Ada")

    answer = change(ada, talks["Meta Learning"], "move", "move", place="3.2")

    assert (answer.status_code, answer.location) == (303, "/ml-theory/plan")
    assert programme_now(app)["Meta Learning"] == ("3.2", "planned")
    assert ">Meta Learning</" in ada.get("/ml-theory/schedule").get_data(as_text=True)
    with app.app_context():
        assert meeting_in(build.group_of(), 3).state.value == "announced"  # type: ignore[union-attr]


def test_moving_to_a_taken_place_is_refused_in_words(app: Flask, as_: As, talks: dict[str, int]) -> None:
    before = programme_now(app)

    answer = change(as_("Ada"), talks["Meta Learning"], "move", "move", place="2.2")

    assert answer.status_code == 409
    assert "Nothing of yours was applied." in answer.get_data(as_text=True)
    assert programme_now(app) == before


def test_moving_on_an_old_page_overwrites_nothing(app: Flask, as_: As, talks: dict[str, int]) -> None:
    ada, meta = as_("Ada"), talks["Meta Learning"]
    page = ada.get(f"/ml-theory/talks/{meta}/change").get_data(as_text=True)
    change(ada, meta, "move", "move", place="3.1")

    answer = change(ada, meta, "move", "move", page, place="3.2")

    assert answer.status_code == 409
    assert "<b>Session 3</b>, place 1" in answer.get_data(as_text=True)
    assert programme_now(app)["Meta Learning"] == ("3.1", "planned")


def test_two_talks_swap_and_a_confirmed_one_has_to_confirm_anew(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    with app.app_context():
        db.session.get_one(Talk, talks["Quantum Probability"]).state = TalkState.CONFIRMED
        saved()

    change(as_("Ada"), talks["Meta Learning"], "swap", "swap", other=talks["Quantum Probability"])

    now = programme_now(app)
    assert (now["Meta Learning"], now["Quantum Probability"]) == (("2.2", "planned"), ("1.1", "planned"))


@pytest.mark.parametrize("other", ["", "x", "999999", "99999999999999999999"])
def test_swapping_with_nothing_is_refused(app: Flask, as_: As, talks: dict[str, int], other: str) -> None:
    before = programme_now(app)

    answer = change(as_("Ada"), talks["Meta Learning"], "swap", "swap", other=other)

    assert answer.status_code == 422
    assert "Choose a talk." in answer.get_data(as_text=True)
    assert programme_now(app) == before


def test_a_talk_is_not_swapped_with_itself(app: Flask, as_: As, talks: dict[str, int]) -> None:
    meta = talks["Meta Learning"]

    assert change(as_("Ada"), meta, "swap", "swap", other=meta).status_code == 409


def test_taking_a_talk_off_keeps_its_row_and_its_pitch_waits_again(
    app: Flask, as_: As, talks: dict[str, int], programme: dict[str, int]
) -> None:
    ada = as_("Ada")

    change(ada, talks["Meta Learning"], "take-off", "off", note="Away that day.")

    assert programme_now(app)["Meta Learning"] == ("1.1", "withdrawn")
    with app.app_context():
        assert db.session.get_one(Pitch, programme["Meta Learning"]).state is PitchState.WON
        assert db.session.get_one(Talk, talks["Meta Learning"]).note == "Away that day."
    again = ada.get(f"/ml-theory/talks/{talks['Meta Learning']}/change").get_data(as_text=True)
    assert "This talk is withdrawn" in again
    assert '1.1">' not in again


def test_a_pitch_that_never_won_is_open_again(app: Flask, as_: As, talks: dict[str, int]) -> None:
    with app.app_context():
        group = build.group_of()
        pool = build.pitch(group, "From the pool", "Pool Person")
        (talk,) = publish(
            group, {pool.id: Where(3, 1)}, based_on=programme_version(group), now=NOW, by=THE_SITE
        )
        saved()
        talk_id, pitch_id = talk.id, pool.id

    change(as_("Ada"), talk_id, "take-off", "off", note="")

    with app.app_context():
        assert db.session.get_one(Pitch, pitch_id).state is PitchState.OPEN


def test_third_december_both_speakers_drop_out_and_somebody_steps_in(
    app: Flask, as_: As, talks: dict[str, int], programme: dict[str, int]
) -> None:
    """The group's real third session: planned and held differ, and both are kept."""
    ada = as_("Ada")

    change(ada, talks["Quantum Probability"], "take-off", "off", note="The speaker can't come.")
    answer = change(
        ada,
        talks["Representation Learning"],
        "replace",
        "new",
        title="Contrastive Language-Image Pretraining",
        speakers="Ahmad Mustafa Anis",
        kind="paper",
        abstract="What CLIP learns.",
        note="The speaker can't come.",
    )

    assert answer.status_code == 303
    now = programme_now(app)
    assert now["Representation Learning"] == ("2.1", "replaced")
    assert now["Quantum Probability"] == ("2.2", "withdrawn")
    assert now["Contrastive Language-Image Pretraining"] == ("2.1", "planned")
    with app.app_context():
        old = db.session.get_one(Talk, talks["Representation Learning"])
        assert db.session.get_one(Talk, old.replaced_by_id).title == "Contrastive Language-Image Pretraining"
        assert db.session.get_one(Pitch, programme["Representation Learning"]).state is PitchState.WON
        kinds = set(db.session.scalars(select(Notice.kind)))
        assert "programme.changed" in kinds
    page = ada.get("/ml-theory/schedule").get_data(as_text=True)
    assert "Ahmad Mustafa Anis" in page
    assert "Planned before: <cite>Representation Learning</cite>, Harry Saini." in page


def test_a_refused_replacement_keeps_what_was_typed(app: Flask, as_: As, talks: dict[str, int]) -> None:
    answer = change(
        as_("Ada"),
        talks["Meta Learning"],
        "replace",
        "new",
        title="",
        speakers="; ,",
        kind="talk",
        abstract="Kept $x$",
        note="Why not",
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Give the talk a title." in page
    assert "Say who speaks." in page
    assert "Kept $x$" in page
    assert 'value="Why not"' in page
    assert programme_now(app)["Meta Learning"] == ("1.1", "planned")


def test_a_talk_by_hand_takes_a_free_place_once(app: Flask, as_: As, talks: dict[str, int]) -> None:
    ada = as_("Ada")
    fields = {"title": "A guest", "speakers": "Ida Rhodes and Grace Hopper", "kind": "talk", "abstract": ""}

    first = post(ada, "/ml-theory/sessions/3/places/1", fields)
    second = post(ada, "/ml-theory/sessions/3/places/1", fields, at="/ml-theory/plan")

    assert (first.status_code, second.status_code) == (303, 303)
    assert programme_now(app)["A guest"] == ("3.1", "planned")
    page = ada.get("/ml-theory/plan").get_data(as_text=True)
    assert "That place isn&#39;t free any more." in page
    assert "Ida Rhodes and Grace Hopper" in page


def test_a_talk_of_a_cancelled_session_finds_another_place(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    with app.app_context():
        group = build.group_of()
        meeting = meeting_in(group, 1)
        assert meeting is not None
        actions.cancel_meeting(group, meeting, because="Snow.", now=NOW, by=THE_SITE)
        saved()
    ada = as_("Ada")

    change(ada, talks["Meta Learning"], "move", "move", place="3.1")

    assert programme_now(app)["Meta Learning"] == ("3.1", "planned")
    page = ada.get(f"/ml-theory/talks/{talks['Meta Learning']}/change").get_data(as_text=True)
    assert 'value="1.1"' not in page


def test_speakers_are_told_of_every_new_place_and_once_of_each(
    app: Flask, as_: As, talks: dict[str, int], programme: dict[str, int]
) -> None:
    with app.app_context():
        db.session.get_one(Pitch, programme["Meta Learning"]).author_id = build.person("Mo").id
        saved()
    ada = as_("Ada")

    change(ada, talks["Meta Learning"], "move", "move", place="3.1")
    change(ada, talks["Meta Learning"], "move", "move", place="3.2")

    with app.app_context():
        told = db.session.execute(
            select(Notice.kind, Notice.words).where(Notice.recipient == "mo@example.org").order_by(Notice.id)
        ).all()
        assert [(kind, words["session"]) for kind, words in told] == [("talk.moved", 3), ("talk.moved", 3)]
        assert told[0].words["talk"] == "Meta Learning"
