"""The page of what is missing."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.domain.lifecycle import MaterialKind, MeetingState, TalkState
from readinggroup.domain.rhythm import zone_at
from tests.archive import build
from tests.build import saved

Browser = Callable[[str | None], FlaskClient]
NOW = datetime(2022, 11, 20, 12, tzinfo=zone_at("America/Edmonton"))


def page(as_: Browser) -> str:
    return " ".join(as_("Ada").get("/ml-theory/missing").get_data(as_text=True).split())


@pytest.mark.usefixtures("cast")
def test_missing_tells_what_each_talk_lacks(
    app: Flask, as_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readinggroup.clock.now", lambda: NOW)
    with app.app_context():
        ours = build.group_of()
        held = build.session(ours, 1, date(2022, 11, 5))
        build.material(
            build.talk(held, "With slides", "Mo"), MaterialKind.SLIDES, "Slides", "https://s.example/1"
        )
        whole = build.session(ours, 2, date(2022, 11, 12))
        build.reading(build.talk(whole, "Recorded", "Mo"), "Paper", "https://p.example/2")
        build.material(whole, MaterialKind.RECORDING, "Film", "https://f.example/2")
        late = build.session(ours, 3, date(2022, 11, 26), state=MeetingState.ANNOUNCED)
        build.talk(late, "Late", "Mo", state=TalkState.CONFIRMED)
        asked = build.session(ours, 4, date(2022, 12, 10), state=MeetingState.ANNOUNCED)
        build.reading(build.talk(asked, "Asked", "Nia"), "Paper", "https://p.example/4")
        build.talk(asked, "In time", "Mo", position=2, state=TalkState.CONFIRMED)
        saved()

    words = page(as_)

    assert "Reading: 3 talks · Confirmation: 1 talk · Slides: 1 talk · Recording: 1 talk" in words
    rows = (row.partition("</span>") for row in words.split('class="title">')[1:])
    lacking = {title: parts for title, _, parts in rows}
    assert "reading late since 19 Nov" in lacking["Late"]
    assert "no confirmation" not in lacking["Late"]
    assert "no confirmation" in lacking["Asked"]
    assert "reading due 3 Dec, 13 days left" in lacking["In time"]
    assert "no recording" in lacking["With slides"]
    assert "no slides" in lacking["Recorded"]
    assert "no recording" not in lacking["Recorded"], "the session's own"


@pytest.mark.usefixtures("cast")
def test_missing_says_when_nothing_is(as_: Browser) -> None:
    assert "Nothing is missing" in page(as_)
