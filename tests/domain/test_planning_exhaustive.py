"""The planner and the repair against exhaustive search on small random programmes."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from readinggroup.domain.planning import Meeting, Seat, Talk, plan
from readinggroup.domain.repair import repair

TODAY = date(2026, 1, 1)
LEAD = 7


@dataclass(frozen=True)
class Case:
    talks: list[Talk]
    meetings: list[Meeting]
    locks: list[Seat]


def random_case(random, *, lengths=(30,), books=False, sizes=(8, 5)):
    """More talks than places, several of one speaker; some meetings locked or too soon, some talks locked."""
    meetings = [
        Meeting(
            f"m{number}",
            TODAY + timedelta(days=14 * number + random.choice([6, 8])),
            tuple(random.choice(lengths) for _ in range(random.choice([1, 1, 2]))),
            locked=random.random() < 0.05,
        )
        for number in range(random.randint(2, sizes[1]))
    ]
    days = [meeting.on for meeting in meetings]
    talks = [
        Talk(
            f"t{number}",
            random.choice(["Ada", "Mo", "Nia", "Sam", None]),
            minutes=random.choice(lengths) - random.choice([0, 0, 5]),
            away_on=frozenset(day for day in days if random.random() < 0.35),
            first_on=random.choice([None, None, None, random.choice(days)]),
            last_on=random.choice([None, None, None, random.choice(days)]),
            reading_posted=random.random() < 0.2,
            series=random.choice(["book", "book", None]) if books else None,
            chapter=random.randint(1, 4) if books else 0,
        )
        for number in range(random.randint(3, sizes[0]))
    ]
    return Case(talks, meetings, random_locks(random, talks, meetings))


def random_locks(random, talks, meetings):
    """Now and then a talk or two that are put somewhere, whatever speaks against it."""
    places = [(meeting.id, n) for meeting in meetings for n in range(1, len(meeting.places) + 1)]
    number = min(random.choice([0, 0, 1, 2]), len(talks), len(places))
    picked = zip(random.sample(talks, number), random.sample(places, number), strict=True)
    return [Seat(talk.id, meeting, position) for talk, (meeting, position) in picked]


class Search:
    """Every rule once more, in the plainest words, and every arrangement tried."""

    def __init__(self, case):
        self.meetings = sorted(case.meetings, key=lambda meeting: meeting.on)
        self.index = {meeting.id: number for number, meeting in enumerate(self.meetings)}
        self.talk = {talk.id: talk for talk in case.talks}
        self.locked = {seat.talk: seat.meeting for seat in case.locks}
        self.taken = {(seat.meeting, seat.position) for seat in case.locks}
        self.free = {
            meeting.id: [
                minutes
                for n, minutes in enumerate(meeting.places, 1)
                if (meeting.id, n) not in self.taken and not meeting.locked
            ]
            for meeting in self.meetings
        }

    def may(self, talk, meeting):
        due = meeting.on if talk.reading_posted else meeting.on - timedelta(days=LEAD)
        return (
            due >= TODAY
            and meeting.on not in talk.away_on
            and (talk.first_on is None or meeting.on >= talk.first_on)
            and (talk.last_on is None or meeting.on <= talk.last_on)
        )

    def goes_with(self, talk, meeting_id, others):
        """Whether the talk may be there beside all ``others``, a dict of talk id to meeting id."""
        for other_id, other_meeting in others.items():
            other = self.talk[other_id]
            if talk.speaker and talk.speaker == other.speaker and other_meeting == meeting_id:
                return False
            if talk.series and talk.series == other.series:
                order = self.index[meeting_id] - self.index[other_meeting]
                if order * (talk.chapter - other.chapter) < 0:
                    return False
        return True

    def has_room(self, meeting_id, talks):
        lengths = sorted(self.free[meeting_id], reverse=True)
        wanted = sorted((talk.minutes for talk in talks), reverse=True)
        return len(wanted) <= len(lengths) and all(a >= b for a, b in zip(lengths, wanted, strict=False))

    def fits(self, ids, fixed):
        """Whether all of ``ids`` can be arranged, those of ``fixed`` where it says."""

        def place(left, here):
            if not left:
                return True
            talk = self.talk[left[0]]
            for meeting in self.meetings:
                if fixed.get(talk.id, meeting.id) != meeting.id or not self.may(talk, meeting):
                    continue
                if self.joins(talk, meeting.id, here) and place(left[1:], {**here, talk.id: meeting.id}):
                    return True
            return False

        return place(list(ids), {})

    def joins(self, talk, meeting_id, here):
        there = [self.talk[other] for other, where in here.items() if where == meeting_id]
        room = self.has_room(meeting_id, [*there, talk])
        return room and self.goes_with(talk, meeting_id, {**self.locked, **here})

    def waits(self, talk, accepted):
        """Whether the chapter before it has neither a place nor a locked chapter instead."""
        if talk.series is None:
            return False
        own = [other for other in self.talk.values() if other.series == talk.series]
        own = [other for other in own if other.chapter < talk.chapter]
        open_ones = [other for other in own if other.id not in self.locked]
        if not open_ones:
            return False
        last = max(other.chapter for other in open_ones)
        if any(other.chapter >= last for other in own if other.id in self.locked):
            return False
        return any(other.id not in accepted for other in open_ones if other.chapter == last)

    def answer(self, queue):
        accepted = []
        for talk in queue:
            if not self.waits(talk, accepted) and self.fits([*accepted, talk.id], {}):
                accepted.append(talk.id)
        fixed = {}
        for talk_id in accepted:
            fixed[talk_id] = next(
                meeting.id for meeting in self.meetings if self.fits(accepted, {**fixed, talk_id: meeting.id})
            )
        return fixed


def in_book_order(talks):
    """The chapters of the one book in order, at the standings that the book has."""
    chapters = sorted((talk for talk in talks if talk.series), key=lambda talk: talk.chapter)
    return [chapters.pop(0) if talk.series else talk for talk in talks]


KINDS = {
    "one length": ({}, 1200),
    "several lengths": ({"lengths": (15, 30, 60)}, 700),
    "a book": ({"books": True}, 600),
    "a book of several lengths": ({"lengths": (30, 60), "books": True}, 300),
}


@pytest.mark.parametrize("kind", KINDS)
def test_plan_equals_exhaustive_search(kind):
    options, number = KINDS[kind]
    differences = []
    for seed in range(number):
        case = random_case(Random(f"{kind} {seed}"), **options)
        locked = {seat.talk for seat in case.locks}
        queue = in_book_order([talk for talk in case.talks if talk.id not in locked])
        expected = Search(case).answer(queue)

        proposal = plan(case.talks, case.meetings, today=TODAY, lead_days=LEAD, locks=case.locks)

        found = {seat.talk: seat.meeting for seat in proposal.seats if seat.talk not in locked}
        if found != expected or not set(case.locks) <= set(proposal.seats):
            differences.append((seed, expected, found))
    assert differences == []


@pytest.mark.parametrize("kind", KINDS)
def test_plan_gives_each_talk_one_place_that_is_long_enough(kind):
    options, _ = KINDS[kind]
    for seed in range(200):
        case = random_case(Random(f"{kind} {seed}"), **options)

        proposal = plan(case.talks, case.meetings, today=TODAY, lead_days=LEAD, locks=case.locks)

        assert too_short(case, proposal.seats) == []
        assert Counter(seat.talk for seat in proposal.seats) + Counter(proposal.waiting) == Counter(
            talk.id for talk in case.talks
        )


def too_short(case, seats):
    minutes = {(meeting.id, n): m for meeting in case.meetings for n, m in enumerate(meeting.places, 1)}
    wanted = {talk.id: talk.minutes for talk in case.talks}
    held = [(seat.meeting, seat.position) for seat in seats]
    assert len(set(held)) == len(held)
    return [
        seat
        for seat in seats
        if seat not in case.locks and minutes[seat.meeting, seat.position] < wanted[seat.talk]
    ]


# --- repair -----------------------------------------------------------------------------------------------


def best_repair(case, seats, dropped):
    """The most that can be seated and the fewest that then move; with one gap also who steps in."""
    search = Search(case)
    here = {seat.talk: seat for seat in seats if seat.talk not in dropped}
    staying = {seat.talk: seat.meeting for seat in case.locks if seat.talk in here}
    moving = [talk for talk in case.talks if talk.id in here and talk.id not in staying]
    waiting = candidates(case.talks, here, dropped)
    gaps = [seat for seat in seats if seat.talk in dropped]
    length = {(meeting.id, n): m for meeting in case.meetings for n, m in enumerate(meeting.places, 1)}
    search.locked = staying
    search.free = {meeting.id: [] for meeting in case.meetings}
    for seat in [*gaps, *(here[talk.id] for talk in moving)]:
        search.free[seat.meeting].append(length[seat.meeting, seat.position])
    options = [
        [m.id for m in search.meetings if search.may(talk, m) or here[talk.id].meeting == m.id]
        for talk in moving
    ]
    options += [[None, *(m.id for m in search.meetings if search.may(talk, m))] for talk in waiting]
    talks = [*moving, *waiting]
    return min(
        (
            (-len(there), moves(there, here), [waiting.index(talk) for talk in waiting if talk.id in there])
            for picked in product(*options)
            if (there := arrangement(search, talks, picked)) is not None
        ),
        default=None,
    )


def candidates(talks, here, dropped):
    left = in_book_order([talk for talk in talks if talk.id not in here and talk.id not in dropped])
    first = min((talk.chapter for talk in left if talk.series), default=0)
    return [talk for talk in left if not talk.series or talk.chapter == first]


def arrangement(search, talks, picked):
    """The talks with a meeting, as a dict, where all rules hold; else None."""
    there = {}
    for talk, meeting in zip(talks, picked, strict=True):
        if meeting is None:
            continue
        if not search.goes_with(talk, meeting, {**search.locked, **there}):
            return None
        there[talk.id] = meeting
    full = all(
        search.has_room(meeting, [search.talk[talk] for talk, where in there.items() if where == meeting])
        for meeting in set(there.values())
    )
    return there if full else None


def moves(there, here):
    return sum(talk in here and here[talk].meeting != meeting for talk, meeting in there.items())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gaps", [1, 2])
def test_repair_moves_the_fewest_on_as_many(kind, gaps):
    options, number = KINDS[kind]
    differences = []
    for seed in range(number):
        random = Random(f"{gaps} {kind} {seed}")
        case = random_case(random, sizes=(7, 3), **options)
        programme = present_programme(random, case)
        dropped = {seat.talk for seat in random.sample(programme, min(gaps, len(programme)))}
        expected = best_repair(case, programme, dropped)

        proposal = repair(
            case.talks,
            case.meetings,
            programme,
            dropped=dropped,
            today=TODAY,
            lead_days=LEAD,
            fixed={seat.talk for seat in case.locks},
        )

        found = judged(case, programme, dropped, proposal)
        if found != (expected if gaps == 1 else (*expected[:2], found[2])):
            differences.append((seed, expected, found))
        assert too_short(case, proposal.seats) == []
    assert differences == []


def present_programme(random, case):
    """A programme by the rules that somebody made by hand; in locked meetings there are locked talks alone."""
    search = Search(case)
    here = {}
    for talk in random.sample(case.talks, len(case.talks)):
        options = [m.id for m in search.meetings if search.may(talk, m) and search.joins(talk, m.id, here)]
        if options and talk.id not in search.locked:
            here[talk.id] = random.choice(options)
    seats = list(case.locks)
    for meeting in case.meetings:
        places = [(m, n) for n, m in enumerate(meeting.places, 1) if (meeting.id, n) not in search.taken]
        for talk in sorted(case.talks, key=lambda talk: -talk.minutes):
            if here.get(talk.id) == meeting.id:
                places.remove(place := min(place for place in places if place[0] >= talk.minutes))
                seats.append(Seat(talk.id, meeting.id, place[1]))
    return seats


def judged(case, programme, dropped, proposal):
    staying = {seat.talk for seat in case.locks} - dropped
    here = {seat.talk: seat for seat in programme if seat.talk not in dropped}
    there = {seat.talk: seat.meeting for seat in proposal.seats if seat.talk not in staying}
    kept = {seat.talk: seat for seat in proposal.seats if seat.talk in staying}
    assert all(here[talk] == seat for talk, seat in kept.items())
    waiting = candidates(case.talks, here, dropped)
    places = [waiting.index(talk) for talk in waiting if talk.id in there]
    return -len(there), moves(there, here), places
