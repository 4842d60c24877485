"""Changing when a group meets: what the new rhythm would do, and doing it, all in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain import rhythm
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.domain.relaying import Fate, Laid, Relaid, reach_of, relay
from readinggroup.groups.queries import breaks_of
from readinggroup.models import Break, Group, Meeting, Talk
from readinggroup.scheduling import queries
from readinggroup.scheduling.actions import cancel_meeting, lock_programme, set_time, time_of, usual_places
from readinggroup.scheduling.notices import tell_of_meeting
from readinggroup.scheduling.numbering import renumber
from readinggroup.scheduling.refusals import ProgrammeChanged
from readinggroup.scheduling.views import STANDING

BECAUSE = "The group meets at another time now."
DATES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Meets:
    """When a group meets, and what its sessions hold: everything that the page of the rhythm changes."""

    weeks: int
    first_on: date
    starts_at: time
    minutes: int
    zone: str
    places: int
    talk_minutes: int
    question_minutes: int
    breaks: tuple[rhythm.Break, ...] = ()

    @property
    def beat(self) -> rhythm.Rhythm:
        """The rhythm as the domain knows it."""
        return rhythm.Rhythm(self.first_on, self.weeks, self.starts_at, self.minutes, self.zone)

    def dates(self, now: datetime) -> Iterable[date]:
        """The dates whose session is still to begin, earliest first."""
        today = now.astimezone(rhythm.zone_at(self.zone)).date()
        return (
            on
            for on in rhythm.dates(self.beat, self.breaks, from_on=today)
            if on > today or rhythm.hour(self.beat, on).starts_at > now
        )

    @property
    def holds(self) -> list[tuple[int, int]]:
        """The places of a session, as minutes of talk and of questions."""
        return [(self.talk_minutes, self.question_minutes)] * self.places


@dataclass(frozen=True, slots=True)
class Effect:
    """What a new rhythm does to one session that is to come."""

    meeting: Meeting
    relaid: Relaid
    starts_at: time
    minutes: int
    zone: str
    titles: tuple[str, ...]
    """Of the talks planned there, which go with it."""
    has_new_places: bool

    @property
    def has_new_time(self) -> bool:
        """Whether it takes place at another time than before."""
        old = self.meeting
        new = (self.relaid.on, self.starts_at, self.minutes, self.zone)
        return (
            self.relaid.fate is not Fate.CANCELLED and (old.on, old.starts_at, old.minutes, old.zone) != new
        )


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next dates of a rhythm, and what it does to the sessions that exist.

    ``mark`` changes when either would be another one; what was decided from one outlook isn't applied to another.
    """

    dates: tuple[date, ...]
    effects: tuple[Effect, ...]
    mark: str


def meets_of(group: Group) -> Meets:
    """When the group meets now."""
    return Meets(
        group.weeks_between, group.anchor_on, group.starts_at, group.minutes, group.zone,
        group.places, group.talk_minutes, group.question_minutes,
        tuple(rhythm.Break(b.starts_on, b.ends_on, b.name, shifts=not b.keeps_phase) for b in breaks_of(group)),
    )  # fmt: skip


def outlook(group: Group, new: Meets, *, now: datetime) -> Outlook:
    """What would be if the group met as ``new`` says."""
    old = meets_of(group)
    meetings = _to_come(group, now)
    talks = _talks(meetings)
    titles = {key: tuple(title for state, title in of if state in STANDING) for key, of in talks.items()}
    laid = [
        Laid(m.id, m.on, m.made_for, has_talks=bool(titles[m.id]), is_live=m.state in queries.OPEN_STATES)
        for m in meetings
        if m.on is not None
    ]
    reach, last = reach_of(new.weeks), max((each.on for each in laid), default=date.min)
    dates = list(_upto(new.dates(now), last + timedelta(days=reach)))
    effects = tuple(
        _effect(old, new, meeting, relaid, titles[meeting.id], can_change_places=not talks[meeting.id])
        for meeting, relaid in zip(meetings, relay(laid, dates, reach=reach), strict=True)
    )
    mark = sha256(f"{new}\n{queries.programme_version(group)}\n{old}".encode()).hexdigest()[:16]
    return Outlook(tuple(dates[:DATES_SHOWN]), effects, mark)


def change_rhythm(group: Group, new: Meets, *, seen: str, now: datetime, by: Actor) -> None:
    """Let the group meet as ``new`` says, from the next session on.

    ``seen``  the mark of the outlook that this was decided from.  Raises ProgrammeChanged where it would be another
    one by now.  Speakers and co-leads of sessions that move or are cancelled are told.
    """
    lock_programme(group)
    changes = outlook(group, new, now=now)
    if changes.mark != seen:
        raise ProgrammeChanged(seen)
    record(
        by,
        "group.rhythm",
        group,
        at=now,
        group_id=group.id,
        before=_plain(meets_of(group)),
        after=_plain(new),
    )
    _take_over(group, new)
    for effect in changes.effects:
        effect.meeting.made_for = None  # Two must not stand for one date for a moment either.
    db.session.flush()
    moved = [effect.meeting for effect in changes.effects if _relay(group, effect, now=now, by=by)]
    renumber(group)
    for meeting in moved:
        tell_of_meeting("meeting.moved", group, meeting, now=now)
    for effect in changes.effects:
        if effect.relaid.fate is Fate.CANCELLED:
            cancel_meeting(group, effect.meeting, because=BECAUSE, now=now, by=by)


def _take_over(group: Group, new: Meets) -> None:
    group.weeks_between, group.anchor_on, group.starts_at = new.weeks, new.first_on, new.starts_at
    group.minutes, group.zone = new.minutes, new.zone
    group.places, group.talk_minutes, group.question_minutes = (
        new.places,
        new.talk_minutes,
        new.question_minutes,
    )
    db.session.execute(delete(Break).where(Break.group_id == group.id))
    for each in new.breaks:
        db.session.add(
            Break(
                group_id=group.id, name=each.name, starts_on=each.first_on, ends_on=each.last_on,
                keeps_phase=not each.shifts,
            )
        )  # fmt: skip
    db.session.flush()


def _relay(group: Group, effect: Effect, *, now: datetime, by: Actor) -> bool:
    """Give the session what it gets of the new rhythm; whether that is another time."""
    meeting, moves = effect.meeting, effect.has_new_time
    meeting.made_for = effect.relaid.made_for
    if effect.has_new_places:
        meeting.places = []
        db.session.flush()
        meeting.places = usual_places(group)
    if moves:
        before, on = time_of(meeting), effect.relaid.on
        set_time(
            group,
            meeting,
            on=on,
            starts_at=effect.starts_at,
            minutes=effect.minutes,
            zone=effect.zone,
            now=now,
        )
        record(by, "meeting.moved", meeting, at=now, before=before, after=time_of(meeting))
    db.session.flush()
    return moves


def _effect(
    old: Meets,
    new: Meets,
    meeting: Meeting,
    relaid: Relaid,
    titles: tuple[str, ...],
    *,
    can_change_places: bool,
) -> Effect:
    """What a session had as the old rhythm said it gets as the new one says; what was changed by hand stays."""
    found = Effect(
        meeting, relaid, meeting.starts_at or new.starts_at, meeting.minutes, meeting.zone, titles, False
    )
    follows = meeting.state in queries.OPEN_STATES and meeting.on == meeting.made_for
    if not follows or relaid.fate in {Fate.BESIDE, Fate.CANCELLED}:
        return found
    usual = [(place.talk_minutes, place.question_minutes) for place in meeting.places] == old.holds
    return replace(
        found,
        starts_at=new.starts_at if meeting.starts_at == old.starts_at else found.starts_at,
        minutes=new.minutes if meeting.minutes == old.minutes else meeting.minutes,
        zone=new.zone if meeting.zone == old.zone else meeting.zone,
        has_new_places=usual and new.holds != old.holds and can_change_places,
    )


def _to_come(group: Group, now: datetime) -> Sequence[Meeting]:
    """The sessions that are still to begin, cancelled ones too, in the order of the dates that they stand for."""
    found = db.session.scalars(
        select(Meeting)
        .options(selectinload(Meeting.places))
        .where(Meeting.group_id == group.id, Meeting.state != MeetingState.HELD, Meeting.starts_at_utc > now)
        .order_by(Meeting.on, Meeting.starts_at)
    )
    return found.all()


def _talks(meetings: Sequence[Meeting]) -> dict[int, list[tuple[TalkState, str]]]:
    """States and titles of all talks that hold or held a place, by the id of their session."""
    found: dict[int, list[tuple[TalkState, str]]] = {meeting.id: [] for meeting in meetings}
    rows = select(Talk.meeting_id, Talk.state, Talk.title).where(Talk.meeting_id.in_(found))
    for meeting_id, state, title in db.session.execute(rows.order_by(Talk.position, Talk.id)):
        found[meeting_id].append((state, title))
    return found


def _upto(dates: Iterable[date], last: date) -> Iterable[date]:
    """All dates up to ``last``, and DATES_SHOWN in any case."""
    for number, on in enumerate(islice(dates, 1000)):
        if number >= DATES_SHOWN and on > last:
            return
        yield on


def _plain(meets: Meets) -> dict[str, Any]:
    """The rhythm for the record."""
    return {
        "weeks": meets.weeks,
        "first_on": meets.first_on.isoformat(),
        "starts_at": meets.starts_at.isoformat("minutes"),
        "minutes": meets.minutes,
        "zone": meets.zone,
        "places": meets.places,
        "talk_minutes": meets.talk_minutes,
        "question_minutes": meets.question_minutes,
        "breaks": [f"{each.name}: {each.first_on} to {each.last_on}" for each in meets.breaks],
    }
