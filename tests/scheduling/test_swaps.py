"""Two speakers change places: asked, agreed, stopped, done, each once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from readinggroup.access.actor import THE_SITE
from readinggroup.db import commit, db, writing
from readinggroup.models import Meeting, Notice, Swap, SwapState, Talk
from readinggroup.scheduling import actions
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.queries import programme_version
from readinggroup.scheduling.swap_actions import do_due_swaps
from readinggroup.scheduling.talk_actions import publish
from tests.build import NOW, saved
from tests.conftest import post
from tests.scheduling import build

As = Callable[[str | None], FlaskClient]


@pytest.fixture
def talks(app: Flask, programme: dict[str, int]) -> dict[str, int]:
    """Mo speaks in session 1, Nia in session 2.  Gives talk ids by title."""
    with app.app_context():
        group = build.group_of()
        mine = [build.pitch(group, f"{who}'s talk", who, author=build.person(who)) for who in ("Mo", "Nia")]
        placings = {mine[0].id: Where(1, 1), mine[1].id: Where(2, 1)}
        made = publish(group, placings, based_on=programme_version(group), now=NOW, by=THE_SITE)
        db.session.query(Notice).delete()
        saved()
        return {talk.title: talk.id for talk in made}


def ask(client: FlaskClient, talks: dict[str, int]) -> str:
    at = "/ml-theory/talks/{}/swap-places".format(talks["Mo's talk"])
    answer = post(client, at, {"other": talks["Nia's talk"], "note": "My train is late that day."})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def press(client: FlaskClient, swap: str, verb: str) -> None:
    assert post(client, f"{swap}/{verb}", {}, at=swap).status_code == 303


def seats(app: Flask) -> dict[str, int]:
    with app.app_context():
        rows = db.session.execute(
            select(Talk.title, Meeting.number).join(Meeting, Meeting.id == Talk.meeting_id)
        )
        return {row.title: row.number for row in rows}


def state(app: Flask) -> SwapState:
    with app.app_context():
        return db.session.scalars(select(Swap.state).order_by(Swap.id.desc())).first()  # type: ignore[return-value]


def owed(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(select(Notice.kind, Notice.recipient).order_by(Notice.id))
        return [(row.kind, row.recipient.partition("@")[0]) for row in rows]


def test_a_swap_happens_a_day_after_both_agreed_once_whoever_ticks(
    app: Flask, as_: As, talks: dict[str, int], set_clock: Callable[[datetime], None]
) -> None:
    mo, nia, ada = as_("Mo"), as_("Nia"), as_("Ada")
    swap = ask(mo, talks)
    press(nia, swap, "agree")
    assert owed(app) == [("swap.proposed", "nia"), ("swap.agreed", "ada"), ("swap.answered", "mo")]
    assert "Mo and Nia change places, unless you say no." in ada.get("/ml-theory/plan").get_data(as_text=True)
    later = NOW + timedelta(hours=24)

    def tick(at: datetime) -> None:
        with app.app_context(), writing():
            do_due_swaps(at)
            commit()

    tick(later - timedelta(seconds=1))
    assert seats(app) == {"Mo's talk": 1, "Nia's talk": 2}

    threads = [threading.Thread(target=tick, args=(later,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert seats(app) == {"Mo's talk": 2, "Nia's talk": 1}
    assert owed(app)[3:] == [("talk.moved", "mo"), ("talk.moved", "nia"), ("programme.changed", "ada")]
    set_clock(later)
    press(ada, swap, "veto")
    assert state(app) is SwapState.DONE


@pytest.mark.parametrize(
    ("who", "verb", "wanted", "told"),
    [
        ("Nia", "refuse", SwapState.REFUSED, [("swap.answered", "mo")]),
        ("Mo", "withdraw", SwapState.WITHDRAWN, [("swap.ended", "nia")]),
        ("Ada", "veto", SwapState.PROPOSED, []),
    ],
)
def test_a_swap_that_is_not_agreed_changes_nothing(
    app: Flask,
    as_: As,
    talks: dict[str, int],
    who: str,
    verb: str,
    wanted: SwapState,
    told: list[tuple[str, str]],
) -> None:
    swap = ask(as_("Mo"), talks)

    press(as_(who), swap, verb)

    assert (state(app), owed(app)[1:]) == (wanted, told)
    assert seats(app) == {"Mo's talk": 1, "Nia's talk": 2}


def test_a_co_lead_stops_an_agreed_swap_or_lets_it_be_at_once(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    mo, nia, ada = as_("Mo"), as_("Nia"), as_("Ada")
    first = ask(mo, talks)
    press(nia, first, "agree")
    press(ada, first, "veto")
    assert state(app) is SwapState.VETOED
    assert owed(app)[3:] == [("swap.ended", "mo"), ("swap.ended", "nia")]

    second = ask(mo, talks)
    press(nia, second, "agree")
    press(ada, second, "approve")

    assert state(app) is SwapState.DONE
    assert seats(app) == {"Mo's talk": 2, "Nia's talk": 1}


def test_a_swap_lapses_with_the_places_that_it_was_about(app: Flask, as_: As, talks: dict[str, int]) -> None:
    ask(as_("Mo"), talks)
    with app.app_context():
        first = db.session.scalars(select(Meeting).where(Meeting.number == 1)).one()
        actions.cancel_meeting(build.group_of(), first, because="Snow.", now=NOW, by=THE_SITE)
        saved()

    assert state(app) is SwapState.LAPSED


def test_a_talk_is_in_one_swap_at_a_time(app: Flask, as_: As, talks: dict[str, int]) -> None:
    swap = ask(as_("Mo"), talks)

    at = "/ml-theory/talks/{}/swap-places".format(talks["Nia's talk"])
    answer = post(as_("Nia"), at, {"other": talks["Mo's talk"]})

    assert answer.status_code == 422
    assert "is in another change of places" in answer.get_data(as_text=True)
    assert as_("Sam").get(swap).status_code == 403
    twice = (
        "INSERT INTO swap (group_id, talk_id, other_id, note, state, proposed_at)"
        " SELECT group_id, talk_id, other_id, '', 'proposed', proposed_at FROM swap"
    )
    with app.app_context():
        with pytest.raises(IntegrityError):
            db.session.execute(text(twice))
        db.session.rollback()
