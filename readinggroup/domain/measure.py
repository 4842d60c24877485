"""When a mail may go out: never at night, and what isn't urgent together, once a day."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from readinggroup.domain.rhythm import instant, zone_at

NIGHT_FROM = time(22)
NIGHT_UNTIL = time(7)
MORNING = time(8)
"""The hour of reminders, and of the one mail a day of those who want no more."""
ENOUGH = timedelta(hours=6)
"""A reminder waits for the next morning only where this much time is left to act on it."""

A_WEEK, A_WEEKS_MEASURE = timedelta(days=7), 3
"""Of what waits nobody gets more in any seven days, unless it can't wait for longer."""


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
    return instant(on, time(0), zone), instant(on + timedelta(days=1), time(0), zone)


def sending_time(
    due_at: datetime,
    now: datetime,
    zone: str,
    *,
    waits: bool,
    daily: bool = False,
    had_one_today: bool = False,
    full_until: datetime | None = None,
    until: datetime | None = None,
) -> datetime:
    """When a mail that was due at ``due_at`` should go out; at ``now`` or before it means at once.

    ``waits``          it goes with the others of its day: when its receiver had such a mail today, tomorrow at 8:00.
    ``daily``          its receiver wants one mail a day: at the first 8:00 since it was due.
    ``full_until``     its receiver had a week's measure of such mails, and can have the next one then.
    ``until``          from then on it isn't worth sending; it waits for a morning only where ENOUGH time is left.
    """
    at_once = by_day(max(due_at, now), zone)
    is_full = full_until is not None and full_until > now
    if not waits or not (daily or had_one_today or is_full):
        return at_once
    since = max(due_at, day_of(now, zone)[1]) if had_one_today else due_at
    if full_until is not None and is_full:
        since = max(since, full_until)
    morning = first_morning(since, zone)
    if morning < now:  # The site was late.
        morning = first_morning(now, zone) if is_night(now, zone) else now
    return at_once if until is not None and morning > until - ENOUGH else morning


def _first(hour: time, at: datetime, zone: str) -> datetime:
    on = at.astimezone(zone_at(zone)).date()
    today = instant(on, hour, zone)
    first = today if today >= at else instant(on + timedelta(days=1), hour, zone)
    return first.astimezone(UTC)


def full_until(sent_at: Iterable[datetime]) -> datetime | None:
    """Until when somebody has had a week's measure, who got mails at those moments; None where they haven't."""
    latest = sorted(sent_at, reverse=True)[:A_WEEKS_MEASURE]
    return latest[-1] + A_WEEK if len(latest) == A_WEEKS_MEASURE else None
