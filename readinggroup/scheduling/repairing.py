"""What to do when a speaker can't come: a few whole plans to choose from, each with who moves and who is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from readinggroup.domain.programme import Proposal, Seat
from readinggroup.domain.reasons import listed
from readinggroup.domain.repair import repair
from readinggroup.scheduling.boards import words_of
from readinggroup.scheduling.candidates import Candidate, for_planner, index_of, position_of
from readinggroup.scheduling.change_actions import Changes
from readinggroup.scheduling.messages import Message, lengthening_message, messages_for
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.situation import Situation
from readinggroup.scheduling.views import MeetingView

STEP_IN, CHAIN, PICK, LONG, OPEN, CANCEL = "step-in", "chain", "pick", "long", "open", "cancel"


@dataclass(frozen=True, slots=True)
class Line:
    """One talk of a plan: where it is and where it will be, in words, and what speaks against that."""

    title: str
    by: str
    before: str
    after: str
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to go on.  ``longer`` is the talk that takes the whole time, where one does."""

    way: str
    title: str
    words: str
    changes: Changes
    lines: tuple[Line, ...]
    messages: Sequence[Message] = field(default=())
    longer: Thing | None = None


def plans_for(now: Situation, dropped: Sequence[Thing], *, pick: Thing | None = None) -> list[Plan]:
    """What can be done about ``dropped``, talks of one session, the least trouble first.

    ``now``   without the draft.   ``pick``  somebody whom a co-lead wants to step in.
    """
    found = [_picked(now, dropped, pick)] if pick else []
    step_in = _repaired(now, dropped, now.waiting, moves=False)
    if step_in:
        found.append(_step_in(now, dropped, step_in))
    found += _chain(now, dropped, step_in)
    found += _long(now, dropped)
    found.append(_open(now, dropped))
    found.append(_cancel(now, dropped))
    return found


def _repaired(
    now: Situation, dropped: Sequence[Thing], waiting: Sequence[Candidate], *, moves: bool
) -> Changes:
    """The repair of the domain as changes; empty where nobody comes in."""
    taking = {meeting.number: meeting for meeting in now.open_meetings}
    seats = [
        Seat(str(thing), where.number, index_of(taking[where.number], where.position))
        for thing, where in now.base.seats.items()
        if where.number in taking
    ]
    seated = [now.known[Thing.read(str(seat.talk))].plan for seat in seats]
    proposal = repair(
        [*seated, *(each.plan for each in waiting)],
        map(for_planner, taking.values()),
        seats,
        dropped=[str(thing) for thing in dropped],
        today=now.today,
        lead_days=now.group.lead_days,
        fixed=() if moves else [seat.talk for seat in seats],
    )
    if not any(change.before is None for change in proposal.changes):
        return {}
    return {**dict.fromkeys(dropped), **_moves(proposal, taking)}


def _moves(proposal: Proposal, taking: dict[int, MeetingView]) -> dict[Thing, Where | None]:
    return {
        Thing.read(str(change.talk)): Where(
            int(change.after.meeting), position_of(taking[int(change.after.meeting)], change.after.position)
        )
        for change in proposal.changes
        if change.after is not None
    }


def _plan(
    now: Situation,
    way: str,
    title: str,
    words: str,
    changes: Changes,
    messages: Sequence[Message] | None = None,
) -> Plan:
    lines = tuple(
        Line(
            now.known[thing].title,
            listed(speaker.name for speaker in now.known[thing].speakers),
            words_of(now, now.base.seats.get(thing)),
            words_of(now, to) if to else "comes off",
            tuple(now.warnings(thing, to, without=_gone(changes))) if to else (),
        )
        for thing, to in changes.items()
    )
    return Plan(
        way, title, words, changes, lines, messages_for(now, changes) if messages is None else messages
    )


def _gone(changes: Changes) -> Collection[Thing]:
    return {thing for thing in changes if thing.is_talk}


def _comers(now: Situation, changes: Changes) -> str:
    names = (
        f"“{now.known[thing].plain_title}”"
        for thing, to in changes.items()
        if to and thing not in now.base.seats
    )
    return listed(names)


def _step_in(now: Situation, dropped: Sequence[Thing], changes: Changes) -> Plan:
    left = len(dropped) - (len(changes) - len(dropped))
    words = "Next in standing of those who can take the place. Nobody else moves."
    if left:
        words += " One place stays open." if left == 1 else f" {left} places stay open."
    comers = _comers(now, changes)
    return _plan(
        now, STEP_IN, f"{comers} {'steps' if len(changes) - len(dropped) == 1 else 'step'} in", words, changes
    )


def _chain(now: Situation, dropped: Sequence[Thing], step_in: Changes) -> list[Plan]:
    """The best standing comes in although somebody has to move for it, where it couldn't step in."""
    waiting = now.waiting
    if not waiting or waiting[0].thing in step_in:
        return []
    changes = _repaired(now, dropped, waiting[:1] if step_in else waiting, moves=True)
    moved = [thing for thing, to in changes.items() if to and thing in now.base.seats]
    if not moved:
        return []
    who = listed(f"“{now.known[thing].plain_title}”" for thing in moved)
    words = f"{who} {'moves' if len(moved) == 1 else 'move'} to make room; no fewer can."
    return [_plan(now, CHAIN, f"{_comers(now, changes)} comes in by a chain", words, changes)]


def _picked(now: Situation, dropped: Sequence[Thing], pick: Thing) -> Plan:
    changes: Changes = {**dict.fromkeys(dropped), pick: now.base.seats[dropped[0]]}
    title = f"“{now.known[pick].plain_title}” steps in"
    return _plan(now, PICK, title, "Whom you chose. Nobody else moves.", changes)


def _long(now: Situation, dropped: Sequence[Thing]) -> list[Plan]:
    meeting = now.meeting(now.base.seats[dropped[0]].number)
    staying = [place for place in meeting.places if place.talk and Thing.talk(place.talk.id) not in dropped]
    if not staying or len(dropped) > 1:
        return []
    own = now.base.seats[dropped[0]].position
    before = [place for place in staying if place.position < own]
    place = before[-1] if before else staying[0]
    assert place.talk is not None  # noqa: S101  (places without a talk are left out above)
    gap = next(each for each in meeting.places if each.position == own)
    talk, minutes = Thing.talk(place.talk.id), place.talk_minutes + gap.talk_minutes
    questions = place.question_minutes + gap.question_minutes
    changes: Changes = dict.fromkeys(dropped)
    longer = lengthening_message(now, talk, minutes, questions)
    messages = messages_for(now, changes)
    title = f"“{now.known[talk].plain_title}” takes the whole time"
    words = f"It gets {minutes} minutes and {questions} for questions."
    plan = _plan(now, LONG, title, words, changes, [messages[0], longer, *messages[1:]])
    return [Plan(plan.way, plan.title, plan.words, plan.changes, plan.lines, plan.messages, talk)]


def _open(now: Situation, dropped: Sequence[Thing]) -> Plan:
    title = "Leave the place open" if len(dropped) == 1 else "Leave the places open"
    return _plan(
        now, OPEN, title, "For whoever comes later; the next proposal fills it.", dict.fromkeys(dropped)
    )


def _cancel(now: Situation, dropped: Sequence[Thing]) -> Plan:
    meeting = now.meeting(now.base.seats[dropped[0]].number)
    words = "Its other talks wait on the plan for another session. Speakers and co-leads are told, with the reason."
    return _plan(now, CANCEL, f"Cancel session {meeting.number}", words, dict.fromkeys(dropped))
