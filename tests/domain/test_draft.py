"""Drafting a programme apart from what is published."""

from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.draft import moved, overlaid, still_possible

THINGS, PLACES = range(6), "ABCDE"
seatings = st.permutations(THINGS).flatmap(
    lambda things: st.lists(st.sampled_from(PLACES), unique=True).map(
        lambda places: dict(zip(things, places, strict=False))
    )
)
moves = st.lists(st.tuples(st.sampled_from(THINGS), st.sampled_from([*PLACES, None])), max_size=8)


def drafted(published: dict[int, str], steps: list[tuple[int, str | None]]) -> dict[int, str | None]:
    draft: dict[int, str | None] = {}
    for thing, to in steps:
        draft = moved(published, draft, thing, to)
    return draft


def test_a_thing_that_waits_takes_a_place_and_who_was_there_waits() -> None:
    draft = moved({1: "A"}, {}, 2, "A")

    assert draft == {1: None, 2: "A"}
    assert overlaid({1: "A"}, draft) == {2: "A"}


def test_two_things_with_places_change_them() -> None:
    assert moved({1: "A", 2: "B"}, {}, 1, "B") == {1: "B", 2: "A"}


@given(seatings, moves, st.sampled_from(THINGS), st.sampled_from([*PLACES, None]))
def test_a_move_moves_one_thing_and_at_most_one_other(
    published: dict[int, str], steps: list[tuple[int, str | None]], thing: int, to: str | None
) -> None:
    draft = drafted(published, steps)
    before = overlaid(published, draft)

    after = overlaid(published, moved(published, draft, thing, to))

    assert after.get(thing) == to
    assert len(set(after.values())) == len(after)
    others = [other for other in THINGS if other != thing and before.get(other) != after.get(other)]
    assert len(others) <= 1
    assert all(before.get(other) == to and after.get(other) == before.get(thing) for other in others)


@given(seatings, moves)
def test_what_differs_from_nothing_is_no_draft(
    published: dict[int, str], steps: list[tuple[int, str | None]]
) -> None:
    draft = drafted(published, steps)

    assert all(place != published.get(thing) for thing, place in draft.items())
    assert still_possible(published, draft, things=THINGS, places=PLACES) == draft


@given(seatings, moves, seatings)
def test_a_draft_never_takes_a_place_that_somebody_got_meanwhile(
    published: dict[int, str], steps: list[tuple[int, str | None]], later: dict[int, str]
) -> None:
    draft = drafted(published, steps)

    left = still_possible(later, draft, things=THINGS[:4], places=PLACES[:3])

    seats = overlaid(later, left)
    assert len(set(seats.values())) == len(seats)
    assert left.items() <= draft.items()
    assert all(
        thing in THINGS[:4] and (place is None or place in PLACES[:3]) for thing, place in left.items()
    )
