"""Mails with measure: not at night, not too many, not what somebody switched off, not what is no longer true."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update

from readinggroup.cli.outbox import writer_of
from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState
from readinggroup.models import MailOff, Membership, Notice, NoticeState, User
from readinggroup.outbox.delivery import send_due
from readinggroup.outbox.queue import owe, owe_all
from readinggroup.outbox.smtp import smtp
from readinggroup.voting.notices import forget_mails
from tests.outbox.conftest import Mailbox, doing, ours, rows, text_of
from tests.voting import build as votes

WORDS = {
    "title": "T",
    "number": 1,
    "seats": 1,
    "closes": "soon",
    "path": "/x",
    "because": "",
    "text": "- A: B",
    "talk": "A",
    "other": "B",
    "when": "then",
    "other_when": "then",
    "state": "vetoed",
}


def at(text: str) -> datetime:
    """A moment by Edmonton's clocks in November 2022 (UTC-07:00)."""
    return datetime.fromisoformat(f"2022-11-{text}").replace(tzinfo=UTC) + timedelta(hours=7)


class Post:
    """The outbox of ml-theory, and a server that takes its mails."""

    def __init__(self, app: Flask, url: str, mailbox: Mailbox) -> None:
        self.app, self.url, self.mailbox = app, url, mailbox

    def owe(self, kind: str, who: str, when: str, *, about: str = "programme:1", **more: Any) -> None:
        def work() -> None:
            user = db.session.query(User).filter_by(name=who).one()
            words = WORDS | {"group": ours().name}
            owe_all(kind, [user], about=about, group_id=ours().id, now=at(when), words=words, **more)

        doing(self.app, work)

    def subjects(self, when: str) -> list[tuple[str, str]]:
        """Whom the site writes what at that moment."""
        before = len(self.mailbox.mails)
        with self.app.app_context():
            send_due(writer_of(self.app.config["SETTINGS"]), smtp(self.url), now=at(when))
        return [(str(m["To"]).partition("@")[0], str(m["Subject"])) for m in self.mailbox.mails[before:]]

    def dropped(self) -> list[str]:
        """Why notices were dropped."""
        return [row.last_error for row in rows(self.app) if row.state is NoticeState.DROPPED]

    def do(self, statement: Any) -> None:
        doing(self.app, lambda: db.session.execute(statement))


@pytest.fixture
def post(app: Flask, cast: dict[str, int], smtp_url: str, mailbox: Mailbox) -> Post:
    return Post(app, smtp_url, mailbox)


CHANGED = "The programme of Machine Learning Theory changed"
RESULTS = "Results: T (Machine Learning Theory)"


def test_nothing_comes_at_night_by_the_receivers_own_clock(post: Post) -> None:
    post.do(update(User).where(User.name == "Nia").values(zone="Asia/Tokyo"))  # Sixteen hours ahead.
    for who in ("Mo", "Nia"):
        post.owe("round.released", who, "08T14:00", about="round:1")
        post.owe("round.released", who, "09T22:30", about="round:2")

    assert post.subjects("08T14:00") == [("mo", RESULTS)]  # 06:00 in Tokyo.
    assert post.subjects("08T15:00") == [("nia", RESULTS)]
    assert post.subjects("09T22:30") == [("nia", RESULTS)]  # 14:30 there.
    assert post.subjects("10T06:59") == []
    assert post.subjects("10T07:00") == [("mo", RESULTS)]


def test_what_somebody_asked_for_comes_at_night_too(post: Post) -> None:
    words = {"name": "Sam", "group": "ML", "path": "/confirm/x", "days": 3}
    doing(
        post.app,
        lambda: owe(
            "join.confirm", "sam@example.org", about="user:9", group_id=None, now=at("09T03:00"), words=words
        ),
    )

    assert post.subjects("09T03:00") == [("sam", "Confirm your address for ML")]


def test_reminders_of_one_day_come_as_one_mail(post: Post, mailbox: Mailbox) -> None:
    post.owe("programme.changed", "Ada", "08T09:00", about="programme:1:1")
    post.owe("programme.published", "Ada", "08T09:00", about="programme:1:2")
    post.owe("programme.changed", "Mo", "08T09:00", about="programme:1:1")

    assert post.subjects("08T09:00") == [
        ("ada", "2 messages from Machine Learning Theory"),
        ("mo", CHANGED),
    ]
    text = text_of(mailbox.to("Ada")[0])
    assert text.count("- A: B") == 2
    assert f"{CHANGED}\n---" in text
    assert "New on the programme of Machine Learning Theory\n---" in text
    assert len(mailbox.mails[0]["List-Unsubscribe"]) > 20

    post.owe("programme.changed", "Ada", "08T11:00", about="programme:1:3")
    post.owe("programme.changed", "Ada", "08T12:00", about="programme:1:4", until=at("08T23:00"))
    assert post.subjects("08T12:00") == [("ada", "2 messages from Machine Learning Theory")], "one can't wait"
    post.owe("programme.changed", "Ada", "08T13:00", about="programme:1:5")
    assert post.subjects("08T13:00") == []


def test_a_bundle_that_failed_is_tried_again_as_the_same_mail(post: Post, mailbox: Mailbox) -> None:
    mailbox.answer = "451 later"
    for number in (1, 2):
        post.owe("programme.changed", "Ada", "08T09:00", about=f"programme:1:{number}")
    assert post.subjects("08T09:00") == []
    post.owe("programme.changed", "Ada", "08T09:01", about="programme:1:3")
    mailbox.answer = "250 OK"

    assert post.subjects("08T09:05") == [("ada", "2 messages from Machine Learning Theory")]
    assert len({row.sent_at for row in rows(post.app) if row.state is NoticeState.SENT}) == 1
    assert post.subjects("09T08:00") == [("ada", CHANGED)]


def test_who_wants_one_mail_a_day_gets_all_at_eight(post: Post) -> None:
    post.do(update(User).where(User.name == "Mo").values(mails_daily=True))
    post.owe("round.released", "Mo", "08T09:00", about="round:1")
    post.owe("programme.changed", "Mo", "08T15:00")

    assert post.subjects("08T21:00") == []
    assert post.subjects("09T08:00") == [("mo", "2 messages from Machine Learning Theory")]


def test_what_is_switched_off_or_for_members_alone_is_dropped(post: Post) -> None:
    doing(
        post.app, lambda: db.session.add(MailOff(user_id=votes.place_of("Mo").user_id, kind="round.released"))
    )
    nia = update(Membership).where(Membership.user_id == _id_of(post.app, "Nia"))
    post.do(nia.values(state=MembershipState.LEFT))
    post.do(update(User).where(User.name == "Rex").values(active=False))
    for who in ("Mo", "Nia", "Ada"):
        post.owe("round.released", who, "08T09:00", about="round:1")
    post.owe("talk.moved", "Rex", "08T09:00", about="talk:1:1")
    post.owe("application.accepted", "Mo", "08T09:00", about="membership:1")

    assert post.subjects("08T09:00") == [
        ("ada", RESULTS),
        ("mo", "Welcome to Machine Learning Theory"),
    ]
    assert post.subjects("09T08:00") == []
    assert post.dropped() == [
        "switched off by its receiver",
        "its receiver left the group",
        "the account is closed",
    ]


def test_an_outdated_call_to_vote_is_dropped_and_a_reminder_forgotten(post: Post) -> None:
    round_id = votes.opened(post.app)  # Owes all three "Vote now".
    with post.app.app_context():
        mo = votes.place_of("Mo").id
    votes.voted(post.app, round_id, {mo: []})
    for who in ("Mo", "Nia"):
        post.owe("round.nudge", who, "11T18:30", about=f"round:{round_id}", until=at("12T18:00"))

    assert post.subjects("11T18:30") == [
        *[(who, "Vote now: Talks of November (Machine Learning Theory)") for who in ("ada", "mo")],
        ("nia", "2 messages from Machine Learning Theory"),
    ]
    assert [row.recipient for row in rows(post.app) if row.kind == "round.nudge"] == ["nia@example.org"]

    post.owe("round.opened", "Rex", "12T17:00", about=f"round:{round_id}")
    post.do(update(Membership).where(Membership.user_id == _id_of(post.app, "Rex")).values(group_id=1))
    assert post.subjects("12T18:00") == []
    assert post.dropped() == ["the vote is over"]


def test_a_reminder_to_vote_counts_after_it_is_forgotten(post: Post, mailbox: Mailbox) -> None:
    round_id = votes.opened(post.app)
    post.do(delete(Notice))
    post.owe("round.nudge", "Nia", "11T18:30", about=f"round:{round_id}", until=at("12T18:00"))
    assert len(post.subjects("11T18:30")) == 1
    votes.closed(post.app, round_id)

    [told] = rows(post.app)
    assert (told.kind, told.recipient, told.group_id) == ("mail.told", "nia@example.org", None)
    assert {told.owed_at, told.ready_at, told.due_at, told.tried_at, told.sent_at} == {at("12T18:00")}

    post.owe("programme.changed", "Nia", "13T09:00", about="programme:1:1")
    assert len(post.subjects("13T09:00")) == 1
    post.owe("programme.changed", "Nia", "14T09:00", about="programme:1:2")
    assert post.subjects("14T09:00") == [], "two of three, and this can wait"
    assert post.subjects("20T08:00") == [("nia", CHANGED)]

    doing(post.app, lambda: forget_mails(at("19T18:00")))
    assert "mail.told" not in {row.kind for row in rows(post.app)}


def test_nobody_gets_a_fourth_mail_in_a_week_and_what_is_too_late_then_is_dropped_on_the_record(
    post: Post,
) -> None:
    for day in (7, 8, 9):
        post.owe("swap.ended", "Ada", f"0{day}T09:00", about=f"swap:{day}")
    for day in (7, 8, 9):
        assert len(post.subjects(f"0{day}T09:00")) == 1
    post.owe("round.released", "Ada", "10T09:00", about="round:1")
    post.owe("programme.changed", "Ada", "10T09:00", until=at("13T09:00"))

    for hour in range(4, 24 * 5, 4):
        day, hours = divmod(hour + 9, 24)
        assert post.subjects(f"{10 + day}T{hours:02}:00") == []
    assert post.dropped() == [
        "its time was over before its receiver's measure of mails had room for it",
    ]
    assert post.subjects("16T08:00") == [("ada", RESULTS)]


def _id_of(app: Flask, name: str) -> int:
    with app.app_context():
        return int(db.session.query(User.id).filter_by(name=name).scalar())
