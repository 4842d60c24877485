"""Looking the programme up: sessions, talks, free places, what waits for a place, and the rhythm ahead."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice, takewhile
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from readinggroup.db import db
from readinggroup.domain import rhythm
from readinggroup.domain.lifecycle import MeetingState, PitchState, Role
from readinggroup.groups.queries import breaks_of, members_of
from readinggroup.models import (
    Group,
    Material,
    Meeting,
    Pitch,
    Place,
    Reading,
    Round,
    Speaker,
    Standing,
    Talk,
    TalkSpeaker,
    User,
)
from readinggroup.scheduling.views import STANDING, MeetingView, TalkView, meeting_views, talk_views

SHOWN_FOR = timedelta(hours=3)
"""How long after its start a session still stands among the coming ones, unless it was held before."""
OPEN_STATES = (MeetingState.PLANNED, MeetingState.ANNOUNCED)
AHEAD = timedelta(days=730)
"""How far ahead dates are made."""
HIGHEST = 2**31 - 1
"""No id or number is higher; PostgreSQL refuses to be asked for one."""


# --- sessions ---------------------------------------------------------------------------------------------


def coming_meetings(group: Group, now: datetime, limit: int | None = None) -> list[MeetingView]:
    """Sessions that are to come or have just begun, cancelled ones too, earliest first."""
    return meeting_views(
        group, *is_coming(now), order_by=(Meeting.starts_at_utc, Meeting.number), limit=limit
    )


def next_meeting(group: Group, now: datetime) -> MeetingView | None:
    """The first coming session that takes place."""
    where = (*is_coming(now), Meeting.state != MeetingState.CANCELLED)
    found = meeting_views(group, *where, order_by=(Meeting.starts_at_utc, Meeting.number), limit=1)
    return found[0] if found else None


def dated_meetings(group: Group) -> list[MeetingView]:
    """Every session whose moment is known, past ones and cancelled ones too, earliest first."""
    return meeting_views(
        group, Meeting.starts_at_utc.is_not(None), order_by=(Meeting.starts_at_utc, Meeting.number)
    )


def unfinished_meetings(group: Group, now: datetime) -> list[MeetingView]:
    """For the co-leads: coming sessions, and earlier ones of which nobody has said yet whether they were held."""
    waiting = Meeting.state.in_(OPEN_STATES)
    where = or_(waiting, Meeting.starts_at_utc >= now - SHOWN_FOR)
    order = (Meeting.starts_at_utc, Meeting.number)
    return meeting_views(
        group, Meeting.state != MeetingState.HELD, where, order_by=order, with_unpublished=True
    )


def meeting_in(group: Group, number: int) -> Meeting | None:
    """The group's session of that number."""
    if number > HIGHEST:
        return None
    return db.session.scalar(
        select(Meeting)
        .options(selectinload(Meeting.places))
        .where(Meeting.group_id == group.id, Meeting.number == number)
    )


def meeting_with_id(group: Group, meeting_id: int) -> Meeting | None:
    """The group's session with that id, which it has for good."""
    return db.session.scalar(select(Meeting).where(Meeting.group_id == group.id, Meeting.id == meeting_id))


def meeting_view_in(group: Group, number: int, *, with_unpublished: bool = False) -> MeetingView | None:
    """The group's session of that number with everything in it."""
    found = meeting_views(group, Meeting.number == number, limit=1, with_unpublished=with_unpublished)
    return found[0] if found else None


def highest_number(group: Group) -> int:
    """The number of the group's last session; 0 before the first."""
    return db.session.scalar(select(func.max(Meeting.number)).where(Meeting.group_id == group.id)) or 0


def is_date_taken(group: Group, on: date, starts_at: time, *, beside: Meeting | None = None) -> bool:
    """Whether a session of the group, other than ``beside``, has that date and start."""
    taken = select(Meeting.id).where(
        Meeting.group_id == group.id, Meeting.on == on, Meeting.starts_at == starts_at
    )
    if beside is not None:
        taken = taken.where(Meeting.id != beside.id)
    return db.session.scalar(taken) is not None


def is_coming(now: datetime) -> tuple[Any, ...]:
    """That a session is to come or has just begun, cancelled ones too."""
    return (Meeting.state != MeetingState.HELD, Meeting.starts_at_utc >= now - SHOWN_FOR)


def version_of(group: Group) -> int:
    """The group's ``public_version`` as it stands in the database, which raises it."""
    return db.session.scalars(select(Group.public_version).where(Group.id == group.id)).one()


# --- talks and places -------------------------------------------------------------------------------------


def talk_in(group: Group, talk_id: int) -> Talk | None:
    """The group's talk with its speakers and readings."""
    if talk_id > HIGHEST:
        return None
    return db.session.scalar(
        select(Talk)
        .options(selectinload(Talk.speakers), selectinload(Talk.readings))
        .where(Talk.group_id == group.id, Talk.id == talk_id)
    )


def talk_view_in(group: Group, talk_id: int) -> TalkView | None:
    """The group's talk with everything that belongs to it."""
    found = talk_views(group, Talk.id == talk_id)
    return found[0] if found else None


def standing_talks(meeting: Meeting) -> Sequence[Talk]:
    """The talks that hold the meeting's places, in order, with their speakers."""
    return db.session.scalars(
        select(Talk)
        .options(selectinload(Talk.speakers))
        .where(Talk.meeting_id == meeting.id, Talk.state.in_(STANDING))
        .order_by(Talk.position)
    ).all()


def meeting_of(talk: Talk) -> Meeting:
    """The session that a talk is planned for or was given at."""
    return db.session.scalars(select(Meeting).where(Meeting.id == talk.meeting_id)).one()


def place_is_free(meeting: Meeting, position: int) -> bool:
    """Whether the meeting has that place and no talk holds it."""
    has = select(Place.position).where(Place.meeting_id == meeting.id, Place.position == position)
    held = select(Talk.id).where(
        Talk.meeting_id == meeting.id, Talk.position == position, Talk.state.in_(STANDING)
    )
    return db.session.scalar(has) is not None and db.session.scalar(held) is None


def positions_used(meeting: Meeting) -> frozenset[int]:
    """The positions at which a talk stands or once stood, which therefore stay."""
    return frozenset(db.session.scalars(select(Talk.position).where(Talk.meeting_id == meeting.id)))


def programme_version(group: Group) -> str:
    """A mark that changes whenever a session that isn't held, or a talk in one, changes.

    Forms carry it, so that what was decided from an old page isn't written over a newer programme.
    """
    meetings = select(
        Meeting.id,
        Meeting.number,
        Meeting.state,
        Meeting.on,
        Meeting.starts_at,
        Meeting.sequence,
        Meeting.locked,
    )
    talks = select(Talk.id, Talk.meeting_id, Talk.position, Talk.state, Talk.title).join(
        Meeting, Meeting.id == Talk.meeting_id
    )
    rows = [*_unheld(meetings, group, Meeting.id), *_unheld(talks, group, Talk.id)]
    return sha256("\n".join(repr(tuple(map(str, row))) for row in rows).encode()).hexdigest()[:16]


def _unheld(chosen: Select[*tuple[Any, ...]], group: Group, by: Any) -> Sequence[Any]:
    mine = chosen.where(Meeting.group_id == group.id, Meeting.state != MeetingState.HELD)
    return db.session.execute(mine.order_by(by)).all()


# --- pitches that could take a place ----------------------------------------------------------------------


def pitch_that_waits(group: Group, pitch_id: int) -> Pitch | None:
    """The pitch, where it won or is open and so can be given a place; nobody else changes it meanwhile."""
    waits = Pitch.state.in_((PitchState.WON, PitchState.OPEN))
    mine = select(Pitch).where(Pitch.group_id == group.id, Pitch.id == min(pitch_id, HIGHEST), waits)
    return db.session.scalar(mine.with_for_update())


def has_won(pitch: Pitch) -> bool:
    """Whether the pitch won a released round at some time."""
    won = (
        select(Standing.pitch_id)
        .join(Round, Round.id == Standing.round_id)
        .where(Standing.pitch_id == pitch.id, Standing.won, Round.released_at.is_not(None))
    )
    return db.session.scalar(won.limit(1)) is not None


# --- the rhythm -------------------------------------------------------------------------------------------


def rhythm_of(group: Group) -> rhythm.Rhythm:
    """The group's rhythm as the domain knows it."""
    return rhythm.Rhythm(group.anchor_on, group.weeks_between, group.starts_at, group.minutes, group.zone)


def dates_ahead(group: Group, now: datetime) -> Iterator[date]:
    """The dates of the group's rhythm whose session is still to begin, breaks left out, for two years."""
    beat = rhythm_of(group)
    today = now.astimezone(rhythm.zone_at(group.zone)).date()
    breaks = [
        rhythm.Break(b.starts_on, b.ends_on, b.name, shifts=not b.keeps_phase) for b in breaks_of(group)
    ]
    coming = (
        on
        for on in rhythm.dates(beat, breaks, from_on=today)
        if on > today or rhythm.hour(beat, on).starts_at > now
    )
    return takewhile(lambda on: on <= today + AHEAD, coming)


def dates_settled(group: Group, *, from_on: date) -> frozenset[date]:
    """Dates that need no further session: they have one, in whatever state, or one stands for them elsewhere."""
    rows = db.session.execute(
        select(Meeting.on, Meeting.made_for).where(
            Meeting.group_id == group.id, or_(Meeting.on >= from_on, Meeting.made_for >= from_on)
        )
    )
    return frozenset(on for row in rows for on in row if on is not None)


def dates_made(group: Group, now: datetime) -> int:
    """How many of the dates ahead are settled, counted up to the last that is."""
    ahead = list(dates_ahead(group, now))
    if not ahead:
        return 0
    settled = dates_settled(group, from_on=ahead[0])
    return max((number for number, on in enumerate(ahead, start=1) if on in settled), default=0)


def dates_to_make(
    group: Group, now: datetime, *, count: int | None = None, upto: date | None = None
) -> list[date]:
    """Those of the next ``count`` dates, or of all up to ``upto``, that have no session yet."""
    ahead = list(islice(takewhile(lambda on: upto is None or on <= upto, dates_ahead(group, now)), count))
    settled = dates_settled(group, from_on=ahead[0]) if ahead else frozenset()
    return [on for on in ahead if on not in settled]


# --- people and parts -------------------------------------------------------------------------------------


def co_leads_of(group: Group) -> list[User]:
    """The users who lead the group."""
    return [place.user for place in members_of(group) if place.role is Role.CO_LEAD]


def users_of_talk(talk: Talk) -> Sequence[User]:
    """The accounts behind a talk: its speakers', and that of the member who pitched it."""
    speaks = (
        select(Speaker.user_id)
        .join(TalkSpeaker, TalkSpeaker.speaker_id == Speaker.id)
        .where(TalkSpeaker.talk_id == talk.id)
    )
    pitched = select(Pitch.author_id).where(Pitch.id == talk.pitch_id)
    found = select(User).where(or_(User.id.in_(speaks), User.id.in_(pitched)), User.active)
    return db.session.scalars(found.order_by(User.id)).all()


def reading_of(talk: Talk, reading_id: int) -> Reading | None:
    """One of the talk's readings."""
    return next((reading for reading in talk.readings if reading.id == reading_id), None)


def material_of(of: Talk | Meeting, material_id: int) -> Material | None:
    """One of the materials of a talk or of a session as a whole."""
    if material_id > HIGHEST:
        return None
    return db.session.scalar(select(Material).where(belongs_to(of), Material.id == material_id))


def belongs_to(of: Talk | Meeting) -> ColumnElement[bool]:
    """The condition on materials that they are this talk's or session's."""
    return Material.talk_id == of.id if isinstance(of, Talk) else Material.meeting_id == of.id
