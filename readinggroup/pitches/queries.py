"""Looking pitches up: one of them, those that wait for a round, and the board."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, PitchKind, PitchState, RoundState, TalkState
from readinggroup.models import (
    Group,
    Meeting,
    Pitch,
    PitchInterest,
    PitchLink,
    PitchSpeaker,
    Round,
    RoundPitch,
    Speaker,
    Talk,
    User,
)

HIGHEST = 2**31 - 1
"""No id is higher, and neither database likes to be asked for one that is."""
ROWS = 30
"""How many pitches stand in one part of the board."""
SESSIONS = 8
"""From how many coming sessions the dates away are picked."""
ABSTRACT_SHOWN = 600
LONGEST_DRAFT = 150_000
"""How many characters a draft holds: more than all its fields take together."""

PAST_OFFER = (PitchState.OPEN, PitchState.IN_ROUND, PitchState.WON, PitchState.SCHEDULED)
"""Where a pitch stands from when it is offered until it is given."""
STANDING = (TalkState.PLANNED, TalkState.CONFIRMED, TalkState.GIVEN)


def pitch_in(group: Group, pitch_id: int) -> Pitch | None:
    """The group's pitch of that id, with its speakers, links and days away."""
    if pitch_id > HIGHEST:
        return None
    return db.session.scalar(select(Pitch).where(Pitch.group_id == group.id, Pitch.id == pitch_id))


def open_pitches_of(group: Group) -> Sequence[Pitch]:
    """What the next round can vote on, with speakers, oldest first."""
    return pitches_by_state(group, [PitchState.OPEN])


def pitches_by_state(group: Group, states: Collection[PitchState]) -> Sequence[Pitch]:
    """The group's pitches in any of ``states``, with speakers, oldest first."""
    return db.session.scalars(
        select(Pitch).where(Pitch.group_id == group.id, Pitch.state.in_(states)).order_by(Pitch.id)
    ).all()


def pitches_of_author(group: Group, user_id: int | None, *, since: datetime | None = None) -> Sequence[Pitch]:
    """What one member has pitched in the group, by default ever, whatever became of it, newest first."""
    where = [Pitch.group_id == group.id, Pitch.author_id == user_id]
    if since is not None:
        where.append(Pitch.created_at >= since)
    return db.session.scalars(select(Pitch).where(*where).order_by(Pitch.id.desc())).all()


def count_waiting(group: Group, user_id: int) -> int:
    """How many drafts and open pitches one member has in the group."""
    waiting = select(func.count(Pitch.id)).where(
        Pitch.group_id == group.id,
        Pitch.author_id == user_id,
        Pitch.state.in_((PitchState.DRAFT, PitchState.OPEN)),
    )
    return db.session.scalar(waiting) or 0


def is_interested(pitch: Pitch, user_id: int | None) -> bool:
    """Whether the member has marked that they would like to hear it."""
    return user_id is not None and db.session.get(PitchInterest, (pitch.id, user_id)) is not None


def interest_in(pitch: Pitch) -> int | None:
    """How many would like to hear it; None while it isn't on offer: beside a vote that number would be a total."""
    if pitch.state is not PitchState.OPEN:
        return None
    marks = select(func.count()).select_from(PitchInterest).where(PitchInterest.pitch_id == pitch.id)
    return db.session.scalar(marks) or 0


def author_of(pitch: Pitch) -> User | None:
    """The account that made the pitch; None where it is gone or there never was one."""
    return db.session.get(User, pitch.author_id) if pitch.author_id is not None else None


def open_round_with(pitch: Pitch) -> Round | None:
    """The round that isn't over yet on whose paper the pitch stands: open, or closed and not released."""
    return db.session.scalar(
        select(Round)
        .join(RoundPitch, RoundPitch.round_id == Round.id)
        .where(RoundPitch.pitch_id == pitch.id, Round.state.in_((RoundState.OPEN, RoundState.CLOSED)))
    )


def session_number_of(pitch: Pitch) -> int | None:
    """The number of the session in which the pitch is or was given."""
    return db.session.scalar(
        select(Meeting.number)
        .join(Talk, Talk.meeting_id == Meeting.id)
        .where(Talk.pitch_id == pitch.id, Talk.state.in_(STANDING))
    )


def session_days_of(group: Group, today: date) -> Sequence[date]:
    """The local dates of the group's next sessions, from ``today`` on, earliest first."""
    coming = select(Meeting.on).where(
        Meeting.group_id == group.id,
        Meeting.on >= today,
        Meeting.state.in_((MeetingState.PLANNED, MeetingState.ANNOUNCED)),
    )
    days = db.session.scalars(coming.distinct().order_by(Meeting.on).limit(SESSIONS))
    return [day for day in days if day is not None]


# --- the board --------------------------------------------------------------------------------------------


class Part(StrEnum):
    """The parts of the board, in its order."""

    OPEN = "open"
    IN_ROUND = "round"
    WON = "won"
    MINE = "mine"
    GIVEN = "given"


_STATES = {
    Part.OPEN: (PitchState.OPEN,),
    Part.IN_ROUND: (PitchState.IN_ROUND,),
    Part.WON: (PitchState.WON, PitchState.SCHEDULED),
    Part.GIVEN: (PitchState.GIVEN,),
}


class Name(NamedTuple):
    """A speaker in a list."""

    name: str


@dataclass(frozen=True, slots=True)
class PitchRow:
    """A pitch in a list; ``abstract`` is the beginning of its Markdown."""

    id: int
    title: str
    abstract: str
    kind: PitchKind
    state: PitchState
    rounds_waited: int
    link_count: int
    speakers: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Some pitches of one part of the board, newest first; ``older`` is the id below which it goes on."""

    rows: tuple[PitchRow, ...]
    older: int | None


def board_of(
    group: Group, parts: Iterable[Part], *, user_id: int | None, before: int | None = None
) -> dict[Part, Listing]:
    """The ``parts`` of the board as ``user_id`` sees it, from the newest pitch below the id ``before`` on."""
    found = {part: _rows_of(group, _belongs(part, user_id), before) for part in parts}
    names = _names_of({row.id for rows in found.values() for row in rows})
    return {
        part: Listing(
            tuple(PitchRow(**row._mapping, speakers=tuple(names[row.id])) for row in rows[:ROWS]),
            rows[ROWS - 1].id if len(rows) > ROWS else None,
        )
        for part, rows in found.items()
    }


def _belongs(part: Part, user_id: int | None) -> ColumnElement[bool]:
    if part is Part.MINE:
        return and_(Pitch.author_id.is_not(None), Pitch.author_id == user_id)
    return Pitch.state.in_(_STATES[part])


def _rows_of(group: Group, belongs: ColumnElement[bool], before: int | None) -> Sequence[Any]:
    link_count = select(func.count()).where(PitchLink.pitch_id == Pitch.id).correlate(Pitch).scalar_subquery()
    wanted = select(
        Pitch.id,
        Pitch.title,
        func.substr(Pitch.abstract, 1, ABSTRACT_SHOWN).label("abstract"),
        Pitch.kind,
        Pitch.state,
        Pitch.rounds_waited,
        link_count.label("link_count"),
    ).where(Pitch.group_id == group.id, belongs)
    if before is not None:
        wanted = wanted.where(Pitch.id < min(max(before, 0), HIGHEST))
    return db.session.execute(wanted.order_by(Pitch.id.desc()).limit(ROWS + 1)).all()


def _names_of(pitch_ids: Collection[int]) -> defaultdict[int, list[Name]]:
    names: defaultdict[int, list[Name]] = defaultdict(list)
    speaking = (
        select(PitchSpeaker.pitch_id, Speaker.name)
        .join(Speaker, Speaker.id == PitchSpeaker.speaker_id)
        .where(PitchSpeaker.pitch_id.in_(pitch_ids))
        .order_by(PitchSpeaker.position, Speaker.id)
    )
    for pitch_id, name in db.session.execute(speaking):
        names[pitch_id].append(Name(name))
    return names
