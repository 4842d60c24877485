"""When a mail may go out: never at night, one a day and three a week to a person, and none too late to be useful.

Whoever sends mails asks ``sending_time`` for one thing that is owed, ``plan`` for all of them.  The rules in words:
docs/mail.md, "When it goes".
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from readinggroup.domain.rhythm import instant, zone_at

NIGHT_FROM = time(22)
NIGHT_UNTIL = time(7)
MORNING = time(8)
"""The hour of reminders, and of what had to wait for another day."""
ENOUGH = timedelta(hours=6)
"""What asks for something comes so long before it is over, where that can be had."""

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
A_WEEKS_MEASURE = 3
"""Nobody gets more mails in any seven days ..."""
OF_IT_PATIENT = 2
"""... and news that can wait leaves the last of them to what can't."""


class Haste(StrEnum):
    """How much a mail presses."""

    ANSWER = "answer"
    """Its receiver asked for it a moment ago: at once, at night too, and outside of the measure."""
    APART = "apart"
    """Whoever asked to join, or is asked to, waits for it: at once by day, outside of the measure."""
    ALARM = "alarm"
    """Somebody would come in vain: it waits for no room, but counts."""
    PRESSES = "presses"
    """A reminder of a day, or something to be done by then."""
    PATIENT = "patient"
    """News that is as good in the next mail."""

    @property
    def is_measured(self) -> bool:
        """Whether it counts, and comes together with others."""
        return self not in (Haste.ANSWER, Haste.APART)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One thing that somebody is to be told, from ``ready_at`` on, and in vain from ``until`` on."""

    key: int
    ready_at: datetime
    haste: Haste
    until: datetime | None = None

    @property
    def best_by(self) -> datetime | None:
        """Until when it waits gladly: half of its time is left then, and enough of it."""
        return None if self.until is None else self.until - max(ENOUGH, (self.until - self.ready_at) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Whom mails go to: their clocks' zone, when they got mails lately, and whether they want them at 8:00 alone."""

    zone: str
    had: tuple[datetime, ...] = ()
    daily: bool = False

    def hour(self, at: datetime) -> datetime:
        """The first moment from ``at`` on at which a mail may come."""
        return first_morning(at, self.zone) if self.daily else by_day(at, self.zone)

    def had_one_on_the_day_of(self, at: datetime) -> bool:
        """Whether they got a mail on that day of theirs."""
        begins, ends = day_of(at, self.zone)
        return any(begins <= had < ends for had in self.had)

    def has_room(self, at: datetime, measure: int = A_WEEKS_MEASURE) -> bool:
        """Whether in the seven days that end then they got fewer mails than ``measure``."""
        return _in_week_before(at, self.had) < measure


@dataclass(frozen=True, slots=True)
class Mail:
    """What is told in one mail, by its keys, and when."""

    at: datetime
    keys: tuple[int, ...]


def is_night(at: datetime, zone: str) -> bool:
    """Whether clocks in ``zone`` show a time from 22:00 up to 7:00."""
    local = at.astimezone(zone_at(zone)).time()
    return local >= NIGHT_FROM or local < NIGHT_UNTIL


def by_day(at: datetime, zone: str) -> datetime:
    """``at`` where it isn't night in ``zone``, else the 7:00 that ends the night."""
    return _first(NIGHT_UNTIL, at, zone) if is_night(at, zone) else at


def first_morning(at: datetime, zone: str) -> datetime:
    """The first 8:00 in ``zone`` that isn't before ``at``."""
    return _first(MORNING, at, zone)


def day_of(at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The instants at which the local day of ``at`` begins and ends."""
    on = at.astimezone(zone_at(zone)).date()
    return instant(on, time(0), zone), instant(on + A_DAY, time(0), zone)


def sending_time(owed: Owed, others: Iterable[Owed], box: Box, now: datetime) -> datetime | None:
    """When ``owed`` goes, which of ``others`` that wait for the same person may take along; ``now`` means at once.

    None where there is no room for it as long as it is of use.
    """
    if not owed.haste.is_measured:
        return now if owed.haste is Haste.ANSWER else by_day(now, box.zone)
    start = box.hour(max(owed.ready_at, now))
    if owed.until is not None and start > owed.until - ENOUGH:
        start = by_day(max(owed.ready_at, now), box.zone)
    if owed.haste is Haste.ALARM:
        return _alarm(owed, start, box)
    planned = _planned(others, box, now)
    fitting = [at for at in _moments(start, planned, box) if _fits(at, owed, planned, box)]
    considerate = [at for at in fitting if at in planned or _leaves_room(at, planned, box)]
    if considerate and (owed.best_by is None or considerate[0] <= owed.best_by):
        return considerate[0]
    choices = considerate if owed.haste is Haste.PATIENT else fitting
    if choices and (owed.until is None or choices[0] <= owed.until - ENOUGH):
        return choices[0]
    if owed.until is None:
        return fitting[0] if fitting else None
    return start if start < owed.until and box.has_room(start) else None


def plan(owed: Iterable[Owed], box: Box, now: datetime) -> list[Mail]:
    """The mails in which all of ``owed`` is going to be told if nothing more comes up, earliest first.

    What has no room as long as it is of use is in none of them.
    """
    waiting = {each.key: each for each in owed}
    looks = {each.key: max(each.ready_at, now) for each in waiting.values()}
    mails = []
    while waiting:
        first = min(waiting.values(), key=lambda each: (looks[each.key], each.key))
        now = looks[first.key]
        if not goes_along(first, now):
            del waiting[first.key]
            continue
        others = [each for each in waiting.values() if each is not first and each.haste.is_measured]
        at = sending_time(first, others, box, now)
        if at is None or at > now:
            looks[first.key] = at or first.until or now
            continue
        taken = [first.key]
        if first.haste.is_measured:
            taken += [each.key for each in others if goes_along(each, now)]
            box = replace(box, had=(*box.had, now))
        mails.append(Mail(now, tuple(sorted(taken))))
        for key in taken:
            del waiting[key]
    return mails


def goes_along(owed: Owed, at: datetime) -> bool:
    """Whether a mail that goes then takes ``owed`` along, too."""
    return owed.ready_at <= at and (owed.until is None or at < owed.until)


def _alarm(owed: Owed, start: datetime, box: Box) -> datetime:
    """At once, but for a second mail of one day, which waits for the morning where that leaves enough time."""
    if not box.had_one_on_the_day_of(start):
        return start
    morning = first_morning(day_of(start, box.zone)[1], box.zone)
    return morning if owed.until is None or morning <= owed.until - ENOUGH else start


def _planned(others: Iterable[Owed], box: Box, now: datetime) -> Sequence[datetime]:
    """When mails are to come because of what presses and is known already: the last hour of each such day."""
    hours = sorted(
        box.hour(each.ready_at)
        for each in others
        if each.ready_at > now and each.haste in (Haste.PRESSES, Haste.ALARM)
    )
    days = {day_of(hour, box.zone): hour for hour in hours}
    return list(days.values())


def _moments(start: datetime, planned: Sequence[datetime], box: Box) -> Iterator[datetime]:
    """When a mail could go: at ``start``, with what is planned after it, or on one of the next mornings."""
    mornings = [start]
    while mornings[-1] <= start + A_WEEK:
        mornings.append(first_morning(day_of(mornings[-1], box.zone)[1], box.zone))
    yield from sorted({*mornings, *(at for at in planned if start < at <= mornings[-1])})


def _fits(at: datetime, owed: Owed, planned: Collection[datetime], box: Box) -> bool:
    """Whether its receiver can have a mail then: the day's only one, within the week's measure."""
    alone = owed.haste is Haste.PATIENT and at not in planned
    return box.has_room(at, OF_IT_PATIENT if alone else A_WEEKS_MEASURE) and not box.had_one_on_the_day_of(at)


def _leaves_room(at: datetime, planned: Sequence[datetime], box: Box) -> bool:
    """Whether what is planned can still come when it should after a mail at ``at``."""
    _, ends = day_of(at, box.zone)
    later = [each for each in planned if each > at]
    mails = [*box.had, at, *later]
    return not (later and later[0] < ends) and all(
        _in_week_before(each, [mail for mail in mails if mail < each]) < A_WEEKS_MEASURE
        for each in later
        if each < at + A_WEEK
    )


def _in_week_before(at: datetime, mails: Iterable[datetime]) -> int:
    return sum(mail > at - A_WEEK for mail in mails)


def _first(hour: time, at: datetime, zone: str) -> datetime:
    on = at.astimezone(zone_at(zone)).date()
    today = instant(on, hour, zone)
    first = today if today >= at else instant(on + A_DAY, hour, zone)
    return first.astimezone(UTC)
