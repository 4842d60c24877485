"""The API opens to whom the pages open, whatever the group shows to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import Audience
from readinggroup.models import Membership, Speaker
from tests import build
from tests.api.conftest import Program
from tests.archive import build as archive

WHO = (None, "Sam", "Nia", "Mo", "Ada", "Root", "Rex")
SAME = {
    "sessions/1": "sessions/1", "sessions/2": "sessions/2", "sessions/3": "sessions/3",
    "talks/{talk_id}": "sessions/1", "speakers": "speakers/", "speakers/mo": "speakers/mo",
    "series": "series/", "series/a-book": "series/a-book", "reading": "reading", "pitches": "pitches/",
    "pitches/{pitch_id}": "pitches/{pitch_id}", "rounds/{round_id}": "rounds/{round_id}",
    "rounds/{round_id}/results": "rounds/{round_id}/results", "rounds/{open_id}": "rounds/{open_id}",
    "rounds/{open_id}/results": "rounds/{open_id}/results",
}  # fmt: skip
"""Addresses of the API below a group's, and of the pages that show the same; lists of sessions have no such page."""
PARTS = ("schedule_seen_by", "archive_seen_by", "pitches_seen_by", "results_seen_by")
NOT_OPEN = {302: (401, 403), 403: (401, 403)}
"""What a program is told where a page isn’t shown: whoever isn’t signed in, or is too early, is led elsewhere by it."""
Browser = Callable[[str | None], FlaskClient]


@pytest.mark.parametrize("audience", list(Audience))
def test_the_api_opens_where_the_page_does(
    app: Flask, program: Program, as_: Browser, things: dict[str, Any], audience: Audience
) -> None:
    with app.app_context():
        for part in PARTS:
            setattr(archive.group_of(), part, audience)
        build.saved()

    wrong = []
    for who in WHO:
        reads, visits = program(who), as_(who)
        for address, page in SAME.items():
            told = reads.get(f"/api/v1/groups/ml-theory/{address.format(**things)}").status_code
            shown = visits.get(f"/ml-theory/{page.format(**things)}").status_code
            if told not in NOT_OPEN.get(shown, (shown,)):
                wrong.append(f"{address}: {who} is told {told} where the page says {shown}")
    assert wrong == []


def test_who_left_a_group_reads_nothing_of_it_any_more(
    app: Flask, program: Program, things: dict[str, Any], cast: dict[str, int]
) -> None:
    mo = program("Mo")
    assert mo.get("/api/v1/groups/ml-theory/rounds").status_code == 200

    with app.app_context():
        db.session.execute(delete(Membership).where(Membership.user_id == cast["Mo"]))
        build.saved()

    told = {
        part: mo.get(f"/api/v1/groups/ml-theory/{part}").status_code
        for part in ("rounds", "pitches", "sessions")
    }
    assert told == {"rounds": 403, "pitches": 403, "sessions": 200}


def test_a_hidden_speaker_is_shown_to_whom_the_page_shows_them(
    app: Flask, program: Program, as_: Browser, things: dict[str, Any]
) -> None:
    with app.app_context():
        db.session.scalars(select(Speaker).where(Speaker.slug == "mo")).one().hidden_at = build.NOW
        build.saved()

    told = [program(who).get("/api/v1/groups/ml-theory/speakers/mo").status_code for who in WHO]

    assert told == [as_(who).get("/ml-theory/speakers/mo").status_code for who in WHO]
    assert set(told) == {200, 404}
    lines = program(None).get("/api/v1/groups/ml-theory/speakers").json["items"]
    assert "mo" not in {line["slug"] for line in lines}
