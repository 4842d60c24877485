"""A book read by plan: its chapters, their places, who presents them, and how the plan follows what happens."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup import clock
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import MeetingState, PitchKind, TalkState
from readinggroup.models import Chapter, Meeting, Notice, Series, SeriesKind, Speaker, Talk, TalkSpeaker
from readinggroup.scheduling.actions import cancel_meeting, lock_meeting
from readinggroup.scheduling.proposing import propose
from readinggroup.scheduling.queries import meeting_in
from readinggroup.scheduling.situation import situation_of
from tests.archive import build
from tests.archive.pages import links_in, text_of, texts_of
from tests.build import NOW, saved
from tests.conftest import post
from tests.scheduling.build import pitch, won
from tests.voting.build import actor_of

As = Callable[[str | None], FlaskClient]
DATES = (date(2022, 11, 19), date(2022, 12, 3), date(2022, 12, 17), date(2023, 1, 14))
BOOK = "/ml-theory/series/convex"


@pytest.fixture
def book(app: Flask, cast: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> int:
    """The id of a book of three chapters; four sessions are planned, and it is 5 November 2022."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with app.app_context():
        group = build.group_of()
        made = build.series(group, "Convex", kind=SeriesKind.BOOK, url="https://example.org/convex")
        for number, title in enumerate(("Sets", "Functions", "Duality"), start=1):
            db.session.add(
                Chapter(group_id=group.id, series_id=made.id, number=number, title=title, pages=f"{number}–9")
            )
        for number, on in enumerate(DATES, start=1):
            build.session(group, number, on, state=MeetingState.PLANNED)
        saved()
        return made.id


def applied(client: FlaskClient, book: int, each: str = "") -> None:
    path = f"/ml-theory/series/{book}/plan{each}"
    page = client.get(path).get_data(as_text=True)
    based_on = page.partition('name="based_on" type="hidden" value="')[2].partition('"')[0]
    assert post(client, path, {"based_on": based_on}).status_code == 303


def do(client: FlaskClient, book: int, number: int, verb: str, app: Flask) -> None:
    with app.app_context():
        chapter = db.session.scalars(select(Chapter.id).where(Chapter.number == number)).one()
    assert post(client, f"/ml-theory/series/chapters/{chapter}/{verb}", {}, at=BOOK).status_code == 303


def places(app: Flask) -> dict[int, int | None]:
    """The number of the session that is meant for each chapter."""
    with app.app_context():
        rows = select(Chapter.number, Meeting.number).outerjoin(Meeting, Meeting.id == Chapter.meeting_id)
        return {number: session for number, session in db.session.execute(rows.order_by(Chapter.number))}  # noqa: C416


def change(app: Flask, what: Callable[..., None], number: int, **more: object) -> None:
    with app.app_context(), writing():
        meeting = meeting_in(build.group_of(), number)
        what(build.group_of(), meeting, now=NOW, by=actor_of("Ada"), **more)
        commit()


def test_chapters_are_written_down_and_changed(app: Flask, as_: As, book: int) -> None:
    ada, path = as_("Ada"), f"/ml-theory/series/{book}/chapters"
    rows = {
        "rows-0-number": "1", "rows-0-title": "All about sets", "rows-0-presenter": "Mo",
        "rows-1-number": "2", "rows-1-title": "",
        "rows-2-number": "3", "rows-2-title": "Duality",
        "rows-3-number": "7", "rows-3-title": "Algorithms", "rows-3-pages": "401–450",
    }  # fmt: skip

    assert post(ada, path, rows).status_code == 303

    told = as_(None).get(BOOK).get_data(as_text=True)
    assert "All about sets" in told
    assert "401–450" in told
    assert "Functions" not in told
    assert list(places(app)) == [1, 3, 7]


def test_two_chapters_of_one_number_are_refused_with_what_was_typed(as_: As, book: int) -> None:
    rows = {"rows-0-number": "4", "rows-0-title": "One", "rows-1-number": "4", "rows-1-title": "Another"}

    refused = post(as_("Ada"), f"/ml-theory/series/{book}/chapters", rows)

    assert refused.status_code == 422
    assert "There are two chapters 4." in text_of(refused.get_data(as_text=True))
    assert 'value="Another"' in refused.get_data(as_text=True)


def test_a_plan_is_seen_before_it_is_applied(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")

    seen = text_of(ada.get(f"/ml-theory/series/{book}/plan").get_data(as_text=True))
    before = places(app)
    applied(ada, book)

    assert "Session 2, 3 Dec 2022" in seen
    assert before == {1: None, 2: None, 3: None}
    assert places(app) == {1: 1, 2: 2, 3: 3}


def test_two_chapters_share_a_session_where_that_is_chosen(app: Flask, as_: As, book: int) -> None:
    applied(as_("Ada"), book, "?each=2")

    assert places(app) == {1: 1, 2: 1, 3: 2}


def test_a_plan_that_was_made_from_an_older_programme_changes_nothing(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")
    path = f"/ml-theory/series/{book}/plan"
    old = ada.get(path).get_data(as_text=True).partition('name="based_on" type="hidden" value="')[2]
    change(app, cancel_meeting, 1, because="Ill.")

    refused = post(ada, path, {"based_on": old.partition('"')[0]})

    assert refused.status_code == 409
    assert "Something changed while you decided" in refused.get_data(as_text=True)
    assert places(app) == {1: None, 2: None, 3: None}


def test_after_a_chapter_is_left_out_the_later_ones_move_up(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")
    applied(ada, book)

    do(ada, book, 2, "skip", app)
    seen = text_of(ada.get(f"/ml-theory/series/{book}/plan").get_data(as_text=True))
    applied(ada, book)
    skipped = places(app)
    do(ada, book, 2, "take-up", app)
    applied(ada, book)

    assert "moves up: a place before it is free" in seen
    assert skipped == {1: 1, 2: None, 3: 2}
    assert places(app) == {1: 1, 2: 2, 3: 3}


def test_after_a_session_is_cancelled_the_chapters_move_on(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")
    applied(ada, book)

    change(app, cancel_meeting, 2, because="A strike.")
    seen = text_of(ada.get(f"/ml-theory/series/{book}/plan").get_data(as_text=True))
    applied(ada, book)

    assert "its session is cancelled" in seen
    assert "moves on, to keep the order of the chapters" in seen
    assert places(app) == {1: 1, 2: 3, 3: 4}


def test_a_chapter_on_the_programme_moves_out_of_a_cancelled_session_and_its_speaker_is_told(
    app: Flask, as_: As, book: int
) -> None:
    ada = as_("Ada")
    applied(ada, book)
    do(as_("Mo"), book, 1, "present", app)
    do(ada, book, 1, "announce", app)
    change(app, cancel_meeting, 1, because="A strike.")

    applied(ada, book)

    with app.app_context():
        talk = db.session.scalars(select(Talk)).one()
        assert db.session.get_one(Meeting, talk.meeting_id).number == 2
        told = select(Notice.kind).where(Notice.recipient == "mo@example.org", Notice.kind == "talk.moved")
        assert db.session.scalars(told).all() == ["talk.moved"]
    assert places(app) == {1: None, 2: 3, 3: 4}


def test_locked_and_announced_sessions_keep_what_they_have_and_take_no_more(
    app: Flask, as_: As, book: int
) -> None:
    ada = as_("Ada")
    applied(ada, book)
    change(app, lock_meeting, 3, locked=True)
    do(ada, book, 2, "announce", app)
    do(ada, book, 1, "skip", app)

    applied(ada, book) if "Apply this plan" in _plan(ada, book) else None

    assert places(app) == {1: None, 2: None, 3: 3}
    do(ada, book, 1, "take-up", app)
    assert "Session 1, 19 Nov 2022" in text_of(_plan(ada, book))


def _plan(client: FlaskClient, book: int) -> str:
    return client.get(f"/ml-theory/series/{book}/plan").get_data(as_text=True)


def test_no_chapter_goes_behind_a_later_one_that_is_announced(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")
    applied(ada, book)
    do(ada, book, 2, "announce", app)
    change(app, cancel_meeting, 1, because="A strike.")

    assert "no place is left before chapter 2, which is announced" in text_of(_plan(ada, book))


def test_the_plan_says_when_sessions_are_missing(app: Flask, as_: As, book: int) -> None:
    for number in (1, 2):
        change(app, cancel_meeting, number, because="A strike.")

    assert "1 chapter has no place." in text_of(_plan(as_("Ada"), book))


def test_a_day_on_which_the_presenter_cant_come_is_passed_over(app: Flask, as_: As, book: int) -> None:
    from readinggroup.models import SpeakerDayAway

    do(as_("Mo"), book, 1, "present", app)
    with app.app_context():
        mo = db.session.scalars(select(Speaker.id).where(Speaker.name == "Mo")).one()
        db.session.add(SpeakerDayAway(speaker_id=mo, on=DATES[0]))
        saved()

    applied(as_("Ada"), book)

    assert places(app) == {1: 2, 2: 3, 3: 4}


def test_members_present_chapters_and_give_them_back(app: Flask, as_: As, book: int) -> None:
    mo, nia = as_("Mo"), as_("Nia")

    do(mo, book, 2, "present", app)
    do(nia, book, 2, "present", app)
    told = text_of(as_(None).get(BOOK).get_data(as_text=True))
    with app.app_context():
        chapter = db.session.scalars(select(Chapter).where(Chapter.number == 2)).one()
        presenter, path = chapter.speaker_id, f"/ml-theory/series/chapters/{chapter.id}/give-back"
        assert db.session.get_one(Speaker, presenter).name == "Mo"
    refused = post(nia, path, {}, at=BOOK)
    do(mo, book, 2, "give-back", app)

    assert "Mo" in told
    assert refused.status_code == 403
    with app.app_context():
        assert db.session.scalars(select(Chapter.speaker_id).where(Chapter.number == 2)).one() is None


def test_a_chapter_on_the_programme_is_a_talk_with_its_reading(app: Flask, as_: As, book: int) -> None:
    ada, visitor = as_("Ada"), as_(None)
    applied(ada, book)
    do(as_("Mo"), book, 1, "present", app)

    do(ada, book, 1, "announce", app)

    session = visitor.get("/ml-theory/sessions/1").get_data(as_text=True)
    assert "Chapter 1: Sets" in session
    assert "Convex, chapter 1, pages 1–9" in session
    assert "https://example.org/convex" in links_in(session)
    with app.app_context():
        talk = db.session.scalars(select(Talk)).one()
        assert (talk.kind, talk.chapter, talk.state) == (PitchKind.CHAPTER, 1, TalkState.PLANNED)
        assert len(db.session.scalars(select(TalkSpeaker).where(TalkSpeaker.talk_id == talk.id)).all()) == 1
        asked = select(Notice.kind).where(Notice.recipient == "mo@example.org")
        assert "talk.scheduled" in db.session.scalars(asked).all()


def test_the_books_page_tells_how_far_the_group_is(app: Flask, as_: As, book: int) -> None:
    with app.app_context():
        group = build.group_of()
        held = build.session(group, 9, date(2022, 10, 22))
        build.talk(held, "Sets, told", "Nia", series_id=book, chapter=1)
        saved()
    ada = as_("Ada")
    applied(ada, book)
    do(ada, book, 3, "skip", app)

    page = as_(None).get(BOOK).get_data(as_text=True)

    assert "1 of 2 read, 1 to come, 1 left out" in text_of(page)
    assert 'max="2" value="1"' in page
    assert "/ml-theory/sessions/9" in links_in(page)


def test_a_chapter_that_nobody_presents_can_be_pitched_for_a_vote(as_: As, book: int) -> None:
    mo = as_("Mo")
    page = mo.get(BOOK).get_data(as_text=True)

    [link] = [each for each in links_in(page) if "/pitches/new" in each and "number=3" in each]
    form = mo.get(link.replace("&amp;", "&")).get_data(as_text=True)

    assert 'value="Duality"' in form
    assert 'value="Convex"' in form
    assert '<option selected value="chapter">' in form


def test_whoever_doesnt_see_the_schedule_sees_no_dates_to_come(app: Flask, as_: As, book: int) -> None:
    from readinggroup.domain.lifecycle import Audience

    applied(as_("Ada"), book)
    with app.app_context():
        build.group_of().schedule_seen_by = Audience.MEMBERS
        saved()

    shown = {who: "Session 1" in as_(who).get(BOOK).get_data(as_text=True) for who in (None, "Mo")}

    assert shown == {None: False, "Mo": True}


def test_a_speaker_series_has_no_chapters(app: Flask, as_: As, book: int) -> None:
    with app.app_context():
        db.session.get_one(Series, book).kind = SeriesKind.SPEAKERS
        saved()

    assert as_("Ada").get(f"/ml-theory/series/{book}/plan").status_code == 404
    assert texts_of(as_(None).get(BOOK).get_data(as_text=True), "book-progress") == []


def test_a_chapters_presenter_is_who_they_are_not_their_namesake(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")
    with app.app_context():
        group = build.group_of()
        first, second = (
            Speaker(group_id=group.id, slug="lee", name="Lee"),
            Speaker(group_id=group.id, slug="lee-2", name="Lee"),
        )
        db.session.add_all((first, second))
        db.session.flush()
        db.session.scalars(select(Chapter).where(Chapter.number == 1)).one().speaker_id = second.id
        saved()
        lee = second.id
    applied(ada, book)

    rows = {"rows-0-number": "1", "rows-0-title": "Sets, again", "rows-0-presenter": "Lee"}
    assert post(ada, f"/ml-theory/series/{book}/chapters", rows).status_code == 303
    do(ada, book, 1, "announce", app)

    with app.app_context():
        chapter = db.session.scalars(select(Chapter)).one()
        assert (chapter.title, chapter.speaker_id) == ("Sets, again", lee)
        assert db.session.scalars(select(TalkSpeaker.speaker_id)).all() == [lee]


def test_saving_the_chapters_leaves_those_alone_who_give_one_together(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")
    applied(ada, book)
    do(ada, book, 1, "announce", app)
    with app.app_context():
        talk = db.session.scalars(select(Talk)).one()
        pair = [build.speaker(build.group_of(), name).id for name in ("Mo", "Nia")]
        db.session.add_all(
            TalkSpeaker(talk_id=talk.id, speaker_id=each, position=n) for n, each in enumerate(pair)
        )
        saved()

    rows = {"rows-0-number": "1", "rows-0-title": "Sets", "rows-0-presenter": "Mo"}
    assert post(ada, f"/ml-theory/series/{book}/chapters", rows).status_code == 303

    with app.app_context():
        order = select(TalkSpeaker.speaker_id).order_by(TalkSpeaker.position)
        assert db.session.scalars(order).all() == pair


def test_no_winner_is_proposed_into_a_place_that_a_plan_holds(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")
    applied(ada, book)
    with app.app_context():
        group = build.group_of()
        won(group, [pitch(group, "Deep sums", "Mo")])
        saved()
        free = situation_of(group, NOW)
        held = {f"{where.number}.{where.position}" for where in free.meant}
        winner = propose(free).rows[0]

    board = text_of(ada.get("/ml-theory/plan").get_data(as_text=True))

    assert held == {"1.1", "2.1", "3.1"}
    assert winner.place not in held | {""}
    assert "Meant for chapter 1, Sets of Convex" in board
    assert "Held by the book’s plan" in board


def test_whoever_presents_a_held_chapter_gets_no_talk_beside_it(app: Flask, as_: As, book: int) -> None:
    applied(as_("Ada"), book)
    do(as_("Mo"), book, 1, "present", app)
    with app.app_context():
        group = build.group_of()
        won(group, [pitch(group, "Deep sums", "Mo")])
        saved()

        winner = propose(situation_of(group, NOW)).rows[0]

    assert winner.place == "2.2"


def test_a_co_lead_who_moves_a_talk_to_a_held_place_is_warned(app: Flask, as_: As, book: int) -> None:
    ada = as_("Ada")
    applied(ada, book)
    with app.app_context():
        group = build.group_of()
        offered = pitch(group, "Deep sums", "Mo")
        won(group, [offered])
        saved()
        thing = f"pitch-{offered.id}"

    moving = text_of(ada.get(f"/ml-theory/plan?move={thing}").get_data(as_text=True))

    assert moving.count("The place is meant for chapter 1 of Convex") == 1
