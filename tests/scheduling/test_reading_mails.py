"""The reading clock's mails, with a clock that moves: each once, at its hour, and none that is no longer true."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from readinggroup.access.actor import THE_SITE
from readinggroup.cli.outbox import writer_of
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.rhythm import zone_at
from readinggroup.mail.queries import planned_for
from readinggroup.models import Meeting, Notice, NoticeState, Talk, User
from readinggroup.outbox.delivery import send_due
from readinggroup.outbox.smtp import smtp
from readinggroup.scheduling.actions import move_meeting
from readinggroup.scheduling.part_actions import add_reading
from readinggroup.scheduling.reading_mails import owe_reading_mails
from readinggroup.scheduling.talk_actions import put_talk
from tests.archive import build
from tests.outbox.conftest import Mailbox, mailbox, smtp_url, text_of

__all__ = ["mailbox", "smtp_url"]

HOURS = (6, 8, 13, 18, 21)


def at(day: int, hour: int = 8) -> datetime:
    """An hour in Edmonton in November 2022; clocks went back on the 6th."""
    return datetime(2022, 11, day, hour, tzinfo=zone_at("America/Edmonton")).astimezone(UTC)


class Calendar:
    """ml-theory with a session on 19 November; it can be moved on from hour to hour."""

    def __init__(self, app: Flask, url: str, mailbox: Mailbox) -> None:
        self.app, self.url, self.mailbox = app, url, mailbox

    def do(self, work: Any) -> None:
        with self.app.app_context(), writing():
            work()
            commit()

    def pass_days(self, first: int, last: int) -> Iterator[tuple[str, str, str]]:
        """Look at what is due at some hours of each day; gives each mail as (when, to whom, subject)."""
        for now in (at(day, hour) for day in range(first, last + 1) for hour in HOURS):
            yield from self.tick(now)

    def tick(self, now: datetime) -> list[tuple[str, str, str]]:
        before = len(self.mailbox.mails)
        self.do(lambda: owe_reading_mails(build.group_of(), now))
        with self.app.app_context():
            send_due(writer_of(self.app.config["SETTINGS"]), smtp(self.url), now=now)
        local = now.astimezone(zone_at("America/Edmonton"))
        return [
            (f"{local.day} Nov {local.hour}:00", str(mail["To"]).partition("@")[0], str(mail["Subject"]))
            for mail in self.mailbox.mails[before:]
        ]

    def post(self, title: str, day: int) -> None:
        talk = db.session.query(Talk).filter_by(title=title).one()
        db.session.refresh(talk, ["readings"])
        url = f"https://arxiv.org/{day}"
        self.do(lambda: add_reading(talk, title="Paper", url=url, now=at(day, 12), by=THE_SITE))


@pytest.fixture
def calendar(app: Flask, cast: dict[str, int], smtp_url: str, mailbox: Mailbox) -> Calendar:
    """Mo and Nia speak on the 19th; their talks got their places on the 1st."""
    calendar = Calendar(app, smtp_url, mailbox)

    def made() -> None:
        ours = build.group_of()
        meeting = build.session(ours, 1, date(2022, 11, 19), state=MeetingState.ANNOUNCED)
        for position, name in enumerate(("Mo", "Nia"), start=1):
            build.talk(meeting, f"{name}'s", name, position=position, placed_at=at(1))
            build.speaker(ours, name).user_id = cast[name]

    calendar.do(made)
    return calendar


def test_everybody_is_told_once_and_at_their_hour(calendar: Calendar) -> None:
    told = list(calendar.pass_days(2, 9))
    with calendar.app.app_context():
        calendar.post("Mo's", 10)
    told += calendar.pass_days(10, 19)

    coming = "What to read for session 1"
    ours = "of Machine Learning Theory"
    assert told == [
        ("5 Nov 8:00", "mo", "Due in 7 days: the reading for “Mo's”"),
        ("5 Nov 8:00", "nia", "Due in 7 days: the reading for “Nia's”"),
        ("9 Nov 8:00", "mo", "Due in 3 days: the reading for “Mo's”"),
        ("9 Nov 8:00", "nia", "Due in 3 days: the reading for “Nia's”"),
        ("11 Nov 8:00", "nia", "Due in 1 day: the reading for “Nia's”"),
        ("12 Nov 18:00", "ada", "2 messages from Machine Learning Theory"),
        ("12 Nov 18:00", "mo", f"{coming} {ours}"),
        ("12 Nov 18:00", "nia", f"{coming} {ours}"),
    ]
    text = text_of(calendar.mailbox.to("Ada")[-1])
    assert f"Reading is missing for session 1 {ours}\n-" in text
    assert "“Mo's” (Mo):\n\n- Paper: https://arxiv.org/10\n" in text
    assert "“Nia's” (Nia): reading due today.\n" in text
    assert "- Nia's (Nia): reading due today\n" in text_of(calendar.mailbox.to("Ada")[0])


def test_after_an_outage_only_the_latest_reminder_comes(calendar: Calendar) -> None:
    calendar.tick(at(3))

    assert [mail for mail in calendar.tick(at(10, 13)) if mail[1] == "mo"] == [
        ("10 Nov 13:00", "mo", "Due in 2 days: the reading for “Mo's”")
    ]
    assert len(list(calendar.pass_days(11, 11))) == 2
    with calendar.app.app_context():
        dropped = db.session.query(Notice.subject).filter_by(
            state=NoticeState.DROPPED, recipient="mo@example.org"
        )
        assert [subject[-10:] for (subject,) in dropped] == ["2022-11-05"]


def test_nothing_to_read_is_not_sent_to_members(calendar: Calendar) -> None:
    assert "What to read" not in str(list(calendar.pass_days(12, 14)))
    with calendar.app.app_context():
        calendar.post("Nia's", 15)

    told = [mail for mail in calendar.pass_days(15, 19) if "What to read" in mail[2]]

    subject = "What to read for session 1 of Machine Learning Theory"
    assert told == [("15 Nov 8:00", who, subject) for who in ("ada", "mo", "nia")]


def test_a_session_that_moves_takes_its_reminders_along(calendar: Calendar) -> None:
    calendar.tick(at(6))

    def move() -> None:
        meeting = db.session.query(Meeting).one()
        move_meeting(
            build.group_of(), meeting, on=date(2022, 12, 3), starts_at=time(14), minutes=60, now=at(8), by=THE_SITE
        )  # fmt: skip

    calendar.do(move)
    told = [mail for mail in calendar.pass_days(8, 26) if mail[1] == "nia" and "reading for" in mail[2]]

    assert told == [
        (f"{day} Nov 8:00", "nia", f"Due in {left}: the reading for “Nia's”")
        for day, left in ((19, "7 days"), (23, "3 days"), (25, "1 day"))
    ]


def test_who_is_asked_late_is_not_late(calendar: Calendar) -> None:
    def put() -> None:
        ours = build.group_of()
        meeting = build.session(ours, 2, date(2022, 11, 26), state=MeetingState.ANNOUNCED)
        build.speaker(ours, "Guest").email = "guest@example.org"
        put_talk(ours, meeting, 1, title="Called in", speakers=["Nia", "Guest"], now=at(21), by=THE_SITE)

    calendar.do(put)

    told = [mail for mail in calendar.pass_days(22, 26) if "reading for “Called in”" in mail[2]]

    subject = "Due in 1 day: the reading for “Called in”"
    assert told == [("23 Nov 8:00", "nia", subject), ("23 Nov 8:00", "guest", subject)]
    assert "The link that a co-lead has sent you" in text_of(calendar.mailbox.to("guest")[-1])


def test_planned_mails_are_shown_to_their_receiver(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar.do(lambda: owe_reading_mails(build.group_of(), at(2)))

    with calendar.app.app_context():
        nia = db.session.query(User).filter_by(name="Nia").one()
        planned = [(kind.name, mail.at) for mail in planned_for(nia, at(2)) for kind, _ in mail.parts]

    assert planned == [
        ("reading.due", at(5)), ("reading.due", at(9)), ("reading.due", at(11)), ("reading.coming", at(12, 18)),
    ]  # fmt: skip


def test_planning_again_plans_nothing_twice(calendar: Calendar) -> None:
    counts = []
    for _ in range(2):
        calendar.do(lambda: owe_reading_mails(build.group_of(), at(2) + timedelta(minutes=1)))
        with calendar.app.app_context():
            counts.append(db.session.query(Notice).count())

    assert counts == [10, 10], (
        "three reminders each for two speakers, one mail for the co-lead, three for members"
    )
