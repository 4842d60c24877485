"""Seating talks so that the most can be seated: augmenting paths over pools of equal places."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from readinggroup.domain.fitting import Pools

NOWHERE = -1


class Matching:
    """Talks in pools.  Talks are numbers from 0; sets of pools are integers (see Pools).

    Talks with one voice (a speaker's talks of one size class) never share a meeting.  In the flow network
    talk -> (voice, meeting) -> pool every pair has capacity 1.  A talk that enters a pair that is taken takes
    over its place, and the one before it has to leave the meeting; a talk whose place is wanted may also go to
    another pool of its meeting.  Nodes of a search are: talk t as t, "t's place is wanted" as n + t, pool p as
    2n + p.

    ``allowed``  for each talk the pools that it may take; may be narrowed at any time to what holds the talk.
    ``voices``   for each talk its voice.
    ``at``       for each talk its pool, or NOWHERE.
    ``inside``   for each pool the talks in it.
    ``free``     the pools with a free place.
    ``mates``    for each talk all talks of its voice; empty where it is the only one.
    """

    def __init__(self, pools: Pools, allowed: Sequence[int], voices: Sequence[int]) -> None:
        self.pools = pools
        self.allowed = list(allowed)
        self.voices = voices
        self.at = [NOWHERE] * len(allowed)
        self.inside: list[list[int]] = [[] for _ in pools.meeting]
        self.free = sum(1 << pool for pool, places in enumerate(pools.capacity) if places)
        by_voice: dict[int, list[int]] = {}
        for talk, voice in enumerate(voices):
            by_voice.setdefault(voice, []).append(talk)
        self.mates = [by_voice[voice] if len(by_voice[voice]) > 1 else [] for voice in voices]
        self._held = dict.fromkeys(by_voice, 0)
        self._seen = [0] * (2 * len(allowed))
        self._parent = [NOWHERE] * (2 * len(allowed) + len(pools.meeting))
        self._queue: list[int] = []
        self._stamp = 0
        self._reached = 0
        self._shut = 0

    def copy(self) -> "Matching":
        """The same seats and allowed pools, to try something on."""
        other = Matching(self.pools, self.allowed, self.voices)
        other.load(self.at)
        return other

    def load(self, at: Sequence[int]) -> None:
        """Take over the seats of another matching of the same talks."""
        for talk in range(len(at)):
            self.remove(talk)
        for talk, pool in enumerate(at):
            if pool != NOWHERE:
                self.put(talk, pool)

    def put(self, talk: int, pool: int) -> None:
        """Seat a talk; the pool has a free place, and no talk of its voice is in the meeting."""
        self.at[talk] = pool
        self.inside[pool].append(talk)
        if len(self.inside[pool]) >= self.pools.capacity[pool]:
            self.free &= ~(1 << pool)
        if self.mates[talk]:
            self._held[self.voices[talk]] |= self.pools.inside[self.pools.meeting[pool]]

    def remove(self, talk: int) -> None:
        """Take a talk off its place, if it has one."""
        pool = self.at[talk]
        if pool == NOWHERE:
            return
        self.at[talk] = NOWHERE
        self.inside[pool].remove(talk)
        self.free |= 1 << pool
        if self.mates[talk]:
            self._held[self.voices[talk]] &= ~self.pools.inside[self.pools.meeting[pool]]

    def augment(self, talk: int) -> bool:
        """Seat ``talk`` too, moving others where that helps; False, and nothing changed, where it can't be."""
        self._begin()
        path = self._search(talk, self.allowed[talk])
        if path:
            self.apply(path)
        return bool(path)

    def augment_or_bury(self, talk: int) -> bool:
        """As ``augment``, for talks that come one after the other and stay.

        From what a search in vain has reached no place can ever become free, so later ones leave it out;
        ``unbury`` ends that.
        """
        if self.augment(talk):
            return True
        self._shut |= self._reached
        for node in self._queue:
            self._seen[node] = 1 << 62
        return False

    def unbury(self) -> None:
        """Search everywhere again."""
        self._shut = 0
        self._seen = [0] * len(self._seen)

    def shut(self, pools: int) -> None:
        """Leave out pools whose talks are there to stay."""
        self._shut |= pools

    def advance(self, talk: int, within: int) -> bool:
        """Move a seated talk to the earliest meeting that has pools of ``within`` and from which all seated
        talks still fit; False, and nothing changed, where there is none before its present meeting."""
        old = self.at[talk]
        earlier = within & self.pools.before_meeting(self.pools.meeting[old])
        if not earlier:
            return False
        self.remove(talk)
        self._begin()
        for pools in self._meetings_of(earlier):
            if path := self._search(talk, pools):
                self.apply(path)
                return True
        self.put(talk, old)
        return False

    def _meetings_of(self, wanted: int) -> Iterator[int]:
        """``wanted`` meeting by meeting, the earliest first."""
        while wanted:
            pool = (wanted & -wanted).bit_length() - 1
            here = wanted & self.pools.inside[self.pools.meeting[pool]]
            yield here
            wanted &= ~here

    def _begin(self) -> None:
        self._stamp += 1
        self._reached = self._shut

    def _search(self, start: int, within: int) -> list[int]:
        """The shortest path from ``start`` over a pool of ``within`` to a free place, as nodes; [] for none."""
        number, seen, parent, stamp = len(self.at), self._seen, self._parent, self._stamp
        seen[start] = stamp
        queue = self._queue = [start]
        for node in queue:
            if node >= number:
                talk = node - number
                options = self.allowed[talk] & self.pools.inside[self.pools.meeting[self.at[talk]]]
                if seen[talk] < stamp:
                    seen[talk], parent[talk] = stamp, node
                    queue.append(talk)
            else:
                allowed = within if node == start else self.allowed[node]
                options = allowed
                if self.mates[node]:
                    options &= ~self._held[self.voices[node]]
                    self._take_over(node, allowed, queue)
            options &= ~self._reached
            if hit := options & self.free:
                pool = (hit & -hit).bit_length() - 1
                parent[2 * number + pool] = node
                return self._path_to(2 * number + pool, start)
            self._reached |= options
            self._displace(node, options, queue)
        return []

    def _take_over(self, talk: int, allowed: int, queue: list[int]) -> None:
        """Reach the talks of the same voice whose places ``talk`` could take over."""
        for mate in self.mates[talk]:
            pool = self.at[mate]
            if pool == NOWHERE or mate == talk or self._seen[mate] >= self._stamp:
                continue
            if allowed >> pool & 1:
                self._seen[mate], self._parent[mate] = self._stamp, talk
                queue.append(mate)

    def _displace(self, node: int, options: int, queue: list[int]) -> None:
        """Reach full pools and whoever sits in them."""
        number, seen, stamp = len(self.at), self._seen, self._stamp
        while options:
            low = options & -options
            options ^= low
            pool = low.bit_length() - 1
            self._parent[2 * number + pool] = node
            for talk in self.inside[pool]:
                there = number + talk if self.mates[talk] else talk
                if seen[there] < stamp:
                    seen[there], self._parent[there] = stamp, 2 * number + pool
                    queue.append(there)

    def _path_to(self, node: int, start: int) -> list[int]:
        path = [node]
        while node != start:
            node = self._parent[node]
            path.append(node)
        return path[::-1]

    def apply(self, path: list[int]) -> None:
        """Move every talk along a path of nodes that ends in a free place."""
        moves = moves_along(path, self.at)
        for talk in moves:
            self.remove(talk)
        for talk, pool in moves.items():
            self.put(talk, pool)


def moves_along(path: list[int], at: Sequence[int]) -> dict[int, int]:
    """What a path of nodes does: each talk that changes its pool, with its new one."""
    number = len(at)
    inner = {
        here - number: there - 2 * number
        for here, there in pairwise(path)
        if number <= here < 2 * number <= there
    }
    leaving = {node for node in path if node < number}
    moves = {talk: pool for talk, pool in inner.items() if talk not in leaving}
    for here, there in pairwise(path):
        if here < number:
            moves[here] = there - 2 * number if there >= 2 * number else inner.get(there, at[there])
    return moves
