"""How long the planner takes: ``python -m bench.planning``.

Every figure is the slowest of several random programmes, in processor time.  Half of the talks have a window of
dates, every speaker is away now and then, every fifth speaker offers two talks, and there are twice as many
talks as places.  Exits with 1 when a limit of docs/scheduling.md is passed.
"""

import sys
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from time import process_time

from readinggroup.domain.planning import Meeting, Proposal, Talk, plan
from readinggroup.domain.repair import repair

START = date(2026, 1, 3)
TODAY = START - timedelta(days=30)


def programme(talks: int, places: int, seed: int, *, chapters: int = 0) -> tuple[list[Talk], list[Meeting]]:
    """A group's wishes for so many talks and places, two places a fortnight."""
    random = Random(seed)
    meetings = [Meeting(n, START + timedelta(weeks=2 * n), (30, 30)) for n in range(places // 2)]
    book = dict(zip(random.sample(range(talks), chapters), range(chapters), strict=True))
    return [wish(random, n, talks, meetings, book) for n in range(talks)], meetings


def wish(random: Random, number: int, talks: int, meetings: list[Meeting], book: dict[int, int]) -> Talk:
    """One talk with its absences and, every other time, a window of a fifth of the programme."""
    absences = frozenset(random.choice(meetings).on for _ in range(random.randint(0, min(8, len(meetings)))))
    first = random.randrange(len(meetings)) if random.random() < 0.5 and number not in book else None
    last = None if first is None else min(len(meetings) - 1, first + len(meetings) // 5)
    return Talk(
        number,
        speaker=random.randrange(talks * 4 // 5),
        minutes=25,
        away_on=absences,
        first_on=None if first is None else meetings[first].on,
        last_on=None if last is None else meetings[last].on,
        series="book" if number in book else None,
        chapter=book.get(number, 0),
    )


def slowest(run: Callable[[int], Proposal], times: int) -> tuple[float, Proposal]:
    """The processor time of the slowest run, in seconds, and its proposal."""
    timed = []
    for seed in range(times):
        began = process_time()
        proposal = run(seed)
        timed.append((process_time() - began, seed, proposal))
    seconds, _, proposal = max(timed, key=lambda run: run[:2])
    return seconds, proposal


def planned(talks: list[Talk], meetings: list[Meeting]) -> Proposal:
    return plan(talks, meetings, today=TODAY, lead_days=7)


def measure_plan(talks: int, places: int, *, times: int, chapters: int = 0) -> float:
    """Print and return the time of a whole plan."""
    wishes = [programme(talks, places, seed, chapters=chapters) for seed in range(times)]
    seconds, proposal = slowest(lambda seed: planned(*wishes[seed]), times)
    what = f"plan    {talks:6} talks x {places:5} places" + (f", {chapters} chapters" if chapters else "")
    print(f"{what:50} {seconds * 1000:10.1f} ms   {len(proposal.seats)} placed", flush=True)
    return seconds


def measure_repair(talks: int, places: int, *, times: int) -> float:
    """Print and return the time of a repair after the talk in the middle of the programme dropped out."""
    wishes = [programme(talks, places, seed) for seed in range(times)]
    seats = [planned(*wish).seats for wish in wishes]

    def run(seed: int) -> Proposal:
        gone = seats[seed][len(seats[seed]) // 2].talk
        return repair(*wishes[seed], seats[seed], dropped=[gone], today=TODAY, lead_days=7)

    seconds, proposal = slowest(run, times)
    what = f"repair  {talks:6} talks x {places:5} places"
    print(f"{what:50} {seconds * 1000:10.1f} ms   {len(proposal.moved)} moved", flush=True)
    return seconds


def main() -> int:
    """0 when every limit is kept."""
    kept = [
        measure_plan(100, 50, times=20) <= 0.020,
        measure_plan(100, 50, times=20, chapters=12) <= 0.200,
        measure_plan(1_000, 500, times=3) <= 1.0,
        measure_plan(10_000, 5_000, times=1) <= 30.0,
        measure_repair(100, 50, times=20) <= 0.200,
        measure_repair(1_000, 500, times=3) <= 5.0,
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
