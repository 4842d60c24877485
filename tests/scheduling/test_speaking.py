"""Speakers are asked, answer, and are reminded once: on the talk's page, or without an account by a secret link."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import TalkState
from readinggroup.groups.speakers import speaker_named
from readinggroup.models import Notice, Record, SpeakerDayAway, SpeakingLink, Talk
from readinggroup.scheduling import asking
from readinggroup.scheduling.queries import meeting_in
from readinggroup.scheduling.situation import situation_of
from readinggroup.scheduling.talk_actions import put_talk
from tests.build import NOW, saved
from tests.conftest import post
from tests.scheduling import build

As = Callable[[str | None], FlaskClient]


@pytest.fixture
def talks(app: Flask, programme: dict[str, int]) -> dict[str, int]:
    """On 3 December: CLIP by Gus, a guest with an address, and GPT by Mo, who has an account.  Gives talk ids."""
    with app.app_context():
        group = build.group_of()
        meeting = meeting_in(group, 2)
        assert meeting is not None
        speaker_named(group, "Gus Guest").email = "gus@example.net"
        speaker_named(group, "Mo Member", build.person("Mo"))
        clip = put_talk(group, meeting, 1, title="CLIP", speakers=["Gus Guest"], now=NOW, by=THE_SITE)
        gpt = put_talk(group, meeting, 2, title="GPT", speakers=["Mo Member"], now=NOW, by=THE_SITE)
        saved()
        return {"CLIP": clip.id, "GPT": gpt.id}


def link_of(app: Flask, kind: str = "talk.asked") -> str:
    """The path of the link in the guest's last mail of that kind."""
    with app.app_context():
        owed = select(Notice).where(Notice.kind == kind, Notice.recipient == "gus@example.net")
        return str(db.session.scalars(owed.order_by(Notice.id.desc())).first().words["path"])  # type: ignore[union-attr]


def talk(app: Flask, talk_id: int) -> Talk:
    with app.app_context():
        return db.session.get_one(Talk, talk_id)


def step(client: FlaskClient, link: str, name: str, fields: dict[str, str] | None = None) -> Any:
    page = client.get(link).get_data(as_text=True)
    token = re.search(r'csrf_token"[^>]* value="([^"]+)"', page)
    assert token is not None
    return client.post(f"{link}/{name}", data={"csrf_token": token[1], **(fields or {})})


def test_a_guest_confirms_corrects_posts_and_declines_by_the_link(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    guest, link, clip = as_(None), link_of(app), talks["CLIP"]

    page = guest.get(link)

    words = page.get_data(as_text=True)
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == (
        "same-origin",  # The forms of an https site are refused unless they say where they come from.
        "no-store, private",
    )
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "25 minutes to talk, then 5 for questions." in words
    assert "asked, answer by 19 Nov" in words
    assert talk(app, clip).state is TalkState.PLANNED

    assert step(guest, link, "confirm").location == link
    step(guest, link, "words", {"words-title": "CLIP, explained", "words-abstract": "Two *towers*."})
    step(guest, link, "reading", {"reading-url": "https://arxiv.org/abs/2103.00020"})
    step(guest, link, "materials", {"material-kind": "slides", "material-url": "https://slides.example/1"})
    step(guest, link, "away", {"away-days": "2022-11-19, 2022-12-31"})
    refused = step(guest, link, "words", {"words-title": "", "words-abstract": "kept"})

    assert refused.status_code == 422
    assert "kept" in refused.get_data(as_text=True)
    kept = talk(app, clip)
    assert (kept.state, kept.title, kept.abstract) == (
        TalkState.CONFIRMED,
        "CLIP, explained",
        "Two *towers*.",
    )
    public = as_(None).get("/ml-theory/sessions/2").get_data(as_text=True)
    assert "https://arxiv.org/abs/2103.00020" in public
    assert "https://slides.example/1" in public
    with app.app_context():
        assert len(db.session.scalars(select(SpeakerDayAway.on)).all()) == 2
        group = build.group_of()
        found = situation_of(group, NOW).known
        away = {plan.plan.away_on for thing, plan in found.items() if thing.is_talk and thing.id == clip}
        assert [len(days) for days in away] == [2]
        used = db.session.scalars(select(Record).where(Record.what == "speaking.link_used")).all()
        assert [line.after["did"] for line in used] == ["confirm", "words", "reading", "materials", "away"]

    step(guest, link, "decline", {"decline-because": "A strike"})

    assert (talk(app, clip).state, talk(app, clip).declined_because) == (TalkState.PLANNED, "A strike")
    with app.app_context():
        told = db.session.scalars(select(Notice).where(Notice.kind == "talk.declined")).one()
        assert told.recipient == "ada@example.org"
    plan = as_("Ada").get("/ml-theory/plan").get_data(as_text=True)
    assert f"/ml-theory/talks/{clip}/drop-out" in plan
    assert "can’t come" in plan


def test_a_link_is_kept_as_a_digest_expires_and_is_ended_by_co_leads(
    app: Flask, as_: As, talks: dict[str, int], set_clock: Callable[..., None]
) -> None:
    ada, guest, link = as_("Ada"), as_(None), link_of(app)
    token = link.rpartition("/")[2]
    with app.app_context():
        kept = db.session.scalars(select(SpeakingLink)).one()
        assert (kept.token_digest, token in kept.token_digest) == (asking.digest_of(token), False)
        speaker_id, first = kept.speaker_id, kept.id
    assert guest.get(f"{link}x").status_code == 404
    assert guest.get(link.replace("ml-theory", "biology")).status_code == 404

    desk = "/ml-theory/speaking"
    assert "gus@example.net" in ada.get(desk).get_data(as_text=True)
    post(ada, f"/ml-theory/talks/{talks['CLIP']}/links", {"speaker": str(speaker_id)}, at=desk)
    shown = ada.get(desk).get_data(as_text=True)
    fresh = re.search(r"http://127\.0\.0\.1:5000(/ml-theory/speaking/[\w-]{43})", shown)
    assert fresh is not None
    assert fresh[1] not in ada.get(desk).get_data(as_text=True)
    assert guest.get(fresh[1]).status_code == 200

    post(ada, f"/ml-theory/speaking/links/{first}/revoke", {}, at=desk)
    gone = guest.get(link)
    assert (gone.status_code, gone.headers["Referrer-Policy"]) == (410, "same-origin")
    assert step(guest, fresh[1], "confirm").status_code == 303
    set_clock(NOW + timedelta(days=28 + 61))
    assert guest.get(fresh[1]).status_code == 410


def test_a_speaker_with_an_account_is_asked_by_mail_and_page(
    app: Flask, as_: As, talks: dict[str, int]
) -> None:
    mo, gpt = as_("Mo"), talks["GPT"]
    page = f"/ml-theory/talks/{gpt}/edit"
    with app.app_context():
        asked = db.session.scalars(
            select(Notice).where(Notice.kind == "talk.scheduled", Notice.recipient == "mo@example.org")
        ).one()
        assert (asked.words["answer_by"], asked.words["answer_path"]) == ("Saturday 19 November 2022", page)
    assert "Do you come?" in mo.get(page).get_data(as_text=True)
    for path, who, sees in (("plan", "Ada", True), ("schedule", "Ada", True), ("schedule", "Nia", False)):
        assert (
            "asked, answer by 19 Nov" in as_(who).get(f"/ml-theory/{path}").get_data(as_text=True)
        ) is sees

    post(mo, f"/ml-theory/talks/{gpt}/confirm", {}, at=page)
    post(mo, f"/ml-theory/talks/{gpt}/words", {"words-title": "GPT-2", "words-abstract": ""}, at=page)
    post(mo, f"/ml-theory/talks/{gpt}/away", {"away-days": "2022-12-31"}, at=page)

    assert (talk(app, gpt).state, talk(app, gpt).title) == (TalkState.CONFIRMED, "GPT-2")
    assert "You come" in mo.get(page).get_data(as_text=True)


def test_who_does_not_answer_is_reminded_once(app: Flask, talks: dict[str, int]) -> None:
    def remind(days: int) -> int:
        with app.app_context(), writing():
            found = asking.remind_unconfirmed(NOW + timedelta(days=days))
            commit()
            return found

    with app.app_context():
        db.session.get_one(Talk, talks["GPT"]).state = TalkState.CONFIRMED
        saved()

    assert [remind(days) for days in (1, 11, 12, 13, 20)] == [0, 0, 1, 0, 0]
    assert link_of(app, "talk.reminded") != link_of(app)
    with app.app_context():
        kinds = db.session.scalars(
            select(Notice.kind).where(Notice.kind.in_(("talk.unconfirmed", "talk.reminded")))
        )
        assert kinds.all() == ["talk.reminded"]
