"""The planner by hand: who, when, and why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from readinggroup.domain.planning import (
    Cause,
    Change,
    Meeting,
    NotOnThePlan,
    Proposal,
    Reason,
    Seat,
    Talk,
    plan,
)
from readinggroup.domain.reasons import all_in_words, in_words

TODAY = date(2022, 11, 5)
NOV, DEC = date(2022, 11, 19), date(2022, 12, 3)
THIRD, FOURTH = Meeting("third", NOV, (30, 30)), Meeting("fourth", DEC, (30, 30))
META, QUANTUM = Talk("Meta Learning", "Harsha"), Talk("Quantum Probability", "Ashish")
RETRIEVAL, REPRESENTATION = Talk("Neural Information Retrieval", "Max"), Talk("Representation", "Harry")
CLIP = Talk("CLIP", "Ahmad")


def planned(talks, meetings, **options):
    return plan(talks, meetings, **{"today": TODAY, "lead_days": 7, **options})


def where(proposal):
    return {seat.talk: (seat.meeting, seat.position) for seat in proposal.seats}


def only(number):
    """So many weekly meetings with one place each."""
    return [Meeting(n, NOV + timedelta(weeks=n), (30,)) for n in range(number)]


def away(*meetings):
    return frozenset(meeting.on for meeting in meetings)


# --- who and when -----------------------------------------------------------------------------------------


def test_plan_of_the_groups_second_session():
    representation = replace(REPRESENTATION, away_on=frozenset({NOV}))

    proposal = planned([META, RETRIEVAL, representation, QUANTUM], [FOURTH, THIRD])

    assert where(proposal) == {
        "Meta Learning": ("third", 1),
        "Neural Information Retrieval": ("third", 2),
        "Representation": ("fourth", 1),
        "Quantum Probability": ("fourth", 2),
    }
    titles = {"Meta Learning": "Harsha", "Neural Information Retrieval": "Max"}
    assert {talk: all_in_words(reasons, titles) for talk, reasons in proposal.reasons.items()} == {
        "Representation": "speaker away on 19 Nov",
        "Quantum Probability": "both places taken by Harsha and Max on 19 Nov",
    }
    assert [change.before for change in proposal.changes] == [None] * 4
    assert proposal.waiting == ()


def test_plan_gives_up_the_earliest_place_where_only_so_all_fit():
    one, two = only(2)
    flexible, bound = Talk("flexible", "Ada"), Talk("bound", "Mo", away_on=away(two))

    proposal = planned([flexible, bound], [one, two])

    assert where(proposal) == {"bound": (0, 1), "flexible": (1, 1)}
    assert proposal.reasons["flexible"] == (Reason(Cause.PLACES_TAKEN, 0, one.on, ("bound",)),)


def test_plan_never_puts_two_talks_of_one_speaker_into_a_meeting():
    first, second = Talk("first", "Ada"), Talk("second", "Ada")

    proposal = planned([first, second], [THIRD, FOURTH])

    assert where(proposal) == {"first": ("third", 1), "second": ("fourth", 1)}
    assert all_in_words(proposal.reasons["second"], {}) == "speaker already gives first on 19 Nov"


def test_plan_lets_talks_without_speaker_share_a_meeting():
    proposal = planned([Talk("a"), Talk("b")], [THIRD])

    assert where(proposal) == {"a": ("third", 1), "b": ("third", 2)}


def test_plan_prefers_one_higher_talk_to_two_lower_ones():
    one, two, three = only(3)
    tops = [Talk(n, n, away_on=away(three)) for n in ("a", "b")]
    low = [Talk("c", "c", away_on=away(three)), Talk("d", "d", away_on=away(three))]

    proposal = planned([*tops, *low], [one, two, three])

    assert where(proposal) == {"a": (0, 1), "b": (1, 1)}
    assert proposal.waiting == ("c", "d")
    assert in_words(proposal.reasons["c"][-1], {}) == (
        "every place that it could take goes to talks standing higher"
    )


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (Talk("late", "Ada", first_on=DEC), "19 Nov is outside the talk's dates"),
        (Talk("busy", "Ada", away_on=frozenset({NOV})), "speaker away on 19 Nov"),
    ],
)
def test_plan_says_what_kept_a_talk_out_of_the_first_meeting(talk, words):
    proposal = planned([talk], [THIRD, FOURTH])

    assert where(proposal) == {talk.id: ("fourth", 1)}
    assert all_in_words(proposal.reasons[talk.id], {}) == words


@pytest.mark.parametrize(
    ("today", "meeting"), [(date(2022, 11, 12), "third"), (date(2022, 11, 13), "fourth")]
)
def test_plan_asks_for_reading_until_its_due_date(today, meeting):
    assert where(planned([META], [THIRD, FOURTH], today=today)) == {"Meta Learning": (meeting, 1)}


def test_plan_says_that_reading_is_due_too_soon():
    proposal = planned([META], [THIRD, FOURTH], today=date(2022, 11, 13))

    assert all_in_words(proposal.reasons["Meta Learning"], {}) == "reading due too soon for 19 Nov"


def test_plan_needs_no_deadline_for_reading_that_is_there():
    posted = replace(META, reading_posted=True)

    assert where(planned([posted], [THIRD], today=NOV)) == {"Meta Learning": ("third", 1)}
    assert where(planned([posted], [THIRD], today=NOV + timedelta(days=1))) == {}


def test_plan_says_why_a_talk_can_go_nowhere():
    last = Talk("never", "Ada", last_on=date(2022, 11, 18))
    mixed = Talk("mixed", "Mo", first_on=DEC, away_on=frozenset({DEC}))

    proposal = planned([last, mixed], [THIRD, FOURTH])

    assert proposal.waiting == ("never", "mixed")
    assert all_in_words(proposal.reasons["never"], {}) == "19 Nov is outside the talk's dates"
    assert all_in_words(proposal.reasons["mixed"], {}) == (
        "19 Nov is outside the talk's dates; speaker away on 3 Dec"
    )


def test_plan_of_nothing():
    assert planned([], []) == Proposal(())
    assert planned([META], []).waiting == ("Meta Learning",)
    assert planned([], [THIRD]).seats == ()


# --- locks ------------------------------------------------------------------------------------------------


def test_locked_talks_stay_whatever_speaks_against_them():
    lock = Seat("Quantum Probability", "third", 2)
    overruled = replace(QUANTUM, away_on=frozenset({NOV}))

    proposal = planned([META, RETRIEVAL, overruled], [THIRD, FOURTH], locks=[lock])

    assert where(proposal) == {
        "Meta Learning": ("third", 1),
        "Quantum Probability": ("third", 2),
        "Neural Information Retrieval": ("fourth", 1),
    }
    assert "Quantum Probability" not in {change.talk for change in proposal.changes}


def test_speaker_of_a_locked_talk_gives_no_other_there():
    lock = Seat("Meta Learning", "third", 1)

    proposal = planned([META, Talk("more", "Harsha")], [THIRD, FOURTH], locks=[lock])

    assert where(proposal)["more"] == ("fourth", 1)
    assert proposal.reasons["more"] == (Reason(Cause.SPEAKER_BUSY, "third", NOV, ("Meta Learning",)),)


def test_a_locked_meeting_takes_nobody():
    proposal = planned([META], [replace(THIRD, locked=True), FOURTH])

    assert where(proposal) == {"Meta Learning": ("fourth", 1)}
    assert proposal.reasons == {}


def test_a_lock_beyond_the_places_takes_none_of_them():
    lock = Seat("CLIP", "third", 3)

    proposal = planned([META, RETRIEVAL, CLIP], [THIRD], locks=[lock])

    assert [seat.talk for seat in proposal.seats] == ["Meta Learning", "Neural Information Retrieval", "CLIP"]


@pytest.mark.parametrize(
    "locks",
    [
        [Seat("unknown", "third", 1)],
        [Seat("CLIP", "unknown", 1)],
        [Seat("CLIP", "third", 0)],
        [Seat("CLIP", "third", 1), Seat("Meta Learning", "third", 1)],
        [Seat("CLIP", "third", 1), Seat("CLIP", "fourth", 1)],
    ],
)
def test_plan_refuses_seats_that_cannot_be(locks):
    with pytest.raises(NotOnThePlan):
        planned([META, CLIP], [THIRD, FOURTH], locks=locks)


# --- lengths ----------------------------------------------------------------------------------------------


def test_typed_places_take_talks_that_are_not_longer():
    typed = Meeting("typed", NOV, (30, 60, 30))
    talks = [Talk("short", "Ada", 15), Talk("long", "Mo", 60), Talk("too long", "Nia", 61)]

    proposal = planned(talks, [typed])

    assert where(proposal) == {"short": ("typed", 1), "long": ("typed", 2)}
    assert all_in_words(proposal.reasons["too long"], {}) == "too long for the places on 19 Nov"


def test_a_short_talk_leaves_the_long_place_to_a_long_one():
    typed = Meeting("typed", NOV, (60,))
    short, long = Talk("short", "Ada", 30), Talk("long", "Mo", 60)

    proposal = planned([short, long], [typed, FOURTH])

    assert where(proposal) == {"long": ("typed", 1), "short": ("fourth", 1)}


def test_two_lengths_of_one_speaker_stay_apart():
    typed = [Meeting("typed", NOV, (30, 60)), Meeting("later", DEC, (30, 60))]
    short, long = Talk("short", "Ada", 30), Talk("long", "Ada", 60)

    assert where(planned([short, long], typed)) == {"short": ("typed", 1), "long": ("later", 2)}


# --- series -----------------------------------------------------------------------------------------------


def chapter(number, speaker, **options):
    return Talk(f"chapter {number}", speaker, series="book", chapter=number, **options)


def test_chapters_share_out_their_standings_in_the_order_of_the_book():
    proposal = planned([chapter(2, "Ada"), META, chapter(1, "Mo")], only(3))

    assert where(proposal) == {"chapter 1": (0, 1), "Meta Learning": (1, 1), "chapter 2": (2, 1)}


def test_a_chapter_waits_for_the_one_before_it():
    one, two, three = only(3)
    talks = [chapter(1, "Ada", away_on=away(one)), chapter(2, "Mo")]

    proposal = planned(talks, [one, two, three])

    assert where(proposal) == {"chapter 1": (1, 1), "chapter 2": (2, 1)}
    assert all_in_words(proposal.reasons["chapter 2"], {}) == "comes after chapter 1"


def test_no_chapter_gets_a_place_when_the_one_before_it_gets_none():
    one, two = only(2)
    talks = [chapter(1, "Ada", away_on=away(one, two)), chapter(2, "Mo"), META]

    proposal = planned(talks, [one, two])

    assert where(proposal) == {"Meta Learning": (0, 1)}
    assert all_in_words(proposal.reasons["chapter 2"], {}) == "comes after chapter 1"


def test_chapters_in_one_meeting_stand_in_order():
    talks = [chapter(1, "Ada", minutes=25), chapter(2, "Mo", minutes=30)]

    assert where(planned(talks, [THIRD])) == {"chapter 1": ("third", 1), "chapter 2": ("third", 2)}


def test_chapters_keep_to_their_side_of_a_locked_one():
    one, two, three = only(3)
    talks = [chapter(1, "Ada"), chapter(3, "Mo"), chapter(2, "Nia")]

    proposal = planned(talks, [one, two, three], locks=[Seat("chapter 2", 1, 1)])

    assert where(proposal) == {"chapter 1": (0, 1), "chapter 2": (1, 1), "chapter 3": (2, 1)}


def test_a_book_of_thirty_chapters_with_many_absences_is_settled():
    meetings = only(40)
    talks = [
        chapter(n, n % 11, away_on=frozenset(m.on for m in meetings if (m.id * 7 + n * 5) % 3 == 0))
        for n in range(30)
    ]

    proposal = planned(talks, [replace(meeting, places=(30, 30)) for meeting in meetings])

    held = [seat.talk for seat in proposal.seats]
    assert held == [f"chapter {n}" for n in range(30)]


# --- the change set ---------------------------------------------------------------------------------------


def test_changes_say_from_where_to_where_and_why():
    busy = replace(META, away_on=frozenset({NOV}))
    present = [Seat("Meta Learning", "third", 1), Seat("Neural Information Retrieval", "third", 2)]

    proposal = planned([busy, RETRIEVAL], [THIRD, FOURTH], present=present)

    away_then = Reason(Cause.SPEAKER_AWAY, "third", NOV)
    assert proposal.changes == (
        Change("Meta Learning", present[0], Seat("Meta Learning", "fourth", 1), (away_then,)),
    )
    assert proposal.moved == ("Meta Learning",)


def test_a_talk_that_stays_in_its_meeting_keeps_its_place():
    present = [Seat("Neural Information Retrieval", "third", 1)]

    proposal = planned([META, RETRIEVAL], [THIRD], present=present)

    assert where(proposal) == {"Neural Information Retrieval": ("third", 1), "Meta Learning": ("third", 2)}


def test_a_talk_that_loses_its_place_is_in_the_change_set():
    present = [Seat("CLIP", "third", 1)]

    proposal = planned([META, CLIP], [Meeting("third", NOV, (30,))], present=present)

    assert [(change.talk, change.before, change.after) for change in proposal.changes] == [
        ("Meta Learning", None, Seat("Meta Learning", "third", 1)),
        ("CLIP", Seat("CLIP", "third", 1), None),
    ]
