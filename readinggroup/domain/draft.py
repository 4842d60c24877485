"""A draft of the programme: what is to stand where, apart from what is published.

A draft holds only what differs: a thing and the place that it is to take, or None for one that is to come off.
"""

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)
Place = TypeVar("Place", bound=Hashable)


def overlaid(published: Mapping[Thing, Place], draft: Mapping[Thing, Place | None]) -> dict[Thing, Place]:
    """The programme as it would be: every thing that has a place, with its place."""
    seats = {thing: draft.get(thing, place) for thing, place in {**published, **draft}.items()}
    return {thing: place for thing, place in seats.items() if place is not None}


def moved(
    published: Mapping[Thing, Place], draft: Mapping[Thing, Place | None], thing: Thing, to: Place | None
) -> dict[Thing, Place | None]:
    """The draft after ``thing`` went to ``to``, or came off.

    Whatever is there changes places with it; where ``thing`` had no place, it waits instead.
    """
    seats = overlaid(published, draft)
    after = {**draft, thing: to}
    for other, place in seats.items():
        if place == to and other != thing:
            after[other] = seats.get(thing)
    return {each: place for each, place in after.items() if place != published.get(each)}


def still_possible(
    published: Mapping[Thing, Place],
    draft: Mapping[Thing, Place | None],
    *,
    things: Collection[Thing],
    places: Collection[Place],
) -> dict[Thing, Place | None]:
    """The part of ``draft`` that can be done with the programme as it is published by now.

    ``things``  what there still is to be placed.   ``places``  those that can take something.
    A step onto a place that somebody else got meanwhile falls away, and so does what relied on it.
    """
    left = {
        thing: place
        for thing, place in draft.items()
        if thing in things and (place is None or place in places) and place != published.get(thing)
    }
    while True:
        held = {place for thing, place in published.items() if thing not in left}
        lost = [thing for thing, place in left.items() if place in held]
        if not lost:
            return left
        for thing in lost:
            del left[thing]
