"""Closing a held session: its recap, what it left behind, thanks; then nothing is wanted for it any more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.editing.actions import publish_recap
from readinggroup.models import Group, Meeting, Talk
from readinggroup.scheduling.queries import standing_talks
from readinggroup.tending.giving_actions import give, say_none
from readinggroup.tending.mails import thank_speakers


class NotHeld(Exception):
    """The session can't be closed, since nobody has said yet that it was held."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a talk or a session left behind: an address, or that there is nothing; neither says nothing."""

    url: str = ""
    is_none: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """What a co-lead says when closing a session; ``slides`` by the id of the talk, ``thanks`` for its speakers.

    ``opened_at``  since when the page is open on which they say it.
    """

    recap: str
    opened_at: datetime
    recording: Left = Left()
    slides: Mapping[int, Left] = field(default_factory=dict)
    thanks: str = ""


def close_session(group: Group, meeting: Meeting, said: Closing, *, now: datetime, by: Actor) -> None:
    """Keep what was said, and note that nothing more is wanted for the session.

    Raises NotHeld, and WrittenMeanwhile where another co-lead wrote the recap since; then nothing is changed.
    """
    db.session.refresh(meeting, with_for_update=True)
    if meeting.state is not MeetingState.HELD:
        raise NotHeld(meeting.id)
    text = {"title": meeting.title, "words": said.recap}
    publish_recap(meeting, **text, opened_at=said.opened_at, now=now, by=by)
    _keep(meeting, said.recording, now=now, by=by)
    for talk in standing_talks(meeting):
        _keep(talk, said.slides.get(talk.id, Left()), now=now, by=by)
    thank_speakers(group, meeting, said.thanks, now=now)
    if meeting.closed_at is None:
        meeting.closed_at = now
        db.session.flush()
        record(by, "meeting.closed", meeting, at=now)


def reopen_session(meeting: Meeting, *, now: datetime, by: Actor) -> None:
    """Let a closed session have its chores again."""
    db.session.refresh(meeting, with_for_update=True)
    if meeting.closed_at is not None:
        meeting.closed_at = None
        db.session.flush()
        record(by, "meeting.reopened", meeting, at=now)


def _keep(of: Talk | Meeting, left: Left, *, now: datetime, by: Actor) -> None:
    if left.url:
        give(of, left.url, now=now, by=by)
    elif left.is_none:
        say_none(of, is_so=True, now=now, by=by)
