"""The co-leads' board: drafting apart from what is published, two co-leads at once, and publishing with messages."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState, Role, TalkState
from readinggroup.models import DraftStep, Meeting, Notice, Pitch, Record, Speaker, Talk
from readinggroup.scheduling import actions
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.queries import meeting_in, programme_version
from readinggroup.scheduling.situation import runners_up, situation_of
from readinggroup.scheduling.talk_actions import publish
from tests.build import NOW, member, saved
from tests.conftest import token_in
from tests.scheduling import build

As = Callable[[str | None], FlaskClient]
PLAN = "/ml-theory/plan"


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def board(client: FlaskClient) -> str:
    return client.get(PLAN).get_data(as_text=True)


def step(client: FlaskClient, path: str, page: str = "", **fields: Any) -> Any:
    """Press a button of the board as it is now, or as ``page`` was."""
    page = page or board(client)
    seen = {name: re.search(rf'name="{name}" value="(\w*)"', page)[1] for name in ("based_on", "seen")}  # type: ignore[index]
    return client.post(f"{PLAN}/{path}", data={"csrf_token": token_in(page), **seen, **fields})


def move(client: FlaskClient, thing: str, to: str, page: str = "") -> Any:
    return step(client, "move", page, thing=thing, to=to)


def form_of(page: str) -> dict[str, str]:
    """What the page's form for publishing would send as it stands."""
    fields = dict(re.findall(r'name="([\w-]+)" type="hidden" value="([^"]*)"', page))
    for name, text in re.findall(
        r'<textarea[^>]* name="(messages-[0-9]+-text)"[^>]*>\s*(.*?)</textarea>', page, re.S
    ):
        fields |= {name: unescape(text), name.replace("-text", "-send"): "y"}
    return {key: unescape(value) for key, value in fields.items()} | {"csrf_token": token_in(page)}


def seats(app: Flask) -> dict[str, str]:
    """Where each talk stands in what is published; a talk that lost its place says as what."""
    with app.app_context():
        rows = db.session.execute(
            select(Talk.title, Talk.state, Meeting.number, Talk.position).join(
                Meeting, Meeting.id == Talk.meeting_id
            )
        )
        return {
            title: f"{number}.{position}"
            if state in {TalkState.PLANNED, TalkState.CONFIRMED}
            else state.value
            for title, state, number, position in rows
        }


@pytest.fixture
def published(app: Flask, programme: dict[str, int]) -> dict[str, str]:
    """Two of the four winners are on the programme, Mo's talk and another; the rest waits.  Gives things by title."""
    with app.app_context():
        group = build.group_of()
        mine = build.pitch(group, "CLIP", "Mo", author=build.person("Mo"), state=PitchState.OPEN)
        placings = {programme["Meta Learning"]: Where(1, 1), mine.id: Where(2, 1)}
        made = publish(group, placings, based_on=programme_version(group), now=NOW, by=THE_SITE)
        db.session.query(Notice).delete()
        saved()
        things = {title: f"pitch-{pitch_id}" for title, pitch_id in programme.items()}
        return things | {talk.title: f"talk-{talk.id}" for talk in made}


def test_a_draft_is_seen_by_co_leads_alone_and_taken_back_step_by_step(
    app: Flask, as_: As, published: dict[str, str]
) -> None:
    ada, visitor = as_("Ada"), as_(None)
    public = ["/ml-theory/schedule", "/ml-theory/sessions/2", "/ml-theory/calendar.ics", "/ml-theory/"]
    before = [visitor.get(path).get_data(as_text=True) for path in public]

    assert move(ada, published["Quantum Probability"], "2.1").status_code == 303
    answer = move(ada, published["Meta Learning"], "1.2")

    assert answer.location == f"{PLAN}#at-1-2"
    page = words(board(ada))
    assert "3 changes drafted. Nobody else sees them yet." in page
    assert "Coming off When you publish. CLIP" in page
    assert "Last step: Ada put “Meta Learning” into session 1, 19 Nov 2022, place 2." in page
    assert seats(app) == {"Meta Learning": "1.1", "CLIP": "2.1"}
    assert [visitor.get(path).get_data(as_text=True) for path in public] == before

    step(ada, "undo")
    step(ada, "clear")
    assert "drafted" not in words(board(ada))
    step(ada, "undo")
    assert "2 changes drafted." in words(board(ada))
    step(ada, "undo")
    assert step(ada, "undo").status_code == 409
    with app.app_context():
        assert db.session.scalar(select(func.count(DraftStep.id))) == 0
        told = db.session.scalars(
            select(Record.after).where(Record.what.like("draft.%")).order_by(Record.id)
        ).all()
        assert [line["words"][:12] for line in told] == [
            "put “Quantum", "put “Meta Le", "took a step ", "threw the dr", "took a step ", "took a step ",
        ]  # fmt: skip


def test_the_second_co_lead_is_told_what_the_first_did_and_overwrites_nothing(
    app: Flask, as_: As, published: dict[str, str]
) -> None:
    with app.app_context():
        member(build.group_of(), build.person("Nia"), Role.CO_LEAD)
        saved()
    ada, nia = as_("Ada"), as_("Nia")
    old = board(nia)
    move(ada, published["Quantum Probability"], "1.2")

    answers = [move(nia, published["Representation Learning"], "1.2", old), step(nia, "clear", old)]

    for answer in answers:
        assert answer.status_code == 409
        assert "Nothing of yours was done." in words(answer.get_data(as_text=True))
        assert "Ada put “Quantum Probability” into session 1" in words(answer.get_data(as_text=True))
    assert "1 change drafted." in words(board(nia))


def test_publishing_tells_whom_a_co_lead_lets_it_tell_in_the_co_leads_words(
    app: Flask, as_: As, published: dict[str, str]
) -> None:
    ada = as_("Ada")
    move(ada, published["CLIP"], "1.2")
    move(ada, published["Quantum Probability"], "2.1")
    page = ada.get(f"{PLAN}/publish").get_data(as_text=True)
    assert "nobody behind it has an account or address here, so tell them yourself" in page
    fields = form_of(page)
    keys = {value: name.replace("-key", "") for name, value in fields.items() if name.endswith("-key")}
    assert set(keys) == {published["CLIP"], "co-leads"}
    mine = keys[published["CLIP"]]
    assert "“CLIP” was moved. It is now in session 1" in fields[f"{mine}-text"]

    fields |= {f"{mine}-text": "See you a fortnight earlier & <soon>!", "note": "As we said on Friday."}
    old = dict(fields)
    del fields[f"{keys['co-leads']}-send"]
    answer = ada.post(f"{PLAN}/publish", data=fields)

    assert (answer.status_code, answer.location) == (303, PLAN)
    assert seats(app) == {"Meta Learning": "1.1", "CLIP": "1.2", "Quantum Probability": "2.1"}
    with app.app_context():
        (notice,) = db.session.scalars(select(Notice)).all()
        assert (notice.kind, notice.recipient) == ("talk.moved", "mo@example.org")
        assert notice.words["text"] == "See you a fortnight earlier & <soon>!"
        line = db.session.scalars(select(Record).where(Record.what == "programme.published")).one()
        assert line.after["note"] == "As we said on Friday."
    assert ada.post(f"{PLAN}/publish", data=old).status_code == 303  # Nothing is drafted any more.
    assert ada.get(f"{PLAN}/publish").status_code == 303


def test_a_guest_with_an_address_is_among_those_to_be_told(
    app: Flask, as_: As, published: dict[str, str]
) -> None:
    with app.app_context():
        guest = db.session.scalars(select(Speaker).where(Speaker.name == "Ashish Gaurav")).one()
        guest.email = "guest@example.org"
        saved()
    ada = as_("Ada")
    move(ada, published["Quantum Probability"], "2.2")

    page = ada.get(f"{PLAN}/publish").get_data(as_text=True)
    ada.post(f"{PLAN}/publish", data=form_of(page))

    assert "Quantum Probability gets its place to Ashish Gaurav" in words(page)
    with app.app_context():
        assert "guest@example.org" in db.session.scalars(select(Notice.recipient)).all()


def test_what_comes_off_with_the_draft_points_to_what_comes_instead(
    app: Flask, as_: As, published: dict[str, str]
) -> None:
    ada = as_("Ada")
    move(ada, published["Quantum Probability"], "2.1")
    fields = form_of(ada.get(f"{PLAN}/publish").get_data(as_text=True))

    ada.post(f"{PLAN}/publish", data=fields)

    assert seats(app) == {"Meta Learning": "1.1", "CLIP": "replaced", "Quantum Probability": "2.1"}
    with app.app_context():
        assert db.session.scalars(select(Pitch.state).where(Pitch.title == "CLIP")).one() is PitchState.OPEN
        kinds = db.session.execute(select(Notice.kind, Notice.recipient).order_by(Notice.kind)).all()
        assert [tuple(row) for row in kinds] == [
            ("programme.changed", "ada@example.org"),
            ("talk.replaced", "mo@example.org"),
        ]


def test_a_programme_that_changed_meanwhile_lets_go_of_what_is_impossible(
    app: Flask, as_: As, published: dict[str, str]
) -> None:
    ada = as_("Ada")
    move(ada, published["Quantum Probability"], "2.2")
    stale = form_of(ada.get(f"{PLAN}/publish").get_data(as_text=True))
    with app.app_context():
        group = build.group_of()
        late = build.pitch(group, "Faster", "Somebody Else")
        publish(group, {late.id: Where(2, 2)}, based_on=programme_version(group), now=NOW, by=THE_SITE)
        saved()

    page = words(board(ada))
    answer = ada.post(f"{PLAN}/publish", data=stale)

    assert "the draft lets go of Quantum Probability" in page
    assert "drafted" not in page
    assert answer.status_code in {303, 409}
    assert "Quantum Probability" not in seats(app)


def test_warnings_stand_beside_a_place_and_stop_nobody(
    app: Flask, as_: As, published: dict[str, str]
) -> None:
    with app.app_context():
        group = build.group_of()
        away = build.pitch(group, "Sheaves", "Mo", author=build.person("Mo"), away=[date(2022, 11, 19)])
        away.not_after = date(2022, 12, 2)
        second = meeting_in(group, 2)
        assert second is not None
        second.minutes = 45
        saved()
        thing = f"pitch-{away.id}"
    ada = as_("Ada")

    moving = words(ada.get(f"{PLAN}?move={thing}").get_data(as_text=True))
    move(ada, thing, "1.2")

    assert "Where should Sheaves go?" in moving
    assert "Speaker away on 19 Nov Put it here" in moving
    assert "3 Dec is outside the talk's dates Speaker already gives CLIP on 3 Dec" in moving
    assert "The places take 60 minutes, the session has 45." in moving
    assert "Speaker away on 19 Nov Move Sheaves" in words(board(ada))
    assert "Reading due too soon" not in moving
    page = words(ada.get(f"{PLAN}/publish").get_data(as_text=True))
    assert "Session 1, 19 Nov 2022, place 2 Speaker away on 19 Nov" in page


@pytest.mark.parametrize(
    ("thing", "to", "status"),
    [
        ("x", "1.1", 303),
        ("pitch-1", "²", 303),
        ("pitch-999999", "1.2", 409),
        ("", "", 303),
        ("talk-1", "9.9", 409),
    ],
)
def test_made_up_moves_do_nothing(
    app: Flask, as_: As, published: dict[str, str], thing: str, to: str, status: int
) -> None:
    ada = as_("Ada")

    assert move(ada, thing, to).status_code == status
    assert "drafted" not in words(board(ada))


def test_talks_of_a_cancelled_session_wait_first_and_are_proposed_again(
    app: Flask, as_: As, published: dict[str, str]
) -> None:
    with app.app_context():
        group = build.group_of()
        actions.make_meetings(group, count=4, now=NOW, by=THE_SITE)
        first = meeting_in(group, 1)
        assert first is not None
        actions.cancel_meeting(group, first, because="Snow.", now=NOW, by=THE_SITE)
        saved()
    ada = as_("Ada")

    assert "Without their session It was cancelled; they keep their turn. Meta Learning" in words(board(ada))
    proposal = ada.get(f"{PLAN}/proposal").get_data(as_text=True)
    assert "its session was cancelled" in proposal
    fields = dict(re.findall(r'name="([\w-]+)" type="hidden" value="([^"]*)"', proposal))
    chosen = re.findall(r'<option selected value="([^"]*)"', proposal)
    assert chosen[:2] == ["2.2", "3.1"]
    rows = {f"rows-{n}-place": place for n, place in enumerate(chosen)}
    ada.post(f"{PLAN}/proposal", data={**fields, **rows, "csrf_token": token_in(proposal)})
    ada.post(f"{PLAN}/publish", data=form_of(ada.get(f"{PLAN}/publish").get_data(as_text=True)))

    assert seats(app)["Meta Learning"] == "2.2"


def test_runners_up_stand_in_the_order_of_the_last_round(app: Flask, programme: dict[str, int]) -> None:
    with app.app_context():
        group = build.group_of()
        never = build.pitch(group, "Never voted on", "A")
        lost = [build.pitch(group, f"Lost {n}", "B") for n in (1, 2)]
        build.won(group, lost[::-1], number=2)
        for pitch in lost:
            pitch.state = PitchState.OPEN
        db.session.flush()

        assert [pitch.title for pitch in runners_up(group)] == ["Lost 2", "Lost 1", never.title]


def test_talks_that_share_a_speaker_never_come_into_one_session(
    app: Flask, programme: dict[str, int]
) -> None:
    with app.app_context():
        group = build.group_of()
        one = build.pitch(group, "One", "Mo")
        two = build.pitch(group, "Two", "Nia", also="Mo")
        now = situation_of(group, NOW)

        voices = {now.known[Thing.pitch(pitch.id)].plan.speaker for pitch in (one, two)}

        assert len(voices) == 1


def test_a_locked_session_is_left_alone_by_proposals(app: Flask, as_: As, programme: dict[str, int]) -> None:
    ada = as_("Ada")
    page = board(ada)
    with app.app_context():
        first = meeting_in(build.group_of(), 1)
        assert first is not None
    data = {"csrf_token": token_in(page), "session_id": str(first.id)}

    ada.post("/ml-theory/sessions/1/lock", data=data | {"locked": "y"})
    locked = re.findall(
        r'<option selected value="([^"]*)"', ada.get(f"{PLAN}/proposal").get_data(as_text=True)
    )
    ada.post("/ml-theory/sessions/1/lock", data=data)
    free = re.findall(r'<option selected value="([^"]*)"', ada.get(f"{PLAN}/proposal").get_data(as_text=True))

    assert locked == ["2.1", "2.2", "", ""]
    assert free == ["1.1", "1.2", "2.1", "2.2"]


def test_next_says_what_a_co_lead_should_do(
    app: Flask, as_: As, programme: dict[str, int], set_clock: Callable[[datetime], None]
) -> None:
    ada = as_("Ada")
    assert "Next 4 winners wait for a place. Propose places" in words(board(ada))

    set_clock(NOW + timedelta(days=15))
    page = words(board(ada))
    assert "Next Session 1 is over. Did it happen as planned? Say what happened" in page
    assert "4 winners wait for a place. Propose places" in page
