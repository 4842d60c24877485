"""Making, moving, cancelling and holding sessions."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, TypeAlias

from sqlalchemy import or_, select, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.access.versions import rewrite
from readinggroup.db import db
from readinggroup.domain import rhythm
from readinggroup.domain.lifecycle import (
    MaterialKind,
    MeetingState,
    PitchState,
    TalkState,
    become,
    may_become,
)
from readinggroup.models import Group, Meeting, Pitch, Place, Swap, SwapState, Talk
from readinggroup.scheduling import queries
from readinggroup.scheduling.asking import ask_speakers
from readinggroup.scheduling.notices import tell_of_meeting
from readinggroup.scheduling.numbering import renumber
from readinggroup.scheduling.part_actions import keep_material
from readinggroup.scheduling.refusals import (
    DateTaken,
    InThePast,
    NotBegun,
    PlaceTaken,
    ProgrammeChanged,
    SessionOver,
)

Link: TypeAlias = tuple[int | None, MaterialKind, str]
"""A material to keep: of which talk, or None for the session as a whole; its kind and its address."""
NOT_GIVEN = "Not given on the day."


def lock_programme(group: Group, *, based_on: str | None = None) -> None:
    """Let nobody else change the group's programme until this transaction ends, and see its latest state.

    ``based_on``  the ``programme_version`` that the change was decided from.  Raises ProgrammeChanged where
    the programme is another one by now.
    """
    db.session.flush()
    db.session.expire_all()
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update())
    if based_on is not None and based_on != queries.programme_version(group):
        raise ProgrammeChanged(based_on)


def derive_instant(meeting: Meeting) -> None:
    """Set the meeting's moment in UTC from its local date, start and zone."""
    meeting.starts_at_utc = instant_of(meeting)


def instant_of(meeting: Meeting) -> datetime | None:
    """The moment that the zone rules in use give for its local date, start and zone; None where those are unknown."""
    if meeting.on is None or meeting.starts_at is None:
        return None
    return rhythm.instant(meeting.on, meeting.starts_at, meeting.zone)


def make_meetings(
    group: Group, *, count: int | None = None, upto: date | None = None, now: datetime, by: Actor
) -> list[Meeting]:
    """See to it that the next ``count`` dates of the rhythm, or all up to ``upto``, have their sessions.

    Dates that have one in whatever state, or that one was moved away from, are left alone, so asking twice adds
    nothing.  Gives the new ones, earliest first.
    """
    lock_programme(group)
    made = [
        _new_meeting(group, on=on, starts_at=group.starts_at, number=number, made_for=on)
        for number, on in enumerate(
            queries.dates_to_make(group, now, count=count, upto=upto), start=queries.highest_number(group) + 1
        )
    ]
    if made:
        renumber(group)
    for meeting in made:
        record(by, "meeting.made", meeting, at=now, after=time_of(meeting))
    db.session.flush()
    return made


def add_meeting(
    group: Group,
    *,
    on: date,
    starts_at: time,
    title: str = "",
    minutes: int | None = None,
    now: datetime,
    by: Actor,
) -> Meeting:
    """An extra session outside the rhythm.  Raises InThePast or DateTaken."""
    lock_programme(group)
    _check_time(group, on, starts_at, now=now)
    number = queries.highest_number(group) + 1
    meeting = _new_meeting(group, on=on, starts_at=starts_at, number=number, minutes=minutes, title=title)
    renumber(group)
    record(by, "meeting.made", meeting, at=now, after=time_of(meeting))
    db.session.flush()
    return meeting


def move_meeting(
    group: Group, meeting: Meeting, *, on: date, starts_at: time, minutes: int, now: datetime, by: Actor
) -> None:
    """Move a session to another date or time; its speakers and the co-leads are told.

    Talks stay in it; confirmed ones have to be confirmed anew when the date changes.
    Raises SessionOver, InThePast or DateTaken.
    """
    lock_programme(group)
    if meeting.state not in queries.OPEN_STATES:
        raise SessionOver(meeting.state)
    if (meeting.on, meeting.starts_at, meeting.minutes) == (on, starts_at, minutes):
        return
    _check_time(group, on, starts_at, now=now, beside=meeting)
    before = time_of(meeting)
    set_time(group, meeting, on=on, starts_at=starts_at, minutes=minutes, zone=meeting.zone, now=now)
    renumber(group)
    record(by, "meeting.moved", meeting, at=now, before=before, after=time_of(meeting))
    tell_of_meeting("meeting.moved", group, meeting, now=now)
    db.session.flush()


def set_time(
    group: Group, meeting: Meeting, *, on: date, starts_at: time, minutes: int, zone: str, now: datetime
) -> None:
    """Give a session another time; on another date its speakers are asked anew whether they come."""
    is_other_day = meeting.on != on
    meeting.on, meeting.starts_at, meeting.minutes, meeting.zone = on, starts_at, minutes, zone
    derive_instant(meeting)
    meeting.sequence += 1
    if is_other_day:
        talks = queries.standing_talks(meeting)
        for talk in talks:
            unanswer(talk, now=now)
        lapse_swaps([talk.id for talk in talks], now=now)
        ask_speakers(group, [(talk, meeting) for talk in talks], now=now)


def cancel_meeting(group: Group, meeting: Meeting, *, because: str, now: datetime, by: Actor) -> None:
    """Cancel a session, which stays in sight as cancelled with its talks; those concerned are told why.

    Raises SessionOver.
    """
    lock_programme(group)
    _turn(meeting, MeetingState.CANCELLED)
    meeting.cancelled_because = because
    for talk in queries.standing_talks(meeting):
        talk.declined_at, talk.declined_because = None, ""
    lapse_swaps([talk.id for talk in queries.standing_talks(meeting)], now=now)
    db.session.flush()
    record(by, "meeting.cancelled", meeting, at=now, after={"because": because})
    tell_of_meeting("meeting.cancelled", group, meeting, now=now)
    db.session.flush()


def reinstate_meeting(group: Group, meeting: Meeting, *, now: datetime, by: Actor) -> None:
    """Take a cancellation back: the session takes place as it stood.  Raises SessionOver where it isn't cancelled."""
    lock_programme(group)
    if meeting.state is not MeetingState.CANCELLED:
        raise SessionOver(meeting.state)
    _turn(meeting, MeetingState.PLANNED)
    if queries.standing_talks(meeting):
        meeting.state = become(meeting.state, MeetingState.ANNOUNCED)
    meeting.cancelled_because = ""
    db.session.flush()
    record(by, "meeting.reinstated", meeting, at=now)
    tell_of_meeting("meeting.reinstated", group, meeting, now=now)
    db.session.flush()


def lock_meeting(group: Group, meeting: Meeting, *, locked: bool, now: datetime, by: Actor) -> None:
    """Keep proposals out of a session, or let them fill it again.  Raises SessionOver."""
    lock_programme(group)
    if meeting.state not in queries.OPEN_STATES:
        raise SessionOver(meeting.state)
    if meeting.locked is not locked:
        meeting.locked = locked
        record(
            by, "meeting.locked" if locked else "meeting.unlocked", meeting, at=now, after=time_of(meeting)
        )


def hold_meeting(
    group: Group,
    meeting: Meeting,
    *,
    given: Collection[int],
    recap: str = "",
    links: Iterable[Link] = (),
    now: datetime,
    by: Actor,
) -> None:
    """Note that a session happened: of its talks those whose ids are in ``given`` were given.

    The others are withdrawn and their pitches wait again.  ``links`` are slides and recordings to keep.
    Raises SessionOver, or NotBegun before its start.
    """
    lock_programme(group)
    check_can_be_held(meeting, now=now)
    _turn(meeting, MeetingState.HELD)
    rewrite(meeting, title=meeting.title, words=recap or meeting.recap, now=now, by=by)
    talks = {talk.id: talk for talk in queries.standing_talks(meeting)}
    for talk in talks.values():
        _give(talk, now=now) if talk.id in given else _pass_over(talk, now=now)
    db.session.flush()
    record(by, "meeting.held", meeting, at=now, after={"given": sorted(set(given) & set(talks))})
    for talk_id, kind, url in dict.fromkeys(links):
        if talk_id is None or talk_id in talks:
            of = meeting if talk_id is None else talks[talk_id]
            keep_material(of, kind, url=url, now=now, by=by)
    db.session.flush()


def check_can_be_held(meeting: Meeting, *, now: datetime) -> None:
    """Raises SessionOver, or NotBegun before its start."""
    if not may_become(meeting.state, MeetingState.HELD):
        raise SessionOver(meeting.state)
    if meeting.starts_at_utc is not None and now < meeting.starts_at_utc:
        raise NotBegun(meeting.number)


def tell_what_happened(meeting: Meeting, *, recap: str, title: str, now: datetime, by: Actor) -> None:
    """Write or rewrite a session's recap and title; what they were stays as a version."""
    before = {"recap": meeting.recap, "title": meeting.title}
    if rewrite(meeting, title=title, words=recap, now=now, by=by):
        record(by, "meeting.told", meeting, at=now, before=before)
        db.session.flush()


def lapse_swaps(talk_ids: Collection[int], *, now: datetime) -> None:
    """Let the swaps of these talks lapse, whose speakers agreed to places that are others by now."""
    db.session.flush()
    db.session.execute(
        update(Swap)
        .where(or_(Swap.talk_id.in_(talk_ids), Swap.other_id.in_(talk_ids)), Swap.ended_at.is_(None))
        .values(state=SwapState.LAPSED, ended_at=now)
    )


def release_pitch(pitch: Pitch | None, *, now: datetime) -> None:
    """Let the pitch of a talk that lost its place wait again: as a winner, or open where no vote chose it."""
    if pitch is None or pitch.state is not PitchState.SCHEDULED:
        return
    waits = PitchState.WON if queries.has_won(pitch) else PitchState.OPEN
    pitch.state, pitch.changed_at = become(pitch.state, waits), now


def announce(meeting: Meeting) -> None:
    """Let the public see what is planned for the meeting."""
    if meeting.state is MeetingState.PLANNED:
        _turn(meeting, MeetingState.ANNOUNCED)


def time_of(meeting: Meeting) -> dict[str, Any]:
    """A meeting's time, for the record."""
    return {
        "number": meeting.number,
        "on": meeting.on.isoformat() if meeting.on else None,
        "starts_at": meeting.starts_at.isoformat("minutes") if meeting.starts_at else None,
        "minutes": meeting.minutes,
        "zone": meeting.zone,
    }


def _new_meeting(
    group: Group,
    *,
    on: date,
    starts_at: time,
    number: int,
    made_for: date | None = None,
    minutes: int | None = None,
    title: str = "",
) -> Meeting:
    meeting = Meeting(
        group_id=group.id,
        number=number,
        title=title,
        on=on,
        made_for=made_for,
        starts_at=starts_at,
        minutes=minutes or group.minutes,
        zone=group.zone,
        places=usual_places(group),
    )
    derive_instant(meeting)
    db.session.add(meeting)
    return meeting


def change_places(
    group: Group, meeting: Meeting, wanted: Sequence[tuple[int, int] | None], *, now: datetime, by: Actor
) -> None:
    """Give a session the places ``wanted``: minutes of talk and of questions by position from 1, None for none.

    Raises SessionOver, and PlaceTaken where a talk stands or stood at a place that is to go.
    """
    lock_programme(group)
    db.session.refresh(meeting, ["places"])
    if meeting.state not in queries.OPEN_STATES:
        raise SessionOver(meeting.state)
    before = [[place.talk_minutes, place.question_minutes] for place in meeting.places]
    used = queries.positions_used(meeting)
    held = {place.position: place for place in meeting.places}
    for position, minutes in enumerate(wanted, start=1):
        place = held.get(position)
        if minutes is None:
            if position in used:
                raise PlaceTaken(position)
            if place is not None:
                meeting.places.remove(place)
        elif place is None:
            meeting.places.append(
                Place(position=position, talk_minutes=minutes[0], question_minutes=minutes[1])
            )
        else:
            place.talk_minutes, place.question_minutes = minutes
    db.session.flush()
    after = [[place.talk_minutes, place.question_minutes] for place in meeting.places]
    record(by, "meeting.places", meeting, at=now, before={"places": before}, after={"places": after})


def usual_places(group: Group) -> list[Place]:
    """New places, as many and as long as the group's sessions usually have."""
    return [
        Place(position=n, talk_minutes=group.talk_minutes, question_minutes=group.question_minutes)
        for n in range(1, group.places + 1)
    ]


def _check_time(
    group: Group, on: date, starts_at: time, *, now: datetime, beside: Meeting | None = None
) -> None:
    if rhythm.instant(on, starts_at, beside.zone if beside else group.zone) <= now:
        raise InThePast(on)
    if queries.is_date_taken(group, on, starts_at, beside=beside):
        raise DateTaken(on)


def _turn(meeting: Meeting, state: MeetingState) -> None:
    if not may_become(meeting.state, state):
        raise SessionOver(meeting.state)
    meeting.state = state
    meeting.sequence += 1


def _give(talk: Talk, *, now: datetime) -> None:
    talk.state = become(talk.state, TalkState.GIVEN)
    pitch = db.session.get(Pitch, talk.pitch_id) if talk.pitch_id else None
    if pitch is not None and pitch.state is PitchState.SCHEDULED:
        pitch.state, pitch.changed_at = become(pitch.state, PitchState.GIVEN), now


def _pass_over(talk: Talk, *, now: datetime) -> None:
    talk.state, talk.note = become(talk.state, TalkState.WITHDRAWN), NOT_GIVEN
    release_pitch(db.session.get(Pitch, talk.pitch_id) if talk.pitch_id else None, now=now)


def unanswer(talk: Talk, *, now: datetime) -> None:
    """Forget that the speaker comes, or can't come: on another day it may be otherwise."""
    talk.placed_at, talk.declined_at, talk.declined_because = now, None, ""
    if may_become(talk.state, TalkState.PLANNED):
        talk.state = become(talk.state, TalkState.PLANNED)
