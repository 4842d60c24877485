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
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import Any, Literal, NamedTuple

FORMAT = "rg-round-1"
MOST_BALLOTS = 10_000_000
LINES_AT_ONCE = 1_000

Rule = Literal["fair", "popular", "ranked"]


class DamagedRound(ValueError):
    """A round that can't be counted; the message says what is wrong and where."""


class Ballot(NamedTuple):
    """What one member approves (``fair``, ``popular``), or ranks in tiers, best first (``ranked``).

    ``times`` is how many equal ballots this one stands for: "count" in the file.
    """

    approves: tuple[str, ...] = ()
    ranking: tuple[tuple[str, ...], ...] = ()
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


@dataclass(frozen=True, kw_only=True)
class RoundPaper:
    """One closed round.  Raises DamagedRound when its parts contradict each other, so every paper can be counted.

    ``unit``    the load that one level stands for: seats / turnout of the group's previous round.
    ``digest``  the published digest, which must be that of the ballots.
    """

    rule: Rule
    seats: int
    pitches: tuple[str, ...]
    ballots: Sequence[Ballot]
    threshold: Threshold = DEFAULT_THRESHOLD
    unit: Fraction = Fraction(0)
    round: str = ""
    nonce: str = ""
    digest: str | None = None
    standings: Published | None = None

    def __post_init__(self) -> None:
        _check_rules(self)
        _check_ballots(self)
        if self.digest is not None and self.digest != digest(self):
            raise DamagedRound("digest: it is not the digest of these ballots")


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


def _check_ballots(paper: RoundPaper) -> None:
    on_paper, is_ranked = set(paper.pitches), paper.rule == "ranked"
    for number, (approves, ranking, level, _, times) in enumerate(paper.ballots, 1):
        if level not in (-1, 0, 1) or times < 1:
            raise DamagedRound(f"ballot {number}: its level is not -1, 0 or 1, or its count is below 1")
        if (approves if is_ranked else ranking) or () in ranking:
            unused = "approves" if is_ranked else "ranking"
            raise DamagedRound(
                f'ballot {number}: it has "{unused}", which this rule has not, or an empty tier'
            )
        named = approves or tuple(chain.from_iterable(ranking))
        different = set(named)
        if len(different) < len(named):
            raise DamagedRound(f"ballot {number}: it names {_repeated(named)} twice")
        if not different <= on_paper:
            raise DamagedRound(f"ballot {number}: it names a pitch that is not on the paper")
    if sum(ballot.times for ballot in paper.ballots) > MOST_BALLOTS:
        raise DamagedRound(f"ballots: there are more than {MOST_BALLOTS}")
    receipts = [ballot.receipt for ballot in paper.ballots if ballot.receipt]
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
    lines: dict[str, int] = {}
    for approves, ranking, level, receipt, times in paper.ballots:
        choice = (
            ">".join(["=".join(sorted(tier)) for tier in ranking]) if ranking else ",".join(sorted(approves))
        )
        line = f"{receipt}\t{level}\t{choice}\n"
        lines[line] = lines.get(line, 0) + times
    return chain.from_iterable(repeat(line, lines[line]) for line in sorted(lines))


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


class _Lanes:
    """Packs one number per pitch into one integer, so that a single addition adds them all.

    Each number has a lane of bits wide enough for the turnout, so that no sum spills into the next.
    """

    def __init__(self, pitches: Sequence[str], turnout: int) -> None:
        width = max(1, turnout.bit_length())
        self._mask = (1 << width) - 1
        self._shifts = {pitch: width * position for position, pitch in enumerate(pitches)}
        self._ones = {pitch: 1 << shift for pitch, shift in self._shifts.items()}

    def pack(self, pitches: Iterable[str]) -> int:
        """One for each of ``pitches``, nought for the others."""
        return sum(map(self._ones.__getitem__, pitches))

    def unpack(self, packed: int) -> dict[str, int]:
        """Every pitch with its number."""
        return {pitch: packed >> shift & self._mask for pitch, shift in self._shifts.items()}


class _Electorate:
    """The voters of a round; those of equal choice and level are one kind, and are counted as one.

    ``kinds``  a ballot of each kind;  ``sizes``  how many voters it has;  ``rows``  their approvals, packed;
    ``kind_of``  the kind of each ballot of the paper;  ``approvals``, ``approvals_at[level]``  those of each pitch.
    """

    def __init__(self, paper: RoundPaper) -> None:
        numbers: dict[tuple[object, ...], int] = {}
        self.kinds: list[Ballot] = []
        self.sizes: list[int] = []
        self.kind_of = array("L")
        for ballot in paper.ballots:
            kind = numbers.setdefault(ballot[:3], len(numbers))
            if kind == len(self.kinds):
                self.kinds.append(ballot)
                self.sizes.append(0)
            self.sizes[kind] += ballot.times
            self.kind_of.append(kind)
        self.turnout = sum(self.sizes)
        self.lanes = _Lanes(paper.pitches, self.turnout)
        pack, at_level = self.lanes.pack, [0, 0, 0]
        self.rows: list[int] = []
        for one, size in zip(self.kinds, self.sizes, strict=True):
            row = size * pack(one.named)
            at_level[one.level] += row
            self.rows.append(row)
        self.approvals_at = {level: self.lanes.unpack(at_level[level]) for level in (-1, 0, 1)}
        self.approvals = {p: sum(camp[p] for camp in self.approvals_at.values()) for p in paper.pitches}

    def standing(self, pitch: str) -> Standing:
        """What the ballots alone say of ``pitch``."""
        return Standing(
            pitch, self.approvals[pitch], self.approvals_at[-1][pitch], self.approvals_at[1][pitch]
        )


class _Loads:
    """Who carries what while talks are elected; voters of equal load are a camp.

    Loads are whole numbers of 1/``cost``, where ``cost`` is that of one talk, so that all stays exact.
    The first camps are the levels 0, +1 and -1; electing a pitch moves those who share its cost to a new one.
    """

    def __init__(self, voters: _Electorate, unit: Fraction) -> None:
        self._voters = voters
        self._supporters = {pitch: array("L") for pitch in voters.approvals}
        for number, kind in enumerate(voters.kinds):
            for pitch in kind.approves:
                self._supporters[pitch].append(number)
        self._camp_of = [kind.level % 3 for kind in voters.kinds]
        self._cost = unit.denominator
        self._load = [level * unit.numerator for level in (0, 1, -1)]
        self._approvals = [voters.approvals_at[level] for level in (0, 1, -1)]
        self._lightest_first = [2, 0, 1]

    def level_for(self, pitch: str) -> Fraction:
        """The load to which electing ``pitch`` raises its supporters, as a number of 1/cost.

        Those who carry less fill up to it together, like water; those who carry more share nothing.
        """
        total, sharing = self._cost, 0
        for camp in self._lightest_first:
            here = self._approvals[camp][pitch]
            if here and sharing and total <= sharing * self._load[camp]:
                break
            total += here * self._load[camp]
            sharing += here
        return Fraction(total, sharing)

    def elect(self, pitch: str, level: Fraction) -> Standing:
        """Raise the supporters of ``pitch`` to ``level``, as ``level_for`` gave it."""
        self._cost *= level.denominator
        self._load = [load * level.denominator for load in self._load]
        share = [load < level.numerator for load in self._load]
        sharing = sum(camp[pitch] for camp, shares in zip(self._approvals, share, strict=True) if shares)
        had_won = sum(camp[pitch] for camp in self._approvals[3:])
        self._move(pitch, share)
        self._load.append(level.numerator)
        self._lightest_first.append(len(share))
        self._lightest_first.sort(key=self._load.__getitem__)
        load = Fraction(level.numerator, self._cost)
        return self._voters.standing(pitch)._replace(load=load, sharing=sharing, had_won=had_won)

    def _move(self, pitch: str, share: list[bool]) -> None:
        rows, camp_of, new = self._voters.rows, self._camp_of, len(share)
        moved = [0] * new
        for kind in self._supporters[pitch]:
            camp = camp_of[kind]
            if share[camp]:
                moved[camp] += rows[kind]
                camp_of[kind] = new
        for camp, row in enumerate(moved):
            if row:
                left = self._voters.lanes.unpack(row)
                self._approvals[camp] = {p: number - left[p] for p, number in self._approvals[camp].items()}
        self._approvals.append(self._voters.lanes.unpack(sum(moved)))

    def of_ballots(self) -> tuple[Fraction, ...]:
        """The load of each ballot, in the order of the paper."""
        loads = [Fraction(load, self._cost) for load in self._load]
        return tuple(loads[self._camp_of[kind]] for kind in self._voters.kind_of)


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
    final, left = loads.of_ballots(), list(pitches)
    while left:
        levels = {pitch: loads.level_for(pitch) for pitch in left}
        smallest = min(levels.values())
        elected = tie_break.first([pitch for pitch in left if levels[pitch] == smallest])
        standings.append(loads.elect(elected, smallest))
        left.remove(elected)
        if len(standings) <= paper.seats and (not left or len(standings) == paper.seats):
            final = loads.of_ballots()
    return standings, final


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
    packed = dict.fromkeys(pitches, 0)
    everyone = voters.lanes.pack(pitches)
    for kind, size in zip(voters.kinds, voters.sizes, strict=True):
        below = everyone
        for tier in kind.ranking:
            equals = packed.keys() & tier
            below -= voters.lanes.pack(equals)
            for pitch in equals:
                packed[pitch] += size * below
    return {pitch: voters.lanes.unpack(row) for pitch, row in packed.items()}


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


def read_round(file: bytes) -> RoundPaper:
    """The round that a ``round.json`` of version 1 holds.  Raises DamagedRound."""
    try:
        fields = json.loads(file.decode(), object_pairs_hook=_object, parse_constant=_no_constant)
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
    return _paper(fields)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise DamagedRound(f"one object has the field {_repeated(name for name, _ in pairs)} twice")
    # While the file is still being read, for a million ballots' own copies of the ids would fill the memory.
    approves = fields.get("approves")
    if type(approves) is list:
        fields["approves"] = _texts(approves)
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


def _paper(fields: Mapping[str, Any]) -> RoundPaper:
    needs = _field(fields, "threshold", "an object", {})
    entries = enumerate(_field(fields, "ballots", "a list"), 1)
    return RoundPaper(
        rule=_field(fields, "rule", "a text"),
        seats=_field(fields, "seats", "a whole number"),
        pitches=_field(fields, "pitches", "a list of texts"),
        ballots=[_ballot(entry, number, fields["rule"] == "ranked") for number, entry in entries],
        threshold=Threshold(
            _field(needs, "min", "a whole number", 2), _field(needs, "percent", "a whole number", 10)
        ),
        unit=_fraction(_field(fields, "unit", "a text", "0")),
        round=_field(fields, "round", "a text", ""),
        nonce=_field(fields, "nonce", "a text", ""),
        digest=_field(fields, "digest", "a text") if "digest" in fields else None,
        standings=_published(_field(fields, "standings", "an object")) if "standings" in fields else None,
    )


def _ballot(entry: Any, number: int, is_ranked: bool) -> Ballot:
    if type(entry) is not dict:
        raise DamagedRound(f"ballot {number}: it should be an object")
    return Ballot(
        () if is_ranked else _field(entry, "approves", "a list of texts", ballot=number),
        _ranking(_field(entry, "ranking", "a list", ballot=number), number) if is_ranked else (),
        _field(entry, "level", "a whole number", 0, number),
        _field(entry, "receipt", "a text", "", number),
        _field(entry, "count", "a whole number", 1, number),
    )


def _ranking(tiers: Iterable[Any], number: int) -> tuple[tuple[str, ...], ...]:
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
            paper = read_round(file.read())
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
