"""From when to when the things of a session's day are open: joining it, asking, chairing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

JOINED_AFTER = timedelta(hours=1)
"""So long after its planned end people still get into a session: it may take longer."""
CHAIRED_AFTER = timedelta(days=1)
"""So long after the end a link of a chair without account still opens."""


@dataclass(frozen=True, slots=True)
class SessionHours:
    """The moments of one session's day."""

    starts_at: datetime
    ends_at: datetime
    join_from: datetime
    join_until: datetime
    questions_until: datetime
    chair_until: datetime

    def can_join(self, now: datetime) -> bool:
        """Whether the room is open."""
        return self.join_from <= now < self.join_until


def session_hours(
    starts_at: datetime, *, minutes: int, join_minutes: int, question_hours: int
) -> SessionHours:
    """The hours of a session that begins at ``starts_at`` and takes ``minutes``.

    ``join_minutes``    how long before it the room opens.   ``question_hours``  how long after it one can ask.
    """
    ends_at = starts_at + timedelta(minutes=minutes)
    return SessionHours(
        starts_at=starts_at,
        ends_at=ends_at,
        join_from=starts_at - timedelta(minutes=join_minutes),
        join_until=ends_at + JOINED_AFTER,
        questions_until=ends_at + timedelta(hours=question_hours),
        chair_until=ends_at + CHAIRED_AFTER,
    )
