"""When a speaker can't come: saying so, and the plans to choose from."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, PitchState, TalkState
from readinggroup.models import Meeting, Notice, Pitch, Place, Talk
from readinggroup.scheduling import actions
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.queries import programme_version
from readinggroup.scheduling.repairing import plans_for
from readinggroup.scheduling.situation import situation_of
from readinggroup.scheduling.talk_actions import publish
from tests.build import NOW, saved
from tests.conftest import post
from tests.scheduling import build
from tests.scheduling.test_board import form_of, words

As = Callable[[str | None], FlaskClient]
TEN_DAYS_BEFORE = datetime(2022, 11, 23, 20, tzinfo=UTC)


@pytest.fixture
def talks(app: Flask, programme: dict[str, int], set_clock: Callable[[datetime], None]) -> dict[str, int]:
    """Ten days before the session of 3 December, which is full; Mo waits with CLIP.  Gives talk ids by title."""
    with app.app_context():
        group = build.group_of()
        seats = [Where(1, 1), Where(1, 2), Where(2, 1), Where(2, 2)]
        placings = dict(zip(programme.values(), seats, strict=True))
        made = publish(group, placings, based_on=programme_version(group), now=NOW, by=THE_SITE)
        actions.hold_meeting(
            group, db.session.get_one(Meeting, made[0].meeting_id), given=[made[0].id, made[1].id],
            now=TEN_DAYS_BEFORE, by=THE_SITE,
        )  # fmt: skip
        build.pitch(group, "CLIP", "Mo", author=build.person("Mo"))
        for talk in made:
            db.session.refresh(talk)
        db.session.query(Notice).delete()
        saved()
        set_clock(TEN_DAYS_BEFORE)
        return {talk.title: talk.id for talk in made}


def desk(talk_id: int) -> str:
    return f"/ml-theory/talks/{talk_id}/drop-out"


def choose(client: FlaskClient, talk_id: int, way: str, *, at: str = "", **fields: Any) -> Any:
    """Choose a plan of the desk as it stands."""
    page = client.get(at or desk(talk_id)).get_data(as_text=True)
    (form,) = [part for part in page.split("<form") if f'name="way" value="{way}"' in part]
    asked = [("looked", "y"), *(("also", value) for value in re.findall(r'name="also" value="(\d+)"', form))]
    asked += [("pick", value) for value in re.findall(r'name="pick" value="([\w-]+)"', form)]
    sent = {name: value for name, value in _sent(form, way).items() if name not in {"also", "looked", "pick"}}
    data: dict[str, Any] = {**sent, **fields, "way": way}
    for name, value in asked:
        data.setdefault(name, []).append(value)
    return client.post(desk(talk_id), data=data)


def _sent(form: str, way: str) -> dict[str, str]:
    found = form_of(form.replace(f'name="{way}-messages', 'name="messages'))
    return {
        f"{way}-{name}" if name.startswith("messages") and not name.startswith(way) else name: value
        for name, value in found.items()
    }


def stands(app: Flask) -> dict[str, tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(
            select(Talk.title, Meeting.number, Talk.position, Talk.state).join(
                Meeting, Meeting.id == Talk.meeting_id
            )
        )
        return {title: (f"{number}.{position}", state.value) for title, number, position, state in rows}


def test_a_speaker_says_so_and_the_co_leads_are_led_to_the_desk(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    with app.app_context():
        talk = db.session.get_one(Talk, talks["Quantum Probability"])
        talk.state = TalkState.CONFIRMED
        db.session.execute(select(Talk))
        build.speaks(talk, "Mo")
        saved()
    mo, ada = as_("Mo"), as_("Ada")
    at = f"/ml-theory/talks/{talks['Quantum Probability']}"

    post(mo, f"{at}/cant-come", {"because": "A conference."})
    post(mo, f"{at}/cant-come", {"because": "Said twice."})

    with app.app_context():
        (notice,) = db.session.scalars(select(Notice)).all()
        assert (notice.kind, notice.recipient, notice.words["path"]) == (
            "talk.declined", "ada@example.org", desk(talks["Quantum Probability"]),
        )  # fmt: skip
        talk = db.session.get_one(Talk, talks["Quantum Probability"])
        assert (talk.state, talk.declined_because) == (TalkState.PLANNED, "A conference.")
    assert "can't come to session 2. Find a repair" in words(
        ada.get("/ml-theory/plan").get_data(as_text=True)
    )
    assert "They say: “A conference.”" in words(
        ada.get(desk(talks["Quantum Probability"])).get_data(as_text=True)
    )
    assert "A conference" not in as_(None).get("/ml-theory/schedule").get_data(as_text=True)

    post(mo, f"{at}/can-come", {}, at=f"{at}/edit")
    assert "can't come" not in words(ada.get("/ml-theory/plan").get_data(as_text=True)).replace(
        "The speaker can't come", ""
    )


def test_third_december_both_drop_out_and_one_steps_in_in_one_step(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    ada, visitor = as_("Ada"), as_(None)
    first, second = talks["Representation Learning"], talks["Quantum Probability"]
    at = f"{desk(first)}?looked=y&also={second}"
    page = words(ada.get(at).get_data(as_text=True))
    assert (
        "“CLIP” steps in Next in standing of those who can take the place. Nobody else moves. One place"
        in page
    )
    assert "no place → becomes Session 2, 3 Dec 2022, place 1" in page

    answer = choose(ada, first, "step-in", at=at, **{"step-in-because": "Both speakers are ill."})

    assert answer.status_code == 303
    assert stands(app) == {
        "Meta Learning": ("1.1", "given"),
        "Neural Information Retrieval": ("1.2", "given"),
        "Representation Learning": ("2.1", "replaced"),
        "Quantum Probability": ("2.2", "replaced"),
        "CLIP": ("2.1", "planned"),
    }
    told = words(visitor.get("/ml-theory/sessions/2").get_data(as_text=True))
    assert told.count("CLIP") >= 3
    assert "replaced by CLIP with Mo (Both speakers are ill)" in told
    assert "SUMMARY" in visitor.get("/ml-theory/calendar.ics").get_data(as_text=True)
    assert "CLIP" in visitor.get("/ml-theory/calendar.ics").get_data(as_text=True)
    with app.app_context():
        owed = db.session.execute(select(Notice.kind, Notice.recipient).order_by(Notice.kind)).all()
        assert [tuple(row) for row in owed] == [
            ("programme.changed", "ada@example.org"),
            ("talk.scheduled", "mo@example.org"),
        ]
        waiting = db.session.scalars(select(Pitch).where(Pitch.id.in_(
            select(Talk.pitch_id).where(Talk.id.in_([first, second]))
        ))).all()  # fmt: skip
        assert {pitch.state for pitch in waiting} == {PitchState.WON}
        assert [[str(day.on) for day in pitch.days_away] for pitch in waiting] == [["2022-12-03"]] * 2


def test_a_chain_brings_in_who_stands_higher_and_moves_the_fewest(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    """The best standing can't come on 3 December; a talk of the session after makes room for it."""
    with app.app_context():
        group = build.group_of()
        actions.make_meetings(group, count=3, now=TEN_DAYS_BEFORE, by=THE_SITE)
        later = build.pitch(group, "Later talk", "Lena", paper="https://arxiv.org/abs/1")
        publish(
            group,
            {later.id: Where(3, 1)},
            based_on=programme_version(group),
            now=TEN_DAYS_BEFORE,
            by=THE_SITE,
        )
        best = build.pitch(group, "Best", "Bea", away=[datetime(2022, 12, 3).date()])  # noqa: DTZ001
        build.won(group, [best], number=2)
        db.session.query(Pitch).where(Pitch.title == "CLIP").update({"state": PitchState.DRAFT})
        now = situation_of(group, TEN_DAYS_BEFORE, with_draft=False)

        plans = plans_for(now, [Thing.talk(talks["Quantum Probability"])])

        assert [plan.way for plan in plans] == ["chain", "long", "open", "cancel"]
        chain = {now.known[thing].title: str(to) for thing, to in plans[0].changes.items()}
        assert chain == {"Quantum Probability": "None", "Later talk": "2.2", "Best": "3.1"}
        assert plans[0].title == "“Best” comes in by a chain"


def test_the_other_talk_takes_the_whole_time(app: Flask, as_: As, talks: dict[str, int]) -> None:
    answer = choose(as_("Ada"), talks["Quantum Probability"], "long")

    assert answer.status_code == 303
    with app.app_context():
        meeting = db.session.scalars(select(Meeting).where(Meeting.number == 2)).one()
        places = db.session.scalars(select(Place).where(Place.meeting_id == meeting.id)).all()
        assert [(p.position, p.talk_minutes, p.question_minutes) for p in places] == [(1, 50, 10)]
    assert stands(app)["Quantum Probability"] == ("2.1", "withdrawn")
    assert stands(app)["Representation Learning"] == ("2.1", "planned")


def test_a_chosen_one_steps_in_and_the_place_can_stay_open(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    with app.app_context():
        picked = build.pitch(build.group_of(), "Picked", "Pia")
        saved()
        thing = f"pitch-{picked.id}"
    ada = as_("Ada")

    choose(ada, talks["Quantum Probability"], "pick", at=f"{desk(talks['Quantum Probability'])}?pick={thing}")
    choose(ada, talks["Representation Learning"], "open")

    assert stands(app)["Picked"] == ("2.2", "planned")
    assert stands(app)["Representation Learning"] == ("2.1", "withdrawn")


def test_cancelling_asks_for_the_reason_and_lets_the_others_wait(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    ada, talk_id = as_("Ada"), talks["Quantum Probability"]

    refused = choose(ada, talk_id, "cancel")
    done = choose(ada, talk_id, "cancel", **{"cancel-because": "Nobody can come."})

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "Say why, so that people needn't ask." in words(refused.get_data(as_text=True))
    with app.app_context():
        meeting = db.session.scalars(select(Meeting).where(Meeting.number == 2)).one()
        assert meeting.state is MeetingState.CANCELLED
    page = words(ada.get("/ml-theory/plan").get_data(as_text=True))
    assert page.index("Without their session") < page.index("Representation Learning")
    assert ada.get(desk(talk_id)).status_code == 303


def test_a_plan_made_from_an_old_page_is_refused(app: Flask, as_: As, talks: dict[str, int]) -> None:
    ada = as_("Ada")
    before = stands(app)
    page = ada.get(desk(talks["Quantum Probability"])).get_data(as_text=True)
    stale = re.search(r'name="open-based_on" type="hidden" value="(\w+)"', page)
    assert stale is not None
    with app.app_context():
        actions.make_meetings(build.group_of(), count=5, now=TEN_DAYS_BEFORE, by=THE_SITE)
        saved()

    answer = choose(ada, talks["Quantum Probability"], "open", **{"open-based_on": stale[1]})

    assert answer.status_code == 409
    assert "Nothing of yours was done." in words(answer.get_data(as_text=True))
    assert stands(app) == before


def test_a_talk_is_corrected_without_being_replaced(app: Flask, as_: As, talks: dict[str, int]) -> None:
    ada, talk_id = as_("Ada"), talks["Quantum Probability"]
    at = f"/ml-theory/talks/{talk_id}/correct"
    assert 'value="Ashish Gaurav"' in ada.get(at).get_data(as_text=True)

    post(ada, at, {"title": "Quantum probability, gently", "speakers": "Ashish Gaurav, Mo", "kind": "talk"})

    assert stands(app)["Quantum probability, gently"] == ("2.2", "planned")
    page = words(as_(None).get("/ml-theory/schedule").get_data(as_text=True))
    assert "Quantum probability, gently Ashish Gaurav and Mo" in page
