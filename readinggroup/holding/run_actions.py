"""Stepping through the hour of a session, and the link of whoever chairs it without an account."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.run_sheet import Part, PartKind, Step
from readinggroup.holding.queries import SessionDay
from readinggroup.holding.refusals import NothingToStep, SteppedAlready
from readinggroup.holding.run_queries import parts_in, running_link_of, steps_of
from readinggroup.models import ChairLink, Group, Meeting, RunStep
from readinggroup.scheduling.asking import digest_of
from readinggroup.scheduling.views import MeetingView

STEPPED_BEFORE = timedelta(hours=1)
"""So long before its start a session can be begun."""


def can_step(day: SessionDay, now: datetime) -> bool:
    """Whether it is the time to step through the session."""
    hours, state = day.hours, day.meeting.state
    is_time = hours is not None and hours.starts_at - STEPPED_BEFORE <= now < hours.chair_until
    return is_time and state is not MeetingState.CANCELLED


def parts_to_begin(parts: Sequence[Part], steps: Sequence[Step]) -> Sequence[Part]:
    """The parts that a step can begin, the next one first; none where only the end is left.  Raises NothingToStep after
    that."""
    if not parts or (steps and steps[-1].kind is PartKind.END):
        raise NothingToStep
    if not steps:
        return parts
    last = (steps[-1].position or 0, steps[-1].kind is PartKind.QUESTIONS)
    return [part for part in parts if (part.position, part.kind is PartKind.QUESTIONS) > last]


def step_on(day: SessionDay, meeting: MeetingView, *, seen: int, to: str, now: datetime) -> None:
    """Begin the part called ``to``, leaving out what lies before it; without a name, what comes next.

    ``seen``: how many steps whoever pressed knew of.  Raises SteppedAlready where there are others by now, or
    NothingToStep.
    """
    steps = _locked_steps(day, seen, now)
    ahead = parts_to_begin(parts_in(meeting), steps)
    found = [part for part in ahead if to in {"", part.name}]
    if to and not found:
        raise NothingToStep
    part = found[0] if found else None
    db.session.add(
        RunStep(
            meeting_id=meeting.id,
            number=len(steps) + 1,
            kind=part.kind if part else PartKind.END,
            position=part.position if part else None,
            began_at=now,
        )
    )
    db.session.flush()


def step_back(day: SessionDay, *, seen: int, now: datetime) -> None:
    """Take the last step back.  Raises SteppedAlready or NothingToStep."""
    steps = _locked_steps(day, seen, now)
    if not steps:
        raise NothingToStep
    last = (RunStep.meeting_id == day.meeting.id, RunStep.number == len(steps))
    db.session.execute(delete(RunStep).where(*last))
    db.session.flush()


def make_chair_link(group: Group, meeting: Meeting, *, now: datetime, by: Actor) -> str:
    """A new link for whoever chairs the session, in the place of the former; gives its path, kept as a digest alone."""
    end_chair_link(meeting, now=now, by=by)
    token = secrets.token_urlsafe(32)
    link = ChairLink(
        group_id=group.id,
        meeting_id=meeting.id,
        token_digest=digest_of(token),
        made_at=now,
        made_by_id=by.user_id,
    )
    db.session.add(link)
    db.session.flush()
    record(by, "meeting.chair_link", meeting, at=now)
    return f"/{group.slug}/chair/{token}"


def end_chair_link(meeting: Meeting, *, now: datetime, by: Actor) -> None:
    """Let the link of the session's chair open nothing any more."""
    db.session.execute(select(Meeting.id).where(Meeting.id == meeting.id).with_for_update(key_share=True))
    link = running_link_of(meeting)
    if link is not None:
        link.revoked_at = now
        db.session.flush()
        record(by, "meeting.chair_link_ended", meeting, at=now)


def _locked_steps(day: SessionDay, seen: int, now: datetime) -> Sequence[Step]:
    if not can_step(day, now):
        raise NothingToStep
    here = Meeting.id == day.meeting.id
    db.session.execute(select(Meeting.id).where(here).with_for_update(key_share=True))
    steps = steps_of(day.meeting.id)
    if len(steps) != seen:
        raise SteppedAlready(len(steps))
    return steps
