"""Research proposals: their own states, who takes part, what is told; and that their pitches stay as they are."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import Audience, PitchKind, PitchState, ProjectState
from readinggroup.models import Notice, Pitch, Project, ProjectMember, ProjectUpdate
from tests.archive.pages import text_of, titles_in
from tests.build import NOW, saved
from tests.conftest import post
from tests.pitches import build

As = Callable[[str | None], FlaskClient]


@pytest.fixture
def proposal(app: Flask, cast: dict[str, int]) -> int:
    """A research proposal of Mo's."""
    with app.app_context():
        return build.pitch(cast["Mo"], "Why it works", kind=PitchKind.PROPOSAL, abstract="We do not know.")


def page(client: FlaskClient, proposal: int) -> str:
    return client.get(f"/ml-theory/projects/{proposal}").get_data(as_text=True)


def do(client: FlaskClient, proposal: int, verb: str, **fields: str) -> int:
    """Send a form of the proposal's page, or of whatever page has a token where there is none on it."""
    at = f"/ml-theory/projects/{proposal}"
    return post(client, f"{at}/{verb}", fields, at=at).status_code


def state_of(app: Flask, proposal: int) -> tuple[ProjectState, PitchState]:
    with app.app_context():
        row = select(Project.state, Pitch.state).join(Pitch, Pitch.id == Project.pitch_id)
        state, pitch = db.session.execute(row.where(Pitch.id == proposal)).one()
        return state, pitch


def test_a_proposal_goes_its_way_and_its_pitch_stays_on_offer(app: Flask, as_: As, proposal: int) -> None:
    mo = as_("Mo")

    states = []
    for state in ("looking", "under_way", "finished"):
        do(mo, proposal, "state", state=state, call="Two who like **proofs** of $x^2$.")
        states.append(state_of(app, proposal))

    assert states == [
        (ProjectState(state), PitchState.OPEN) for state in ("looking", "under_way", "finished")
    ]
    told = page(as_("Nia"), proposal)
    assert "Finished" in text_of(told)
    assert "<strong>proofs</strong>" in told
    assert titles_in(as_("Nia").get("/ml-theory/projects/").get_data(as_text=True), "h2") == ["Finished"]


def test_a_state_that_cant_follow_is_refused(app: Flask, as_: As, proposal: int) -> None:
    mo = as_("Mo")

    assert do(mo, proposal, "state", state="finished", call="Kept words") == 422
    with app.app_context():
        assert db.session.scalars(select(Project.pitch_id)).all() == []


def test_members_join_once_and_leave_and_the_author_is_told(app: Flask, as_: As, proposal: int) -> None:
    nia, mo = as_("Nia"), as_("Mo")

    do(nia, proposal, "join")
    do(nia, proposal, "join")
    do(mo, proposal, "join")
    joined = page(as_("Ada"), proposal)
    with app.app_context():
        members = db.session.scalars(select(ProjectMember.user_id)).all()
        notices = db.session.execute(select(Notice.kind, Notice.recipient)).all()
    do(nia, proposal, "leave")

    assert len(members) == 1
    assert [tuple(row) for row in notices] == [("project.joined", "mo@example.org")]
    assert "Nia" in text_of(joined)
    assert "Nia" not in text_of(page(as_("Ada"), proposal))


def test_who_takes_part_tells_and_can_take_it_back(app: Flask, as_: As, proposal: int) -> None:
    nia = as_("Nia")

    refused = do(nia, proposal, "updates", words="I am not in it.")
    do(nia, proposal, "join")
    empty = do(nia, proposal, "updates", words="")
    do(nia, proposal, "updates", words="A *lemma* is proved.")
    told = page(as_("Mo"), proposal)
    with app.app_context():
        update = db.session.scalars(select(ProjectUpdate.id)).one()
    path = f"/ml-theory/projects/updates/{update}/remove"
    not_theirs = post(as_("Mo"), path, {}, at=f"/ml-theory/projects/{proposal}").status_code
    post(nia, path, {}, at=f"/ml-theory/projects/{proposal}")

    assert (refused, empty, not_theirs) == (403, 422, 403)
    assert "A <em>lemma</em> is proved." in told
    assert "lemma" not in page(as_("Mo"), proposal)


@pytest.mark.parametrize("state", [PitchState.WITHDRAWN, PitchState.DRAFT])
def test_a_pitch_that_doesnt_stand_has_a_project_in_which_nothing_happens(
    app: Flask, as_: As, proposal: int, state: PitchState
) -> None:
    with app.app_context():
        pitch = db.session.get_one(Pitch, proposal)
        pitch.state, pitch.withdrawn_at = state, NOW if state is PitchState.WITHDRAWN else None
        saved()
    nia = as_("Nia")

    sent = post(nia, f"/ml-theory/projects/{proposal}/join", {}, at="/ml-theory/pitches/new").status_code

    assert sent == (303 if state is PitchState.WITHDRAWN else 404)
    assert "Why it works" not in nia.get("/ml-theory/projects/").get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(select(ProjectMember.user_id)).all() == []
        assert db.session.get_one(Pitch, proposal).state is state


def test_another_kind_of_pitch_has_no_project(app: Flask, as_: As, cast: dict[str, int]) -> None:
    with app.app_context():
        talk = build.pitch(cast["Mo"], "A talk")

    assert as_("Mo").get(f"/ml-theory/projects/{talk}").status_code == 404


def test_who_sees_pitches_sees_proposals(app: Flask, as_: As, proposal: int) -> None:
    def shown() -> dict[str | None, int]:
        return {
            who: as_(who).get(f"/ml-theory/projects/{proposal}").status_code for who in (None, "Sam", "Nia")
        }

    hidden = shown()
    with app.app_context():
        build.the_group().pitches_seen_by = Audience.PUBLIC
        saved()

    assert hidden == {None: 302, "Sam": 403, "Nia": 200}
    assert shown() == {None: 200, "Sam": 200, "Nia": 200}
    assert "Research proposals" in as_(None).get("/ml-theory/series/").get_data(as_text=True)


def test_the_list_takes_the_same_queries_for_one_and_for_many(app: Flask, as_: As, proposal: int) -> None:
    from tests.archive.build import queries_of

    nia = as_("Nia")
    with queries_of(app) as few:
        nia.get("/ml-theory/projects/")
    with app.app_context():
        mo = db.session.get_one(Pitch, proposal).author_id
        for number in range(3):
            build.pitch(mo, f"Another {number}", kind=PitchKind.PROPOSAL)
    with queries_of(app) as many:
        nia.get("/ml-theory/projects/")

    assert len(few) == len(many)
