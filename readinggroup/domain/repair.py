"""Closing the gap when a speaker drops out: somebody steps in, and the fewest others move (docs/scheduling.md)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heappop, heappush
from itertools import count

from readinggroup.domain.board import between_chapters, by_standing, voices_of
from readinggroup.domain.chains import Chains, seat_all
from readinggroup.domain.fitting import Fitting, obstacles, pools_of
from readinggroup.domain.matching import NOWHERE, Matching
from readinggroup.domain.programme import (
    Cause,
    Id,
    Meeting,
    Proposal,
    Reason,
    Seat,
    Talk,
    changes_between,
    check_seats,
    in_order,
)
from readinggroup.domain.seating import arranged
from readinggroup.domain.settling import TRIES, Narrowing, house_of, ways_out

Place = tuple[Id, int]


def repair(
    talks: Sequence[Talk],
    meetings: Iterable[Meeting],
    seats: Sequence[Seat],
    *,
    dropped: Collection[Id],
    today: date,
    lead_days: int,
    fixed: Collection[Id] = (),
    into: Collection[Place] | None = None,
) -> Proposal:
    """Fill the places of the ``dropped`` talks from those that wait, as many as can be, moving the fewest.

    Where nobody has to move, the best standing of those who can take the place steps in.  Otherwise it is the
    shortest chain: one comes in, each of the chain moves to the next one's place.  The gaps of announced
    meetings are filled too.  Whoever stays keeps the very place, whatever the rules would say about it.

    ``talks``     all that have a place and all that wait, best standing first; of a series only the first
                  waiting chapter can come in.
    ``meetings``  without cancelled ones, whose gaps would be filled as those of announced ones are.
    ``seats``     the present programme.
    ``fixed``     talks that never move, nor do those of locked meetings, or those that a co-lead put where the
                  planner would not: in too short a place, beside a talk of the same speaker, out of chapter
                  order.
    ``into``      the places to fill, as meeting and position; by default those of the dropped talks.  Other
                  free places stay free.
    Raises NotOnThePlan.
    """
    meetings = in_order(meetings)
    check_seats(seats, talks, meetings)
    gap = _Gap(talks, meetings, seats, dropped, fixed, into)
    desk = _Desk(gap, today=today, lead_days=lead_days)
    seated = desk.best()
    before = {seat.talk: seat for seat in seats}
    shut = gap.places() - gap.open_places()
    after = arranged(desk.by_meeting(seated), meetings, gap.staying, before, shut=shut)
    here = {seat.talk for seat in after}
    reasons = desk.reasons(here)
    changes = changes_between(seats, after, order=[talk.id for talk in talks], reasons=reasons)
    return Proposal(after, changes, tuple(talk.id for talk in gap.waiting if talk.id not in here), reasons)


class _Gap:
    """The programme without those who dropped out, parted into what stays and what may move."""

    def __init__(
        self,
        talks: Sequence[Talk],
        meetings: Sequence[Meeting],
        seats: Sequence[Seat],
        dropped: Collection[Id],
        fixed: Collection[Id],
        into: Collection[Place] | None,
    ) -> None:
        self.meetings, self.dropped = meetings, [seat for seat in seats if seat.talk in dropped]
        self.talk = {talk.id: talk for talk in talks}
        self.meeting = {meeting.id: meeting for meeting in meetings}
        left = [seat for seat in seats if seat.talk not in dropped]
        odd = _against_the_rules(left, self.talk, self.meeting)
        odd.update(seat.talk for seat in left if seat.talk in fixed or self.meeting[seat.meeting].locked)
        self.staying = tuple(seat for seat in left if seat.talk in odd)
        self.moving = tuple(seat for seat in left if seat.talk not in odd)
        gone = {seat.talk for seat in seats} | set(dropped)
        self.waiting = by_standing([talk for talk in talks if talk.id not in gone])
        own = {(seat.meeting, seat.position) for seat in self.dropped}
        held = {(seat.meeting, seat.position) for seat in left}
        self.gaps = (own if into is None else set(into)) & self.places() - held

    def places(self) -> set[Place]:
        """Every place there is."""
        return {(meeting.id, n) for meeting in self.meetings for n in range(1, len(meeting.places) + 1)}

    def open_places(self) -> set[Place]:
        """The gaps and the places of those who may move."""
        return self.gaps | {(seat.meeting, seat.position) for seat in self.moving}

    def candidates(self) -> list[Talk]:
        """Who waits, in order of standing; of a series the first waiting chapter alone."""
        first: dict[Id, int] = {}
        for talk in self.waiting:
            if talk.series is not None:
                first.setdefault(talk.series, talk.chapter)
        return [talk for talk in self.waiting if talk.series is None or talk.chapter == first[talk.series]]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A matching that seats all who had a place and some who wait."""

    matching: Matching
    cost: int

    @property
    def seated(self) -> int:
        return sum(pool != NOWHERE for pool in self.matching.at)


class _Desk:
    """The search for the best repair of one gap."""

    def __init__(self, gap: _Gap, *, today: date, lead_days: int) -> None:
        self.gap, self.today, self.lead_days = gap, today, lead_days
        self.talks = [*(gap.talk[seat.talk] for seat in gap.moving), *gap.candidates()]
        open_places = gap.open_places()
        self.pools = pools_of(
            [
                [minutes for n, minutes in enumerate(meeting.places, 1) if (meeting.id, n) in open_places]
                for meeting in gap.meetings
            ]
        )
        taken = [(gap.talk[seat.talk].speaker, seat.meeting) for seat in gap.staying]
        fitting = Fitting(gap.meetings, self.pools, today=today, lead_days=lead_days, taken=taken)
        self.voices = voices_of(self.talks, fitting)
        self.house = house_of(self.talks, self.voices)
        number = {meeting.id: index for index, meeting in enumerate(gap.meetings)}
        locked = [(gap.talk[seat.talk], number[seat.meeting]) for seat in gap.staying]
        pool_of = {
            pair: pool for pool, pair in enumerate(zip(self.pools.meeting, self.pools.minutes, strict=True))
        }
        self.home: dict[int, int] = {}
        self.allowed: list[int] = []
        for index, talk in enumerate(self.talks):
            allowed = fitting.allowed(talk)
            if index < len(gap.moving):
                seat = gap.moving[index]
                allowed |= self.pools.inside[number[seat.meeting]] & fitting.long_enough(talk)
                length = gap.meeting[seat.meeting].places[seat.position - 1]
                self.home[index] = pool_of[number[seat.meeting], length]
            self.allowed.append(allowed & between_chapters(talk, locked, self.pools))

    def best(self) -> Matching:
        """The most seated, then the fewest moved.

        A matching alone may bring chapters out of order, or talks of two lengths of one speaker together.  Then
        each way out is searched, the most promising first, so that the first attempt in order is the best.
        """
        order = count()
        heap: list[tuple[int, int, int, _Attempt]] = []
        self._push(heap, next(order), self._attempt(self.allowed))
        for _ in range(TRIES):
            if not heap:
                break
            attempt = heappop(heap)[-1]
            ways = ways_out(attempt.matching, self.house)
            if not ways:
                return attempt.matching
            for way in ways:
                self._push(heap, next(order), self._attempt(_narrow(attempt.matching.allowed, way)))
        return self._at_home(self.allowed)

    def _push(self, heap: list[tuple[int, int, int, _Attempt]], order: int, attempt: _Attempt | None) -> None:
        if attempt:
            heappush(heap, (-attempt.seated, attempt.cost, order, attempt))

    def _attempt(self, allowed: Sequence[int]) -> _Attempt | None:
        matching = self._at_home(allowed)
        must = [talk for talk in self.home if matching.at[talk] == NOWHERE]
        may = range(len(self.home), len(self.talks))
        cost = seat_all(Chains(matching, self.home), must, may)
        return None if cost is None else _Attempt(matching, cost)

    def _at_home(self, allowed: Sequence[int]) -> Matching:
        matching = Matching(self.pools, allowed, self.voices)
        for talk, pool in self.home.items():
            if allowed[talk] >> pool & 1:
                matching.put(talk, pool)
        return matching

    def by_meeting(self, matching: Matching) -> list[list[Talk]]:
        """For each meeting the talks that are there beside those that stay, in order of standing."""
        found: list[list[Talk]] = [[] for _ in self.gap.meetings]
        for talk, pool in zip(self.talks, matching.at, strict=True):
            if pool != NOWHERE:
                found[self.pools.meeting[pool]].append(talk)
        return found

    def reasons(self, here: Collection[Id]) -> dict[Id, tuple[Reason, ...]]:
        """Why each talk comes, goes, moves or is passed over; ``here`` are all that have a place."""
        gone = tuple(seat.talk for seat in self.gap.dropped)
        new = tuple(talk.id for talk in self.gap.waiting if talk.id in here)
        found: dict[Id, tuple[Reason, ...]] = dict.fromkeys(gone, (Reason(Cause.DROPPED_OUT),))
        found.update(dict.fromkeys(new, (Reason(Cause.STEPS_IN, talks=gone),)))
        room = (Reason(Cause.MAKES_ROOM, talks=new),)
        found.update((seat.talk, room) for seat in self.gap.moving)
        found.update((talk.id, self._passed_over(talk)) for talk in self.gap.waiting if talk.id not in here)
        return found

    def _passed_over(self, talk: Talk) -> tuple[Reason, ...]:
        """What keeps a waiting talk out of the meetings with a gap; lower standing, where nothing else does."""
        with_gap = {meeting for meeting, _ in self.gap.gaps}
        found: list[Reason] = []
        for meeting in self.gap.meetings:
            if meeting.id in with_gap:
                there = [self.gap.talk[seat.talk] for seat in self.gap.staying if seat.meeting == meeting.id]
                unlocked = replace(meeting, locked=False)
                found += obstacles(talk, unlocked, today=self.today, lead_days=self.lead_days, beside=there)[
                    :1
                ]
        return tuple(found) or (Reason(Cause.NO_PLACE_LEFT),)


def _narrow(allowed: Sequence[int], way: Narrowing) -> list[int]:
    return [pools & way.get(talk, -1) for talk, pools in enumerate(allowed)]


def _against_the_rules(
    seats: Sequence[Seat], talk: Mapping[Id, Talk], meeting: Mapping[Id, Meeting]
) -> set[Id]:
    """The talks in too short a place, beside another of the same speaker, or out of chapter order.

    ``meeting``  by id, in the order of their dates.
    """
    found = set()
    order = {meeting_id: index for index, meeting_id in enumerate(meeting)}
    for seat in seats:
        places = meeting[seat.meeting].places
        if seat.position > len(places) or places[seat.position - 1] < talk[seat.talk].minutes:
            found.add(seat.talk)
    for one, other in _related(seats, talk):
        first, second = talk[one.talk], talk[other.talk]
        both = {one.talk, other.talk}
        if first.speaker is not None and first.speaker == second.speaker and one.meeting == other.meeting:
            found |= both
        chapters, days = first.chapter - second.chapter, order[one.meeting] - order[other.meeting]
        if first.series is not None and first.series == second.series and chapters * days < 0:
            found |= both
    return found


def _related(seats: Sequence[Seat], talk: Mapping[Id, Talk]) -> Iterable[tuple[Seat, Seat]]:
    """Pairs of seats whose talks share a speaker or a series."""
    groups: dict[tuple[str, Id], list[Seat]] = {}
    for seat in seats:
        own = talk[seat.talk]
        for kind, key in (("speaker", own.speaker), ("series", own.series)):
            if key is not None:
                groups.setdefault((kind, key), []).append(seat)
    for group in groups.values():
        for index, one in enumerate(group):
            for other in group[index + 1 :]:
                yield one, other
