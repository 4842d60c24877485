"""The members page: applications, roles, leaving."""

from collections.abc import Callable
from io import BytesIO
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
from tests.groups.test_joining import notices
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


# --- finding people, and lists ----------------------------------------------------------------------------


def test_co_leads_find_people_and_see_when_they_came(
    app: Flask, as_: Browser, places: dict[str, int]
) -> None:
    ada, mo = as_("Ada"), as_("Mo")

    def names(client: FlaskClient, query: str) -> list[str]:
        page = client.get(f"{MEMBERS}?{query}").get_data(as_text=True).partition('id="people"')[2]
        return [part.partition("</h3>")[0] for part in page.split("<h3>")[1:]]

    assert names(ada, "") == ["Ada", "Mo", "Nia"]
    assert names(ada, "q=NÍA") == ["Nia"]
    assert names(ada, "q=mo@example") == ["Mo"]
    assert names(mo, "q=mo@example") == ["Nobody is found"]
    assert names(ada, "part=co-leads") == ["Ada"]
    page = ada.get(MEMBERS).get_data(as_text=True)
    assert (page.count("last seen"), page.count("never signed in")) == (2, 1)
    assert "last seen" not in mo.get(MEMBERS).get_data(as_text=True)
    do(ada, places["Nia"], "remove")
    assert names(ada, "part=removed") == ["Nia"]
    assert names(mo, "part=removed") == ["Ada", "Mo"]


def test_the_export_is_a_table_without_formulas(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    with app.app_context():
        db.session.get_one(User, cast["Nia"]).name = "=HYPERLINK(1)"
        db.session.commit()

    answer = as_("Ada").get(f"{MEMBERS}members.csv")

    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ml-theory-members.csv"'
    assert lines[0] == "name,email,role,joined,last seen"
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["'=HYPERLINK(1)", "nia@example.org", "member"],
        ["Ada", "ada@example.org", "co-lead"],
        ["Mo", "mo@example.org", "member"],
    ]


def test_a_list_is_looked_at_then_sent_and_followed(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    ada = as_("Ada")
    content = (
        "email;name;role\nsam@example.org;Sam;\nMO@example.org;Mo;\nnobody;;\nzoe@example.org;Zoe;co-lead\n"
    )

    preview = post(ada, f"{MEMBERS}import", {"file": (BytesIO(content.encode()), "people.csv")})
    page = preview.get_data(as_text=True)
    assert "2 people to invite" in page
    assert "an e-mail address." in page
    assert notices(app) == []
    sent = {"csrf_token": token_in(page), "text": content}
    report = ada.post(f"{MEMBERS}import/send", data=sent).location

    assert notices(app) == [("invitation.made", "sam@example.org"), ("invitation.made", "zoe@example.org")]
    assert "0 of 2 have come" in ada.get(report).get_data(as_text=True)
    with app.app_context():
        path = (
            db.session.scalars(select(Notice).where(Notice.recipient == "sam@example.org"))
            .one()
            .words["path"]
        )
    post(as_("Sam"), path, {})
    assert "1 of 2 have come" in ada.get(report).get_data(as_text=True)
    assert recorded(app) == ["members.invited", "membership.joined"]


def test_a_list_that_is_none_says_why(as_: Browser, places: dict[str, int]) -> None:
    for fields, words in (
        ({"people": "name\nZoe"}, "with one called email"),
        ({"file": (BytesIO(b"\xff\xfe"), "x.csv")}, "text in UTF-8"),
    ):
        answer = post(as_("Ada"), f"{MEMBERS}import", fields)
        assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True)
