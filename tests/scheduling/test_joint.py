"""A session that two groups hold together: who invites, who answers, who sees it, and how it ends."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup import clock
from readinggroup.access.actor import THE_SITE
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import Audience, MeetingState
from readinggroup.models import Group, JointSession, JointState, Meeting, Notice, Talk
from readinggroup.scheduling.actions import cancel_meeting
from tests.archive import build
from tests.archive.pages import links_in, text_of
from tests.build import NOW, saved
from tests.conftest import post

As = Callable[[str | None], FlaskClient]
SECRET = "Cells of the neighbour"


@pytest.fixture
def hosted(app: Flask, cast: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> int:
    """The id of session 7 of biology, announced for 3 December 2022; it is 5 November."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with app.app_context():
        meeting = build.session(
            build.group_of("biology"), 7, date(2022, 12, 3), state=MeetingState.ANNOUNCED,
            join_url="https://meet.example/cells",
        )  # fmt: skip
        build.talk(meeting, SECRET, "Rex", topics=["Cells"])
        saved()
        return meeting.id


def joint_id(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(JointSession.id)).one()


def invite(app: Flask, as_: As, meeting_id: int) -> None:
    with app.app_context():
        guest = build.group_of().id
    sent = post(as_("Rex"), "/biology/joint/", {"session": str(meeting_id), "guest": str(guest)})
    assert sent.status_code == 303


def answer(app: Flask, client: FlaskClient, verb: str, group: str = "ml-theory") -> int:
    path = f"/{group}/joint/{joint_id(app)}/{verb}"
    return post(client, path, {}, at=f"/{group}/joint/").status_code


def joined(app: Flask, as_: As, meeting_id: int) -> None:
    invite(app, as_, meeting_id)
    assert answer(app, as_("Ada"), "accept") == 303


def held(app: Flask, meeting_id: int) -> None:
    with app.app_context(), writing():
        db.session.get_one(Meeting, meeting_id).state = MeetingState.HELD
        commit()


def shown(app: Flask, client: FlaskClient) -> dict[str, bool]:
    """Where the guest group shows the host's session."""
    paths = {"schedule": "schedule", "calendar": "calendar.ics", "archive": "sessions/"}
    paths["page"] = f"joint/{joint_id(app)}"
    return {
        name: SECRET in client.get(f"/ml-theory/{path}").get_data(as_text=True)
        for name, path in paths.items()
    }


def everywhere(*, coming: bool) -> dict[str, bool]:
    return {"schedule": coming, "calendar": True, "archive": not coming, "page": True}


NOWHERE = {"schedule": False, "calendar": False, "archive": False, "page": False}


def test_an_invitation_shows_nothing_until_it_is_accepted(app: Flask, as_: As, hosted: int) -> None:
    invite(app, as_, hosted)

    assert shown(app, as_(None)) == shown(app, as_("Mo")) == NOWHERE
    with app.app_context():
        told = db.session.execute(select(Notice.kind, Notice.recipient)).all()
    assert [tuple(row) for row in told] == [("joint.invited", "ada@example.org")]


def test_an_accepted_one_stands_with_both_and_has_the_hosts_number(app: Flask, as_: As, hosted: int) -> None:
    joined(app, as_, hosted)
    visitor = as_(None)

    coming = shown(app, visitor)
    page = visitor.get(f"/ml-theory/joint/{joint_id(app)}").get_data(as_text=True)
    schedule = visitor.get("/ml-theory/schedule").get_data(as_text=True)
    own = [visitor.get(f"/biology/{path}").get_data(as_text=True) for path in ("sessions/7", "schedule")]
    held(app, hosted)

    assert coming == everywhere(coming=True)
    assert shown(app, visitor) == everywhere(coming=False)
    assert "Session 7 of Biology" in text_of(page)
    assert "/biology/sessions/7" in links_in(page)
    assert "Hosted by Biology, as its session 7; we take part." in text_of(schedule)
    assert ["Together with Machine Learning Theory" in text_of(each) for each in own] == [True, True]
    assert "No. 7 of Biology" in text_of(visitor.get("/ml-theory/sessions/").get_data(as_text=True))


def test_members_of_the_guest_get_it_into_their_own_calendar_once(app: Flask, as_: As, hosted: int) -> None:
    joined(app, as_, hosted)
    mo = as_("Mo")
    post(mo, "/account/calendar", {})
    page = mo.get("/account/calendar").get_data(as_text=True)
    path = next(link for link in page.split('"') if "/account/calendar/" in link and ".ics" in link)

    calendar = mo.get(path[path.index("/account") :]).get_data(as_text=True)

    assert calendar.count(f"UID:meeting-{hosted}@") == 1
    assert f"/ml-theory/joint/{joint_id(app)}" in calendar.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("host", "guest", "sees"),
    [
        (Audience.PUBLIC, Audience.PUBLIC, {None, "Sam", "Mo", "Ada"}),
        (Audience.MEMBERS, Audience.PUBLIC, {"Mo", "Ada"}),
        (Audience.PUBLIC, Audience.MEMBERS, {"Mo", "Ada"}),
        (Audience.CO_LEADS, Audience.PUBLIC, {"Ada"}),
        (Audience.MEMBERS, Audience.CO_LEADS, {"Ada"}),
    ],
)
def test_it_is_shown_to_whom_both_groups_show_it(
    app: Flask, as_: As, hosted: int, host: Audience, guest: Audience, sees: set[str | None]
) -> None:
    joined(app, as_, hosted)
    held(app, hosted)
    with app.app_context(), writing():
        for slug, audience in (("biology", host), ("ml-theory", guest)):
            group = build.group_of(slug)
            group.archive_seen_by = group.schedule_seen_by = audience
        commit()

    for who in (None, "Sam", "Mo", "Ada"):
        assert any(shown(app, as_(who)).values()) is (who in sees), who


def test_nothing_else_of_the_host_is_seen_by_its_guest(app: Flask, as_: As, hosted: int) -> None:
    joined(app, as_, hosted)
    with app.app_context(), writing():
        host = build.group_of("biology")
        host.archive_seen_by = host.schedule_seen_by = Audience.MEMBERS
        other = build.session(host, 8, date(2022, 12, 10), state=MeetingState.ANNOUNCED)
        build.talk(other, "Another one", "Rex")
        commit()
    ada = as_("Ada")

    pages = ["schedule", "calendar.ics", "sessions/", f"joint/{joint_id(app)}"]
    told = "".join(ada.get(f"/ml-theory/{path}").get_data(as_text=True) for path in pages)

    assert SECRET in told
    assert "Another one" not in told
    assert [ada.get(f"/biology/sessions/{number}").status_code for number in (7, 8)] == [403, 403]
    assert not any(link.startswith("/biology/") for link in links_in(ada.get(f"/ml-theory/{pages[-1]}").text))


def test_the_talks_of_a_session_that_isnt_announced_stay_hidden(app: Flask, as_: As, hosted: int) -> None:
    joined(app, as_, hosted)
    with app.app_context(), writing():
        db.session.get_one(Meeting, hosted).state = MeetingState.PLANNED
        commit()

    assert shown(app, as_("Ada")) == NOWHERE


def test_either_side_ends_it_and_the_guest_can_come_back(app: Flask, as_: As, hosted: int) -> None:
    joined(app, as_, hosted)
    ada, rex, visitor = as_("Ada"), as_("Rex"), as_(None)

    answer(app, ada, "leave")
    left = shown(app, visitor)
    answer(app, ada, "accept")
    back = shown(app, visitor)
    answer(app, rex, "withdraw", "biology")

    assert (left, back) == (NOWHERE, everywhere(coming=True))
    assert shown(app, visitor) == NOWHERE
    assert ada.post(f"/ml-theory/joint/{joint_id(app)}/accept").status_code in {400, 404}
    with app.app_context():
        kinds = db.session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["joint.invited", *["joint.answered"] * 3, "joint.ended"]


def test_co_leads_of_the_guest_hear_that_the_session_is_cancelled(app: Flask, as_: As, hosted: int) -> None:
    joined(app, as_, hosted)

    with app.app_context(), writing():
        host, meeting = build.group_of("biology"), db.session.get_one(Meeting, hosted)
        cancel_meeting(host, meeting, because="A flood.", now=NOW, by=THE_SITE)
        commit()

    with app.app_context():
        notices = select(Notice).where(Notice.kind == "meeting.cancelled").order_by(Notice.recipient)
        told = [(each.recipient, each.words["path"]) for each in db.session.scalars(notices)]
    assert told == [
        ("ada@example.org", f"/ml-theory/joint/{joint_id(app)}"),
        ("rex@example.org", f"/biology/s/{hosted}"),
    ]
    assert "A flood." in as_("Mo").get(f"/ml-theory/joint/{joint_id(app)}").get_data(as_text=True)


def test_a_group_that_was_invited_is_not_invited_twice(app: Flask, as_: As, hosted: int) -> None:
    invite(app, as_, hosted)
    invite(app, as_, hosted)
    answer(app, as_("Ada"), "decline")
    invite(app, as_, hosted)

    with app.app_context():
        assert db.session.scalars(select(JointSession.state)).all() == [JointState.INVITED]


def test_only_co_leads_of_the_right_side_answer(app: Flask, as_: As, hosted: int) -> None:
    invite(app, as_, hosted)
    number = joint_id(app)

    def status(who: str, group: str, verb: str) -> int:
        client = as_(who)
        token = client.get(f"/{group}/").get_data(as_text=True).partition('name="csrf_token" value="')[2]
        data = {"csrf_token": token.partition('"')[0]}
        return client.post(f"/{group}/joint/{number}/{verb}", data=data).status_code

    assert status("Mo", "ml-theory", "accept") == 403
    assert status("Rex", "ml-theory", "accept") == 403
    assert status("Rex", "biology", "accept") == 404
    assert status("Ada", "ml-theory", "withdraw") == 404
    with app.app_context():
        assert db.session.scalars(select(JointSession.state)).one() is JointState.INVITED


def _say(talk: Talk) -> None:
    talk.title = "Another title"


def _rename(talk: Talk) -> None:
    db.session.get_one(Group, talk.group_id).name = "Life"


def _withdraw(_talk: Talk) -> None:
    joint = db.session.scalars(select(JointSession)).one()
    joint.state = JointState.WITHDRAWN


def _close(talk: Talk) -> None:
    db.session.get_one(Group, talk.group_id).archive_seen_by = Audience.MEMBERS


@pytest.mark.parametrize("change", [_say, _rename, _withdraw, _close])
def test_a_change_of_the_host_raises_the_version_of_both(
    app: Flask, as_: As, hosted: int, change: Callable[[Talk], None]
) -> None:
    joined(app, as_, hosted)

    def versions() -> dict[str, int]:
        with app.app_context(), db.engine.connect() as connection:
            rows = connection.execute(select(Group.slug, Group.public_version)).all()
            return {row.slug: row.public_version for row in rows}

    before = versions()
    with app.app_context(), writing():
        change(db.session.scalars(select(Talk)).one())
        commit()
    after = versions()

    assert after["ml-theory"] > before["ml-theory"]
    assert after["biology"] > before["biology"]


def test_a_change_of_the_guest_raises_its_own_version_alone(app: Flask, as_: As, hosted: int) -> None:
    joined(app, as_, hosted)
    with app.app_context():
        before = db.session.scalars(select(Group.public_version).where(Group.slug == "biology")).one()
        with writing():
            build.session(build.group_of(), 1, date(2022, 11, 19))
            commit()
        assert db.session.scalars(select(Group.public_version).where(Group.slug == "biology")).one() == before
