"""A season of forty rounds in a divided group: `python -m bench.season` prints who gets the talks under each rule.

Forty members in four circles (50, 25, 15 and 10 %) come to the talks of their own circle four times as gladly as to
others.  Each round the half offers two talks and each other circle one; two are chosen, and seven in ten vote.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from readinggroup.domain.season import levels_at_close, merge_small_classes, next_unit
from readinggroup.domain.tally import Ballot, RoundPaper, Rule, count

CIRCLE_SIZES = {"half": 20, "quarter": 10, "15 %": 6, "10 %": 4}
CIRCLES = [circle for circle, size in CIRCLE_SIZES.items() for _ in range(size)]
PITCHES = {"a": "half", "b": "half", "c": "quarter", "d": "15 %", "e": "10 %"}
ROUNDS, SEATS, SEASONS = 40, 2, 30
VOTES, LIKES_OWN, LIKES_OTHER = 0.7, 0.8, 0.2

Votes = Mapping[int, tuple[str, ...]]


@dataclass
class Balance:
    """What a group remembers from round to round; without balance every level stays 0."""

    on: bool
    unit: Fraction = Fraction(0)
    levels: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(len(CIRCLES)), 0))

    def learn(self, loads: Mapping[int, Fraction]) -> None:
        if self.on:
            before = merge_small_classes(self.levels)
            self.levels = levels_at_close(before, loads, unit=self.unit, seats=SEATS, turnout=len(loads))
            self.unit = next_unit(SEATS, len(loads))


def season(chance: Random) -> Iterator[Votes]:
    """What each voter likes in each round, own circle first."""
    for _ in range(ROUNDS):
        votes = {}
        for voter, circle in enumerate(CIRCLES):
            own = [pitch for pitch in PITCHES if PITCHES[pitch] == circle and chance.random() < LIKES_OWN]
            other = [pitch for pitch in PITCHES if PITCHES[pitch] != circle and chance.random() < LIKES_OTHER]
            if chance.random() < VOTES:
                votes[voter] = (*own, *other)
        yield votes


def ballot(rule: Rule, liked: tuple[str, ...], level: int) -> Ballot:
    if rule == "ranked":
        return Ballot(ranking=tuple((pitch,) for pitch in liked), level=level)
    return Ballot(approves=liked, level=level)


def slots(rule: Rule, *, balanced: bool, seed: int) -> Counter[str]:
    """How many talks each circle gave in one season."""
    balance, given = Balance(on=balanced), Counter[str]()
    for number, votes in enumerate(season(Random(seed))):
        levels = merge_small_classes(balance.levels)
        counted = count(
            RoundPaper(
                rule=rule,
                seats=SEATS,
                pitches=tuple(PITCHES),
                ballots=[ballot(rule, liked, levels[voter]) for voter, liked in votes.items()],
                unit=balance.unit,
                nonce=f"{seed}-{number}",
            )
        )
        given.update(PITCHES[winner] for winner in counted.winners)
        balance.learn(dict(zip(votes, counted.loads, strict=False)))
    return given


def main() -> None:
    print(f"Share of the talks, {SEASONS} seasons of {ROUNDS} rounds (in brackets: seasons without any)")
    print(f"{'':22}" + "".join(f"{circle:>16}" for circle in CIRCLE_SIZES))
    rules: list[tuple[str, Rule, bool]] = [
        ("popular", "popular", False),
        ("ranked", "ranked", False),
        ("fair without balance", "fair", False),
        ("fair with balance", "fair", True),
    ]
    for name, rule, balanced in rules:
        seasons = [slots(rule, balanced=balanced, seed=seed) for seed in range(SEASONS)]
        cells = []
        for circle in CIRCLE_SIZES:
            shares = [100 * given[circle] / given.total() for given in seasons]
            cells.append(f"{sum(shares) / SEASONS:.1f} % ({shares.count(0)})")
        print(f"{name:22}" + "".join(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    main()
