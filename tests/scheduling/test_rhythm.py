"""When the group meets: seen first, then saved, with what it does to sessions and talks that exist."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import TalkState
from readinggroup.models import Break, Meeting, Notice, Place, Record
from readinggroup.scheduling import actions
from readinggroup.scheduling.queries import meeting_in
from readinggroup.scheduling.talk_actions import put_talk
from tests.build import NOW, saved
from tests.conftest import post, token_in
from tests.scheduling import build

PAGE = "/ml-theory/settings/rhythm"
As = Callable[[str | None], FlaskClient]
PRESENT = {
    "weeks": "2", "first_on": "2022-11-05", "starts_at": "14:00", "minutes": "60", "zone": "America/Edmonton",
    "places": "2", "talk_minutes": "25", "question_minutes": "5",
}  # fmt: skip
SUNDAYS = PRESENT | {"first_on": "2022-11-20", "starts_at": "15:30"}


@pytest.fixture
def sessions(app: Flask, programme: dict[str, int]) -> None:
    """Saturdays 19 November and 3, 17, 31 December; CLIP, confirmed, on the 3rd; the 31st has another length."""
    with app.app_context():
        group = build.group_of()
        actions.make_meetings(group, count=4, now=NOW, by=THE_SITE)
        second, last = meeting_in(group, 2), meeting_in(group, 4)
        assert second is not None
        assert last is not None
        put_talk(
            group, second, 1, title="CLIP", speakers=["Mo"], now=NOW, by=THE_SITE
        ).state = TalkState.CONFIRMED
        last.minutes = 90
        saved()


def preview(client: FlaskClient, fields: dict[str, str]) -> Any:
    return post(client, PAGE, fields | {"preview": "1"})


def save(client: FlaskClient, fields: dict[str, str]) -> Any:
    """Look at the preview, then save what was looked at."""
    page = preview(client, fields).get_data(as_text=True)
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    return client.post(PAGE, data=fields | {"csrf_token": token_in(page), "seen": seen, "save": "1"})


def times(app: Flask) -> list[tuple[int, str, str, str, int]]:
    with app.app_context():
        rows = db.session.scalars(select(Meeting).order_by(Meeting.number)).all()
        return [
            (m.number, f"{m.on} {m.starts_at:%H:%M}", m.state.value, str(m.starts_at_utc)[:16], m.sequence)
            for m in rows
        ]


def test_the_page_shows_the_next_twelve_over_the_change_of_clocks(as_: As, sessions: None) -> None:
    page = as_("Ada").get(PAGE).get_data(as_text=True)

    assert page.count('<li class="entry">') == 12
    assert "15 April 2023" not in page
    assert page.count("Clocks change before: UTC-06:00, not UTC-07:00.") == 1
    assert page.count("A new session.") == 8
    assert "Save this rhythm" not in page


def test_another_day_moves_sessions_with_their_talks_and_tells_those_concerned(
    app: Flask, as_: As, sessions: None
) -> None:
    before = times(app)

    page = preview(as_("Ada"), SUNDAYS).get_data(as_text=True)

    assert times(app) == before
    assert page.count("It moves here from") == 4
    assert "It moves here from 3 Dec, 14:00 Edmonton, 60 minutes." in page
    assert "CLIP" in page
    assert page.count("Its speakers and the co-leads are told.") == 1

    assert save(as_("Ada"), SUNDAYS).status_code == 303

    assert [row[:3] for row in times(app)] == [
        (1, "2022-11-20 15:30", "planned"),
        (2, "2022-12-04 15:30", "announced"),
        (3, "2022-12-18 15:30", "planned"),
        (4, "2023-01-01 15:30", "planned"),
    ]
    assert times(app)[1][3] == "2022-12-04 22:30"
    assert all(new[4] == old[4] + 1 for new, old in zip(times(app), before, strict=True))
    with app.app_context():
        group = build.group_of()
        assert (group.anchor_on, group.starts_at) == (date(2022, 11, 20), time(15, 30))
        second, last = meeting_in(group, 2), meeting_in(group, 4)
        assert second is not None
        assert last is not None
        assert (second.made_for, last.minutes) == (date(2022, 12, 4), 90)
        assert db.session.scalars(select(Notice).where(Notice.kind == "meeting.moved")).first()
        assert (
            db.session.scalars(select(Record).where(Record.what == "group.rhythm")).one().before["weeks"] == 2
        )
        assert actions.make_meetings(group, count=4, now=NOW, by=THE_SITE) == []


def test_a_break_moves_what_is_near_and_keeps_what_has_talks(app: Flask, as_: As, sessions: None) -> None:
    pause = {
        "breaks-0-name": "Winter", "breaks-0-first_on": "2022-12-01", "breaks-0-last_on": "2022-12-20",
        "breaks-0-shifts": "y",
    }  # fmt: skip

    page = preview(as_("Ada"), PRESENT | pause).get_data(as_text=True)
    assert "but talks are planned: it keeps its date until you move or cancel it." in page
    assert page.count("It moves here from") == 2

    save(as_("Ada"), PRESENT | pause)

    assert [(on[:10], state) for _, on, state, *_ in times(app)] == [
        ("2022-11-19", "planned"), ("2022-12-03", "announced"), ("2022-12-24", "planned"), ("2023-01-07", "planned"),
    ]  # fmt: skip
    with app.app_context():
        assert db.session.scalars(select(Break.name)).all() == ["Winter"]

    save(as_("Ada"), PRESENT | pause | {"breaks-0-remove": "y"})
    with app.app_context():
        assert db.session.scalars(select(Break.name)).all() == []


def test_dates_that_fall_out_are_cancelled_where_nothing_was_planned(
    app: Flask, as_: As, sessions: None
) -> None:
    monthly = PRESENT | {"weeks": "4", "first_on": "2022-12-03"}
    page = preview(as_("Ada"), monthly).get_data(as_text=True)
    assert page.count("It has no talks and falls out of the rhythm: it is cancelled.") == 2

    save(as_("Ada"), monthly)

    assert [row[2] for row in times(app)] == ["cancelled", "announced", "cancelled", "planned"]


def test_places_change_where_no_talk_was_and_nothing_was_changed_by_hand(
    app: Flask, as_: As, sessions: None
) -> None:
    with app.app_context():
        third = meeting_in(build.group_of(), 3)
        assert third
        third.places[0].talk_minutes = 55
        saved()

    save(as_("Ada"), PRESENT | {"places": "4", "talk_minutes": "12", "question_minutes": "3"})

    with app.app_context():
        rows = db.session.execute(
            select(Meeting.number, Place.talk_minutes).join(Place).order_by(Meeting.number, Place.position)
        )
        assert [tuple(row) for row in rows] == [
            *[(1, 12)] * 4, (2, 25), (2, 25), (3, 55), (3, 25), *[(4, 12)] * 4,
        ]  # fmt: skip


def test_what_is_saved_is_what_was_seen(app: Flask, as_: As, sessions: None) -> None:
    ada = as_("Ada")
    page = preview(ada, SUNDAYS).get_data(as_text=True)
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    sent = {"csrf_token": token_in(page), "seen": seen, "save": "1"}

    edited = ada.post(PAGE, data=SUNDAYS | sent | {"weeks": "1"})
    unseen = ada.post(PAGE, data=SUNDAYS | sent | {"seen": ""})
    with app.app_context():
        actions.add_meeting(build.group_of(), on=date(2022, 12, 8), starts_at=time(9), now=NOW, by=THE_SITE)
        saved()
    late = ada.post(PAGE, data=SUNDAYS | sent)

    assert [answer.status_code for answer in (edited, unseen, late)] == [409] * 3
    assert "This isn&#39;t saved yet" in late.get_data(as_text=True) or "isn't saved yet" in late.get_data(
        as_text=True
    )
    assert times(app)[0][1] == "2022-11-19 14:00"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"weeks": "0"}, "Give a number from 1 to 52."),
        ({"zone": "MST"}, "Not a valid choice"),
        ({"first_on": "tomorrow"}, "Not a valid date"),
        ({"breaks-0-name": "Winter"}, "Give a day."),
        (
            {"breaks-0-first_on": "2022-12-20", "breaks-0-last_on": "2022-12-01"},
            "The break ends before it begins.",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_kept(
    as_: As, sessions: None, fields: dict[str, str], words: str
) -> None:
    answer = preview(as_("Ada"), PRESENT | {"minutes": "75"} | fields)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert 'value="75"' in page


def test_a_change_of_place_is_another_moment_for_everybody(app: Flask, as_: As, sessions: None) -> None:
    save(as_("Ada"), PRESENT | {"zone": "Europe/Lisbon"})

    assert times(app)[0][3] == "2022-11-19 14:00"
