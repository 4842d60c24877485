"""A year of a group, talk by talk and round by round.  A season is a year by the group's calendar."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, or_, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MaterialKind, MeetingState, MembershipState, RoundState, TalkState
from readinggroup.domain.reading import ReadingClock, ReadingState
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Group, Meeting, Membership, Participation, Pitch, Round, Talk, TalkSpeaker
from readinggroup.scheduling.telling import clock_of
from readinggroup.scheduling.views import MeetingView, SpeakerView, TalkView, meeting_views

COUNTED = (RoundState.CLOSED, RoundState.RELEASED)


class Reading(StrEnum):
    """How a talk's reading came."""

    IN_TIME = "in time"
    LATE = "late"
    NEVER = "never"
    UNKNOWN = "not noted when"


class Slides(StrEnum):
    """Whether a talk's slides are there."""

    THERE = "there"
    NONE = "none to come"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class TalkFigures:
    """A talk that was given.  ``came_on`` is when its first reading did; ``late_for`` in days.

    ``first_time``  those of its speakers who had never spoken in the group before.
    ``pitched_on``, ``waited``  None where it wasn't pitched; the days from then to its session.
    """

    on: date
    session: int
    title: str
    speakers: tuple[SpeakerView, ...]
    first_time: frozenset[int]
    reading: Reading
    due_on: date
    came_on: date | None
    late_for: int
    slides: Slides
    pitched_on: date | None
    waited: int | None
    rounds_waited: int | None


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """A counted round.  ``voters``  those who are members and were when it closed, and those who voted."""

    number: int
    title: str
    closed_on: date
    turnout: int
    voters: int
    quorum: int


@dataclass(frozen=True, slots=True)
class Season:
    """A year of a group; ``talks`` and ``rounds`` in the order of their dates."""

    year: int
    sessions: int
    cancelled: int
    talks: Sequence[TalkFigures]
    rounds: Sequence[RoundFigures]


def seasons_of(group: Group) -> list[int]:
    """The years of which there is something to tell, newest first."""
    held = select(Meeting.on).where(
        Meeting.group_id == group.id, Meeting.state == MeetingState.HELD, Meeting.on.is_not(None)
    )
    closed = select(Round.closed_at).where(Round.group_id == group.id, Round.state.in_(COUNTED))
    years = {on.year for on in db.session.scalars(held) if on is not None}
    years |= {_local(at, group).year for at in db.session.scalars(closed) if at is not None}
    return sorted(years, reverse=True)


def season_of(group: Group, year: int, now: datetime) -> Season:
    """That year, as far as it has gone."""
    dates = (Meeting.on >= date(year, 1, 1), Meeting.on <= date(year, 12, 31))
    held = meeting_views(group, Meeting.state == MeetingState.HELD, *dates)
    gone = select(func.count()).where(
        Meeting.group_id == group.id, Meeting.state == MeetingState.CANCELLED, *dates
    )
    return Season(
        year,
        sessions=len(held),
        cancelled=db.session.scalar(gone) or 0,
        talks=_talks(group, held, now=now),
        rounds=[each for each in _rounds(group) if each.closed_on.year == year],
    )


def _talks(group: Group, meetings: Sequence[MeetingView], *, now: datetime) -> list[TalkFigures]:
    given = [(m, talk) for m in meetings for talk in m.talks if talk.state is TalkState.GIVEN]
    first = _first_sessions(group)
    pitched = _pitched(group, {talk.pitch_id for _, talk in given if talk.pitch_id is not None})
    told = []
    for meeting, talk in given:
        if meeting.on is None:
            continue
        clock = clock_of(group, meeting.on, talk, now=now)
        came = [r.posted_at for r in talk.readings]
        pitched_on, rounds = pitched.get(talk.pitch_id or 0, (None, None))
        told.append(
            TalkFigures(
                on=meeting.on,
                session=meeting.number,
                title=talk.title,
                speakers=talk.speakers,
                first_time=frozenset(s.id for s in talk.speakers if first.get(s.id) == meeting.number),
                reading=_reading(clock, came),
                due_on=clock.due_on,
                came_on=min((_local(at, group) for at in came if at), default=None),
                late_for=clock.late_for if came else 0,
                slides=_slides(meeting, talk),
                pitched_on=pitched_on,
                waited=(meeting.on - pitched_on).days if pitched_on else None,
                rounds_waited=rounds,
            )
        )
    return told


def _reading(clock: ReadingClock, came: Collection[datetime | None]) -> Reading:
    if not came:
        return Reading.NEVER
    if None in came:
        return Reading.UNKNOWN
    return Reading.LATE if clock.state is ReadingState.CAME_LATE else Reading.IN_TIME


def _slides(meeting: MeetingView, talk: TalkView) -> Slides:
    """The session's own slides are all its talks'."""
    if any(material.kind is MaterialKind.SLIDES for material in (*talk.materials, *meeting.materials)):
        return Slides.THERE
    return Slides.NONE if talk.has_no_slides else Slides.MISSING


def _first_sessions(group: Group) -> dict[int, int]:
    """The number of the first session at which each speaker spoke."""
    rows = db.session.execute(
        select(TalkSpeaker.speaker_id, func.min(Meeting.number))
        .join(Talk, Talk.id == TalkSpeaker.talk_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .where(Talk.group_id == group.id, Talk.state == TalkState.GIVEN)
        .group_by(TalkSpeaker.speaker_id)
    )
    return dict(rows.all())


def _pitched(group: Group, pitches: Collection[int]) -> dict[int, tuple[date, int]]:
    """When each pitch was made, and how many rounds it waited."""
    rows = db.session.execute(
        select(Pitch.id, Pitch.created_at, Pitch.rounds_waited).where(
            Pitch.group_id == group.id, Pitch.id.in_(pitches)
        )
    )
    return {row.id: (_local(row.created_at, group), row.rounds_waited) for row in rows}


def _rounds(group: Group) -> list[RoundFigures]:
    took_part = select(Participation.membership_id).where(Participation.round_id == Round.id)
    may_vote = (
        select(func.count())
        .where(
            Membership.group_id == Round.group_id,
            or_(
                Membership.id.in_(took_part),
                (Membership.state == MembershipState.ACTIVE) & (Membership.joined_at <= Round.closed_at),
            ),
        )
        .correlate(Round)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Round.number, Round.title, Round.closed_at, Round.turnout, Round.quorum, may_vote.label("voters")
        )
        .where(Round.group_id == group.id, Round.state.in_(COUNTED))
        .order_by(Round.closed_at)
    )
    return [
        RoundFigures(
            r.number,
            r.title,
            _local(r.closed_at, group),
            r.turnout or 0,
            max(r.voters, r.turnout or 0),
            r.quorum,
        )
        for r in rows
    ]


def _local(at: datetime, group: Group) -> date:
    return at.astimezone(zone_at(group.zone)).date()
