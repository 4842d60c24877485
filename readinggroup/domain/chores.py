"""What co-leads should do next for each session, made from its state alone; and whose turn it is.

No chore is ever ticked off: it is gone once the state says that it is done.  All dates are the group's local ones.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from readinggroup.domain.after import ASKED_AFTER
from readinggroup.domain.confirming import BEFORE_READING

Person = TypeVar("Person")


class Chore(StrEnum):
    """What is to be done, in the order in which a session comes to it."""

    RESULTS = "results"
    PLACES = "places"
    STEP_IN = "step_in"
    CONFIRM = "confirm"
    READING = "reading"
    JOIN = "join"
    CHAIR = "chair"
    HELD = "held"
    RECORDING = "recording"
    RECAP = "recap"
    SLIDES = "slides"
    CLOSE = "close"


class Stage(StrEnum):
    """How far a session has come."""

    COMING = "coming"
    OVER = "over"
    """Its time is over, and nobody has said yet whether it was held."""
    HELD = "held"
    CLOSED = "closed"


DAY, WEEK = timedelta(days=1), timedelta(days=7)
PLACES_FROM = timedelta(days=14)
"""How long before the places have to be filled that comes up."""
PLACES_WITHIN = timedelta(days=3)
"""How long a group that has just begun has for its first places; it is not late on its first day."""
SLIDES_WITHIN, RECAP_WITHIN, CLOSED_WITHIN = timedelta(days=5), timedelta(days=3), timedelta(days=7)
GIVEN_UP_AFTER = timedelta(days=28)
"""Nobody is told for longer what a held session lacks; the page of what is missing goes on telling it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkFacts:
    """How a talk stands.

    ``answer_by``    until when its speaker, once asked, is to say whether they come; None: nobody asked.
    ``declined_on``  since when the speaker can't come.
    ``has_slides``   also where it was said that there are none.
    """

    id: int
    reading_due_on: date
    confirmed: bool = False
    answer_by: date | None = None
    declined_on: date | None = None
    has_reading: bool = False
    has_slides: bool = False

    @property
    def waits_for_answer(self) -> bool:
        """Whether the speaker said neither that they come nor that they can't."""
        return not self.confirmed and self.declined_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """How a session on ``on`` stands; cancelled ones have no chores, and so no facts.

    ``group_since``      the day on which the group began.
    ``lacks_join_link``  the group meets online, and people can't see yet where.
    ``lacks_recording``  the group keeps recordings, and this session's isn't there; nor was it said that there is none.
    """

    on: date
    stage: Stage
    lead_days: int
    group_since: date
    talks: tuple[TalkFacts, ...] = ()
    free_places: int = 0
    lacks_join_link: bool = False
    lacks_recording: bool = False
    has_recap: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A chore that is to be done by a day; ``talks`` are the ids of those that it is about, where it is about some."""

    by: date
    order: int
    chore: Chore
    talks: tuple[int, ...] = ()

    def days_late(self, today: date) -> int:
        """How many days it is over its time; 0 while it isn't."""
        return max(0, (today - self.by).days)


def chores_of(session: SessionFacts, *, today: date) -> list[Due]:
    """What is to be done for the session by now, the most pressing first."""
    if session.stage is Stage.COMING:
        return sorted(_before(session, today))
    if session.stage is Stage.OVER:
        return [_due(Chore.HELD, session.on + DAY)]
    if session.stage is Stage.HELD and today <= session.on + GIVEN_UP_AFTER:
        return sorted(_after(session, today))
    return []


def results_due(counted_on: date) -> Due:
    """That the results of a round which was counted that day wait for their release."""
    return _due(Chore.RESULTS, counted_on + DAY)


def whose_turn(turn: int, people: Sequence[Person], *, out: Collection[Person] = ()) -> Person | None:
    """Whose turn the ``turn``-th is, where ``people`` take turns in their order; None where all are ``out``.

    The turns of somebody who is out go to the others in turn, and nobody else's turn moves for that.
    """
    left = list(people)
    while left:
        turn, place = divmod(turn, len(left))
        if left[place] not in out:
            return left[place]
        del left[place]
    return None


def owner_of(
    turn: int,
    co_leads: Sequence[Person],
    *,
    taken_by: Person | None = None,
    given_back_by: Collection[Person] = (),
    away: Collection[Person] = (),
) -> Person | None:
    """Who has a chore: who took it, if they are there, else whoever's turn it is of those who didn't give it back."""
    if taken_by in co_leads and taken_by not in away:
        return taken_by
    return whose_turn(turn, co_leads, out={*given_back_by, *away})


def _before(session: SessionFacts, today: date) -> Iterator[Due]:
    settled_by = session.on - timedelta(days=session.lead_days) - BEFORE_READING
    if session.free_places and settled_by - PLACES_FROM <= today:
        yield _due(Chore.PLACES, max(settled_by, min(session.group_since + PLACES_WITHIN, session.on)))
    for chore, days in (
        (Chore.STEP_IN, {talk.id: talk.declined_on for talk in session.talks if talk.declined_on}),
        (Chore.CONFIRM, _unanswered(session, settled_by, today)),
        (Chore.READING, _unread(session, today)),
    ):
        if days:
            yield _due(chore, min(days.values()) + DAY, tuple(days))
    if session.on - WEEK <= today:
        if session.lacks_join_link:
            yield _due(Chore.JOIN, session.on - DAY)
        yield _due(Chore.CHAIR, session.on)


def _unanswered(session: SessionFacts, settled_by: date, today: date) -> dict[int, date]:
    """Until when those should have answered who didn't, by talk."""
    days = {talk.id: talk.answer_by or settled_by for talk in session.talks if talk.waits_for_answer}
    return {talk_id: day for talk_id, day in days.items() if day < today}


def _unread(session: SessionFacts, today: date) -> dict[int, date]:
    """When the reading was due that isn't there, by talk."""
    lacking = (talk for talk in session.talks if not talk.has_reading and talk.declined_on is None)
    return {talk.id: talk.reading_due_on for talk in lacking if talk.reading_due_on <= today}


def _after(session: SessionFacts, today: date) -> Iterator[Due]:
    if session.lacks_recording:
        yield _due(Chore.RECORDING, session.on + ASKED_AFTER)
    if not session.has_recap:
        yield _due(Chore.RECAP, session.on + RECAP_WITHIN)
    lacking = tuple(talk.id for talk in session.talks if not talk.has_slides)
    if lacking and today > session.on + ASKED_AFTER:
        yield _due(Chore.SLIDES, session.on + SLIDES_WITHIN, lacking)
    yield _due(Chore.CLOSE, session.on + CLOSED_WITHIN)


def _due(chore: Chore, by: date, talks: tuple[int, ...] = ()) -> Due:
    return Due(by, list(Chore).index(chore), chore, talks)
