"""The running order inside a meeting: which talk takes which of its places."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from readinggroup.domain.programme import Id, Meeting, Seat, Talk


def arranged(
    by_meeting: Sequence[Sequence[Talk]],
    meetings: Sequence[Meeting],
    locks: Iterable[Seat],
    before: Mapping[Id, Seat],
    *,
    shut: Collection[tuple[Id, int]] = (),
) -> tuple[Seat, ...]:
    """Seats for the talks of each meeting beside the locked ones, by meeting and position.

    ``shut``  meeting and position of places that stay free.

    A talk that was in the meeting before keeps its place, unless that leaves another without one that is long
    enough.  Of the rest the longest comes first, equal ones in the order given; each takes the shortest place
    that is long enough, the first of those.  Chapters of one series then swap into their order, where the
    lengths of their places let them.
    """
    held: dict[Id, list[Seat]] = {}
    taken: dict[Id, set[int]] = {}
    for seat in locks:
        held.setdefault(seat.meeting, []).append(seat)
        taken.setdefault(seat.meeting, set()).add(seat.position)
    for where, position in shut:
        taken.setdefault(where, set()).add(position)
    seats: list[Seat] = []
    for meeting, talks in zip(meetings, by_meeting, strict=True):
        here = [*held.get(meeting.id, []), *_seats_in(meeting, talks, taken.get(meeting.id, set()), before)]
        seats.extend(sorted(here, key=lambda seat: seat.position))
    return tuple(seats)


def _seats_in(
    meeting: Meeting, talks: Sequence[Talk], taken: set[int], before: Mapping[Id, Seat]
) -> list[Seat]:
    free = {place: length for place, length in enumerate(meeting.places, 1) if place not in taken}
    kept = {
        talk.id: seat.position
        for talk in talks
        if (seat := before.get(talk.id)) and seat.meeting == meeting.id
        if free.get(seat.position, -1) >= talk.minutes
    }
    places = _places(talks, free, kept) or _places(talks, free, {}) or {}
    _sort_chapters([talk for talk in talks if talk.series is not None], places, free)
    return [Seat(talk.id, meeting.id, places[talk.id]) for talk in talks]


def _places(talks: Sequence[Talk], free: Mapping[int, int], kept: Mapping[Id, int]) -> dict[Id, int] | None:
    """A place for each talk; None where one finds none that is long enough."""
    places = dict(kept)
    for talk in sorted(talks, key=lambda talk: -talk.minutes):
        if talk.id in places:
            continue
        left = [
            (length, place)
            for place, length in free.items()
            if length >= talk.minutes and place not in places.values()
        ]
        if not left:
            return None
        places[talk.id] = min(left)[1]
    return places


def _sort_chapters(talks: Sequence[Talk], places: dict[Id, int], free: Mapping[int, int]) -> None:
    for series in {talk.series: None for talk in talks}:
        chapters = sorted((talk for talk in talks if talk.series == series), key=lambda talk: talk.chapter)
        wanted = sorted(places[talk.id] for talk in chapters)
        if all(free[place] >= talk.minutes for talk, place in zip(chapters, wanted, strict=True)):
            places.update((talk.id, place) for talk, place in zip(chapters, wanted, strict=True))
