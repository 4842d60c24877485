"""What members tell a speaker: for the speaker alone, after a week, and nowhere else."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup import clock
from readinggroup.db import db
from readinggroup.models import Feedback, Record, SpeakingLink, Talk
from readinggroup.scheduling.asking import digest_of
from tests import build
from tests.archive import build as archive
from tests.conftest import post

Browser = Callable[[str | None], FlaskClient]
OnDay = Callable[[int], None]
GOOD, BETTER = "The picture of the zqx landscape.", "Say zqx slower."


def talk_id(app: Flask, title: str = "Noisy gradients") -> int:
    with app.app_context():
        return db.session.query(Talk.id).filter_by(title=title).scalar()


def say(client: FlaskClient, of: int, **fields: str) -> str:
    here = f"/ml-theory/talks/{of}/feedback"
    answer = post(client, here, {"good": GOOD, "better": BETTER, **fields})
    assert (answer.status_code, answer.location) == (303, here)
    return client.get(here).get_data(as_text=True)


def rows(app: Flask) -> list[tuple[str, str, bool]]:
    with app.app_context():
        return [
            (row.good, row.better, row.is_signed) for row in db.session.query(Feedback).order_by(Feedback.id)
        ]


@pytest.mark.usefixtures("held")
def test_feedback_reaches_the_speaker_after_a_week_and_not_before(
    app: Flask, as_: Browser, on_day: OnDay
) -> None:
    on_day(1)
    of, mo = talk_id(app), as_("Mo")
    page = say(as_("Nia"), of)
    say(as_("Ada"), of, better="", is_signed="y")
    assert "The speaker reads it on" in page
    assert "Saturday 26 November 2022" in page

    early = mo.get(f"/ml-theory/talks/{of}/feedback/told").get_data(as_text=True)
    on_day(8)
    told = mo.get(f"/ml-theory/talks/{of}/feedback/told")

    assert "It isn’t time yet" in early
    assert "zqx" not in early
    page = told.get_data(as_text=True)
    assert page.count(GOOD) == 2
    assert page.count(BETTER) == 1
    assert "2 people have" in page
    assert ("Ada" in page, "Nia" in page) == (True, False)
    assert told.headers["Cache-Control"] == "no-store, private"


@pytest.mark.usefixtures("held")
def test_feedback_is_changed_and_taken_back_until_it_is_read(app: Flask, as_: Browser, on_day: OnDay) -> None:
    on_day(1)
    of, nia = talk_id(app), as_("Nia")
    say(nia, of)

    assert "Something else" in say(nia, of, good="Something else", better="")
    assert rows(app) == [("Something else", "", False)]
    post(nia, f"/ml-theory/talks/{of}/feedback/take-back", {}, at=f"/ml-theory/talks/{of}/feedback")
    assert rows(app) == []
    say(nia, of)
    on_day(8)
    token = {"csrf_token": "x"}
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for path in ("", "/take-back"):
            nia.post(f"/ml-theory/talks/{of}/feedback{path}", data=token | {"good": "Late"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert rows(app) == [(GOOD, BETTER, False)]
    page = nia.get(f"/ml-theory/talks/{of}/feedback").get_data(as_text=True)
    assert "can read by now what was said" in page
    assert "<textarea" not in page


@pytest.mark.usefixtures("held")
def test_nobody_but_author_and_speaker_finds_it_anywhere(
    app: Flask, cast: dict[str, int], as_: Browser, on_day: OnDay
) -> None:
    on_day(1)
    of = talk_id(app)
    say(as_("Nia"), of, is_signed="y")
    on_day(8)
    told = f"/ml-theory/talks/{of}/feedback/told"

    assert [as_(who).get(told).status_code for who in ("Ada", "Nia", "Sam", None)] == [403, 403, 403, 302]
    for path in (
        f"/ml-theory/talks/{of}/feedback",
        f"/ml-theory/talks/{of}/edit",
        "/ml-theory/sessions/4",
        "/ml-theory/records",
        "/ml-theory/mail",
        "/ml-theory/",
        "/account/mine",
        "/account/data.json",
    ):
        assert "zqx" not in as_("Ada").get(path).get_data(as_text=True), path
    with app.app_context():
        assert [row.what for row in db.session.query(Record) if "feedback" in f"{row.what}{row.after}"] == []
    mine, speakers = (
        json.loads(as_(who).get("/account/data.json").data)["feedback"] for who in ("Nia", "Mo")
    )
    assert mine == speakers
    assert (mine[0]["good"], "author_id" in mine[0]) == (GOOD, False)


@pytest.mark.usefixtures("held")
def test_before_it_is_read_the_speakers_own_file_lacks_it(app: Flask, as_: Browser, on_day: OnDay) -> None:
    on_day(1)
    say(as_("Nia"), talk_id(app))

    assert "feedback" not in json.loads(as_("Mo").get("/account/data.json").data)


@pytest.mark.usefixtures("held")
def test_a_guest_reads_it_by_their_link(app: Flask, as_: Browser, on_day: OnDay) -> None:
    on_day(1)
    of = talk_id(app, "Called in")
    say(as_("Nia"), of)
    on_day(8)
    with app.app_context():
        ours = archive.group_of()
        speaker = archive.speaker(ours, "Demo Guest")
        lasts = {"made_at": clock.now(), "expires_at": clock.now() + timedelta(days=9)}
        db.session.add(
            SpeakingLink(
                group_id=ours.id,
                talk_id=of,
                speaker_id=speaker.id,
                token_digest=digest_of("the-one"),
                **lasts,
            )
        )
        build.saved()

    guest = as_(None)
    answer = guest.get("/ml-theory/speaking/the-one/feedback")

    assert GOOD in answer.get_data(as_text=True)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert guest.get("/ml-theory/speaking/another/feedback").status_code == 404
    with app.app_context():
        db.session.query(SpeakingLink).one().revoked_at = clock.now()
        build.saved()
    ended = guest.get("/ml-theory/speaking/the-one/feedback")
    assert (ended.status_code, "zqx" in ended.get_data(as_text=True)) == (410, False)


@pytest.mark.usefixtures("held")
def test_empty_and_endless_words_are_refused_with_what_was_typed(
    app: Flask, as_: Browser, on_day: OnDay
) -> None:
    on_day(1)
    here = f"/ml-theory/talks/{talk_id(app)}/feedback"

    for fields, complaint in (
        ({"good": " ", "better": ""}, "Write something into one of the two."),
        ({"good": "x" * 2001, "better": BETTER}, "this is 1 too many"),
    ):
        answer = post(as_("Nia"), here, fields)
        page = answer.get_data(as_text=True)
        assert (answer.status_code, complaint in page, fields["better"] in page) == (422, True, True)
    assert rows(app) == []


@pytest.mark.usefixtures("announced")
def test_nothing_is_taken_on_a_talk_that_was_not_given(app: Flask, as_: Browser, on_day: OnDay) -> None:
    on_day(0)
    page = as_("Ada").get(f"/ml-theory/talks/{talk_id(app)}/feedback").get_data(as_text=True)

    assert "Once the talk was given" in page
    assert "<textarea" not in page


@pytest.mark.usefixtures("held")
def test_members_are_asked_on_the_front_and_the_sessions_page(
    app: Flask, as_: Browser, on_day: OnDay
) -> None:
    on_day(1)
    of = talk_id(app)
    link = f"/ml-theory/talks/{of}/feedback"

    for page in ("/ml-theory/", "/ml-theory/sessions/4"):
        assert link in as_("Nia").get(page).get_data(as_text=True)
        for who in ("Mo", "Sam", None):
            assert link not in as_(who).get(page).get_data(as_text=True)
    say(as_("Nia"), of)
    assert "Change your words to the speaker" in as_("Nia").get("/ml-theory/").get_data(as_text=True)
    on_day(8)
    for page in ("/ml-theory/", "/ml-theory/sessions/4"):
        assert link not in as_("Nia").get(page).get_data(as_text=True)
