"""When a speaker can't come: saying so, and going on by one of the plans."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import TalkState, become
from readinggroup.models import Group, Meeting, Pitch, PitchDayAway, Place, Talk
from readinggroup.scheduling import draft_queries, queries
from readinggroup.scheduling.actions import cancel_meeting, lock_programme
from readinggroup.scheduling.change_actions import Changes, change_programme
from readinggroup.scheduling.notices import Said, tell_of_talk, tell_who_cannot_come
from readinggroup.scheduling.placing import check_stands, seat_of
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged


def decline_talk(group: Group, talk: Talk, *, because: str, now: datetime, by: Actor) -> None:
    """Note that the speaker can't come; the talk stays until a co-lead goes on from there, and they are told.

    Raises TalkOver.  Said twice it counts once.
    """
    lock_programme(group)
    check_stands(talk)
    if talk.declined_at is not None:
        return
    if talk.state is TalkState.CONFIRMED:
        talk.state = become(talk.state, TalkState.PLANNED)
    talk.declined_at, talk.declined_because = now, because
    db.session.flush()
    meeting = queries.meeting_of(talk)
    record(by, "talk.declined", talk, at=now, after=seat_of(talk, meeting))
    tell_who_cannot_come(group, talk, meeting, because=because, now=now)


def take_talk_up(group: Group, talk: Talk, *, now: datetime, by: Actor) -> None:
    """Note that the speaker can come after all.  Raises TalkOver."""
    lock_programme(group)
    check_stands(talk)
    if talk.declined_at is None:
        return
    talk.declined_at, talk.declined_because = None, ""
    db.session.flush()
    record(by, "talk.taken_up", talk, at=now, after=seat_of(talk, queries.meeting_of(talk)))


def close_gap(
    group: Group,
    changes: Changes,
    *,
    because: str,
    said: Said | None = None,
    longer: int | None = None,
    based_on: str,
    now: datetime,
    by: Actor,
) -> None:
    """Go on by a plan: the talks of ``changes`` that come off are those whose speakers can't come.

    ``longer``  the id of the talk that gets the time of the one that comes off.
    The days are kept with their pitches, so that nobody is proposed for a day on which they can't come.
    Raises ProgrammeChanged, TalkOver or PlaceTaken.
    """
    _lock(group, based_on)
    gone = [thing.id for thing, to in changes.items() if thing.is_talk and to is None]
    _note_days_away(group, gone)
    told = None if said is None else {key: text for key, text in said.items() if key != f"talk-{longer}"}
    change_programme(group, changes, because=because, said=told, now=now, by=by)
    if longer is not None:
        text = (said or {}).get(f"talk-{longer}", "")
        _lengthen(group, longer, by_talk=gone[0], text=text, now=now, by=by)


def cancel_for_gap(
    group: Group,
    meeting: Meeting,
    dropped: Collection[int],
    *,
    because: str,
    based_on: str,
    now: datetime,
    by: Actor,
) -> None:
    """Cancel the session of the talks that drop out; its others wait on the plan.

    Raises ProgrammeChanged or SessionOver.
    """
    _lock(group, based_on)
    _note_days_away(group, dropped)
    cancel_meeting(group, meeting, because=because, now=now, by=by)


def _lock(group: Group, based_on: str) -> None:
    lock_programme(group)
    if based_on != draft_queries.board_version(group):
        raise ProgrammeChanged(based_on)


def _note_days_away(group: Group, talk_ids: Collection[int]) -> None:
    for talk_id in talk_ids:
        talk = queries.talk_in(group, talk_id)
        if talk is None:
            raise ProgrammeChanged(talk_id)
        pitch = db.session.get(Pitch, talk.pitch_id) if talk.pitch_id else None
        on = queries.meeting_of(talk).on
        if pitch is not None and on is not None and on not in {day.on for day in pitch.days_away}:
            pitch.days_away.append(PitchDayAway(on=on))
    db.session.flush()


def _lengthen(group: Group, talk_id: int, *, by_talk: int, text: str, now: datetime, by: Actor) -> None:
    """Join the place of a talk that came off to another's; what was planned there is told beside that one."""
    talk, gone = queries.talk_in(group, talk_id), queries.talk_in(group, by_talk)
    if talk is None or gone is None or talk.meeting_id != gone.meeting_id:
        raise PlaceTaken(talk_id)
    own = db.session.get_one(Place, (talk.meeting_id, talk.position))
    gap = db.session.get_one(Place, (gone.meeting_id, gone.position))
    own.talk_minutes += gap.talk_minutes
    own.question_minutes += gap.question_minutes
    there = (Talk.meeting_id == gap.meeting_id, Talk.position == gap.position)
    db.session.execute(update(Talk).where(*there).values(position=own.position))
    db.session.delete(gap)
    db.session.flush()
    meeting = queries.meeting_of(talk)
    meeting.sequence += 1
    minutes = {"minutes": own.talk_minutes, "questions": own.question_minutes}
    record(by, "talk.lengthened", talk, at=now, after=seat_of(talk, meeting) | minutes)
    if text:
        tell_of_talk("talk.lengthened", group, talk, meeting, text=text, now=now)
