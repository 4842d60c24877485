"""Which talk could take a place in which meeting, looking at each pair alone."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from readinggroup.domain.programme import Cause, Id, Meeting, Reason, Seat, Talk
from readinggroup.domain.reading import can_keep_deadline


@dataclass(frozen=True, slots=True)
class Pools:
    """Equal places of one meeting are a pool; pools count by meeting, shorter ones first.

    Sets of pools are integers, bit ``p`` for pool ``p``, so that the earliest is the lowest bit.

    ``meeting``   for each pool the index of its meeting.
    ``minutes``   for each pool the length of its places.
    ``capacity``  for each pool how many places it has.
    ``inside``    for each meeting the set of its pools; empty for one that takes no talk.
    """

    meeting: tuple[int, ...]
    minutes: tuple[int, ...]
    capacity: tuple[int, ...]
    inside: tuple[int, ...]

    @property
    def all(self) -> int:
        return (1 << len(self.meeting)) - 1

    def from_meeting(self, index: int) -> int:
        """The pools of that meeting and of all after it."""
        return self.all >> (first := bisect_left(self.meeting, index)) << first

    def before_meeting(self, index: int) -> int:
        """The pools of all earlier meetings."""
        return (1 << bisect_left(self.meeting, index)) - 1

    def of_length(self, minutes: int) -> int:
        """The pools whose places last at least that long."""
        return sum(1 << pool for pool, length in enumerate(self.minutes) if length >= minutes)


def pools_of(free: Sequence[Sequence[int]]) -> Pools:
    """The pools of meetings whose free places have these minutes."""
    meeting: list[int] = []
    minutes: list[int] = []
    capacity: list[int] = []
    inside: list[int] = []
    for index, lengths in enumerate(free):
        first = len(meeting)
        for length, number in sorted(Counter(lengths).items()):
            meeting.append(index)
            minutes.append(length)
            capacity.append(number)
        inside.append((1 << len(meeting)) - (1 << first))
    return Pools(tuple(meeting), tuple(minutes), tuple(capacity), tuple(inside))


def free_places(meetings: Sequence[Meeting], taken: Iterable[Seat]) -> list[list[int]]:
    """For each meeting the minutes of the places that nobody holds; none in a locked one."""
    held = {(seat.meeting, seat.position) for seat in taken}
    return [
        []
        if meeting.locked
        else [
            minutes
            for position, minutes in enumerate(meeting.places, 1)
            if (meeting.id, position) not in held
        ]
        for meeting in meetings
    ]


class Fitting:
    """Says for each talk the set of pools that it could take, were it alone.

    ``meetings``  by date.
    ``taken``     locked seats: their speakers give no other talk there.
    """

    def __init__(
        self,
        meetings: Sequence[Meeting],
        pools: Pools,
        *,
        today: date,
        lead_days: int,
        taken: Iterable[tuple[Id | None, Id]] = (),
    ) -> None:
        self.pools = pools
        self._days = [meeting.on for meeting in meetings]
        self._earliest = today
        self._earliest_with_reading = today + timedelta(days=lead_days)
        self._on_day: dict[date, int] = {}
        for index, meeting in enumerate(meetings):
            self._on_day[meeting.on] = self._on_day.get(meeting.on, 0) | pools.inside[index]
        at = {meeting.id: index for index, meeting in enumerate(meetings)}
        self._busy: dict[Id, int] = {}
        for speaker, meeting_id in taken:
            if speaker is not None:
                self._busy[speaker] = self._busy.get(speaker, 0) | pools.inside[at[meeting_id]]
        self._sizes = sorted(set(pools.minutes))
        self._of_size = [*map(pools.of_length, self._sizes), 0]

    def size_class(self, talk: Talk) -> int:
        """Talks of one class fit into the same places."""
        return bisect_left(self._sizes, talk.minutes)

    def long_enough(self, talk: Talk) -> int:
        """The pools whose places are long enough for ``talk``."""
        return self._of_size[self.size_class(talk)]

    def allowed(self, talk: Talk) -> int:
        """The pools that ``talk`` could take."""
        first_on = self._earliest if talk.reading_posted else self._earliest_with_reading
        if talk.first_on is not None:
            first_on = max(first_on, talk.first_on)
        allowed = self.long_enough(talk) & self._from(first_on)
        if talk.last_on is not None:
            allowed &= self.pools.before_meeting(bisect_right(self._days, talk.last_on))
        if talk.speaker is not None:
            allowed &= ~self._busy.get(talk.speaker, 0)
        for day in talk.away_on:
            allowed &= ~self._on_day.get(day, 0)
        return allowed

    def _from(self, on: date) -> int:
        return self.pools.from_meeting(bisect_left(self._days, on))


def obstacles(
    talk: Talk, meeting: Meeting, *, today: date, lead_days: int, beside: Iterable[Talk] = ()
) -> tuple[Reason, ...]:
    """Everything that speaks against ``talk`` in ``meeting``, the hardest first; empty when it fits.

    ``beside``  the talks that are there already.
    A co-lead may overrule all of it: these are the planner's rules and the board's warnings.
    """
    found = [
        (Cause.MEETING_LOCKED, meeting.locked),
        (Cause.OUTSIDE_WINDOW, not _in_window(talk, meeting.on)),
        (Cause.SPEAKER_AWAY, meeting.on in talk.away_on),
        (Cause.READING_TOO_SOON, not _in_time(talk, meeting.on, today, lead_days)),
        (Cause.TOO_LONG, talk.minutes > max(meeting.places, default=-1)),
    ]
    reasons = [Reason(cause, meeting.id, meeting.on) for cause, holds in found if holds]
    busy = tuple(other.id for other in beside if _same_speaker(other, talk))
    return (*reasons, Reason(Cause.SPEAKER_BUSY, meeting.id, meeting.on, busy)) if busy else tuple(reasons)


def _same_speaker(one: Talk, other: Talk) -> bool:
    return one.speaker is not None and one.speaker == other.speaker and one.id != other.id


def _in_window(talk: Talk, on: date) -> bool:
    return (talk.first_on or on) <= on <= (talk.last_on or on)


def _in_time(talk: Talk, on: date, today: date, lead_days: int) -> bool:
    if talk.reading_posted:
        return on >= today
    return can_keep_deadline(on, lead_days, today=today)
