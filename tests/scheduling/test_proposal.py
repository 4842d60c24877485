"""The proposal and its publishing: the group's second session, through the real forms."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, PitchKind, PitchState, Role
from readinggroup.groups.books import book_named
from readinggroup.models import Meeting, Notice, Pitch, PitchChapter, Reading, Record, Talk
from readinggroup.scheduling.actions import make_meetings
from readinggroup.scheduling.proposing import propose
from readinggroup.scheduling.queries import programme_version, version_of
from readinggroup.scheduling.situation import situation_of
from readinggroup.scheduling.views import talk_views
from readinggroup.voting.queries import winners_waiting
from tests.build import NOW, member, saved
from tests.conftest import post, token_in
from tests.scheduling import build
from tests.scheduling.conftest import statements

As = Callable[[str | None], FlaskClient]
PROPOSAL = "/ml-theory/plan/proposal"
PUBLISH = "/ml-theory/plan/publish"


def fields_of(page: str) -> dict[str, str]:
    """What the proposal's form would send as it stands."""
    fields = dict(re.findall(r'name="([\w-]+)" type="hidden" value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]* name="([\w-]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def places_of(page: str) -> dict[str, str]:
    """The place chosen for each pitch, by the pitch's id."""
    sent = fields_of(page)
    return {
        value: sent[name.replace("-thing", "-place")]
        for name, value in sent.items()
        if name.endswith("-thing")
    }


def send(client: FlaskClient, page: str, **changes: str) -> Any:
    """Send the proposal as ``page`` shows it, with ``changes``."""
    return client.post(PROPOSAL, data={**fields_of(page), "csrf_token": token_in(page), **changes})


def publish(client: FlaskClient, **changes: str) -> Any:
    """Publish the draft as its page stands, with ``changes``."""
    page = client.get(PUBLISH).get_data(as_text=True)
    messages = re.findall(
        r'<textarea[^>]* name="(messages-[0-9]+-text)"[^>]*>\s*(.*?)</textarea>', page, re.S
    )
    ticked = {name.replace("-text", "-send"): "y" for name, _ in messages}
    texts = {name: unescape(text) for name, text in messages}
    return client.post(
        PUBLISH, data={**fields_of(page), **texts, **ticked, "csrf_token": token_in(page), **changes}
    )


def seats(app: Flask) -> list[tuple[str, date | None, int, datetime | None]]:
    """What is published: title, date, place and instant."""
    with app.app_context():
        rows = db.session.execute(
            select(Talk.title, Meeting.on, Talk.position, Meeting.starts_at_utc)
            .join(Meeting, Meeting.id == Talk.meeting_id)
            .order_by(Meeting.number, Talk.position)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_the_second_session_is_proposed_and_published(app: Flask, as_: As, programme: dict[str, int]) -> None:
    ada = as_("Ada")
    page = ada.get(PROPOSAL).get_data(as_text=True)
    assert places_of(page) == {
        f"pitch-{programme['Meta Learning']}": "1.1",
        f"pitch-{programme['Neural Information Retrieval']}": "1.2",
        f"pitch-{programme['Representation Learning']}": "2.1",
        f"pitch-{programme['Quantum Probability']}": "2.2",
    }
    assert "Both places taken by Meta Learning and Neural Information Retrieval on 19 Nov." in page

    answer = send(ada, page)

    assert (answer.status_code, answer.location) == (303, "/ml-theory/plan")
    assert seats(app) == []
    assert "Drafted: 4 talks." in ada.get("/ml-theory/plan").get_data(as_text=True)

    answer = publish(ada)

    assert (answer.status_code, answer.location) == (303, "/ml-theory/plan")
    assert "Published: 4 changes." in ada.get("/ml-theory/plan").get_data(as_text=True)
    november, december = datetime(2022, 11, 19, 21, tzinfo=UTC), datetime(2022, 12, 3, 21, tzinfo=UTC)
    assert seats(app) == [
        ("Meta Learning", date(2022, 11, 19), 1, november),
        ("Neural Information Retrieval", date(2022, 11, 19), 2, november),
        ("Representation Learning", date(2022, 12, 3), 1, december),
        ("Quantum Probability", date(2022, 12, 3), 2, december),
    ]


def test_publishing_announces_records_and_owes(app: Flask, as_: As, programme: dict[str, int]) -> None:
    with app.app_context():
        group = build.group_of()
        pitch = build.pitch(
            group, "CLIP", "Mo", author=build.person("Mo"), paper="https://arxiv.org/abs/2103.00020"
        )
        make_meetings(group, count=3, now=NOW, by=THE_SITE)
        build.won(group, [pitch], number=2)
        saved()
        before = version_of(group)
    ada = as_("Ada")

    send(ada, ada.get(PROPOSAL).get_data(as_text=True))
    publish(ada)

    with app.app_context():
        group = build.group_of()
        (clip,) = talk_views(group, Talk.title == "CLIP")
        assert clip.abstract == "About *CLIP*."
        assert [speaker.name for speaker in clip.speakers] == ["Mo"]
        assert [(r.title, r.url, r.posted_at) for r in clip.readings] == [
            ("The paper", "https://arxiv.org/abs/2103.00020", NOW)
        ]
        assert set(db.session.scalars(select(Pitch.state))) == {PitchState.SCHEDULED}
        assert set(db.session.scalars(select(Meeting.state))) == {MeetingState.ANNOUNCED}
        assert group.public_version > before
        owed = db.session.execute(select(Notice.kind, Notice.recipient).order_by(Notice.kind)).all()
        assert [tuple(row) for row in owed] == [
            ("programme.published", "ada@example.org"),
            ("talk.scheduled", "mo@example.org"),
        ]
        line = db.session.scalars(select(Record).where(Record.what == "talk.scheduled")).first()
        assert line is not None
        assert line.after == {"title": "Meta Learning", "number": 1, "position": 1}


def test_a_co_lead_edits_the_proposal_and_leaves_rows_out(
    app: Flask, as_: As, programme: dict[str, int]
) -> None:
    ada = as_("Ada")
    page = ada.get(PROPOSAL).get_data(as_text=True)

    send(ada, page, **{"rows-0-place": "2.2", "rows-1-place": "", "rows-2-place": "1.1", "rows-3-place": ""})
    publish(ada)

    assert [(title, on, position) for title, on, position, _ in seats(app)] == [
        ("Representation Learning", date(2022, 11, 19), 1),
        ("Meta Learning", date(2022, 12, 3), 2),
    ]
    with app.app_context():
        assert [p.title for p in winners_waiting(build.group_of())] == [
            "Neural Information Retrieval",
            "Quantum Probability",
        ]


def test_two_rows_at_one_place_are_refused_with_everything_kept(
    app: Flask, as_: As, programme: dict[str, int]
) -> None:
    ada = as_("Ada")
    page = ada.get(PROPOSAL).get_data(as_text=True)

    answer = send(ada, page, **{"rows-0-place": "2.2", "rows-1-place": ""})

    again = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Another talk has this place already." in again
    assert list(places_of(again).values()) == ["2.2", "", "2.1", "2.2"]
    assert seats(app) == []


@pytest.mark.parametrize("place", ["x", "1", "1.2.3", "²", "1.\x00"])
def test_a_place_that_is_none_is_refused(app: Flask, as_: As, programme: dict[str, int], place: str) -> None:
    ada = as_("Ada")

    answer = send(ada, ada.get(PROPOSAL).get_data(as_text=True), **{"rows-0-place": place})

    assert answer.status_code == 422
    assert "Choose one of the places." in answer.get_data(as_text=True)
    assert seats(app) == []


@pytest.mark.parametrize("place", ["99.1", "1.3", "999999999.999999999"])
def test_a_place_that_is_not_there_is_refused(
    app: Flask, as_: As, programme: dict[str, int], place: str
) -> None:
    ada = as_("Ada")

    answer = send(ada, ada.get(PROPOSAL).get_data(as_text=True), **{"rows-0-place": place})

    assert answer.status_code == 409
    assert seats(app) == []


def test_a_stale_proposal_overwrites_nothing_and_says_so(
    app: Flask, as_: As, programme: dict[str, int]
) -> None:
    ada = as_("Ada")
    first = ada.get(PROPOSAL).get_data(as_text=True)
    send(ada, first, **{"rows-1-place": "", "rows-2-place": "", "rows-3-place": ""})

    answer = send(ada, first)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The programme changed while you decided." in page
    assert list(places_of(page).values()) == ["1.2", "2.1", "2.2"]
    publish(ada)
    assert [title for title, *_ in seats(app)] == ["Meta Learning"]


def test_a_pitch_that_was_withdrawn_meanwhile_is_not_drafted(
    app: Flask, as_: As, programme: dict[str, int]
) -> None:
    ada = as_("Ada")
    page = ada.get(PROPOSAL).get_data(as_text=True)
    with app.app_context():
        pitch = db.session.get_one(Pitch, programme["Quantum Probability"])
        pitch.state, pitch.withdrawn_at = PitchState.WITHDRAWN, NOW
        saved()

    answer = send(ada, page)

    assert answer.status_code == 409
    assert seats(app) == []


def test_two_co_leads_take_the_proposal_at_once_and_one_is_told(
    app: Flask, as_: As, programme: dict[str, int]
) -> None:
    with app.app_context():
        member(build.group_of(), build.person("Mo"), Role.CO_LEAD)
        saved()
    clients = [as_("Ada"), as_("Mo")]
    pages = [client.get(PROPOSAL).get_data(as_text=True) for client in clients]
    start, answers = threading.Barrier(2), [None, None]

    def take(n: int) -> None:
        start.wait()
        answers[n] = send(clients[n], pages[n])

    threads = [threading.Thread(target=take, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(answer.status_code for answer in answers) == [303, 409]  # type: ignore[attr-defined]
    publish(clients[0])
    assert [title for title, *_ in seats(app)] == [title for title, _ in build.WINNERS]


def test_the_planner_keeps_speakers_away_days_and_reading_in_mind(
    app: Flask, programme: dict[str, int]
) -> None:
    with app.app_context():
        group = build.group_of()
        make_meetings(group, count=4, now=NOW, by=THE_SITE)
        away = build.pitch(group, "Sheaves", "Away Person", away=[date(2022, 11, 19), date(2022, 12, 17)])
        late = build.pitch(group, "Topoi", "Late Person", not_before=date(2022, 12, 18))
        early = build.pitch(group, "Gone", "Early Person", not_after=date(2022, 11, 18))
        build.won(group, [away, late, early], number=2)

        rows = propose(situation_of(group, NOW)).rows[-3:]

        assert [(row.title, row.place) for row in rows] == [
            ("Sheaves", "4.1"),
            ("Topoi", "4.2"),
            ("Gone", ""),
        ]
        assert rows[0].reason.startswith("Speaker away on 19 Nov")
        assert {row.reason.strip(".") for row in rows[1:]} == {"19 Nov is outside the talk's dates"}


def test_chapters_come_in_the_order_of_their_book_and_take_it_along(
    app: Flask, as_: As, programme: dict[str, int]
) -> None:
    with app.app_context():
        group = build.group_of()
        make_meetings(group, count=4, now=NOW, by=THE_SITE)
        book = book_named(group, "Learning theory")
        one, two = (PitchChapter(series_id=book.id, number=number) for number in (1, 2))
        kind = PitchKind.CHAPTER
        later = build.pitch(group, "Boosting", "Second Person", kind=kind, chapter=two)
        first = build.pitch(
            group, "PAC learning", "First Person", kind=kind, chapter=one, not_before=date(2022, 12, 18)
        )
        build.won(group, [later, first], number=2)
        saved()
    ada = as_("Ada")
    page = ada.get(PROPOSAL).get_data(as_text=True)

    send(ada, page)
    publish(ada)

    assert "omes after PAC learning" in page
    assert [title for title, *_ in seats(app)][-2:] == ["PAC learning", "Boosting"]
    with app.app_context():
        told = [(talk.series and talk.series.name, talk.chapter) for talk in talk_views(build.group_of())]
        assert told[-2:] == [("Learning theory", 1), ("Learning theory", 2)]


def test_a_winner_without_a_place_says_why_and_an_open_pitch_can_come_in(
    app: Flask, as_: As, programme: dict[str, int]
) -> None:
    with app.app_context():
        group = build.group_of()
        late = build.pitch(group, "Fifth wheel", "Late Person")
        build.won(group, [late], number=2)
        build.pitch(group, "From the pool", "Pool Person")
        saved()
    ada = as_("Ada")
    page = ada.get(PROPOSAL).get_data(as_text=True)
    assert list(places_of(page).values()) == ["1.1", "1.2", "2.1", "2.2", "", ""]

    send(ada, page, **{"rows-0-place": "", "rows-5-place": "1.1"})
    publish(ada)

    assert next(title for title, *_ in seats(app)) == "From the pool"


def test_the_proposal_asks_as_much_of_the_database_for_one_winner_as_for_four(
    app: Flask, as_: As, cast: dict[str, int], set_clock: Callable[[datetime], None]
) -> None:
    set_clock(NOW)
    with app.app_context():
        group = build.group_of()
        make_meetings(group, count=1, now=NOW, by=THE_SITE)
        build.won(group, [build.pitch(group, "One", "First Person")])
        build.pitch(group, "Open one", "Somebody Else")
        saved()
    ada = as_("Ada")
    counts = []
    for path in (PROPOSAL, "/ml-theory/plan"):
        ada.get(path)
        with statements(app) as few:
            ada.get(path)
        counts.append(len(few))
    with app.app_context():
        group = build.group_of()
        make_meetings(group, count=4, now=NOW, by=THE_SITE)
        more = [build.pitch(group, f"More {n}", f"Person {n}", away=[date(2022, 12, 3)]) for n in range(3)]
        build.won(group, more, number=2)
        build.pitch(group, "Open two", "Somebody Else")
        saved()

    for path, before in zip((PROPOSAL, "/ml-theory/plan"), counts, strict=True):
        with statements(app) as many:
            ada.get(path)
        assert len(many) == before, path


def test_the_version_of_the_programme_is_the_groups_own(app: Flask, programme: dict[str, int]) -> None:
    with app.app_context():
        group, other = build.group_of(), build.group_of("biology")
        before: tuple[str, str] = programme_version(group), programme_version(other)
        make_meetings(other, count=1, now=NOW, by=THE_SITE)

        assert (programme_version(group), programme_version(other) == before[1]) == (before[0], False)
        assert db.session.scalar(select(Reading.id)) is None


def test_taking_nothing_drafts_nothing(app: Flask, as_: As, programme: dict[str, int]) -> None:
    ada = as_("Ada")
    page = ada.get(PROPOSAL).get_data(as_text=True)

    answer = send(ada, page, **{f"rows-{n}-place": "" for n in range(4)})

    assert answer.status_code == 303
    assert seats(app) == []
    assert "No talk was chosen" in ada.get("/ml-theory/plan").get_data(as_text=True)


def test_add_the_next_four_sessions_once(app: Flask, as_: As, programme: dict[str, int]) -> None:
    ada = as_("Ada")
    page = ada.get("/ml-theory/plan").get_data(as_text=True)
    reach = re.search(r'name="count" value="(\d+)"', page)
    assert reach is not None
    assert reach[1] == "6"

    for _ in range(2):
        post(ada, "/ml-theory/plan/sessions", {"count": reach[1]}, at="/ml-theory/plan")

    with app.app_context():
        assert list(db.session.scalars(select(Meeting.number).order_by(Meeting.number))) == [1, 2, 3, 4, 5, 6]
    assert "Those sessions are there already." in ada.get("/ml-theory/plan").get_data(as_text=True)
