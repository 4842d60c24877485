"""One run of the planner: who gets a place, then when."""

from collections.abc import Iterable, Sequence
from datetime import date

from readinggroup.domain.fitting import Fitting, Pools, free_places, pools_of
from readinggroup.domain.matching import NOWHERE, Matching
from readinggroup.domain.programme import Id, Meeting, Seat, Talk
from readinggroup.domain.settling import house_of, settled


def by_standing(talks: Sequence[Talk]) -> list[Talk]:
    """``talks`` with the chapters of each series put in order among the standings that the series holds."""
    series: dict[Id, list[Talk]] = {}
    for talk in talks:
        if talk.series is not None:
            series.setdefault(talk.series, []).append(talk)
    ordered = {key: iter(sorted(own, key=lambda talk: talk.chapter)) for key, own in series.items()}
    return [talk if talk.series is None else next(ordered[talk.series]) for talk in talks]


class Board:
    """One run of the planner: talks and meetings by number, and the matching between them."""

    def __init__(
        self,
        queue: Sequence[Talk],
        meetings: Sequence[Meeting],
        talks: Iterable[Talk],
        locks: Sequence[Seat],
        *,
        today: date,
        lead_days: int,
    ) -> None:
        self.queue, self.meetings, self.locks = queue, meetings, locks
        self.today, self.lead_days = today, lead_days
        self.locked = frozenset(seat.talk for seat in locks)
        self.talk = {talk.id: talk for talk in talks}
        self.number = {meeting.id: number for number, meeting in enumerate(meetings)}
        self.pools = pools_of(free_places(meetings, locks))
        taken = [(self.talk[seat.talk].speaker, seat.meeting) for seat in locks]
        fitting = Fitting(meetings, self.pools, today=today, lead_days=lead_days, taken=taken)
        self._locked_talks = [(self.talk[seat.talk], self.number[seat.meeting]) for seat in locks]
        self.allowed = [
            fitting.allowed(talk) & between_chapters(talk, self._locked_talks, self.pools) for talk in queue
        ]
        voices = voices_of(queue, fitting)
        self.house = house_of(queue, voices)
        self.matching = Matching(self.pools, self.allowed, voices)
        self.left_out: set[Id] = set()

    @property
    def _is_plain(self) -> bool:
        return not self.house.series and not self.house.apart

    def choose(self) -> None:
        """Who: accept each talk, in order of standing, that fits beside all accepted before it."""
        for number, talk in enumerate(self.queue):
            if not self._accept(number):
                self.left_out.add(talk.id)
        self.matching.unbury()

    def waits_for(self, number: int) -> list[int]:
        """The chapters just before that talk that have no place; empty where a locked one stands between."""
        own = self.queue[number]
        locked = [talk.chapter for talk, _ in self._locked_talks if talk.series == own.series]
        return [
            earlier
            for earlier in self.house.just_before.get(number, ())
            if self.matching.at[earlier] == NOWHERE
            if not any(self.queue[earlier].chapter <= chapter < own.chapter for chapter in locked)
        ]

    def _accept(self, number: int) -> bool:
        if self.waits_for(number):
            return False
        before = None if self._is_plain else list(self.matching.at)
        if not self.matching.augment_or_bury(number):
            return False
        if before is None:
            return True
        after = settled(self.matching, self.house)
        self.matching.load(after or before)
        return after is not None

    def date(self) -> None:
        """When: in order of standing, the earliest meeting from which all others still fit; then it is fixed."""
        open_places = [0] * len(self.meetings)
        for pool, meeting in enumerate(self.pools.meeting):
            open_places[meeting] += self.pools.capacity[pool]
        for number in range(len(self.queue)):
            if self.matching.at[number] == NOWHERE:
                continue
            self._advance(number)
            meeting = self.pools.meeting[self.matching.at[number]]
            self.matching.allowed[number] &= self.pools.inside[meeting]
            open_places[meeting] -= 1
            if not open_places[meeting]:
                self.matching.shut(self.pools.inside[meeting])

    def _advance(self, number: int) -> None:
        within = self.matching.allowed[number]
        if self._is_plain:
            self.matching.advance(number, within)
            return
        while True:
            trial = self.matching.copy()
            if not trial.advance(number, within):
                return
            meeting = self.pools.meeting[trial.at[number]]
            trial.allowed[number] &= self.pools.inside[meeting]
            if seats := settled(trial, self.house):
                self.matching.load(seats)
                return
            within &= self.pools.from_meeting(meeting + 1)

    def by_meeting(self) -> list[list[Talk]]:
        """For each meeting the talks that go there beside the locked ones, in order of standing."""
        found: list[list[Talk]] = [[] for _ in self.meetings]
        for number, talk in enumerate(self.queue):
            if (pool := self.matching.at[number]) != NOWHERE:
                found[self.pools.meeting[pool]].append(talk)
        return found


def voices_of(talks: Iterable[Talk], fitting: Fitting) -> list[int]:
    """For each talk the number of its voice: talks of one speaker and size class share one."""
    numbers: dict[object, int] = {}
    return [
        numbers.setdefault(
            (talk.speaker, fitting.size_class(talk)) if talk.speaker is not None else (None, talk.id),
            len(numbers),
        )
        for talk in talks
    ]


def between_chapters(talk: Talk, locked: Iterable[tuple[Talk, int]], pools: Pools) -> int:
    """The pools between the locked chapters before and after ``talk``; all, outside of series.

    ``locked``  talks that stay, each with the number of its meeting.
    """
    found = pools.all
    if talk.series is None:
        return found
    for other, meeting in locked:
        if other.series == talk.series and other.chapter < talk.chapter:
            found &= pools.from_meeting(meeting)
        elif other.series == talk.series and other.chapter > talk.chapter:
            found &= pools.before_meeting(meeting + 1)
    return found
