"""Joining a group through the real forms."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import JoinPolicy, MembershipState, Role
from readinggroup.groups.queries import group_by_slug
from readinggroup.models import Membership, Notice, User
from tests.conftest import post, token_in

JOIN = "/ml-theory/join"
Browser = Callable[[str | None], FlaskClient]
ZOE = {
    "name": "Zoe",
    "email": " Zoe@Example.org",
    "password": "a long enough one",
    "why": "I read.",
    "website": "",
}


def policy(app: Flask, wanted: JoinPolicy) -> None:
    with app.app_context():
        group_by_slug("ml-theory").join_policy = wanted
        db.session.commit()


def place(app: Flask, email: str) -> tuple[Role, MembershipState] | None:
    with app.app_context():
        found = db.session.scalar(select(Membership).join(User).where(User.email == email))
        return found and (found.role, found.state)


def notices(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return sorted((n.kind, n.recipient) for n in db.session.scalars(select(Notice)))


def link(app: Flask, nth: int = -1) -> str:
    with app.app_context():
        asked = select(Notice).where(Notice.kind == "join.confirm").order_by(Notice.id)
        return db.session.scalars(asked).all()[nth].words["path"]


def test_a_visitor_applies_confirms_and_the_co_leads_are_told(app: Flask, cast: dict[str, int]) -> None:
    zoe = app.test_client()

    page = post(zoe, JOIN, ZOE).get_data(as_text=True)
    assert "Look into your mail" in page
    assert notices(app) == [("join.confirm", "zoe@example.org")]
    early = post(zoe, "/login", {"email": "zoe@example.org", "password": ZOE["password"]})
    assert "Confirm your address first" in early.get_data(as_text=True)

    answer = post(zoe, link(app), {"password": ZOE["password"]})

    assert (answer.status_code, answer.location) == (303, JOIN)
    assert "The co-leads have it since" in zoe.get(JOIN).get_data(as_text=True)
    assert place(app, "zoe@example.org") == (Role.APPLICANT, MembershipState.ACTIVE)
    assert ("application.made", "ada@example.org") in notices(app)
    assert zoe.get("/ml-theory/pitches/").status_code == 403


def test_a_link_works_once_and_looking_at_it_changes_nothing(app: Flask, cast: dict[str, int]) -> None:
    zoe = app.test_client()
    post(zoe, JOIN, ZOE)

    for _ in range(2):
        assert "Confirm your address" in zoe.get(link(app)).get_data(as_text=True)
    with app.app_context():
        waiting = select(User.confirmed_at).where(User.email == "zoe@example.org")
        assert db.session.scalar(waiting) is None
    assert post(zoe, link(app), {"password": "not the one"}).status_code == 422
    assert post(zoe, link(app), {"password": ZOE["password"]}).status_code == 303
    assert app.test_client().get(link(app)).status_code == 410
    assert app.test_client().get("/confirm/forged").status_code == 410


def test_asking_again_ends_the_first_link(app: Flask, cast: dict[str, int]) -> None:
    client = app.test_client()

    post(client, JOIN, ZOE)
    post(client, JOIN, ZOE | {"password": "another long one"})

    assert client.get(link(app, 0)).status_code == 410
    assert post(client, link(app, 1), {"password": "another long one"}).status_code == 303


def test_the_answer_tells_nothing_about_who_has_an_account(app: Flask, cast: dict[str, int]) -> None:
    pages = []
    for email in ("mo@example.org", "no@example.org"):
        answer = post(app.test_client(), JOIN, ZOE | {"email": email})
        pages.append(answer.get_data(as_text=True).replace(email, ""))

    assert pages[0] == pages[1]
    assert notices(app) == [("join.confirm", "no@example.org"), ("join.known", "mo@example.org")]
    with app.app_context():
        assert db.session.get_one(User, cast["Mo"]).name == "Mo"


def test_an_open_group_takes_in_at_once_after_confirming(app: Flask, as_: Browser) -> None:
    policy(app, JoinPolicy.OPEN)
    zoe = app.test_client()

    post(zoe, JOIN, ZOE)
    assert place(app, "zoe@example.org") == (Role.APPLICANT, MembershipState.ACTIVE)
    post(zoe, link(app), {"password": ZOE["password"]})
    assert post(as_("Sam"), JOIN, {}).location == "/ml-theory/"

    member = (Role.MEMBER, MembershipState.ACTIVE)
    assert (place(app, "zoe@example.org"), place(app, "sam@example.org")) == (member, member)


def test_an_account_applies_with_one_button_and_once(app: Flask, as_: Browser) -> None:
    sam = as_("Sam")
    form = {"csrf_token": token_in(sam.get(JOIN).get_data(as_text=True)), "why": "Please"}

    answers = [sam.post(JOIN, data=form).location for _ in range(2)]

    assert answers == [JOIN, JOIN]
    assert place(app, "sam@example.org") == (Role.APPLICANT, MembershipState.ACTIVE)
    assert notices(app) == [("application.made", "ada@example.org")]


def test_a_group_by_invitation_takes_no_form(app: Flask, as_: Browser) -> None:
    sam, visitor = as_("Sam"), app.test_client()
    form = {"csrf_token": token_in(sam.get(JOIN).get_data(as_text=True))}
    fields = ZOE | {"csrf_token": token_in(visitor.get(JOIN).get_data(as_text=True))}
    policy(app, JoinPolicy.INVITE)

    assert "Ask one of them for an invitation" in visitor.get(JOIN).get_data(as_text=True)
    sam.post(JOIN, data=form)
    visitor.post(JOIN, data=fields)

    assert place(app, "sam@example.org") is None
    assert place(app, "zoe@example.org") is None


def test_a_member_stays_a_member(app: Flask, as_: Browser) -> None:
    ada = as_("Ada")
    token = token_in(ada.get(JOIN).get_data(as_text=True))

    assert ada.post(JOIN, data={"csrf_token": token}).location == "/ml-theory/"
    assert place(app, "ada@example.org") == (Role.CO_LEAD, MembershipState.ACTIVE)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("password", "short", "Take 10 to 200 characters."),
        ("password", "ZOE@example.org", "Take something else than your address."),
        ("email", "zoe", "an e-mail address"),
        ("name", " ", "Say what people call you."),
        ("why", "x" * 2001, "too long"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(
    app: Flask, cast: dict[str, int], field: str, value: str, words: str
) -> None:
    answer = post(app.test_client(), JOIN, ZOE | {field: value})

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert notices(app) == []


def test_the_trap_answers_alike_and_does_nothing(app: Flask, cast: dict[str, int]) -> None:
    page = post(app.test_client(), JOIN, ZOE | {"website": "https://spam.example"}).get_data(as_text=True)

    assert "Look into your mail" in page
    assert notices(app) == []


def test_the_groups_questions_are_asked_and_answers_are_for_co_leads(app: Flask, as_: Browser) -> None:
    with app.app_context():
        group_by_slug("ml-theory").join_questions = "What did you read last?\nWhat could you talk about?"
        db.session.commit()
    sam = as_("Sam")

    refused = post(sam, JOIN, {"why": "Please", "answer_0": "SGD"})
    post(sam, JOIN, {"why": "Please", "answer_0": "SGD", "answer_1": "*Tensors*"})

    assert (refused.status_code, "Answer this" in refused.get_data(as_text=True)) == (422, True)
    for page in (sam.get(JOIN), as_("Ada").get("/ml-theory/members/")):
        assert "What could you talk about?" in page.get_data(as_text=True)
        assert "<em>Tensors</em>" in page.get_data(as_text=True)
    assert "Tensors" not in as_("Mo").get("/ml-theory/members/").get_data(as_text=True)


def test_an_applicant_takes_the_application_back(app: Flask, as_: Browser) -> None:
    sam = as_("Sam")
    post(sam, JOIN, {"why": "Please"})

    post(sam, f"{JOIN}/take-back", {}, at=JOIN)
    post(sam, f"{JOIN}/take-back", {}, at=JOIN)

    page = sam.get(JOIN).get_data(as_text=True)
    assert "There is no application of yours that waits" in page
    assert place(app, "sam@example.org") == (Role.APPLICANT, MembershipState.LEFT)
    assert "Nobody waits." in as_("Ada").get("/ml-theory/members/").get_data(as_text=True)
