"""The mails of chores and of what comes after a session, with a clock that moves: each once, at its hour, and true."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from readinggroup.cli.outbox import writer_of
from readinggroup.db import commit, db, writing
from readinggroup.domain.after import feedback_until
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import (
    Absence,
    Feedback,
    Group,
    Meeting,
    Notice,
    SpeakingLink,
    Talk,
    Thread,
    ThreadFollower,
    User,
)
from readinggroup.outbox.delivery import send_due
from readinggroup.outbox.smtp import smtp
from readinggroup.scheduling.reading_mails import owe_reading_mails
from readinggroup.tending.mails import open_discussions, owe_after_mails, owe_chores
from tests import build
from tests.archive import build as archive
from tests.outbox.conftest import Mailbox, mailbox, smtp_url, text_of
from tests.tending.build import ON

__all__ = ["mailbox", "smtp_url"]
HOURS = (6, 8, 18)
MONDAY = date(2022, 10, 3)
Owe = Callable[[Group, datetime], object]
THANKS = "Thank you for “{}”"


def at(day: int, hour: int = 8) -> datetime:
    """An hour in Edmonton, so many days after 31 October 2022."""
    on = date(2022, 10, 31) + timedelta(days=day)
    return datetime(on.year, on.month, on.day, hour, tzinfo=zone_at("America/Edmonton")).astimezone(UTC)


class Days:
    """ml-theory day by day; ``owing`` is what is asked each time for what it owes."""

    owing = (owe_chores, owe_after_mails, open_discussions)

    def __init__(self, app: Flask, url: str, mailbox: Mailbox, *, owing: Sequence[Owe] = owing) -> None:
        self.app, self.url, self.mailbox, self.asked = app, url, mailbox, owing

    def owe(self, now: datetime) -> None:
        with self.app.app_context(), writing():
            ours = archive.group_of()
            for owe in self.asked:
                owe(ours, now)
            commit()

    def go(self, first: int, last: int) -> Iterator[tuple[str, str, str]]:
        """Each mail of those days of November as (when, to whom, subject)."""
        for day in range(first, last + 1):
            for hour in HOURS:
                before = len(self.mailbox.mails)
                self.owe(at(day, hour))
                with self.app.app_context():
                    send_due(writer_of(self.app.config["SETTINGS"]), smtp(self.url), now=at(day, hour))
                for mail in self.mailbox.mails[before:]:
                    yield f"{day} Nov {hour}:00", str(mail["To"]).partition("@")[0], str(mail["Subject"])


@pytest.fixture
def days(app: Flask, held: int, smtp_url: str, mailbox: Mailbox) -> Days:
    """Session 4 lacks everything; session 3 has a recording, so recordings are kept here."""
    with app.app_context():
        earlier = archive.session(archive.group_of(), 3, date(2022, 10, 1))
        archive.material(earlier, "recording", "Recording", "https://v.example/3")
        build.saved()
    return Days(app, smtp_url, mailbox)


def told_mo(app: Flask, author_id: int) -> None:
    """Somebody leaves a word on Mo's talk."""
    with app.app_context():
        talk = db.session.query(Talk).filter_by(title="Noisy gradients").one()
        times = {"said_at": at(20), "opens_at": at(26, 18)}
        db.session.add(
            Feedback(talk_id=talk.id, author_id=author_id, good="Fine.", better="", is_signed=False, **times)
        )
        build.saved()


def test_after_a_session_each_is_asked_once_and_at_their_hour(days: Days, cast: dict[str, int]) -> None:
    told = list(days.go(20, 21))
    told_mo(days.app, cast["Nia"])
    told += days.go(22, 34)

    recording = "The recording of session 4 of Machine Learning Theory"
    assert told == [
        ("21 Nov 8:00", "ada", "2 messages from Machine Learning Theory"),
        ("21 Nov 8:00", "bo", recording),
        ("21 Nov 8:00", "mo", THANKS.format("Noisy gradients")),
        ("21 Nov 8:00", "guest", THANKS.format("Called in")),
        ("26 Nov 18:00", "mo", "Somebody left a word on “Noisy gradients”"),
        ("28 Nov 8:00", "ada", "Your chores in Machine Learning Theory"),
    ]
    digest = text_of(days.mailbox.to("Ada")[0])
    for line in (
        "- Add the recording (Session 4), by Monday 21 November 2022",
        "- Write the recap (Session 4), by Tuesday 22 November 2022",
        "- Close the session (Session 4), by Saturday 26 November 2022",
    ):
        assert line in digest
    assert "You get this because you are a co-lead of Machine Learning Theory." in digest
    thanks = days.mailbox.to("Mo")[0]
    assert "/slides" in text_of(thanks)
    assert thanks["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_guest_gets_a_link_of_their_own_that_works(days: Days, on_day: Callable[[int], None]) -> None:
    list(days.go(20, 21))
    on_day(2)

    [mail] = [mail for mail in days.mailbox.mails if mail["To"] == "guest@example.org"]
    [path] = [
        line.partition("http://127.0.0.1:5000")[2]
        for line in text_of(mail).splitlines()
        if "/speaking/" in line
    ]
    page = days.app.test_client().get(path).get_data(as_text=True)
    assert "Called in" in page
    assert "/discussion" not in text_of(mail)
    with days.app.app_context():
        assert db.session.query(SpeakingLink).count() == 1, "one link, however often it is looked"


def test_what_is_there_is_not_asked_for(days: Days) -> None:
    days.owe(at(20))
    with days.app.app_context():
        meeting = db.session.query(Meeting).filter_by(number=4).one()
        archive.material(meeting, "recording", "Recording", "https://v.example/4")
        for talk in db.session.query(Talk):
            talk.has_no_slides = True
        build.saved()

    told = list(days.go(21, 21))

    assert ("21 Nov 8:00", "ada", "Your chores in Machine Learning Theory") in told
    assert "recording" not in str(told)
    assert "Give the slides" not in text_of(days.mailbox.to("Mo")[0])


def test_what_did_not_happen_after_all_is_told_to_nobody(days: Days) -> None:
    days.owe(at(20))
    with days.app.app_context():
        db.session.query(Talk).update({Talk.state: "withdrawn"})
        db.session.query(Meeting).filter_by(number=4).update({Meeting.state: "cancelled"})
        build.saved()

    assert list(days.go(21, 30)) == []


def test_who_is_away_or_has_nothing_gets_no_digest_and_nobodys_chores_go_to_all(
    days: Days, leads: dict[str, int]
) -> None:
    with days.app.app_context():
        ours, dates = archive.group_of(), {"from_on": date(2022, 11, 21), "until_on": date(2022, 11, 27)}
        db.session.add(Absence(group_id=ours.id, user_id=leads["Ada"], **dates))
        build.saved()
    assert [mail[1:] for mail in days.go(21, 21) if "Thank you" not in mail[2]] == [
        ("bo", "2 messages from Machine Learning Theory")
    ]
    with days.app.app_context():
        db.session.add(
            Absence(
                group_id=ours.id, user_id=leads["Bo"], from_on=date(2022, 11, 22), until_on=date(2022, 12, 9)
            )
        )
        db.session.query(Absence).filter_by(user_id=leads["Ada"]).update(
            {Absence.until_on: date(2022, 12, 9)}
        )
        build.saved()

    assert [who for _, who, subject in days.go(28, 28) if "chores" in subject] == ["ada", "bo"]
    assert "nobody has these" in text_of(days.mailbox.to("Bo")[-1])


def test_a_discussion_opens_and_the_speaker_follows_it(days: Days, cast: dict[str, int]) -> None:
    days.owe(at(20))
    with days.app.app_context():
        assert db.session.query(Thread).count() == 0, "taking back that it happened stays possible"

    for _ in range(2):
        days.owe(at(21))

    with days.app.app_context():
        threads = {thread.id: thread.talk_id for thread in db.session.query(Thread)}
        followers = [(threads[row.thread_id], row.user_id) for row in db.session.query(ThreadFollower)]
        talk = db.session.query(Talk).filter_by(title="Noisy gradients").one()
        assert (len(threads), followers) == (2, [(talk.id, cast["Mo"])])


def test_long_ago_sessions_owe_nothing(days: Days) -> None:
    with days.app.app_context():
        db.session.query(Notice).delete()
        build.saved()

    days.owe(at(20 + (ON - date(2022, 11, 3)).days))

    with days.app.app_context():
        assert {kind for (kind,) in db.session.query(Notice.kind)} == {"chores.due"}


def test_nobody_gets_more_than_three_mails_a_week(
    app: Flask, leads: dict[str, int], cast: dict[str, int], smtp_url: str, mailbox: Mailbox
) -> None:
    """Five sessions, every other week; nothing comes in time, everybody speaks, nobody takes what is asked of them."""
    with app.app_context():
        ours = archive.group_of()
        archive.material(
            archive.session(ours, 1, date(2022, 10, 1)), "recording", "Recording", "https://v.example/1"
        )
        for number, day in enumerate((-9, 5, 19, 33, 47), start=2):
            meeting = archive.session(ours, number, at(day).date(), state=MeetingState.ANNOUNCED)
            for position, name in enumerate(("Mo", "Nia"), start=1):
                archive.talk(
                    meeting, f"{name} {number}", name, position=position, answer_by=at(day - 14).date()
                )
        for name in ("Mo", "Nia"):
            archive.speaker(ours, name).user_id = cast[name]
        build.saved()
    days = Days(app, smtp_url, mailbox, owing=(*Days.owing, owe_reading_mails))

    told = []
    for day in range(-10, 48):
        told += [(who, (at(day).date() - MONDAY).days // 7, subject) for _, who, subject in days.go(day, day)]
        hold(days, on=at(day).date())

    weeks = Counter((who, week) for who, week, _ in told)
    assert {who for who, _ in weeks} == {"ada", "bo", "mo", "nia"}
    assert max(weeks.values()) == 2, weeks.most_common(3)


def hold(days: Days, *, on: date) -> None:
    """What is planned for that day is held, with all its talks; a member who isn't its speaker leaves a word."""
    with days.app.app_context():
        for meeting in db.session.query(Meeting).filter_by(on=on):
            meeting.state = MeetingState.HELD
            talks = db.session.query(Talk).filter_by(meeting_id=meeting.id)
            for talk in talks:
                talk.state = TalkState.GIVEN
                author = db.session.query(User).filter_by(name="Ada").one()
                opens = feedback_until(on, "America/Edmonton")
                db.session.add(
                    Feedback(
                        talk_id=talk.id, author_id=author.id, good="Fine.", better="", is_signed=False,
                        said_at=opens - timedelta(days=1), opens_at=opens,
                    )
                )  # fmt: skip
        build.saved()
