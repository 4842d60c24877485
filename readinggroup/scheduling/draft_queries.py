"""Looking the draft of the programme up, and what it can stand on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import and_, func, or_, select

from readinggroup.db import db
from readinggroup.domain import draft as drafting
from readinggroup.domain.lifecycle import MeetingState, PitchState, TalkState
from readinggroup.models import DraftSeat, DraftStep, Group, Meeting, Pitch, Place, Record, Talk, User
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.queries import OPEN_STATES, programme_version

Draft = dict[Thing, Where | None]
TO_COME = (TalkState.PLANNED, TalkState.CONFIRMED)
WAITING = (PitchState.WON, PitchState.OPEN)
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Published:
    """The programme as everybody sees it: who stands where, what places there are, what can take one."""

    seats: Mapping[Thing, Where]
    places: frozenset[Where]
    things: frozenset[Thing]


def last_step(group: Group) -> DraftStep | None:
    """The last step of the group's draft; None where nothing is drafted."""
    steps = select(DraftStep).where(DraftStep.group_id == group.id)
    return db.session.scalar(steps.order_by(DraftStep.number.desc()).limit(1))


def author_of_step(step: DraftStep | None) -> str:
    """Who made the step; empty where that account is gone."""
    user = db.session.get(User, step.by_id) if step is not None and step.by_id else None
    return user.name if user else ""


def drafted(group: Group) -> Draft:
    """What the draft says, whether that can still be done or not."""
    step = last_step(group)
    if step is None:
        return {}
    rows = db.session.execute(
        select(DraftSeat.pitch_id, DraftSeat.talk_id, Meeting.number, DraftSeat.position)
        .outerjoin(Meeting, Meeting.id == DraftSeat.meeting_id)
        .where(DraftSeat.step_id == step.id)
        .order_by(Meeting.number, DraftSeat.position, DraftSeat.id)
    )
    return {
        _thing(row.pitch_id, row.talk_id): Where(row.number, row.position) if row.number else None
        for row in rows
    }


def published(group: Group, now: datetime) -> Published:
    """The programme of the sessions that are to come, as everybody sees it."""
    open_ = (Meeting.group_id == group.id, Meeting.state.in_(OPEN_STATES), Meeting.starts_at_utc > now)
    places = db.session.execute(
        select(Meeting.number, Place.position).join(Place, Place.meeting_id == Meeting.id).where(*open_)
    )
    stranded = (Meeting.state == MeetingState.CANCELLED, Meeting.group_id == group.id)
    talks = db.session.execute(
        select(Talk.id, Meeting.number, Talk.position, Meeting.state)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(Talk.state.in_(TO_COME), or_(and_(*open_), and_(*stranded)))
    ).all()
    pitches = select(Pitch.id).where(Pitch.group_id == group.id, Pitch.state.in_(WAITING))
    return Published(
        {
            Thing.talk(talk_id): Where(number, position)
            for talk_id, number, position, state in talks
            if state is not MeetingState.CANCELLED
        },
        frozenset(Where(number, position) for number, position in places),
        frozenset(Thing.talk(row.id) for row in talks)
        | frozenset(map(Thing.pitch, db.session.scalars(pitches))),
    )


def possible(base: Published, draft: Draft) -> Draft:
    """The part of ``draft`` that can still be done."""
    return drafting.still_possible(base.seats, draft, things=base.things, places=base.places)


def board_version(group: Group) -> str:
    """A mark that changes whenever the programme or its draft does; forms of the board carry it."""
    lines = sorted(f"{thing} {where}" for thing, where in drafted(group).items())
    return sha256("\n".join([programme_version(group), *lines]).encode()).hexdigest()[:16]


def latest_record(group: Group) -> int:
    """The number of the last line of the audit trail; 0 before the first."""
    return db.session.scalar(select(func.max(Record.id)).where(Record.group_id == group.id)) or 0


def changes_since(group: Group, seen: int) -> list[str]:
    """What was done to programme and draft after the line ``seen`` of the audit trail, in words, latest first."""
    planning = or_(*(Record.what.like(f"{kind}.%") for kind in ("draft", "talk", "meeting", "programme")))
    rows = db.session.execute(
        select(Record.what, Record.after, User.name)
        .outerjoin(User, User.id == Record.by_id)
        .where(Record.group_id == group.id, Record.id > seen, planning)
        .order_by(Record.id.desc())
        .limit(MOST_TOLD)
    )
    return [f"{name or 'The site'} {_done(what, after)}" for what, after, name in rows]


def _thing(pitch_id: int | None, talk_id: int | None) -> Thing:
    """The database says that exactly one of them is there."""
    return Thing.pitch(pitch_id) if pitch_id is not None else Thing.talk(talk_id or 0)


def _done(what: str, after: Mapping[str, object]) -> str:
    if words := after.get("words"):
        return str(words)
    verb = what.rpartition(".")[2]
    session = f" session {after['number']}" if after.get("number") else ""
    title = f" “{after['title']}”" if after.get("title") else ""
    return f"{verb}{title},{session}" if title and session else f"{verb}{title}{session or ' a session'}"
