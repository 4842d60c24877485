"""Every mail that scheduling owes has its words."""

from collections.abc import Callable
from datetime import date, time

import pytest
from flask import Flask
from jinja2 import FileSystemLoader
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.db import db
from readinggroup.models import Notice
from readinggroup.outbox.messages import Writer
from readinggroup.scheduling import actions, talk_actions
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.queries import meeting_in, programme_version
from tests.build import NOW
from tests.scheduling import build

KINDS = {
    "meeting.cancelled",
    "meeting.moved",
    "meeting.reinstated",
    "programme.changed",
    "programme.published",
    "talk.moved",
    "talk.replaced",
    "talk.scheduled",
    "talk.withdrawn",
}


@pytest.fixture
def mails(app: Flask, programme: dict[str, int]) -> dict[str, tuple[str, str]]:
    """Everything that can happen to a programme, done once: subject and text by the kind of the notice."""
    with app.app_context():
        group, by = build.group_of(), {"now": NOW, "by": THE_SITE}
        mo = build.person("Mo")
        mine = [build.pitch(group, f"Mo on {n}", "Mo", author=mo) for n in (1, 2)]
        version: Callable[[], str] = lambda: programme_version(group)  # noqa: E731
        placings = {mine[0].id: Where(1, 1), mine[1].id: Where(2, 1)}
        one, two = talk_actions.publish(group, placings, based_on=version(), **by)  # type: ignore[arg-type]
        talk_actions.move_talk(group, one, to=Where(1, 2), based_on=version(), **by)  # type: ignore[arg-type]
        talk_actions.take_off(group, two, note="", based_on=version(), **by)  # type: ignore[arg-type]
        talk_actions.replace_talk(group, one, title="CLIP", speakers=["Nia"], based_on=version(), **by)  # type: ignore[arg-type]
        first = meeting_in(group, 1)
        assert first is not None
        actions.move_meeting(group, first, on=date(2022, 11, 20), starts_at=time(14), minutes=60, **by)  # type: ignore[arg-type]
        actions.cancel_meeting(group, first, because="It snows & snows.", **by)  # type: ignore[arg-type]
        actions.reinstate_meeting(group, first, **by)  # type: ignore[arg-type]
        writer = Writer(
            FileSystemLoader(app.jinja_loader.searchpath), "https://rg.example", "RG <rg@example.org>"
        )  # type: ignore[union-attr]
        return {notice.kind: writer.words(notice) for notice in db.session.scalars(select(Notice))}


def test_every_notice_has_a_mail(mails: dict[str, tuple[str, str]]) -> None:
    assert set(mails) == KINDS


def test_mails_say_what_when_and_where(mails: dict[str, tuple[str, str]]) -> None:
    subject, text = mails["talk.scheduled"]
    assert subject == "Your talk has a place: Mo on 2"
    assert "session 2, Saturday 3 December 2022, 14:00 Edmonton, UTC-07:00." in text
    assert "https://rg.example/ml-theory/s/2" in text
    assert "It snows & snows." in mails["meeting.cancelled"][1]
    assert "- Mo on 1: session 1, Saturday 19 November 2022" in mails["programme.published"][1]
    assert all("Dear " in text for _, text in mails.values())
