"""What a matching alone can't keep: chapters in order, and one speaker's talks of several lengths apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from readinggroup.domain.matching import NOWHERE, Matching
from readinggroup.domain.programme import Talk

# So many arrangements are tried for one question before the answer is no: a page must never hang on a puzzle.
TRIES = 400

Narrowing = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class House:
    """The rules between talks, by the numbers of the talks.

    ``series``       for each series its chapters in order; talks of one chapter stand together.
    ``apart``        for each speaker with talks of several size classes, all of that speaker's talks.
    ``just_before``  for each talk of a later chapter the talks of the chapter before it.
    """

    series: tuple[tuple[tuple[int, ...], ...], ...]
    apart: tuple[tuple[int, ...], ...]
    just_before: Mapping[int, tuple[int, ...]]


def house_of(talks: Sequence[Talk], voices: Sequence[int]) -> House:
    """The rules between ``talks``; ``voices`` as in Matching."""
    series: dict[object, dict[int, list[int]]] = {}
    speakers: dict[object, list[int]] = {}
    for number, talk in enumerate(talks):
        if talk.series is not None:
            series.setdefault(talk.series, {}).setdefault(talk.chapter, []).append(number)
        if talk.speaker is not None:
            speakers.setdefault(talk.speaker, []).append(number)
    books = tuple(
        tuple(tuple(chapters[chapter]) for chapter in sorted(chapters))
        for chapters in series.values()
        if len(chapters) > 1
    )
    apart = tuple(tuple(own) for own in speakers.values() if len({voices[talk] for talk in own}) > 1)
    just_before = {
        talk: before for chapters in books for before, chapter in pairwise(chapters) for talk in chapter
    }
    return House(books, apart, just_before)


def settled(matching: Matching, house: House) -> list[int] | None:
    """Seats for all who are seated in ``matching``, by its own rules and those of the house; None for none found.

    Goes from conflict to conflict: each has a few ways out, one of which every good arrangement takes, so that
    trying them all, each with an augmenting path, finds one where there is one (but see TRIES).  Chapters of
    ``matching`` itself may swap places meanwhile.
    """
    waiting = [matching]
    for _ in range(TRIES):
        if not waiting:
            return None
        trial = waiting.pop()
        sort_chapters(trial, house)
        ways = ways_out(trial, house)
        if not ways:
            return list(trial.at)
        if in_turn := chapters_in_turn(trial, house):
            return in_turn
        waiting.extend(child for way in reversed(ways) if (child := narrowed(trial, way)))
    return None


def chapters_in_turn(matching: Matching, house: House) -> list[int] | None:
    """Seats with each chapter, one after the other, in its earliest meeting; None where that leads nowhere.

    This settles nearly every book at once; what it can't settle may still have a solution.
    """
    trial = matching.copy()
    for chapters in house.series:
        seated = [[talk for talk in chapter if trial.at[talk] != NOWHERE] for chapter in chapters]
        for talk in (talk for chapter in seated for talk in chapter):
            trial.remove(talk)
        bound = 0
        for chapter in seated:
            if not all(_seat_from(trial, talk, bound) for talk in chapter):
                return None
            bound = max([bound, *(_meeting(trial, talk) for talk in chapter)])
    return None if ways_out(trial, house) else trial.at


def _seat_from(matching: Matching, talk: int, bound: int) -> bool:
    """Seat and keep a talk in the earliest meeting from ``bound`` on that leaves room for all seated so far."""
    matching.allowed[talk] &= matching.pools.from_meeting(bound)
    if not matching.augment(talk):
        return False
    matching.advance(talk, matching.allowed[talk])
    matching.allowed[talk] &= matching.pools.inside[_meeting(matching, talk)]
    return True


def narrowed(matching: Matching, way: Narrowing) -> Matching | None:
    """A copy in which each talk of ``way`` keeps to those pools, the rest moved as need be; None for no fit."""
    child = matching.copy()
    leaving = []
    for talk, pools in way.items():
        child.allowed[talk] &= pools
        if child.at[talk] != NOWHERE and not child.allowed[talk] >> child.at[talk] & 1:
            child.remove(talk)
            leaving.append(talk)
    return child if all(child.augment(talk) for talk in leaving) else None


def ways_out(matching: Matching, house: House) -> list[Narrowing]:
    """The first conflict's ways out; empty where there is no conflict."""
    return _speaker_ways(matching, house) or _chapter_ways(matching, house)


def _speaker_ways(matching: Matching, house: House) -> list[Narrowing]:
    """Of two talks of one speaker in one meeting, one or the other leaves."""
    for own in house.apart:
        there: dict[int, int] = {}
        for talk in own:
            meeting = _meeting(matching, talk)
            if meeting in there:
                elsewhere = ~matching.pools.inside[meeting]
                return [{talk: elsewhere}, {there[meeting]: elsewhere}]
            if meeting != NOWHERE:
                there[meeting] = talk
    return []


def _chapter_ways(matching: Matching, house: House) -> list[Narrowing]:
    """Where a chapter comes in meeting ``at`` and an earlier one later: that one comes by ``at`` with all
    before it, or this one comes after ``at`` with all that follow."""
    for chapters in house.series:
        for low, high in _reversed_chapters(matching, chapters):
            at = min(_meeting(matching, talk) for talk in chapters[high] if _meeting(matching, talk) >= 0)
            by_then = matching.pools.before_meeting(at + 1)
            after = matching.pools.from_meeting(at + 1)
            behind = [talk for talk in chapters[high] if _meeting(matching, talk) == at]
            behind += [talk for chapter in chapters[high + 1 :] for talk in chapter]
            return [
                {talk: by_then for chapter in chapters[: low + 1] for talk in chapter},
                dict.fromkeys(behind, after),
            ]
    return []


def _reversed_chapters(
    matching: Matching, chapters: tuple[tuple[int, ...], ...]
) -> Iterator[tuple[int, int]]:
    """Indices of an earlier and a later chapter of which the later one is held first."""
    latest, latest_at = NOWHERE, NOWHERE
    for index, chapter in enumerate(chapters):
        held = [meeting for talk in chapter if (meeting := _meeting(matching, talk)) != NOWHERE]
        if held and min(held) < latest_at:
            yield latest, index
        if held and max(held) > latest_at:
            latest, latest_at = index, max(held)


def _meeting(matching: Matching, talk: int) -> int:
    pool = matching.at[talk]
    return matching.pools.meeting[pool] if pool != NOWHERE else NOWHERE


def sort_chapters(matching: Matching, house: House) -> None:
    """Let the seated chapters of each series swap their places into their order, where all of them may."""
    for chapters in house.series:
        seated = [talk for chapter in chapters for talk in chapter if matching.at[talk] != NOWHERE]
        before = {talk: matching.at[talk] for talk in seated}
        after = dict(zip(seated, sorted(before.values()), strict=True))
        if before != after and all(matching.allowed[talk] >> pool & 1 for talk, pool in after.items()):
            _reseat(matching, after)
            if _voices_clash(matching, seated):
                _reseat(matching, before)


def _reseat(matching: Matching, seats: Mapping[int, int]) -> None:
    for talk in seats:
        matching.remove(talk)
    for talk, pool in seats.items():
        matching.put(talk, pool)


def _voices_clash(matching: Matching, talks: Sequence[int]) -> bool:
    voices = {matching.voices[talk] for talk in talks}
    held = [
        (voice, _meeting(matching, talk))
        for talk, voice in enumerate(matching.voices)
        if voice in voices and matching.at[talk] != NOWHERE
    ]
    return len(set(held)) < len(held)
