"""The members page: applications, roles, leaving."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.groups.queries import co_leads_of, group_by_slug, membership_of
from readinggroup.models import Notice, Record, User
from tests import build
from tests.conftest import post, token_in
from tests.voting.test_at_once import sending, together

MEMBERS = "/ml-theory/members/"
Browser = Callable[[str | None], FlaskClient]


@pytest.fixture
def places(app: Flask, cast: dict[str, int]) -> dict[str, int]:
    """The ids of the memberships in ml-theory by name; Sam is an applicant."""
    with app.app_context():
        group = group_by_slug("ml-theory")
        build.member(group, db.session.get_one(User, cast["Sam"]), Role.APPLICANT).why = "I <b>like</b> it."
        build.saved()
        return {name: membership_of(group, cast[name]).id for name in ("Ada", "Mo", "Nia", "Sam")}


def do(client: FlaskClient, place: int, what: str, **fields: Any) -> Any:
    return post(client, f"{MEMBERS}{place}/{what}", fields, at=MEMBERS)


def stand(app: Flask, cast: dict[str, int], name: str) -> tuple[Role, MembershipState]:
    with app.app_context():
        found = membership_of(group_by_slug("ml-theory"), cast[name])
        return found.role, found.state


def leads(app: Flask) -> list[str]:
    with app.app_context():
        return [lead.user.name for lead in co_leads_of(group_by_slug("ml-theory"))]


def recorded(app: Flask) -> list[str]:
    with app.app_context():
        rows = select(Record.what).where(Record.by_id.is_not(None)).order_by(Record.id)
        return list(db.session.scalars(rows))


@pytest.mark.parametrize(
    ("who", "status"), [("Ada", 200), ("Mo", 200), ("Sam", 403), ("Rex", 403), ("Root", 403), (None, 302)]
)
def test_members_are_seen_by_members(
    as_: Browser, places: dict[str, int], who: str | None, status: int
) -> None:
    assert as_(who).get(MEMBERS).status_code == status


def test_addresses_and_applications_are_for_co_leads(as_: Browser, places: dict[str, int]) -> None:
    ada, mo = (as_(name).get(MEMBERS).get_data(as_text=True) for name in ("Ada", "Mo"))

    assert "nia@example.org" in ada
    assert "like" in ada
    assert "<b>like" not in ada
    assert "Nia" in mo
    assert "example.org" not in mo
    assert "Sam" not in mo


def test_a_co_lead_does_nothing_in_the_neighbours_group(as_: Browser, places: dict[str, int]) -> None:
    rex = as_("Rex")
    token = token_in(rex.get("/biology/members/").get_data(as_text=True))

    answer = rex.post(f"/biology/members/{places['Mo']}/remove", data={"csrf_token": token})

    assert answer.status_code == 404


def test_accept_makes_a_member_and_owes_a_mail(
    app: Flask, as_: Browser, cast: dict[str, int], places: dict[str, int]
) -> None:
    do(as_("Ada"), places["Sam"], "accept")

    assert stand(app, cast, "Sam") == (Role.MEMBER, MembershipState.ACTIVE)
    assert recorded(app) == ["membership.accepted"]
    with app.app_context():
        owed = [(n.kind, n.recipient) for n in db.session.scalars(select(Notice))]
    assert owed == [("application.accepted", "sam@example.org")]


def test_decline_mails_the_reason_and_can_be_undone(
    app: Flask, as_: Browser, cast: dict[str, int], places: dict[str, int]
) -> None:
    ada = as_("Ada")

    assert do(ada, places["Sam"], "decline", reason=" ").status_code == 422
    do(ada, places["Sam"], "decline", reason="We are full.")
    assert stand(app, cast, "Sam") == (Role.APPLICANT, MembershipState.REMOVED)
    with app.app_context():
        notice = db.session.scalars(select(Notice)).one()
        assert (notice.kind, notice.words["reason"]) == ("application.declined", "We are full.")
    assert "declined your last application" in as_("Sam").get("/ml-theory/join").get_data(as_text=True)
    do(ada, places["Sam"], "undo")

    assert stand(app, cast, "Sam") == (Role.APPLICANT, MembershipState.ACTIVE)
    assert recorded(app) == ["membership.declined", "membership.undeclined"]


def test_accept_can_be_undone_for_a_day(
    app: Flask, as_: Browser, cast: dict[str, int], places: dict[str, int]
) -> None:
    ada = as_("Ada")
    do(ada, places["Sam"], "accept")

    do(ada, places["Mo"], "undo-accept")
    do(ada, places["Sam"], "undo-accept")

    assert stand(app, cast, "Sam") == (Role.APPLICANT, MembershipState.ACTIVE)
    assert stand(app, cast, "Mo") == (Role.MEMBER, MembershipState.ACTIVE)
    assert recorded(app) == ["membership.accepted", "membership.unaccepted"]


def test_co_leadership_is_handed_over_in_one_step_and_whoever_was_removed_comes_back(
    app: Flask, as_: Browser, cast: dict[str, int], places: dict[str, int]
) -> None:
    ada, mo = as_("Ada"), as_("Mo")

    do(ada, places["Mo"], "hand-over")
    assert leads(app) == ["Mo"]
    do(mo, places["Ada"], "remove")
    do(mo, places["Ada"], "reinstate")

    assert stand(app, cast, "Ada") == (Role.MEMBER, MembershipState.ACTIVE)
    assert recorded(app) == ["membership.role"] * 2 + ["membership.removed", "membership.reinstated"]


def test_co_leadership_is_handed_over(
    app: Flask, as_: Browser, cast: dict[str, int], places: dict[str, int]
) -> None:
    ada = as_("Ada")

    do(ada, places["Mo"], "lead")
    do(ada, places["Ada"], "follow")

    assert leads(app) == ["Mo"]
    assert recorded(app) == ["membership.role", "membership.role"]
    assert do(as_("Mo"), places["Ada"], "remove").status_code == 303
    assert ada.get(MEMBERS).status_code == 403


def test_the_last_co_lead_stays(app: Flask, as_: Browser, places: dict[str, int]) -> None:
    ada = as_("Ada")

    for what in ("follow", "remove"):
        do(ada, places["Ada"], what)
    post(ada, f"{MEMBERS}leave", {})

    assert "The group needs a co-lead" in ada.get(MEMBERS).get_data(as_text=True)
    assert leads(app) == ["Ada"]
    assert recorded(app) == []


def test_a_member_leaves_and_whoever_was_removed_waits(
    app: Flask, as_: Browser, cast: dict[str, int], places: dict[str, int]
) -> None:
    mo, nia = as_("Mo"), as_("Nia")

    post(mo, f"{MEMBERS}leave", {})
    do(as_("Ada"), places["Nia"], "remove")

    assert stand(app, cast, "Mo") == (Role.MEMBER, MembershipState.LEFT)
    assert [client.get(MEMBERS).status_code for client in (mo, nia)] == [403, 403]
    with app.app_context():
        group_by_slug("ml-theory").join_policy = "open"
        db.session.commit()
    for client in (mo, nia):
        post(client, "/ml-theory/join", {})
    assert stand(app, cast, "Mo") == (Role.MEMBER, MembershipState.ACTIVE)
    assert stand(app, cast, "Nia") == (Role.APPLICANT, MembershipState.ACTIVE)


@pytest.mark.parametrize("what", ["follow", "remove"])
def test_two_co_leads_at_once_leave_one(
    app: Flask, as_: Browser, cast: dict[str, int], places: dict[str, int], what: str
) -> None:
    do(as_("Ada"), places["Mo"], "lead")

    given = together(
        [
            sending(as_("Ada"), f"{MEMBERS}{places['Mo']}/{what}", MEMBERS),
            sending(as_("Mo"), f"{MEMBERS}{places['Ada']}/{what}", MEMBERS),
        ]
    )

    assert sorted(status for status, _ in given) in ([303, 303], [303, 403])
    assert len(leads(app)) == 1


def test_two_co_leads_leaving_at_once_leave_one(app: Flask, as_: Browser, places: dict[str, int]) -> None:
    do(as_("Ada"), places["Mo"], "lead")

    leave = f"{MEMBERS}leave"
    together([sending(as_(name), leave, leave) for name in ("Ada", "Mo")])

    assert len(leads(app)) == 1
