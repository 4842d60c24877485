"""The co-leads' board in words: columns, cards, what waits, what is drafted, and what to do next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.reasons import listed
from readinggroup.models import Speaker, Swap
from readinggroup.scheduling.candidates import Candidate, takes_talks
from readinggroup.scheduling.chapter_places import MeantChapter
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.situation import Situation
from readinggroup.scheduling.telling import (
    NO_ANSWER,
    ToldAnswer,
    counted,
    place_words,
    reading_words,
    told_answer,
)
from readinggroup.scheduling.views import MeetingView, PlaceView, SpeakerView
from readinggroup.web.when import When, short_date


@dataclass(frozen=True, slots=True)
class Card:
    """A talk or pitch on the board.

    ``state``     won, open, planned or confirmed.   ``change``  what the draft does with it, in words; else empty.
    ``earlier``   the place before and ``later`` the place after, as forms carry them; empty at the ends.
    """

    thing: Thing
    title: str
    speakers: Sequence[Speaker | SpeakerView]
    state: str
    change: str = ""
    reading_state: str = ""
    reading_words: str = ""
    is_declined: bool = False
    answer: ToldAnswer = NO_ANSWER
    warnings: tuple[str, ...] = ()
    earlier: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a session.  ``doubts`` is what speaks against what is being moved, were it put here.

    ``meant_for``  the chapter for which a book's plan holds it, while nothing stands there.
    """

    where: Where
    minutes: int
    questions: int
    card: Card | None
    doubts: tuple[str, ...] = ()
    meant_for: MeantChapter | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A session on the board."""

    id: int
    number: int
    name: str
    when: When | None
    state: str
    locked: bool
    because: str
    has_begun: bool
    is_open: bool
    over_time: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class DraftedChange:
    """One line of what the draft changes."""

    card: Card
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a co-lead should do.  ``kind`` is publish, repair, hold, propose or make; ``about`` what it is
    about: a talk's id, a session's number, or how many."""

    kind: str
    words: str
    about: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """The board.  ``stranded`` lost their place, ``coming_off`` are to lose it with the draft."""

    columns: tuple[Column, ...]
    stranded: tuple[Card, ...]
    coming_off: tuple[Card, ...]
    winners: tuple[Card, ...]
    others: tuple[Card, ...]
    changes: tuple[DraftedChange, ...]
    lost: tuple[str, ...]
    free_places: int
    version: str

    @property
    def waits(self) -> int:
        """How many talks want a place by right: winners, and talks that lost theirs."""
        return len(self.winners) + len(self.stranded)


def told_board(now: Situation, *, moving: Thing | None = None) -> Board:
    """The board of a situation; with ``moving`` every place says what speaks against that thing there."""
    order = [
        Where(meeting.number, place.position) for meeting in now.open_meetings for place in meeting.places
    ]
    waiting = now.waiting
    cards = {candidate.thing: _card(now, candidate, order) for candidate in (*now.known.values(),)}
    off = [candidate.thing for candidate in waiting if candidate.thing in now.base.seats]
    stranded = [c.thing for c in waiting if c.thing.is_talk and c.thing not in now.base.seats]
    return Board(
        columns=tuple(_column(now, meeting, cards, moving) for meeting in now.meetings),
        stranded=tuple(cards[thing] for thing in stranded),
        coming_off=tuple(cards[thing] for thing in off),
        winners=tuple(cards[c.thing] for c in waiting if c.won),
        others=tuple(cards[c.thing] for c in waiting if not c.won and not c.thing.is_talk),
        changes=tuple(_change(now, cards[thing], thing) for thing in now.draft),
        lost=tuple(now.known[thing].plain_title for thing in now.lost if thing in now.known),
        free_places=sum(now.at(where) is None and where not in now.meant for where in order),
        version=now.version,
    )


def words_of(now: Situation, where: Where | None) -> str:
    """A place in words; "no place" where there is none."""
    meeting = next((each for each in now.meetings if where and each.number == where.number), None)
    return place_words(meeting, where.position) if where and meeting else "no place"


def _card(now: Situation, candidate: Candidate, order: Sequence[Where]) -> Card:
    thing, where = candidate.thing, now.seats.get(candidate.thing)
    talk = now.talks.get(thing.id) if thing.is_talk else None
    meeting = now.meeting(where.number) if where else None
    reading = ("", "")
    if talk is not None and meeting is not None:
        reading = reading_words(now.group, meeting.on, talk, now=now.now)
    at = order.index(where) if where in order else None
    return Card(
        thing,
        candidate.title,
        candidate.speakers,
        talk.state.value if talk else "won" if candidate.won else "open",
        _change_words(now, thing),
        *reading,
        answer=told_answer(talk, today=now.today) if talk else NO_ANSWER,
        is_declined=talk is not None and talk.declined_at is not None,
        warnings=tuple(now.warnings(thing, where)) if where and at is not None else (),
        earlier=str(order[at - 1]) if at else "",
        later=str(order[at + 1]) if at is not None and at + 1 < len(order) else "",
    )


def _change_words(now: Situation, thing: Thing) -> str:
    if thing not in now.draft:
        return ""
    before = now.base.seats.get(thing)
    if now.draft[thing] is None:
        return "comes off"
    if before is None:
        return "new here"
    meeting = now.meeting(before.number)
    return f"was on {short_date(meeting.on)}" if meeting.on else "moved"


def _change(now: Situation, card: Card, thing: Thing) -> DraftedChange:
    return DraftedChange(card, words_of(now, now.base.seats.get(thing)), words_of(now, now.draft[thing]))


def _column(now: Situation, meeting: MeetingView, cards: dict[Thing, Card], moving: Thing | None) -> Column:
    is_open = takes_talks(meeting, now.now)
    return Column(
        id=meeting.id,
        number=meeting.number,
        name=meeting.title or f"Session {meeting.number}",
        when=meeting.when,
        state=meeting.state.value,
        locked=meeting.locked,
        because=meeting.cancelled_because,
        has_begun=meeting.starts_at_utc is not None and meeting.starts_at_utc <= now.now,
        is_open=is_open,
        over_time=_over_time(meeting),
        slots=tuple(
            _slot(now, meeting, place, cards, moving if is_open else None)
            for place in meeting.places
        ) if meeting.state is not MeetingState.CANCELLED else (),
    )  # fmt: skip


def _slot(
    now: Situation, meeting: MeetingView, place: PlaceView, cards: dict[Thing, Card], moving: Thing | None
) -> Slot:
    where = Where(meeting.number, place.position)
    here = now.at(where)
    return Slot(
        where,
        place.talk_minutes,
        place.question_minutes,
        cards[here.thing] if here else None,
        tuple(now.warnings(moving, where)) if moving and now.seats.get(moving) != where else (),
        now.meant_for(where),
    )


def _over_time(meeting: MeetingView) -> str:
    needs = sum(place.talk_minutes + place.question_minutes for place in meeting.places)
    if needs <= meeting.minutes:
        return ""
    return f"The places take {counted(needs, 'minute')}, the session has {meeting.minutes}."


def tasks_of(board: Board, swaps: Iterable[Swap] = ()) -> list[Task]:
    """What should be done, the most pressing first.  ``swaps`` are those that a co-lead can still stop."""
    found = []
    if board.changes:
        count = len(board.changes)
        found.append(
            Task("publish", f"{counted(count, 'change')} drafted. Nobody else sees {_it(count)} yet.", count)
        )
    for column in board.columns:
        for card in (slot.card for slot in column.slots if slot.card and slot.card.is_declined):
            found.append(
                Task("repair", f"{_names(card)} can't come to session {column.number}.", card.thing.id)
            )
    for swap in swaps:
        who = listed(speaker.name for talk in (swap.talk, swap.other) for speaker in talk.speakers)
        found.append(Task("swap", f"{who} change places, unless you say no.", swap.id))
    for column in board.columns:
        if column.has_begun and column.state != MeetingState.CANCELLED:
            found.append(Task("hold", f"{column.name} is over. Did it happen as planned?", column.number))
    if board.waits and board.free_places:
        found.append(Task("propose", f"{_waiting_words(board)} for a place.", board.waits))
    if not board.free_places and (board.waits or not any(column.is_open for column in board.columns)):
        found.append(
            Task("make", "There is no free place." if board.columns else "There are no sessions yet.")
        )
    return found


def _waiting_words(board: Board) -> str:
    what = counted(board.waits, "winner") if not board.stranded else counted(board.waits, "talk")
    return f"{what} {'waits' if board.waits == 1 else 'wait'}"


def _it(count: int) -> str:
    return "it" if count == 1 else "them"


def _names(card: Card) -> str:
    return listed(speaker.name for speaker in card.speakers)
