"""Saying that a session happened, and what differed from its plan; taking that back; noting who was there.

What differed leaves a trace: a talk as it was planned, which points to the one that was given.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchState, TalkState
from readinggroup.groups.queries import members_of
from readinggroup.holding.hold_queries import has_parts, holding_of
from readinggroup.holding.refusals import CannotUndo
from readinggroup.models import Attendance, Group, Holding, Meeting, Pitch, Question, Talk
from readinggroup.scheduling.actions import Link, check_can_be_held, hold_meeting, lock_programme
from readinggroup.scheduling.change_actions import change_programme
from readinggroup.scheduling.notices import tell_of_talk
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.placing import free_meeting, leave_place, let_speak, new_talk
from readinggroup.scheduling.queries import meeting_of, standing_talks, talk_in
from readinggroup.scheduling.refusals import PlaceTaken
from readinggroup.scheduling.talk_actions import correct_talk


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a planned talk: as what and by whom it was given; else, where it stands now instead, if anywhere.

    An empty ``title`` and no ``speakers`` mean: as planned.
    """

    given: bool
    title: str = ""
    speakers: Sequence[str] = ()
    later: Where | None = None


NOT_GIVEN = Outcome(given=False)
Marks = dict[str, Any]
"""What ``Holding.before`` keeps."""


def hold_session(
    group: Group,
    meeting: Meeting,
    outcomes: Mapping[int, Outcome],
    *,
    recap: str = "",
    links: Iterable[Link] = (),
    now: datetime,
    by: Actor,
) -> Holding:
    """Note that a session happened, and what became of its talks by their ids; of whom nothing is said wasn't given.

    Raises SessionOver, NotBegun, or PlaceTaken where a talk can't go where it should, and then nothing is changed.
    """
    lock_programme(group)
    check_can_be_held(meeting, now=now)
    talks = standing_talks(meeting)
    became = {talk.id: outcomes.get(talk.id, NOT_GIVEN) for talk in talks}
    _check_free(group, meeting, became.values())
    before = _standing(meeting, talks)
    given = []
    for talk in talks:
        outcome = became[talk.id]
        if outcome.given:
            given.append(_as_given(group, meeting, talk, outcome, before, now=now, by=by))
        elif outcome.later is not None:
            _put_off(group, talk, outcome.later, before, now=now, by=by)
    hold_meeting(group, meeting, given=given, recap=recap, links=_moved_along(links, before), now=now, by=by)
    holding = Holding(meeting_id=meeting.id, held_at=now, held_by_id=by.user_id, before=before)
    db.session.add(holding)
    db.session.flush()
    return holding


def unhold_session(group: Group, meeting: Meeting, *, now: datetime, by: Actor) -> None:
    """Take back that a session happened: its talks, their pitches and the programme stand as before.

    What was written and added stays.  Raises CannotUndo where something of it has been changed since.
    """
    lock_programme(group)
    holding = holding_of(meeting)
    if holding is None:
        raise CannotUndo("it wasn't said here that it happened")
    before = holding.before
    _check_unchanged(group, before)
    for old_id, new_id in before["instead"]:
        _drop_instead(old_id, new_id)
    for talk_id, position, trace_id in before["moved"]:
        _bring_back(group, meeting, talk_id, position, trace_id, now=now)
    for trace_id, talk_id in before["traces"]:
        _undo_difference(group, trace_id, talk_id, now=now, by=by)
    # An undo is no move in the life of a thing: it puts the states back.
    for talk_id, state, note in before["talks"]:
        talk = db.session.get_one(Talk, talk_id)
        talk.state, talk.note, talk.replaced_by_id = TalkState(state), note, None
    for pitch_id, state in before["pitches"]:
        pitch = db.session.get_one(Pitch, pitch_id)
        pitch.state, pitch.changed_at = PitchState(state), now
    meeting.state = type(meeting.state)(before["state"])
    meeting.sequence, meeting.closed_at = meeting.sequence + 1, None
    db.session.delete(holding)
    db.session.flush()
    record(by, "meeting.unheld", meeting, at=now)


def note_attendance(
    group: Group, holding: Holding, user_ids: Collection[int], *, guests: int | None, now: datetime, by: Actor
) -> None:
    """Write down which members were at a session, and how many others; whoever is no member is left out.

    The record says how many, never who.
    """
    ours = {place.user_id for place in members_of(group)}
    there = sorted(ours & set(user_ids))
    db.session.execute(delete(Attendance).where(Attendance.meeting_id == holding.meeting_id))
    db.session.add_all(Attendance(meeting_id=holding.meeting_id, user_id=user_id) for user_id in there)
    holding.guests = guests
    db.session.flush()
    meeting = db.session.get_one(Meeting, holding.meeting_id)
    record(by, "meeting.attendance", meeting, at=now, after={"members": len(there), "guests": guests})


def _check_free(group: Group, meeting: Meeting, outcomes: Iterable[Outcome]) -> None:
    """Raises PlaceTaken unless every talk that is put off has a free place of its own, in another session."""
    wanted = [outcome.later for outcome in outcomes if outcome.later and not outcome.given]
    if len(wanted) > len(set(wanted)) or meeting.number in {where.number for where in wanted}:
        raise PlaceTaken(wanted)
    for where in wanted:
        free_meeting(group, where)


def _standing(meeting: Meeting, talks: Sequence[Talk]) -> Marks:
    pitches = [db.session.get_one(Pitch, talk.pitch_id) for talk in talks if talk.pitch_id]
    return {
        "state": meeting.state.value,
        "talks": [[talk.id, talk.state.value, talk.note] for talk in talks],
        "pitches": [[pitch.id, pitch.state.value] for pitch in pitches],
        "traces": [],
        "instead": [],
        "moved": [],
    }


def _as_given(
    group: Group, meeting: Meeting, talk: Talk, outcome: Outcome, before: Marks, *, now: datetime, by: Actor
) -> int:
    """The id of what was given in the talk's place: itself, said as it was given, or another talk."""
    planned = [speaker.name for speaker in talk.speakers]
    title, names = outcome.title or talk.title, list(outcome.speakers) or planned
    retitled = title != talk.title
    by_others = [name.casefold() for name in names] != [name.casefold() for name in planned]
    if retitled and by_others:
        new = _another(group, meeting, talk, title, names, now=now, by=by)
        before["instead"].append([talk.id, new.id])
        return new.id
    if retitled or by_others:
        trace = _trace_of(talk, TalkState.REPLACED)
        trace.replaced_by_id = talk.id
        before["traces"].append([trace.id, talk.id])
        correct_talk(
            group, talk, title=title, speakers=names, abstract=talk.abstract, kind=talk.kind, now=now, by=by
        )
    return talk.id


def _another(
    group: Group, meeting: Meeting, talk: Talk, title: str, names: list[str], *, now: datetime, by: Actor
) -> Talk:
    """Another talk that was given in the place of ``talk``; the questions asked there were asked about it."""
    leave_place(talk, TalkState.REPLACED, note="", now=now)
    new = new_talk(
        group, meeting, talk.position, title=title, speakers=names, abstract="", kind=talk.kind, now=now
    )
    talk.replaced_by_id = new.id
    db.session.execute(update(Question).where(Question.talk_id == talk.id).values(talk_id=new.id))
    record(by, "talk.replaced", talk, at=now, after={"title": title})
    db.session.flush()
    return new


def _put_off(group: Group, talk: Talk, to: Where, before: Marks, *, now: datetime, by: Actor) -> None:
    """Move a talk that wasn't given to a later session; its speakers and the co-leads are told."""
    position = talk.position
    trace = _trace_of(talk, TalkState.WITHDRAWN)
    trace.note = f"Moved to session {to.number}."
    change_programme(group, {Thing.talk(talk.id): to}, now=now, by=by)
    before["moved"].append([talk.id, position, trace.id])


def _trace_of(talk: Talk, state: TalkState) -> Talk:
    """The talk as it was planned, for the archive."""
    trace = Talk(
        group_id=talk.group_id,
        meeting_id=talk.meeting_id,
        position=talk.position,
        title=talk.title,
        kind=talk.kind,
        state=state,
    )
    db.session.add(trace)
    db.session.flush()
    let_speak(trace, talk.speakers)
    db.session.flush()
    return trace


def _moved_along(links: Iterable[Link], before: Marks) -> list[Link]:
    """What was added to a talk is the other one's, where another one was given."""
    instead = dict(before["instead"])
    return [(instead.get(talk_id, talk_id), kind, url) for talk_id, kind, url in links]


def _check_unchanged(group: Group, before: Marks) -> None:
    """Raises CannotUndo where a talk or a pitch isn't as holding the session left it."""
    moved = {talk_id for talk_id, _, _ in before["moved"]}
    for talk_id in moved:
        talk = talk_in(group, talk_id)
        if talk is None or talk.state not in {TalkState.PLANNED, TalkState.CONFIRMED}:
            raise CannotUndo("a talk that was moved to a later session was given or taken off since")
    if any(has_parts(new_id) for _, new_id in before["instead"]):
        raise CannotUndo("slides or comments were added to a talk that came instead of a planned one")
    movers = {db.session.get_one(Talk, talk_id).pitch_id for talk_id in moved}
    for pitch_id, _ in before["pitches"]:
        pitch = db.session.get(Pitch, pitch_id)
        settled = {PitchState.GIVEN, PitchState.WON, PitchState.OPEN}
        if pitch is None or (pitch_id not in movers and pitch.state not in settled):
            raise CannotUndo("a pitch that waited again has gone on since")


def _drop_instead(old_id: int, new_id: int) -> None:
    db.session.execute(update(Question).where(Question.talk_id == new_id).values(talk_id=old_id))
    db.session.get_one(Talk, old_id).replaced_by_id = None
    db.session.flush()
    db.session.delete(db.session.get_one(Talk, new_id))
    db.session.flush()


def _bring_back(
    group: Group, meeting: Meeting, talk_id: int, position: int, trace_id: int, *, now: datetime
) -> None:
    talk = db.session.get_one(Talk, talk_id)
    talk.meeting_id, talk.position = meeting.id, position
    db.session.delete(db.session.get_one(Talk, trace_id))
    db.session.flush()
    tell_of_talk("talk.moved", group, talk, meeting, now=now)


def _undo_difference(group: Group, trace_id: int, talk_id: int, *, now: datetime, by: Actor) -> None:
    trace, talk = talk_in(group, trace_id), talk_in(group, talk_id)
    if trace is None or talk is None or meeting_of(talk).id != trace.meeting_id:
        raise CannotUndo("a talk was taken elsewhere since")
    names = [speaker.name for speaker in trace.speakers]
    correct_talk(
        group, talk, title=trace.title, speakers=names, abstract=talk.abstract, kind=talk.kind, now=now, by=by
    )
    db.session.delete(trace)
    db.session.flush()
