"""Invitations by link and by mail: counted, expiring, revocable, with a role; nothing changes on GET."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from readinggroup import clock
from readinggroup.db import db
from readinggroup.domain.lifecycle import JoinPolicy, MembershipState, Role
from readinggroup.groups.inviting import invite
from readinggroup.groups.queries import group_by_slug, membership_of
from readinggroup.models import Guest, Invitation, Notice, Record, User
from tests.conftest import post
from tests.groups.test_joining import ZOE, link, place, policy
from tests.voting.build import actor_of
from tests.voting.test_at_once import sending, together

PAGE = "/ml-theory/invitations/"
Browser = Callable[[str | None], FlaskClient]
FIELDS = {"name": "Zoe", "email": "zoe@example.org", "password": ZOE["password"], "website": ""}


@pytest.fixture
def by_link(app: Flask, cast: dict[str, int]) -> Callable[..., str]:
    """``by_link(role=..., most=...)`` is the address of a new invitation into ml-theory, which takes nobody else in."""
    policy(app, JoinPolicy.INVITE)

    def make(**terms: Any) -> str:
        with app.app_context():
            terms = {"role": Role.MEMBER, "days": 7, "now": clock.now(), "by": actor_of("Ada")} | terms
            token = invite(group_by_slug("ml-theory"), **terms)
            db.session.commit()
            return f"/ml-theory/invited/{token}"

    return make


def stand(app: Flask, cast: dict[str, int], who: str) -> tuple[Role, MembershipState] | None:
    with app.app_context():
        found = membership_of(group_by_slug("ml-theory"), cast[who])
        return found and (found.role, found.state)


def test_a_link_is_shown_once_and_takes_in_with_one_button(
    app: Flask, as_: Browser, cast: dict[str, int]
) -> None:
    policy(app, JoinPolicy.INVITE)
    ada, sam = as_("Ada"), as_("Sam")

    post(ada, f"{PAGE}link", {"role": "member", "days": "7", "most": "2"}, at=PAGE)
    page = ada.get(PAGE).get_data(as_text=True)
    path = re.search(r"/ml-theory/invited/[\w-]+", page)[0]  # type: ignore[index]
    assert path not in ada.get(PAGE).get_data(as_text=True)
    assert "You are invited to" in sam.get(path).get_data(as_text=True)
    assert stand(app, cast, "Sam") is None
    assert post(sam, path, {}).location == "/ml-theory/"

    assert stand(app, cast, "Sam") == (Role.MEMBER, MembershipState.ACTIVE)
    assert "You belong to" in sam.get(path).get_data(as_text=True)
    with app.app_context():
        made = db.session.scalars(select(Invitation)).one()
        assert (made.used, made.most, path.rpartition("/")[2] in made.token_digest) == (1, 2, False)
        kinds = list(db.session.scalars(select(Record.what).where(Record.by_id.is_not(None))))
    assert kinds[-2:] == ["invitation.made", "membership.joined"]
    assert "1 of 2 came" in ada.get(PAGE).get_data(as_text=True)


def test_a_newcomer_is_in_once_their_address_is_confirmed(
    app: Flask, cast: dict[str, int], by_link: Callable[..., str]
) -> None:
    zoe, path = app.test_client(), by_link()

    post(zoe, path, FIELDS)
    assert place(app, "zoe@example.org") == (Role.APPLICANT, MembershipState.ACTIVE)
    post(zoe, link(app), {"password": ZOE["password"]})

    assert place(app, "zoe@example.org") == (Role.MEMBER, MembershipState.ACTIVE)
    assert app.test_client().get(path).status_code == 410


def test_who_confirms_too_late_waits_for_the_co_leads(
    app: Flask, cast: dict[str, int], by_link: Callable[..., str]
) -> None:
    zoe, path = app.test_client(), by_link()
    post(zoe, path, FIELDS)
    with app.app_context():
        db.session.scalars(select(Invitation)).one().revoked_at = clock.now()
        db.session.commit()

    post(zoe, link(app), {"password": ZOE["password"]})

    assert place(app, "zoe@example.org") == (Role.APPLICANT, MembershipState.ACTIVE)
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Notice.kind == "application.made")) == 1
        assert db.session.scalars(select(Guest.came_at)).all() == [None]


def test_mailed_invitations_go_to_each_address_once(app: Flask, as_: Browser, cast: dict[str, int]) -> None:
    ada = as_("Ada")
    fields = {"addresses": "SAM@example.org, new@example.org\nsam@example.org ", "mail_role": "co_lead"}

    post(ada, f"{PAGE}mail", fields | {"mail_days": "30"}, at=PAGE)

    with app.app_context():
        owed = db.session.scalars(select(Notice).order_by(Notice.recipient)).all()
        assert [(n.kind, n.recipient) for n in owed] == [
            ("invitation.made", "new@example.org"),
            ("invitation.made", "sam@example.org"),
        ]
        path = owed[1].words["path"]
    post(as_("Sam"), path, {})
    assert stand(app, cast, "Sam") == (Role.CO_LEAD, MembershipState.ACTIVE)
    refused = post(ada, f"{PAGE}mail", fields | {"addresses": "a@b.org\nnobody", "mail_days": "30"}, at=PAGE)
    assert refused.status_code == 422
    assert "“nobody” isn" in refused.get_data(as_text=True)


@pytest.mark.parametrize("end", ["revoked", "expired", "used", "neighbour"])
def test_an_ended_invitation_takes_nobody_in(
    app: Flask, as_: Browser, cast: dict[str, int], by_link: Callable[..., str], end: str
) -> None:
    path, sam = by_link(now=clock.now() - timedelta(days=8) if end == "expired" else clock.now()), as_("Sam")
    if end == "revoked":
        post(as_("Ada"), f"{PAGE}1/revoke", {}, at=PAGE)
    if end == "used":
        post(as_("Rex"), path, {})
    if end == "neighbour":
        path = path.replace("ml-theory", "biology")

    answer = sam.get(path)

    assert (answer.status_code, "This invitation has ended" in answer.get_data(as_text=True)) == (410, True)
    assert post(sam, path, {}, at="/account").status_code == 410
    assert stand(app, cast, "Sam") is None


def test_whoever_was_removed_waits_unless_invited_by_mail(
    app: Flask, as_: Browser, cast: dict[str, int], by_link: Callable[..., str]
) -> None:
    with app.app_context():
        membership_of(group_by_slug("ml-theory"), cast["Nia"]).state = MembershipState.REMOVED
        db.session.commit()

    post(as_("Nia"), by_link(most=5), {})
    assert stand(app, cast, "Nia") == (Role.APPLICANT, MembershipState.ACTIVE)
    post(as_("Nia"), by_link(email="nia@example.org"), {})

    assert stand(app, cast, "Nia") == (Role.MEMBER, MembershipState.ACTIVE)


def test_an_invitation_makes_a_member_a_co_lead_and_nobody_less(
    app: Flask, as_: Browser, cast: dict[str, int], by_link: Callable[..., str]
) -> None:
    post(as_("Mo"), by_link(role=Role.CO_LEAD), {})
    post(as_("Ada"), by_link(role=Role.MEMBER), {})

    for who in ("Mo", "Ada"):
        assert stand(app, cast, who) == (Role.CO_LEAD, MembershipState.ACTIVE)


def test_two_at_once_by_a_link_for_one(
    app: Flask, as_: Browser, cast: dict[str, int], by_link: Callable[..., str]
) -> None:
    path = by_link(most=1)

    together([sending(as_(who), path, path) for who in ("Sam", "Rex")])

    places = [stand(app, cast, who) for who in ("Sam", "Rex")]
    assert sorted(found is None for found in places) == [False, True]
    with app.app_context():
        assert db.session.scalar(select(Invitation.used)) == 1
        assert db.session.scalar(select(func.count(User.id))) == 6
