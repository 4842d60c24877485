"""A season of 26 sessions, played through with a clock that moves, by members of three habits.

Whoever is punctual posts the reading before anybody asks, votes at once and brings slides; whoever is late does all of
it after its time; whoever is silent does nothing.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.cli.tick import take_steps
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import MaterialKind, Role, RoundRule
from readinggroup.domain.rhythm import instant, zone_at
from readinggroup.groups.queries import membership_of
from readinggroup.groups.speakers import speaker_named
from readinggroup.holding.hold_actions import Outcome, hold_session
from readinggroup.models import Meeting, Notice, NoticeState, Round, Talk, User
from readinggroup.pitches.actions import pitch_talk
from readinggroup.pitches.offers import Offer
from readinggroup.scheduling.actions import announce
from readinggroup.scheduling.part_actions import add_material, add_reading
from readinggroup.scheduling.queries import standing_talks
from readinggroup.scheduling.speaking_actions import confirm_talk
from readinggroup.scheduling.talk_actions import put_talk
from readinggroup.tending.closing_actions import Closing, Left, close_session
from readinggroup.voting.actions import cast, open_round
from readinggroup.voting.ending_actions import release_round
from tests import build
from tests.archive.build import group_of
from tests.outbox.conftest import Mailbox, mailbox, smtp_url

__all__ = ["mailbox", "smtp_url"]

ZONE = "America/Edmonton"
FIRST, SESSIONS, FORTNIGHT = date(2023, 1, 14), 26, timedelta(days=14)
DAYS = [FIRST + n * FORTNIGHT for n in range(SESSIONS)]
PUNCTUAL, LATE, SILENT = (
    ("Punctual One", "Punctual Two"),
    ("Late One", "Late Two"),
    ("Silent One", "Silent Two"),
)
TURNS = [name for names in zip(PUNCTUAL, LATE, SILENT, strict=True) for name in names]
POSTED = {name: days for names, days in ((PUNCTUAL, 16), (LATE, 4)) for name in names}
"""How many days before the session they post the reading, which is due a week before it."""
FIGURES = {
    PUNCTUAL: ("in time", "", "there"),
    LATE: ("late", "3", "missing"),
    SILENT: ("never", "", "missing"),
}
"""How each habit stands in the table of talks: reading, days late, slides."""
LOOKED_AT = (8, 6, 3)
"""Days before the session on which its page is looked at."""
VOTES = [date(2023, month, 2) for month in (2, 5, 8, 11)]
"""Days on which rounds open, for six days."""
REMINDED, TOLD = (14, 10, 8), 7
"""Days before the session on which speakers are reminded of the reading, and co-leads hear what is missing."""


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return instant(on, time(hour, minute), ZONE)


def local(moment: datetime) -> datetime:
    return moment.astimezone(zone_at(ZONE))


BEGINS = at(FIRST - timedelta(days=21), 8)


@dataclass(frozen=True)
class Sent:
    at: datetime
    to: str


@dataclass
class Player:
    """The group, its clock, what comes into everybody's mailbox, and what pages showed of readings: how many are late,
    due and posted, by the session's date and how many days it was ahead."""

    app: Flask
    mailbox: Mailbox
    set_clock: Callable[[datetime], None]
    ada: FlaskClient
    sent: list[Sent] = field(default_factory=list)
    shown: dict[tuple[date, int], Counter[str]] = field(default_factory=dict)
    now: datetime = BEGINS

    def play(self, until: date) -> None:
        """Do what people do at noon, and tick in the morning, after that, and in the evening where something waits."""
        acts, on = self._acts(), local(self.now).date()
        while on <= until:
            self._tick(at(on, 8))
            for act in acts[on]:
                self._do(at(on, 12), act)
            for days in LOOKED_AT:
                if on + timedelta(days=days) in DAYS:
                    self._look(on + timedelta(days=days), days)
            if acts[on]:
                self._tick(at(on, 12, 1))
            if self._something_waits(at(on, 18)):
                self._tick(at(on, 18))
            on += timedelta(days=1)

    def _look(self, on: date, days: int) -> None:
        with self.app.app_context():
            number = meeting_on(on).number
        page = self.ada.get(f"/ml-theory/sessions/{number}").get_data(as_text=True)
        self.shown[on, days] = Counter(re.findall(r"reading (late|due|posted)", page))

    def _something_waits(self, now: datetime) -> bool:
        with self.app.app_context():
            due = select(Notice.id).where(Notice.state == NoticeState.QUEUED, Notice.due_at <= now)
            return db.session.scalar(due.limit(1)) is not None

    def _tick(self, now: datetime) -> None:
        self._set(now)
        before = len(self.mailbox.mails)
        with self.app.app_context():
            assert take_steps()
        self.sent += (Sent(now, str(mail["To"])) for mail in self.mailbox.mails[before:])

    def _do(self, now: datetime, act: Callable[[], None]) -> None:
        self._set(now)
        with self.app.app_context(), writing():
            act()
            commit()

    def _set(self, now: datetime) -> None:
        self.now = now
        self.set_clock(now)

    def _acts(self) -> dict[date, list[Callable[[], None]]]:
        acts: dict[date, list[Callable[[], None]]] = defaultdict(list)
        for on in DAYS:
            names = speakers(on)
            acts[max(on - timedelta(days=35), FIRST - timedelta(days=20))].append(
                lambda on=on, names=names: self._place(on, names)
            )
            for name in names:
                if name in POSTED:
                    acts[on - timedelta(days=POSTED[name])].append(
                        lambda on=on, name=name: self._post(on, name)
                    )
                if name in PUNCTUAL:
                    acts[on + timedelta(days=1)].append(lambda on=on, name=name: self._bring_slides(on, name))
            acts[on + timedelta(days=1)].insert(0, lambda on=on: self._hold(on))
            acts[on + timedelta(days=3)].append(lambda on=on: self._close(on))
        for n, on in enumerate(VOTES):
            acts[on].append(lambda n=n, on=on: self._open_round(n, on))
            acts[on + timedelta(days=1)].append(lambda: self._vote(PUNCTUAL))
            acts[on + timedelta(days=6)].append(lambda: self._vote(LATE))
            acts[on + timedelta(days=7)].append(self._release)
        return acts

    def _place(self, on: date, names: list[str]) -> None:
        meeting = meeting_on(on)
        announce(meeting)
        for position, name in enumerate(names, start=1):
            who, title = [speaker_named(group_of(), name, person(name))], title_of(name, on)
            talk = put_talk(
                group_of(), meeting, position, title=title, speakers=who, now=self.now, by=THE_SITE
            )
            confirm_talk(group_of(), talk, now=self.now, by=THE_SITE)

    def _post(self, on: date, name: str) -> None:
        add_reading(
            talk_of(name, on), title="Paper", url=f"https://p.example/{on}", now=self.now, by=THE_SITE
        )

    def _bring_slides(self, on: date, name: str) -> None:
        url = f"https://s.example/{on}"
        add_material(
            talk_of(name, on), MaterialKind.SLIDES, title="Slides", url=url, now=self.now, by=THE_SITE
        )

    def _hold(self, on: date) -> None:
        meeting = meeting_on(on)
        outcomes = {talk.id: Outcome(given=True) for talk in standing_talks(meeting)}
        hold_session(group_of(), meeting, outcomes, now=self.now, by=actor("Ada"))

    def _close(self, on: date) -> None:
        said = Closing(recap="It was good.", opened_at=self.now, recording=Left(is_none=True))
        close_session(group_of(), meeting_on(on), said, now=self.now, by=actor("Ada"))

    def _open_round(self, number: int, on: date) -> None:
        by = actor(PUNCTUAL[0])
        pitches = [
            pitch_talk(
                group_of(), Offer(title=f"Pitch {number}{x}", speakers=[by.name]), now=self.now, by=by
            ).id
            for x in "ab"
        ]
        open_round(
            group_of(), pitches, title=f"Vote {number + 1}", rule=RoundRule.FAIR, seats=1, quorum=2,
            closes_on=on + timedelta(days=6), closes_time=time(18), now=self.now, by=actor("Ada"),
        )  # fmt: skip

    def _vote(self, names: tuple[str, ...]) -> None:
        round_ = db.session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()
        for name in names:
            place = membership_of(group_of(), person(name).id)
            assert place is not None
            cast(round_, place, [], now=self.now)

    def _release(self) -> None:
        round_ = db.session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()
        release_round(group_of(), round_, now=self.now, by=actor("Ada"))


def person(name: str) -> User:
    return db.session.scalars(select(User).where(User.name == name)).one()


def actor(name: str) -> Actor:
    user = person(name)
    return Actor(user, membership_of(group_of(), user.id))


def meeting_on(on: date) -> Meeting:
    return db.session.scalars(
        select(Meeting).where(Meeting.group_id == group_of().id, Meeting.on == on)
    ).one()


def title_of(name: str, on: date) -> str:
    return f"{name} on {on}"


def talk_of(name: str, on: date) -> Talk:
    return db.session.scalars(select(Talk).where(Talk.title == title_of(name, on))).one()


@pytest.fixture
def player(
    app: Flask,
    as_: Callable[[str | None], FlaskClient],
    smtp_url: str,
    mailbox: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> Player:
    """Ada and Bo lead ml-theory; Mo and Nia, and those who speak in turn, are its members."""
    with app.app_context():
        ours = group_of()
        ours.anchor_on = FIRST
        for name in TURNS:
            build.member(ours, build.user(name))
        build.member(ours, build.user("Bo"), Role.CO_LEAD)
        build.saved()
    monkeypatch.setitem(
        app.config, "SETTINGS", replace(app.config["SETTINGS"], smtp_url=smtp_url, lookups=False)
    )
    set_clock: Callable[[datetime], None] = lambda now: monkeypatch.setattr(  # noqa: E731
        "readinggroup.clock.now", lambda: now
    )
    set_clock(Player.now)
    return Player(app, mailbox, set_clock, as_("Ada"))


def test_a_season(player: Player) -> None:
    """One play for all that is asked of it, since it is long."""
    player.play(DAYS[-1] + timedelta(days=13))

    check_measure(player.sent)
    with player.app.app_context():
        check_reminders(player.sent)
    check_what_was_shown(player.shown)
    check_figures(player.ada)


def check_measure(sent: Sequence[Sent]) -> None:
    """One mail a day, three in any seven days, and none at night; everybody gets some."""
    assert {mail.to for mail in sent} >= {address(name) for name in ("Ada", "Bo", "Mo", *TURNS)}
    for to in {mail.to for mail in sent}:
        times = [mail.at for mail in sent if mail.to == to]
        assert max(Counter(local(each).date() for each in times).values()) == 1
        assert max(in_week_until(each, times) for each in times) <= 3
        assert {local(each).hour for each in times} <= set(range(7, 22))


def check_reminders(sent: Sequence[Sent]) -> None:
    """Each comes once, at its hour or with a later mail of that day.  Only where its receiver had three mails in the
    week before does it wait, or give way to the next."""
    for on in DAYS:
        for name in speakers(on):
            due = [on - timedelta(days=days) for days in REMINDED]
            found = sent_notices("reading.due", f"talk:{talk_of(name, on).id}:{on}:")
            assert name not in PUNCTUAL or not found
            for day in due if name not in PUNCTUAL else ():
                check_came(
                    address(name), day, [at for to, at, about in found if about.endswith(f":{day}")], sent
                )
        told = sent_notices("reading.missing", f"meeting:{meeting_on(on).id}:{on}")
        assert Counter(to for to, _, _ in told) == {address("Ada"): 1, address("Bo"): 1}
        for to, at, _ in told:
            check_came(to, on - timedelta(days=TOLD), [at], sent)


def check_came(to: str, day: date, came: Sequence[datetime], sent: Sequence[Sent]) -> None:
    theirs = [mail.at for mail in sent if mail.to == to]
    assert len(came) <= 1
    assert set(came) <= set(theirs)
    assert [local(each).date() for each in came] == [day] or in_week_until(at(day, 8), theirs) == 3


def check_what_was_shown(shown: Mapping[tuple[date, int], Counter[str]]) -> None:
    """What isn't there after its day is called late, and only that."""
    assert len(shown) == len(DAYS) * len(LOOKED_AT)
    for (on, days), found in shown.items():
        posted = sum(POSTED.get(name, 0) > days for name in speakers(on))
        lacking = {"due" if days >= TOLD else "late": 2 - posted}
        assert found == Counter({"posted": posted} | lacking)


def check_figures(ada: FlaskClient) -> None:
    """Page and tables say what was played."""
    given = Counter(habit_of(name) for on in DAYS for name in speakers(on))
    in_time, late, never = (given[habit] for habit in (PUNCTUAL, LATE, SILENT))
    words = re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", "", ada.get("/ml-theory/figures?year=2023").get_data(as_text=True))
    )
    assert "26 sessions held with 52 talks." in words
    assert (
        f"The reading came in time for {in_time} of 52 talks. Where it was late, it came 3 days after"
        in words
    )
    assert f"{in_time} in time {late} late {never} without a reading" in words
    assert f"Slides are there for {in_time} of 52 talks." in words
    assert "6 of 6 speakers spoke here for the first time." in words

    talks = table(ada, "talks")
    assert Counter(
        (row["speakers"], row["reading"], row["days late"], row["slides"]) for row in talks
    ) == Counter((name, *FIGURES[habit_of(name)]) for on in DAYS for name in speakers(on))
    assert [row["date"] for row in talks] == [str(on) for on in DAYS for _ in range(2)]
    assert [(row["title"], row["voted"], row["could vote"]) for row in table(ada, "votes")] == [
        (f"Vote {number}", "4", "10") for number in (1, 2, 3, 4)
    ]


def sent_notices(kind: str, about: str) -> list[tuple[str, datetime, str]]:
    """To whom, when and about what exactly mails of that kind went."""
    rows = db.session.scalars(
        select(Notice).where(
            Notice.kind == kind, Notice.subject.startswith(about), Notice.state == NoticeState.SENT
        )
    )
    return [(row.recipient, row.sent_at, row.subject) for row in rows if row.sent_at is not None]


def in_week_until(moment: datetime, times: Iterable[datetime]) -> int:
    return sum(moment - timedelta(days=7) < each <= moment for each in times)


def speakers(on: date) -> list[str]:
    first = 2 * DAYS.index(on)
    return [TURNS[n % len(TURNS)] for n in (first, first + 1)]


def habit_of(name: str) -> tuple[str, ...]:
    return next(habit for habit in (PUNCTUAL, LATE, SILENT) if name in habit)


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def table(ada: FlaskClient, what: str) -> list[dict[str, str]]:
    file = ada.get(f"/ml-theory/figures/{what}.csv?year=2023").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(file)))
