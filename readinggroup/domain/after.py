"""After a session: when its speakers are asked for their slides, and until when they can be told what was good."""

from datetime import date, datetime, time, timedelta

from readinggroup.domain.measure import MORNING
from readinggroup.domain.rhythm import instant

ASKED_AFTER = timedelta(days=2)
"""So long after a session its speakers are asked for their slides, and the co-leads for the recording."""
FEEDBACK_FOR = timedelta(days=7)
FEEDBACK_READ_AT = time(18)
"""The hour at which members hear what to read for the next session, where a group meets every other week: for who
speaks, both come as one mail."""


def asked_at(held_on: date, zone: str) -> datetime:
    """When speakers and co-leads are asked for what a session on that local date left behind."""
    return instant(held_on + ASKED_AFTER, MORNING, zone)


def feedback_until(held_on: date, zone: str) -> datetime:
    """Until when members tell the speakers of a session on that local date what was good; then these read it."""
    return instant(held_on + FEEDBACK_FOR, FEEDBACK_READ_AT, zone)
