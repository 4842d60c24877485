"""Changing the programme: any number of talks and pitches at once, all or nothing, with everybody told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState, TalkState, become
from readinggroup.models import Group, Meeting, Pitch, Talk
from readinggroup.scheduling import queries
from readinggroup.scheduling.actions import announce, lapse_swaps, release_pitch
from readinggroup.scheduling.asking import ask_speakers
from readinggroup.scheduling.notices import TO_CO_LEADS, Said, tell_co_leads, tell_of_talk
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.placing import (
    check_stands,
    free_meeting,
    seat_at,
    seat_of,
    talk_of_pitch,
    waiting_pitch,
)
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged

Changes = Mapping[Thing, Where | None]


@dataclass(slots=True)
class _Mover:
    """A published talk that leaves its place: where it stood, and as what."""

    talk: Talk
    meeting: Meeting
    position: int
    state: TalkState
    seat: dict[str, Any]


def change_programme(
    group: Group,
    changes: Changes,
    *,
    because: str = "",
    note: str = "",
    said: Said | None = None,
    now: datetime,
    by: Actor,
) -> list[tuple[Talk, Meeting]]:
    """Let every thing of ``changes`` stand where it says, or nowhere; gives the talks that have a new place.

    A pitch becomes a talk, and its session is announced.  A talk that comes off stays on record: replaced by what
    takes its place, or else by the first that comes into its session, or else withdrawn; its pitch waits again.

    ``because``  stands beside the talks that come off.   ``note``  goes to the co-leads and onto the record.
    ``said``     what to write to whom instead of the usual words; whoever isn't in it isn't written to.
    Lock the programme first.  Raises ProgrammeChanged, TalkOver or PlaceTaken, and then nothing may be committed.
    """
    if len(taken := [where for where in changes.values() if where]) > len(set(taken)):
        raise PlaceTaken(taken)
    pitches = {thing: waiting_pitch(group, thing.id) for thing in changes if not thing.is_talk}
    movers = {thing: _step_aside(group, thing.id) for thing in changes if thing.is_talk}
    lapse_swaps([mover.talk.id for mover in movers.values()], now=now)
    db.session.flush()
    placed: dict[Thing, tuple[Talk, Meeting]] = {}
    for thing, where in changes.items():
        if where is not None:
            meeting = free_meeting(group, where)
            mover = movers.get(thing)
            talk = (
                _come_back(mover, meeting, where.position, now=now)
                if mover
                else _come_in(pitches[thing], meeting, where.position, now=now)
            )
            db.session.flush()
            placed[thing] = talk, meeting
    _record_placed(placed, movers, now=now, by=by)
    gone = {thing: mover for thing, mover in movers.items() if changes[thing] is None}
    for mover in gone.values():
        _go(mover, placed.values(), because=because, now=now, by=by)
    if placed or gone:
        db.session.flush()
        ask_speakers(group, placed.values(), now=now)
        _tell(group, placed, movers, gone, note=note, said=said, now=now)
    return list(placed.values())


def _step_aside(group: Group, talk_id: int) -> _Mover:
    """No two talks may hold one place for a moment either, so whoever leaves a place first holds none."""
    talk = queries.talk_in(group, talk_id)
    if talk is None:
        raise ProgrammeChanged(talk_id)
    check_stands(talk)
    meeting = queries.meeting_of(talk)
    mover = _Mover(talk, meeting, talk.position, talk.state, seat_of(talk, meeting))
    talk.state = TalkState.WITHDRAWN
    return mover


def _come_back(mover: _Mover, meeting: Meeting, position: int, *, now: datetime) -> Talk:
    mover.talk.state = mover.state
    seat_at(mover.talk, meeting, position, now=now)
    return mover.talk


def _come_in(pitch: Pitch, meeting: Meeting, position: int, *, now: datetime) -> Talk:
    talk = talk_of_pitch(pitch, meeting, position, now=now)
    pitch.state, pitch.changed_at = become(pitch.state, PitchState.SCHEDULED), now
    announce(meeting)
    return talk


def _go(
    mover: _Mover, placed: Iterable[tuple[Talk, Meeting]], *, because: str, now: datetime, by: Actor
) -> None:
    talk = mover.talk
    here = [new for new, meeting in placed if meeting.id == mover.meeting.id]
    instead = next((new for new in here if new.position == mover.position), here[0] if here else None)
    talk.state = become(mover.state, TalkState.REPLACED if instead else TalkState.WITHDRAWN)
    talk.replaced_by_id, talk.note = instead.id if instead else None, because
    release_pitch(db.session.get(Pitch, talk.pitch_id) if talk.pitch_id else None, now=now)
    db.session.flush()
    after = {"note": because} | (seat_of(instead, mover.meeting) if instead else {})
    record(by, f"talk.{talk.state.value}", talk, at=now, before=mover.seat, after=after)


def _record_placed(
    placed: Mapping[Thing, tuple[Talk, Meeting]],
    movers: Mapping[Thing, _Mover],
    *,
    now: datetime,
    by: Actor,
) -> None:
    for thing, (talk, meeting) in placed.items():
        before = movers[thing].seat if thing in movers else None
        what = "talk.moved" if before else "talk.scheduled"
        record(by, what, talk, at=now, before=before, after=seat_of(talk, meeting))


def _tell(
    group: Group,
    placed: Mapping[Thing, tuple[Talk, Meeting]],
    movers: Mapping[Thing, _Mover],
    gone: Mapping[Thing, _Mover],
    *,
    note: str,
    said: Said | None,
    now: datetime,
) -> None:
    told: list[tuple[str, Talk, Meeting, Thing]] = [
        ("talk.moved" if thing in movers else "talk.scheduled", talk, meeting, thing)
        for thing, (talk, meeting) in placed.items()
    ]
    told += [(f"talk.{out.talk.state.value}", out.talk, out.meeting, thing) for thing, out in gone.items()]
    for kind, talk, meeting, thing in told:
        if said is None or str(thing) in said:
            tell_of_talk(kind, group, talk, meeting, text=(said or {}).get(str(thing), ""), now=now)
    if said is None or TO_CO_LEADS in said:
        kind = "programme.changed" if movers else "programme.published"
        changed = [(talk, meeting) for _, talk, meeting, _ in told]
        text = (said or {}).get(TO_CO_LEADS, "")
        tell_co_leads(kind, group, changed, text=text, note=note, now=now)
