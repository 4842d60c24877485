"""Count a round: the whole vote in one file, for the site and for anybody who wants to count again.

    python tally.py round.json

prints one JSON object: "winners", "order" (every pitch, best first), "ties" (every set of equal pitches that
approvals or the lot put in order) and "matches" (whether the standings in the file are these; null where it has
none).  The exit status is 0 where they match or none are published, 1 where they differ, and 2 where the file
can't be counted, with the reason on the error output.

docs/voting.md has the rules, their sources and the file's format.  A file must have "format", "rule", "seats",
"pitches" and "ballots".  Other fields may be missing (a round, nonce or receipt is then the empty text, a level or
unit 0, the threshold 2 and 10 %, a count 1), but one that is there and wrong is damage; unknown fields are left alone.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial, reduce
from itertools import chain, compress, islice, repeat
from math import lcm
from operator import attrgetter, getitem, or_
from typing import Any, BinaryIO, Generic, Literal, NamedTuple, TypeVar

FORMAT = "rg-round-1"
MOST_BALLOTS = 10_000_000
LINES_AT_ONCE = 1_000

Rule = Literal["fair", "popular", "ranked"]
Ranking = tuple[tuple[str, ...], ...]
Addable = TypeVar("Addable", int, str, tuple[str, ...])


class DamagedRound(ValueError):
    """A round that can't be counted; the message says what is wrong and where."""


class Ballot(NamedTuple):
    """What one member approves (``fair``, ``popular``), or ranks in tiers, best first (``ranked``).

    ``times`` is how many equal ballots this one stands for: "count" in the file.
    """

    approves: tuple[str, ...] = ()
    ranking: Ranking = ()
    level: int = 0
    receipt: str = ""
    times: int = 1

    @property
    def named(self) -> tuple[str, ...]:
        """The pitches that this ballot approves; to rank a pitch at all is to approve it."""
        return self.approves or tuple(chain.from_iterable(self.ranking))


class Threshold(NamedTuple):
    """What a pitch needs to win: approvals on ``minimum`` ballots and on ``percent`` % of all ballots."""

    minimum: int = 2
    percent: int = 10


DEFAULT_THRESHOLD = Threshold()


class Published(NamedTuple):
    """The standings that a file claims."""

    order: tuple[str, ...]
    winners: tuple[str, ...]


class Tie(NamedTuple):
    """Pitches that were equal when one of them had to go first, that one first, and what decided."""

    between: tuple[str, ...]
    broken_by: Literal["approvals", "lot"]


class Standing(NamedTuple):
    """A pitch's place in a counted round, 1 being the best, and why it has it.

    ``reached``  whether it reached the threshold.
    ``waiting``, ``served``  how many of its supporters had level -1 and +1.
    ``load``     fair: the load at which it was elected or, for a runner-up, would have been next.
    ``sharing``  fair: how many supporters shared its cost; the others carried ``load`` or more already.
    ``had_won``  fair: how many supporters had shared the cost of a pitch above it.
    ``beats``    ranked: how many of the pitches in the count it beats.
    """

    pitch: str
    approvals: int
    waiting: int
    served: int
    place: int = 0
    wins: bool = False
    reached: bool = False
    load: Fraction | None = None
    sharing: int = 0
    had_won: int = 0
    beats: int = 0


class _Bits(dict[str, int]):
    """A bit of its own for each pitch, in the order in which they are first asked for."""

    def __missing__(self, pitch: str) -> int:
        if type(pitch) is not str:
            raise TypeError(pitch)
        bit = self[pitch] = 1 << len(self)
        return bit


class _ByEights(Generic[Addable]):
    """Values that belong to the bits of a number, looked up for eight bits at once: much faster than one by one."""

    def __init__(self, values: Sequence[Addable], nothing: Addable) -> None:
        self._tables = []
        for start in range(0, len(values), 8):
            sums = [nothing]
            for value in values[start : start + 8]:
                sums += [one + value for one in sums]
            self._tables.append(sums)

    def of(self, bits: int) -> Iterable[Addable]:
        """The values of these bits, already summed by eights, lowest bits first."""
        return map(getitem, self._tables, bits.to_bytes(len(self._tables), "little"))  # type: ignore[arg-type]


_Columns = tuple[Sequence[int], Sequence[Ranking], Sequence[int], Sequence[str], Sequence[int]]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """All ballots of a round in columns, which takes a third of the memory and of the time.

    ``marks``     what each ballot names, a bit for each pitch in the order of ``pitches``.
    ``rankings``  the tiers of each ballot; empty ones where the rule is no ranking.
    """

    is_ranked: bool
    pitches: tuple[str, ...]
    marks: Sequence[int]
    rankings: Sequence[Ranking]
    levels: Sequence[int]
    receipts: Sequence[str]
    times: Sequence[int]

    @classmethod
    def of(cls, ballots: Iterable[Ballot], *, is_ranked: bool, pitches: Iterable[str]) -> Cast:
        """These ballots.  ``pitches`` are probably all that they name.  Raises DamagedRound."""
        bits, marks, ballots = _Bits(), [], list(ballots)
        for pitch in sorted(pitches):
            bits[pitch]
        for number, ballot in enumerate(ballots, 1):
            if (ballot.approves if is_ranked else ballot.ranking) or () in ballot.ranking:
                unused = "approves" if is_ranked else "ranking"
                raise DamagedRound(
                    f'ballot {number}: it has "{unused}", which this rule has not, or an empty tier'
                )
            marks.append(_marked(ballot.named, bits, number))
        columns = ([getattr(ballot, name) for ballot in ballots] for name in Ballot._fields[1:])
        rankings, levels, receipts, times = columns
        return cls(
            is_ranked=is_ranked,
            pitches=tuple(bits),
            marks=marks,
            rankings=rankings,
            levels=levels,
            receipts=receipts,
            times=times,
        )

    def on(self, pitches: Iterable[str]) -> Cast:
        """The same ballots with a bit for each of ``pitches``, sorted.  Raises DamagedRound where one names another."""
        paper = tuple(sorted(pitches))
        if self.pitches == paper:
            return self
        bits, unknown = {pitch: 1 << place for place, pitch in enumerate(paper)}, 1 << len(paper)
        moved = _ByEights([bits.get(pitch, unknown) for pitch in self.pitches], 0)
        marks = [sum(moved.of(mark)) for mark in self.marks]
        if max(marks, default=0) >= unknown:
            number = next(number for number, mark in enumerate(marks, 1) if mark >= unknown)
            raise DamagedRound(f"ballot {number}: it names a pitch that is not on the paper")
        return replace(self, pitches=paper, marks=marks)

    @property
    def columns(self) -> _Columns:
        """Marks, rankings, levels, receipts and times."""
        return self.marks, self.rankings, self.levels, self.receipts, self.times

    def __len__(self) -> int:
        return len(self.marks)

    def __iter__(self) -> Iterator[Ballot]:
        names = _ByEights([(pitch,) for pitch in self.pitches], ())
        for mark, ranking, level, receipt, times in zip(*self.columns, strict=True):
            approves = () if self.is_ranked else tuple(chain.from_iterable(names.of(mark)))
            yield Ballot(approves, ranking, level, receipt, times)


def _marked(named: Collection[str], bits: _Bits, number: int) -> int:
    mark = sum(map(bits.__getitem__, named))
    if mark.bit_count() < len(named):
        raise DamagedRound(f"ballot {number}: it names {_repeated(named)} twice")
    return mark


@dataclass(frozen=True, kw_only=True)
class RoundPaper:
    """One closed round.  Raises DamagedRound when its parts contradict each other, so every paper can be counted.

    ``ballots``  in any order; the paper keeps them as a ``Cast``.
    ``unit``     the load that one level stands for: seats / turnout of the group's previous round.
    ``digest``   the published digest, which must be that of the ballots.
    """

    rule: Rule
    seats: int
    pitches: tuple[str, ...]
    ballots: Iterable[Ballot]
    threshold: Threshold = DEFAULT_THRESHOLD
    unit: Fraction = Fraction(0)
    round: str = ""
    nonce: str = ""
    digest: str | None = None
    standings: Published | None = None

    def __post_init__(self) -> None:
        _check_rules(self)
        ballots, is_ranked = self.ballots, self.rule == "ranked"
        if not isinstance(ballots, Cast) or ballots.is_ranked != is_ranked:
            ballots = Cast.of(ballots, is_ranked=is_ranked, pitches=self.pitches)
        object.__setattr__(self, "ballots", ballots.on(self.pitches))
        _check_cast(self.cast)
        if self.digest is not None and self.digest != digest(self):
            raise DamagedRound("digest: it is not the digest of these ballots")

    @property
    def cast(self) -> Cast:
        """The ballots, as they are counted."""
        return self.ballots  # type: ignore[return-value]


@dataclass(frozen=True)
class Count:
    """A counted round.  ``standings`` are in ``order``; ``threshold`` is the approvals that a pitch needed to win.

    ``loads``  fair: the load of each ballot of the paper, in its order, once the winners alone are elected.
    """

    order: tuple[str, ...]
    winners: tuple[str, ...]
    ties: tuple[Tie, ...]
    standings: tuple[Standing, ...]
    turnout: int
    threshold: int
    loads: tuple[Fraction, ...]


# What makes a paper sound ---------------------------------------------------------------------------------------

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNFIT_ID = re.compile(f"{_UNFIT.pattern}|[,=>]|^$")


def _check_rules(paper: RoundPaper) -> None:
    if paper.rule not in ("fair", "popular", "ranked"):
        raise DamagedRound('rule: it is not "fair", "popular" or "ranked"')
    if paper.seats < 1:
        raise DamagedRound("seats: there is not even one")
    if paper.threshold.minimum < 0 or not 0 <= paper.threshold.percent <= 100:
        raise DamagedRound("threshold: min is below 0, or percent is not between 0 and 100")
    if paper.unit < 0:
        raise DamagedRound("unit: it is below 0")
    if _UNFIT.search(paper.round + paper.nonce):
        raise DamagedRound("round or nonce: it has a control character or broken text")
    if any(map(_UNFIT_ID.search, paper.pitches)):
        raise DamagedRound('pitches: an id is empty or has a control character, broken text or one of ",=>"')
    if len(set(paper.pitches)) < len(paper.pitches):
        raise DamagedRound(f"pitches: {_repeated(paper.pitches)} is there twice")


def _check_cast(cast: Cast) -> None:
    for number, (level, times) in enumerate(zip(cast.levels, cast.times, strict=True), 1):
        if level not in (-1, 0, 1) or times < 1:
            raise DamagedRound(f"ballot {number}: its level is not -1, 0 or 1, or its count is below 1")
    if sum(cast.times) > MOST_BALLOTS:
        raise DamagedRound(f"ballots: there are more than {MOST_BALLOTS}")
    receipts = [receipt for receipt in cast.receipts if receipt]
    if _UNFIT.search("".join(receipts)):
        raise DamagedRound("ballots: a receipt has a control character or broken text")
    if len(set(receipts)) < len(receipts):
        raise DamagedRound(f"ballots: the receipt {_repeated(receipts)} is there twice")


def _repeated(texts: Iterable[str]) -> str:
    return ascii(Counter(texts).most_common(1)[0][0])[:60]


# The lot --------------------------------------------------------------------------------------------------------


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def commit(nonce: str) -> str:
    """The commitment to ``nonce`` that is published at opening: `printf %s NONCE | sha256sum`."""
    return _sha256(nonce)


def canonical(paper: RoundPaper) -> Iterator[str]:
    """The lines of the canonical ballot file, each with its line feed, sorted; a ballot for n stands as n lines."""
    cast = paper.cast
    marks, rankings, levels, receipts, times = cast.columns
    ids = _ByEights([f",{pitch}" for pitch in cast.pitches], "")

    def lines(numbers: Iterable[int]) -> Iterator[str]:
        for number in numbers:
            choice = _tiers(rankings[number]) if cast.is_ranked else "".join(ids.of(marks[number]))[1:]
            line = f"{receipts[number]}\t{levels[number]}\t{choice}\n"
            if times[number] == 1:
                yield line
            else:
                yield from repeat(line, times[number])

    # No two ballots have the same receipt, and none has what sorts before a tab: those without one need a closer look.
    in_order = sorted(range(len(cast)), key=receipts.__getitem__)
    nameless = receipts.count("")
    yield from sorted(lines(in_order[:nameless]))
    yield from lines(in_order[nameless:])


def _tiers(ranking: Iterable[Iterable[str]]) -> str:
    return ">".join(["=".join(sorted(tier)) for tier in ranking])


def digest(paper: RoundPaper) -> str:
    """SHA-256 of the canonical ballot file, in hexadecimal."""
    file, lines = hashlib.sha256(), canonical(paper)
    while some := "".join(islice(lines, LINES_AT_ONCE)):
        file.update(some.encode())
    return file.hexdigest()


def seed(round_id: str, nonce: str, ballots_digest: str) -> str:
    """The seed of a round's lot, which no voter could know before the last ballot was cast."""
    return _sha256(f"rg-tie-v1\n{round_id}\n{nonce}\n{ballots_digest}\n")


def lot(round_seed: str, pitch: str) -> str:
    """What ``pitch`` draws; the smallest goes first: `printf '%s\\n%s\\n' SEED PITCH | sha256sum`."""
    return _sha256(f"{round_seed}\n{pitch}\n")


class _TieBreak:
    """Puts equal pitches in order, more approvals first, then the lot, and notes what it decided."""

    def __init__(self, paper: RoundPaper, approvals: Mapping[str, int]) -> None:
        self.ties: list[Tie] = []
        self._approvals = approvals

        @cache
        def seed_once() -> str:
            return seed(paper.round, paper.nonce, paper.digest or digest(paper))

        self._lot: Callable[[str], str] = cache(lambda pitch: lot(seed_once(), pitch))

    def first(self, equal: Sequence[str]) -> str:
        """The pitch that goes first among those that the rule finds equal."""
        most = max(map(self._approvals.__getitem__, equal))
        top = self._drawn([pitch for pitch in equal if self._approvals[pitch] == most])
        if len(top) < len(equal):
            others = sorted(set(equal).difference(top), key=lambda pitch: (-self._approvals[pitch], pitch))
            self._note([*top, *others], "approvals")
        self._note(top, "lot")
        return top[0]

    def by_approvals(self, pitches: Iterable[str]) -> list[str]:
        """All ``pitches``, most approvals first, equal ones by the lot."""
        groups: dict[int, list[str]] = {}
        for pitch in pitches:
            groups.setdefault(self._approvals[pitch], []).append(pitch)
        order = []
        for approvals in sorted(groups, reverse=True):
            drawn = self._drawn(groups[approvals])
            self._note(drawn, "lot")
            order += drawn
        return order

    def _drawn(self, equal: list[str]) -> list[str]:
        return sorted(equal, key=self._lot) if len(equal) > 1 else equal

    def _note(self, between: list[str], broken_by: Literal["approvals", "lot"]) -> None:
        # What is left of a tie once its first is taken is no new tie.
        known = any(tie.broken_by == broken_by and set(between) <= set(tie.between) for tie in self.ties)
        if len(between) > 1 and not known:
            self.ties.append(Tie(tuple(between), broken_by))


# Counting many ballots at once ----------------------------------------------------------------------------------


_Kind = tuple[int, int, Ranking]
"""What a voter named, their level, and how they ranked."""


class _Crowd:
    """Some kinds of voters; which of them are meant is told by a number with a bit for each.

    ``kinds``       their numbers in the electorate, that of the lowest bit first.
    ``supporters``  those that approve each pitch;  ``at_level``  those of each level.
    """

    def __init__(self, voters: _Electorate, kinds: Sequence[int]) -> None:
        some, sizes = [voters.kinds[kind] for kind in kinds], [voters.sizes[kind] for kind in kinds]
        marks = _columns([mark for mark, _, _ in some], len(voters.pitches))
        levels = _columns([1 << level + 1 for _, level, _ in some], 3)
        self.kinds = kinds
        self.supporters = dict(zip(voters.pitches, marks, strict=True))
        self.at_level = dict(zip((-1, 0, 1), levels, strict=True))
        self._sizes = _columns(sizes, max(sizes, default=0).bit_length())

    def voters(self, some: int) -> int:
        """How many voters those are."""
        return sum((some & sizes).bit_count() << place for place, sizes in enumerate(self._sizes))


class _Electorate:
    """The voters of a round; those of equal choice and level are one kind, and are counted as one.

    ``kind_of``    the kind of each ballot of the paper;  ``sizes``  how many voters each kind has.
    ``approvals``  those of each pitch.
    """

    def __init__(self, paper: RoundPaper) -> None:
        cast, numbers = paper.cast, dict[_Kind, int]()
        each = zip(cast.marks, cast.levels, cast.rankings, strict=True)
        self.kind_of = array("L", [numbers.setdefault(kind, len(numbers)) for kind in each])
        self.kinds, self.sizes, self.pitches = list(numbers), [0] * len(numbers), cast.pitches
        for kind, times in zip(self.kind_of, cast.times, strict=True):
            self.sizes[kind] += times
        self.turnout = sum(self.sizes)
        self.everyone = _Crowd(self, range(len(self.kinds)))
        self.approvals = {
            pitch: self.everyone.voters(supporters) for pitch, supporters in self.everyone.supporters.items()
        }

    def standing(self, pitch: str) -> Standing:
        """What the ballots alone say of ``pitch``."""
        voters, supporters = self.everyone.voters, self.everyone.supporters[pitch]
        waiting, served = (voters(supporters & self.everyone.at_level[level]) for level in (-1, 1))
        return Standing(pitch, self.approvals[pitch], waiting, served)


def _columns(rows: Sequence[int], width: int) -> list[int]:
    """The bits of ``rows`` turned about: the n-th number has the n-th bit of each, the first row's lowest."""
    size = -(-width // 8)
    table = b"".join([row.to_bytes(size, "little") for row in reversed(rows)])
    eights = [table[start::size] for start in range(size)]
    digits = [bytes(b"01"[byte >> bit & 1] for byte in range(256)) for bit in range(8)]
    return [int(eights[bit // 8].translate(digits[bit % 8]) or b"0", 2) for bit in range(width)]


def _places(bits: int) -> Iterator[int]:
    """The places of the bits that are set, lowest first."""
    return (digit.start() for digit in re.finditer("1", f"{bits:b}"[::-1]))


class _Loads:
    """Who carries what while talks are elected; voters of equal load are a camp.

    Loads are whole numbers of 1/``cost``, where ``cost`` is that of one talk, so that all stays exact.
    The first camps are the levels 0, +1 and -1; electing a pitch moves those who share its cost to a new one.
    """

    def __init__(self, voters: _Electorate, unit: Fraction) -> None:
        self._voters = voters
        self._cost = unit.denominator
        self._load = [level * unit.numerator for level in (0, 1, -1)]
        self._crowds = [(voters.everyone, [voters.everyone.at_level[level] for level in (0, 1, -1)])]
        self._lightest_first = [2, 0, 1]

    def level_for(self, pitch: str) -> Fraction:
        """The load to which electing ``pitch`` raises its supporters.

        Those who carry less fill up to it together, like water; those who carry more share nothing.
        """
        total, sharing = self._cost, 0
        for camp in self._lightest_first:
            here = sum(
                crowd.voters(crowd.supporters[pitch] & camps[camp])
                for crowd, camps in self._crowds
                if camps[camp]
            )
            if here and sharing and total <= sharing * self._load[camp]:
                break
            total += here * self._load[camp]
            sharing += here
        return Fraction(total, sharing * self._cost)

    def elect(self, pitch: str, level: Fraction) -> Standing:
        """Raise the supporters of ``pitch`` to ``level``, as ``level_for`` gave it."""
        share = [load * level.denominator < level.numerator * self._cost for load in self._load]
        sharing = had_won = 0
        for crowd, camps in self._crowds:
            supporters = crowd.supporters[pitch]
            had_won += crowd.voters(reduce(or_, camps[3:], 0) & supporters)
            moved = reduce(or_, compress(camps, share), 0) & supporters
            sharing += crowd.voters(moved)
            camps[:] = [camp & ~moved for camp in camps] + [moved]
        finer = lcm(self._cost, level.denominator)
        self._load = [load * (finer // self._cost) for load in self._load]
        self._load.append(level.numerator * (finer // level.denominator))
        self._cost = finer
        self._lightest_first = sorted(range(len(self._load)), key=self._load.__getitem__)
        if len(self._load) % 8 == 0:
            self._split()
        return self._voters.standing(pitch)._replace(load=level, sharing=sharing, had_won=had_won)

    def _split(self) -> None:
        """Let camps that have become small go from the first crowd to one of their own, whose numbers are short."""
        crowd, camps = self._crowds[0]
        kinds, small = list[int](), [0] * len(camps)
        for number, camp in enumerate(camps):
            if 64 * camp.bit_count() < len(crowd.kinds):
                here = [crowd.kinds[place] for place in _places(camp)]
                small[number] = (1 << len(here)) - 1 << len(kinds)
                camps[number] = 0
                kinds += here
        if kinds:
            self._crowds.append((_Crowd(self._voters, kinds), small))

    def of_ballots(self) -> tuple[Fraction, ...]:
        """The load of each ballot, in the order of the paper."""
        loads = [Fraction(0)] * len(self._voters.kinds)
        for crowd, camps in self._crowds:
            for load, camp in zip(self._load, camps, strict=True):
                carried = Fraction(load, self._cost)
                for place in _places(camp):
                    loads[crowd.kinds[place]] = carried
        return tuple(map(loads.__getitem__, self._voters.kind_of))


# The rules ------------------------------------------------------------------------------------------------------


def threshold(ballots: int, needs: Threshold = DEFAULT_THRESHOLD) -> int:
    """The approvals that a pitch needs to win when ``ballots`` were cast, blank ones among them."""
    return max(needs.minimum, -(-needs.percent * ballots // 100))


def count(paper: RoundPaper) -> Count:
    """Count a round by its rule.  Rules: docs/voting.md."""
    voters = _Electorate(paper)
    needed = threshold(voters.turnout, paper.threshold)
    tie_break = _TieBreak(paper, voters.approvals)
    # What nobody approved takes no part even where the threshold is nought: nobody could share its cost.
    running = [pitch for pitch in paper.pitches if voters.approvals[pitch] >= max(1, needed)]
    others = [pitch for pitch in paper.pitches if voters.approvals[pitch] < max(1, needed)]
    loads: tuple[Fraction, ...] = ()
    if paper.rule == "fair":
        standings, loads = _fair(paper, voters, running, tie_break)
    elif paper.rule == "ranked":
        standings = _ranked(voters, running, tie_break)
    else:
        standings = [voters.standing(pitch) for pitch in tie_break.by_approvals(running)]
    standings += [voters.standing(pitch) for pitch in tie_break.by_approvals(others)]
    for index, standing in enumerate(standings):
        reached = standing.approvals >= needed
        standings[index] = standing._replace(
            place=index + 1, reached=reached, wins=reached and index < paper.seats
        )
    order = tuple(standing.pitch for standing in standings)
    winners = tuple(standing.pitch for standing in standings if standing.wins)
    return Count(order, winners, tuple(tie_break.ties), tuple(standings), voters.turnout, needed, loads)


def _fair(
    paper: RoundPaper, voters: _Electorate, pitches: Collection[str], tie_break: _TieBreak
) -> tuple[list[Standing], tuple[Fraction, ...]]:
    """Sequential Phragmen: elect the pitch that raises its supporters to the smallest load, then the next."""
    loads = _Loads(voters, paper.unit)
    standings: list[Standing] = []
    final, left = None, list(pitches)
    levels = dict.fromkeys(left, -paper.unit)
    while left:
        smallest: Fraction | None = None
        # No load falls, so no level does: what was above the smallest when last looked at still is.
        for pitch in sorted(left, key=levels.__getitem__):
            if smallest is not None and levels[pitch] > smallest:
                break
            levels[pitch] = loads.level_for(pitch)
            smallest = levels[pitch] if smallest is None else min(levels[pitch], smallest)
        elected = tie_break.first([pitch for pitch in left if levels[pitch] == smallest])
        standings.append(loads.elect(elected, levels[elected]))
        left.remove(elected)
        if len(standings) <= paper.seats and (not left or len(standings) == paper.seats):
            final = loads.of_ballots()
    return standings, loads.of_ballots() if final is None else final


def _ranked(voters: _Electorate, pitches: Sequence[str], tie_break: _TieBreak) -> list[Standing]:
    """Schulze, winning votes: take an unbeaten pitch, then an unbeaten one of the rest, and so on."""
    strength = _strongest_paths(_preferences(voters, pitches))
    beats = {a: {b for b in pitches if strength[a][b] > strength[b][a]} for a in pitches}
    standings, left = [], list(pitches)
    while left:
        beaten = set[str]().union(*(beats[pitch] for pitch in left))
        first = tie_break.first([pitch for pitch in left if pitch not in beaten])
        standings.append(voters.standing(first)._replace(beats=len(beats[first])))
        left.remove(first)
    return standings


def _preferences(voters: _Electorate, pitches: Collection[str]) -> dict[str, dict[str, int]]:
    """How many voters prefer one pitch to another: ``[one][other]``."""
    # One number per pitch, packed into one integer so that a single addition adds them all; no sum spills over.
    width = max(1, voters.turnout.bit_length())
    ones = {pitch: 1 << width * place for place, pitch in enumerate(pitches)}
    packed, everyone = dict.fromkeys(pitches, 0), sum(ones.values())
    for (_, _, ranking), size in zip(voters.kinds, voters.sizes, strict=True):
        below = everyone
        for tier in ranking:
            equals = packed.keys() & tier
            below -= sum(map(ones.__getitem__, equals))
            for pitch in equals:
                packed[pitch] += size * below
    mask = (1 << width) - 1
    return {
        pitch: {other: row >> width * place & mask for place, other in enumerate(pitches)}
        for pitch, row in packed.items()
    }


def _strongest_paths(prefer: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """The weakest link of the strongest chain of won duels from one pitch to another: ``[one][other]``."""
    strength = {a: {b: prefer[a][b] if prefer[a][b] > prefer[b][a] else 0 for b in prefer} for a in prefer}
    for via, onward in strength.items():
        for row in strength.values():
            to_via = row[via]
            if to_via:
                row.update({b: min(to_via, link) for b, link in onward.items() if min(to_via, link) > row[b]})
    return strength


# The file -------------------------------------------------------------------------------------------------------

_KINDS: dict[str, set[type]] = {
    "a text": {str},
    "a whole number": {int},
    "a list": {list, tuple},
    "a list of texts": {tuple},
    "an object": {dict},
}


_MARK = object()
"""Where an object whose "approves" can be counted keeps it as a mark."""


def read_round(file: BinaryIO) -> RoundPaper:
    """The round that a ``round.json`` of version 1 holds.  Raises DamagedRound."""
    bits = _Bits()
    try:
        fields = _fields(file.read().decode(), bits)
    except DamagedRound:
        raise
    except UnicodeDecodeError as error:
        raise DamagedRound(f"the file is not UTF-8 text at byte {error.start}") from None
    except RecursionError:
        raise DamagedRound("the file is nested too deeply") from None
    except ValueError as error:
        raise DamagedRound(f"the file is not JSON: {error}") from None
    if type(fields) is not dict or fields.get("format") != FORMAT:
        raise DamagedRound(f'format: this is not a file of the format "{FORMAT}"')
    return _paper(fields, bits)


def _fields(text: str, bits: _Bits) -> Any:
    # Whatever this finds gives the bits an order and no more.  Where it is the paper's, none need be moved later.
    if listed := re.search(r'"pitches"\s*:\s*(\[[^][]*\])', text):
        for pitch in sorted(filter(str.__instancecheck__, json.loads(listed[1]))):
            bits[pitch]
    return json.loads(text, object_pairs_hook=partial(_object, bits), parse_constant=_no_constant)


def _object(bits: _Bits, pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
    fields: dict[Any, Any] = dict(pairs)
    if len(fields) < len(pairs):
        raise DamagedRound(f"one object has the field {_repeated(name for name, _ in pairs)} twice")
    # While the file is still being read, for a million ballots' own copies of the ids would fill the memory.
    approves = fields.get("approves")
    if type(approves) is list:
        try:
            mark = sum(map(bits.__getitem__, approves))
        except TypeError:
            return fields
        if mark.bit_count() == len(approves):
            fields["approves"], fields[_MARK] = (), mark
    return fields


def _texts(values: list[Any]) -> tuple[str, ...] | list[Any]:
    """A list of texts as a tuple of texts that all ballots share; other lists as they are."""
    try:
        return tuple(map(sys.intern, values))
    except TypeError:
        return values


def _no_constant(name: str) -> None:
    raise DamagedRound(f"the file is not JSON: {name} is no number")


def _field(fields: Mapping[str, Any], name: str, kind: str, default: object = None, ballot: int = 0) -> Any:
    value = fields.get(name, default)
    if type(value) is list and kind == "a list of texts":
        value = _texts(value)
    if type(value) in _KINDS[kind]:
        return value
    where = f"ballot {ballot}, {name}" if ballot else name
    raise DamagedRound(f"{where}: it should be {kind}" if name in fields else f"{where}: it is missing")


def _paper(fields: Mapping[str, Any], bits: _Bits) -> RoundPaper:
    needs = _field(fields, "threshold", "an object", {})
    rule = _field(fields, "rule", "a text")
    return RoundPaper(
        rule=rule,
        seats=_field(fields, "seats", "a whole number"),
        pitches=_field(fields, "pitches", "a list of texts"),
        ballots=_read_cast(_field(fields, "ballots", "a list"), bits, is_ranked=rule == "ranked"),
        threshold=Threshold(
            _field(needs, "min", "a whole number", 2), _field(needs, "percent", "a whole number", 10)
        ),
        unit=_fraction(_field(fields, "unit", "a text", "0")),
        round=_field(fields, "round", "a text", ""),
        nonce=_field(fields, "nonce", "a text", ""),
        digest=_field(fields, "digest", "a text") if "digest" in fields else None,
        standings=_published(_field(fields, "standings", "an object")) if "standings" in fields else None,
    )


def _read_cast(entries: list[Any], bits: _Bits, *, is_ranked: bool) -> Cast:
    for number, entry in enumerate(entries, 1):
        if type(entry) is not dict:
            raise DamagedRound(f"ballot {number}: it should be an object")
    if is_ranked:
        tiers = enumerate(_column(entries, "ranking", "a list"), 1)
        rankings = [_ranking(ranking, number) for number, ranking in tiers]
        named = [tuple(chain.from_iterable(ranking)) for ranking in rankings]
        marks = [_marked(pitches, bits, number) for number, pitches in enumerate(named, 1)]
    else:
        rankings, named = [()] * len(entries), _column(entries, "approves", "a list of texts")
        marks = [entry.get(_MARK, -1) for entry in entries]
        if -1 in marks:
            _marked(named[marks.index(-1)], bits, marks.index(-1) + 1)
    return Cast(
        is_ranked=is_ranked,
        pitches=tuple(bits),
        marks=marks,
        rankings=rankings,
        levels=_column(entries, "level", "a whole number", 0),
        receipts=_column(entries, "receipt", "a text", ""),
        times=_column(entries, "count", "a whole number", 1),
    )


def _column(entries: Sequence[Any], name: str, kind: str, default: object = None) -> list[Any]:
    """One field of every ballot."""
    column = [entry.get(name, default) for entry in entries]
    if not set(map(type, column)) <= _KINDS[kind]:
        return [_field(entry, name, kind, default, number) for number, entry in enumerate(entries, 1)]
    return column


def _ranking(tiers: Iterable[Any], number: int) -> Ranking:
    ranking = tuple(_texts(tier) if type(tier) is list else () for tier in tiers)
    if not all(type(tier) is tuple and tier for tier in ranking):
        raise DamagedRound(f"ballot {number}, ranking: it should be a list of lists of texts, none empty")
    return ranking  # type: ignore[return-value]


def _fraction(text: str) -> Fraction:
    if re.fullmatch("[0-9]{1,18}(/0*[1-9][0-9]{0,17})?", text):
        return Fraction(text)
    raise DamagedRound('unit: it should be a fraction such as "2/9"')


def _published(fields: Mapping[str, Any]) -> Published:
    return Published(*(_field(fields, name, "a list of texts") for name in Published._fields))


def round_json(paper: RoundPaper, counted: Count) -> dict[str, object]:
    """What is published of a round whose ballots may be shown, ready for ``json.dumps``."""
    by_receipt = attrgetter("receipt")
    return {
        "format": FORMAT,
        "round": paper.round,
        "rule": paper.rule,
        "seats": paper.seats,
        "threshold": {"min": paper.threshold.minimum, "percent": paper.threshold.percent},
        "unit": f"{paper.unit.numerator}/{paper.unit.denominator}",
        "pitches": paper.pitches,
        "nonce": paper.nonce,
        "digest": digest(paper),
        "ballots": [_ballot_json(ballot, paper.rule) for ballot in sorted(paper.ballots, key=by_receipt)],
        "standings": {"order": counted.order, "winners": counted.winners},
    }


def _ballot_json(ballot: Ballot, rule: Rule) -> dict[str, object]:
    choice = {"ranking": ballot.ranking} if rule == "ranked" else {"approves": sorted(ballot.approves)}
    times = {"count": ballot.times} if ballot.times > 1 else {}
    return {"receipt": ballot.receipt, "level": ballot.level, **choice, **times}


# The command ----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    """Recount the file that ``arguments`` name and print the standings.  Returns the exit status."""
    if len(arguments) != 1:
        print("usage: python tally.py round.json", file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            paper = read_round(file)
    except (OSError, DamagedRound) as error:
        print(error, file=sys.stderr)
        return 2
    counted = count(paper)
    matches = None if paper.standings is None else paper.standings == (counted.order, counted.winners)
    ties = [tie._asdict() for tie in counted.ties]
    print(json.dumps({"winners": counted.winners, "order": counted.order, "ties": ties, "matches": matches}))
    return 1 if matches is False else 0


if __name__ == "__main__":
    gc.disable()  # Nothing here makes cycles, and looking for them among a million ballots takes seconds.
    sys.exit(main(sys.argv[1:]))
