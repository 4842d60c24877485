"""Looking up what the feeds and the map of the site tell: the latest sessions, and the addresses of public pages."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from readinggroup.access.actor import Actor
from readinggroup.access.rules import may_see_archive, may_see_schedule
from readinggroup.archive.listing import PUBLISHED, States
from readinggroup.archive.queries import speakers_of, topics_of
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.models import Group, Material, Meeting, Reading, Series, Talk
from readinggroup.scheduling.views import MeetingView, meeting_views

LATEST = 30
Address = tuple[str, dict[str, Any]]
"""An endpoint and the values that its address needs besides the group."""


def latest_sessions(group: Group, states: States) -> list[MeetingView]:
    """The LATEST published sessions in one of ``states``, highest number first."""
    return meeting_views(group, Meeting.state.in_(states), order_by=(Meeting.number.desc(),), limit=LATEST)


def changes_of(group: Group, meetings: Sequence[MeetingView], now: datetime) -> dict[int, datetime]:
    """When something was last known to change about each session, by its id: it was put on the programme, given
    reading or material, or held.  Never later than ``now``."""
    ids = [meeting.id for meeting in meetings]
    here = Talk.meeting_id.in_(ids)
    changes = (
        select(Talk.meeting_id, func.max(Talk.placed_at)).where(here).group_by(Talk.meeting_id),
        select(Talk.meeting_id, func.max(Reading.posted_at)).join(Talk).where(here).group_by(Talk.meeting_id),
        select(Talk.meeting_id, func.max(Material.added_at))
        .join(Talk, Talk.id == Material.talk_id)
        .where(here)
        .group_by(Talk.meeting_id),
        select(Material.meeting_id, func.max(Material.added_at))
        .where(Material.meeting_id.in_(ids))
        .group_by(Material.meeting_id),
    )
    found = {meeting.id: [group.created_at] for meeting in meetings}
    for meeting in meetings:
        if meeting.state is MeetingState.HELD and meeting.starts_at_utc is not None:
            found[meeting.id].append(meeting.starts_at_utc)
    for change in changes:
        for meeting_id, at in db.session.execute(change):
            found[meeting_id] += [at] if at is not None else []
    return {meeting_id: max(at for at in (*times, group.created_at) if at <= now or at is group.created_at)
            for meeting_id, times in found.items()}  # fmt: skip


def public_pages(group: Group) -> Iterator[Address]:
    """Every page of the group that the public sees, as its search engines should know them."""
    visitor = Actor()
    sees_schedule, sees_archive = may_see_schedule(visitor, group), may_see_archive(visitor, group)
    if sees_schedule or sees_archive:
        yield "front.group", {}
    if sees_schedule:
        yield "scheduling.schedule", {}
    states = [state for state in PUBLISHED if (sees_archive if state is MeetingState.HELD else sees_schedule)]
    for number in db.session.scalars(
        select(Meeting.number)
        .where(Meeting.group_id == group.id, Meeting.state.in_(states))
        .order_by(Meeting.number)
    ):
        yield "archive.session", {"number": number}
    if not sees_archive:
        return
    for endpoint in ("sessions", "speakers", "topics", "reading"):
        yield f"archive.{endpoint}", {}
    for speaker in speakers_of(group, states):
        yield "archive.speaker", {"slug": speaker.slug}
    for topic in topics_of(group, states):
        yield "archive.topic", {"slug": topic.slug}
    for slug in db.session.scalars(
        select(Series.slug).where(Series.group_id == group.id).order_by(Series.slug)
    ):
        yield "archive.series", {"slug": slug}
