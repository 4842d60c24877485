"""Looking up the hour of a session: its parts, the steps that were taken, and who chairs it by a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.run_sheet import Part, Sheet, Step, parts_of, sheet
from readinggroup.holding.queries import SessionDay, hours_of
from readinggroup.models import ChairLink, Group, Meeting, RunStep
from readinggroup.scheduling.asking import digest_of
from readinggroup.scheduling.views import MeetingView


@dataclass(frozen=True, slots=True)
class Chairing:
    """A link of somebody who chairs a session without an account, and that session."""

    link: ChairLink
    meeting: Meeting
    day: SessionDay

    def is_running(self, now: datetime) -> bool:
        """Whether the link still opens; it ends a day after the session, or when a co-lead ends it."""
        hours = self.day.hours
        takes_place = self.meeting.state is not MeetingState.CANCELLED
        return self.link.revoked_at is None and takes_place and hours is not None and now < hours.chair_until


def chairing_by_token(group: Group, chair_token: str) -> Chairing | None:
    """The group's chair with that token, also one whose link has ended."""
    link = db.session.scalar(
        select(ChairLink).where(
            ChairLink.group_id == group.id, ChairLink.token_digest == digest_of(chair_token)
        )
    )
    if link is None:
        return None
    meeting = db.session.get_one(Meeting, link.meeting_id)
    return Chairing(link, meeting, SessionDay(meeting, hours_of(group, meeting)))


def running_link_of(meeting: Meeting) -> ChairLink | None:
    """The link of the session's chair that wasn't ended."""
    return db.session.scalar(
        select(ChairLink).where(ChairLink.meeting_id == meeting.id, ChairLink.revoked_at.is_(None))
    )


def steps_of(meeting_id: int) -> Sequence[Step]:
    """The steps of a session, in order."""
    rows = db.session.execute(
        select(RunStep.kind, RunStep.position, RunStep.began_at)
        .where(RunStep.meeting_id == meeting_id)
        .order_by(RunStep.number)
    )
    return [Step(*row) for row in rows]


def parts_in(meeting: MeetingView) -> list[Part]:
    """The parts of a session: of each place that has a talk the talk, and its questions."""
    return parts_of(
        [
            (place.position, place.talk_minutes, place.question_minutes)
            for place in meeting.places
            if place.talk is not None
        ]
    )


def sheet_of(meeting: MeetingView, steps: Sequence[Step], *, now: datetime) -> Sheet | None:
    """Where the session stands; None where its date isn't known."""
    if meeting.starts_at_utc is None:
        return None
    return sheet(meeting.starts_at_utc, parts_in(meeting), steps, now=now)
