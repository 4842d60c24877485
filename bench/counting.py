"""How long a count takes, in CPU time: `python -m bench.counting` prints it beside a plain count with floats.

``count``    the exact count of ballots in memory, all pitches ranked;  ``plain``  the same steps with floats, voter by
voter;  ``command``  all that `python tally.py round.json` does, from reading the file on, with its peak of memory.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from random import Random

from readinggroup.domain import tally
from readinggroup.domain.tally import Ballot, RoundPaper, count, round_json

SIZES = [(1_000, 30, 3), (100_000, 50, 5), (1_000_000, 100, 10), (1_000_000, 100, 55)]
"""Voters, pitches, and how often each voter ticks something; 55 times are 40 pitches, since some are ticked twice."""
SEATS = 4


def some_round(voters: int, pitches: int, ticks: int) -> RoundPaper:
    """A round in which hardly two ballots are equal, and some pitches are far better liked."""
    chance = Random(2022)
    paper = [f"p{number:03}" for number in range(pitches)]
    liked = [chance.random() for _ in paper]
    ballots = [
        Ballot(
            approves=tuple({*chance.choices(paper, liked, k=ticks)}),
            level=chance.choice((-1, 0, 0, 1)),
            receipt=f"{chance.getrandbits(80):020x}",
        )
        for _ in range(voters)
    ]
    unit = Fraction(SEATS, voters)
    return RoundPaper(rule="fair", seats=SEATS, pitches=tuple(paper), ballots=ballots, unit=unit)


def plain_count(paper: RoundPaper) -> list[str]:
    """Sequential Phragmen as one writes it down first: a list of floats, every supporter looked at in every step."""
    loads = [ballot.level * float(paper.unit) for ballot in paper.ballots]
    supporters: dict[str, list[int]] = {pitch: [] for pitch in paper.pitches}
    for voter, ballot in enumerate(paper.ballots):
        for pitch in ballot.approves:
            supporters[pitch].append(voter)
    order: list[str] = []
    while supporters:
        levels = {p: (1 + sum([loads[v] for v in who])) / len(who) for p, who in supporters.items()}
        elected = min(levels, key=levels.__getitem__)
        for voter in supporters.pop(elected):
            loads[voter] = max(loads[voter], levels[elected])
        order.append(elected)
    return order


def seconds(work: Callable[[RoundPaper], object], paper: RoundPaper) -> float:
    began = time.process_time()
    work(paper)
    return time.process_time() - began


def command(paper: RoundPaper) -> tuple[float, int]:
    """Seconds of CPU time and peak mebibytes of a recount of ``paper`` from a file."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(round_json(paper, count(paper)), file)
        file.flush()
        run = subprocess.Popen([sys.executable, tally.__file__, file.name], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        if run.returncode:
            raise RuntimeError(f"the recount failed with status {run.returncode}")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def main() -> None:
    print(
        f"{'ballots':>10}{'pitches':>9}{'ticks':>7}{'count':>11}{'plain':>11}{'ratio':>8}{'command':>11}{'memory':>11}"
    )
    for voters, pitches, ticks in SIZES:
        paper = some_round(voters, pitches, ticks)
        ticked = sum(mark.bit_count() for mark in paper.cast.marks) / voters
        gc.collect()
        gc.freeze()
        exact, plain = seconds(count, paper), seconds(plain_count, paper)
        whole, memory = command(paper)
        times = f"{exact:9.3f} s{plain:9.3f} s{exact / plain:8.2f}{whole:9.2f} s{memory:7} MiB"
        print(f"{voters:10}{pitches:9}{ticked:7.0f}{times}", flush=True)


if __name__ == "__main__":
    main()
