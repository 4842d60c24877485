"""A member's own calendar: what stands in it, for whom it runs, and its address."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
import vobject
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import Audience, MeetingState, MembershipState, Role
from readinggroup.groups.queries import membership_of
from readinggroup.models import CalendarLink, Group, Meeting, Speaker, User
from readinggroup.scheduling import actions
from readinggroup.scheduling.queries import meeting_in
from readinggroup.scheduling.talk_actions import put_talk
from tests import build as people
from tests.build import NOW, saved
from tests.conftest import post
from tests.scheduling import build
from tests.scheduling.conftest import statements

Browser = Callable[[str | None], FlaskClient]
PAGE = "/account/calendar"
BIOLOGY, OURS, DRAFT = (
    "Biology: Session 1",
    "Machine Learning Theory: Mo’s own",
    "Machine Learning Theory: Session 2",
)


@pytest.fixture
def mos(app: Flask, programme: dict[str, int], as_: Browser) -> str:
    """The address of Mo's calendar.  He gives the talk of ml-theory's session 1, and one that isn't announced in its
    session 2; he belongs to biology, too, which has one session."""
    with app.app_context():
        ours, theirs = build.group_of(), build.group_of("biology")
        people.member(theirs, build.person("Mo"))
        actions.add_meeting(theirs, on=date(2022, 11, 12), starts_at=time(14), now=NOW, by=THE_SITE)
        for number, title, state in (
            (1, "Mo’s own", MeetingState.ANNOUNCED),
            (2, "Not out", MeetingState.PLANNED),
        ):
            meeting = session(ours, number)
            put_talk(ours, meeting, 1, title=title, speakers=["Mo"], now=NOW, by=THE_SITE)
            meeting.state, meeting.join_url = state, "https://meet.example/join-secret"
        speaker = db.session.scalars(select(Speaker).where(Speaker.name == "Mo")).one()
        speaker.user_id = build.person("Mo").id
        saved()
    return made(as_("Mo"))


def session(group: Group, number: int) -> Meeting:
    meeting = meeting_in(group, number)
    assert meeting is not None
    return meeting


def made(client: FlaskClient, **fields: str) -> str:
    """Make an address through the page; gives its path."""
    assert post(client, PAGE, fields).status_code == 303
    [address] = re.findall(
        r'<p class="receipt">http://127\.0\.0\.1:5000(\S+)</p>', client.get(PAGE).get_data(True)
    )
    return str(address)


def read(app: Flask, path: str) -> dict[str, Any]:
    """The events by what they are called, as another library reads them without a cookie."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    found = getattr(vobject.readOne(answer.get_data(as_text=True)), "vevent_list", [])
    return {event.summary.value: event for event in found}


def change(app: Flask, make: Callable[[], object]) -> None:
    with app.app_context():
        make()
        saved()


def test_all_groups_stand_in_it_and_what_one_gives_is_marked(app: Flask, mos: str) -> None:
    with statements(app) as few:
        answer = app.test_client().get(mos)
    body = answer.get_data(as_text=True)
    found = read(app, mos)

    assert list(found) == [BIOLOGY, f"You speak · {OURS}", DRAFT]
    own = found[f"You speak · {OURS}"]
    assert own.description.value.startswith("Yours: Mo’s own (Mo)\n")
    assert not any(secret in body for secret in ("Not out", "join-secret", "BEGIN:VALARM"))
    public = read(app, "/ml-theory/calendar.ics")
    assert (own.uid.value, own.sequence.value) == (public[OURS].uid.value, public[OURS].sequence.value)
    assert all(hasattr(event, "valarm") for event in read(app, f"{mos}?alarm=60").values())
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers

    change(app, lambda: actions.make_meetings(build.group_of("biology"), count=12, now=NOW, by=THE_SITE))
    with statements(app) as many:
        assert app.test_client().get(mos).get_data(as_text=True).count("BEGIN:VEVENT") > 10
    assert len(many) == len(few)


def test_a_cancelled_session_stays_and_nobody_speaks_there(app: Flask, mos: str) -> None:
    before = read(app, mos)[f"You speak · {OURS}"]

    def cancel() -> None:
        group = build.group_of()
        actions.cancel_meeting(group, session(group, 1), because="Snow", now=NOW, by=THE_SITE)

    change(app, cancel)

    after = next(event for event in read(app, mos).values() if event.uid.value == before.uid.value)
    assert after.status.value == "CANCELLED"
    assert int(after.sequence.value) > int(before.sequence.value)
    assert not after.summary.value.startswith("You speak")


@pytest.mark.parametrize(
    ("change_of", "left"),
    [
        ({"state": MembershipState.REMOVED}, [BIOLOGY]),
        ({"state": MembershipState.LEFT}, [BIOLOGY]),
        ({"role": Role.APPLICANT}, [BIOLOGY]),
        ({"schedule_seen_by": Audience.CO_LEADS}, [BIOLOGY]),
        ({"archive_seen_by": Audience.CO_LEADS}, [BIOLOGY, DRAFT]),
        ({"schedule_seen_by": Audience.MEMBERS}, [BIOLOGY, f"You speak · {OURS}", DRAFT]),
    ],
)
def test_it_shows_a_group_for_as_long_as_its_pages_do(
    app: Flask, mos: str, cast: dict[str, int], change_of: dict[str, Any], left: list[str]
) -> None:
    def make() -> None:
        group = build.group_of()
        place = membership_of(group, cast["Mo"])
        for name, value in change_of.items():
            setattr(group if name.endswith("seen_by") else place, name, value)
        if "archive_seen_by" in change_of:
            session(group, 1).state = MeetingState.HELD

    change(app, make)

    assert list(read(app, mos)) == left


def test_the_address_is_shown_once_renewed_and_ended(app: Flask, mos: str, as_: Browser) -> None:
    mo, token = as_("Mo"), mos.removeprefix(f"{PAGE}/").removesuffix(".ics")
    page = mo.get(PAGE)
    assert "can’t show it again" in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store, private"
    assert token not in page.get_data(as_text=True)
    with app.app_context():
        [row] = db.session.scalars(select(CalendarLink))
        assert token not in row.token_digest

    renewed = made(mo, alarm="1440")
    nias = made(as_("Nia"), alarm="nonsense")

    assert renewed.endswith(".ics?alarm=1440")
    assert nias.endswith(".ics")
    statuses = [app.test_client().get(path).status_code for path in (mos, renewed, nias)]
    assert statuses == [404, 200, 200]
    assert "You speak" not in app.test_client().get(nias).get_data(as_text=True)
    assert post(mo, f"{PAGE}/end", {}, at=PAGE).status_code == 303
    assert app.test_client().get(renewed).status_code == 404
    assert "No address yet" in mo.get(PAGE).get_data(as_text=True)
    assert app.test_client().get(nias).status_code == 200
    assert app.test_client().get(PAGE).location == f"/login?next={PAGE}"


def test_it_is_found_from_the_account_and_the_groups_calendar(as_: Browser) -> None:
    mo = as_("Mo")

    for path in ("/account", "/ml-theory/calendar"):
        assert f'href="{PAGE}"' in mo.get(path).get_data(as_text=True)


def test_nobody_reads_it_once_the_account_is_closed(app: Flask, mos: str, cast: dict[str, int]) -> None:
    change(app, lambda: setattr(db.session.get_one(User, cast["Mo"]), "active", False))

    assert app.test_client().get(mos).status_code == 404
