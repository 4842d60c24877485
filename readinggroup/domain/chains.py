"""Seating one more talk so that the fewest others change their meeting."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from readinggroup.domain.matching import NOWHERE, Matching

Edge = tuple[int, int]


class Chains:
    """Cheapest augmenting paths in a matching that began with everybody at home.

    The costs are those of a flow of least cost: a talk away from its home meeting costs a move, which it gets
    back when it returns, so that several chains, one after the other, still move the fewest.  Ties go to the
    best standing, then to the fewest changes of place inside a meeting.

    ``home``  for each talk that had a place its pool; talks that come in have none.
    """

    def __init__(self, matching: Matching, home: Mapping[int, int]) -> None:
        self.matching, self.home = matching, home
        self._number = len(matching.at)
        self._shift = 1
        self._rank = 2 * self._number + 2
        self._move = self._rank * (self._number + 2) ** 2
        meeting = matching.pools.meeting
        self._home_meeting = {talk: meeting[pool] for talk, pool in home.items()}
        self._home_of_pair = {(matching.voices[talk], meeting[pool]): pool for talk, pool in home.items()}

    def seat_one(self, candidates: Sequence[int]) -> int | None:
        """Seat the one of ``candidates``, best standing first, that costs least, and return that cost.

        None, and nothing changed, where nobody can be seated.
        """
        number, rank = self._number, self._rank
        cost = {talk: rank * place for place, talk in enumerate(candidates)}
        parent: dict[int, int] = {}
        queue, queued = deque(candidates), set(candidates)
        while queue:
            node = queue.popleft()
            queued.discard(node)
            for there, price in self._edges(node):
                if there not in cost or cost[node] + price < cost[there]:
                    cost[there], parent[there] = cost[node] + price, node
                    if there not in queued:
                        queued.add(there)
                        queue.append(there)
        ends = [2 * number + pool for pool in bits(self.matching.free) if 2 * number + pool in cost]
        if not ends:
            return None
        end = min(ends, key=lambda node: (cost[node], node))
        self.matching.apply(_path(end, parent))
        return cost[end]

    def _edges(self, node: int) -> Iterator[Edge]:
        """What a node of the search leads to, with what that step costs; nodes as in Matching."""
        if node >= 2 * self._number:
            for talk in self.matching.inside[node - 2 * self._number]:
                yield self._number + talk, 0
        elif node >= self._number:
            yield from self._from_wanted_place(node - self._number)
        else:
            yield from self._from_talk(node)

    def _from_wanted_place(self, talk: int) -> Iterator[Edge]:
        """To other pools of its meeting, or out of the meeting."""
        pool = self.matching.at[talk]
        meeting = self.matching.pools.meeting[pool]
        back = self._shifted(talk, pool)
        for other in bits(self.matching.allowed[talk] & self.matching.pools.inside[meeting]):
            if other != pool:
                yield 2 * self._number + other, self._shifted(talk, other) - back
        yield talk, -self._moved(talk, meeting) - back

    def _from_talk(self, talk: int) -> Iterator[Edge]:
        """To pools of meetings where its voice isn't heard, or to the place of a talk with its voice."""
        matching, pools = self.matching, self.matching.pools
        options = matching.allowed[talk]
        for mate in matching.mates[talk] or (talk,):
            pool = matching.at[mate]
            if pool == NOWHERE:
                continue
            meeting = pools.meeting[pool]
            if mate != talk and matching.allowed[talk] >> pool & 1:
                yield mate, self._moved(talk, meeting) - self._moved(mate, meeting)
            options &= ~pools.inside[meeting]
        for pool in bits(options):
            price = self._moved(talk, pools.meeting[pool]) + self._shifted(talk, pool)
            yield 2 * self._number + pool, price

    def _moved(self, talk: int, meeting: int) -> int:
        return 0 if self._home_meeting.get(talk, meeting) == meeting else self._move

    def _shifted(self, talk: int, pool: int) -> int:
        pair = (self.matching.voices[talk], self.matching.pools.meeting[pool])
        return 0 if self._home_of_pair.get(pair, pool) == pool else self._shift


def bits(number: int) -> Iterator[int]:
    """The positions of the ones of ``number``, lowest first."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low


def _path(end: int, parent: Mapping[int, int]) -> list[int]:
    path = [end]
    while path[-1] in parent:
        path.append(parent[path[-1]])
    return path[::-1]


def seat_all(chains: Chains, must: Iterable[int], may: Iterable[int]) -> int | None:
    """Seat all of ``must`` and as many as possible of ``may``, best standing first; what it costs.

    None where one of ``must`` can't be seated.
    """
    total = 0
    for talk in must:
        cost = chains.seat_one([talk])
        if cost is None:
            return None
        total += cost
    left = list(may)
    while (cost := chains.seat_one(left)) is not None:
        total += cost
        left = [talk for talk in left if chains.matching.at[talk] == NOWHERE]
    return total
