"""Following the zone rules: a session's local time is the truth, so new rules can mean another moment in UTC."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from readinggroup.access.actor import THE_SITE
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.rhythm import zone_data_version
from readinggroup.models import Group, Meeting, Record
from readinggroup.outbox.queue import owe_all
from readinggroup.scheduling.actions import derive_instant, instant_of, lock_programme
from readinggroup.scheduling.queries import co_leads_of, version_of
from readinggroup.scheduling.views import MeetingView
from readinggroup.web.when import When, of_meeting

REDERIVED = "meeting.rederived"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """A session whose moment new zone rules changed, as co-leads are told of it; ``was`` and ``now`` are in UTC."""

    number: int
    when: When
    was: str
    now: str
    rules: str


def follow_zone_rules(now: datetime) -> int:
    """Derive the moments of all coming sessions anew from the zone rules in use; gives how many changed.

    What changed gets a higher SEQUENCE, so that calendars follow, and the co-leads are told.  Asked twice, it
    changes and tells nothing more.
    """
    groups = {meeting.group_id for meeting in _changed_meetings(_to_come(now))}
    return sum(_follow(db.session.get_one(Group, group_id), now) for group_id in sorted(groups))


def zone_changes(group: Group, meetings: Sequence[MeetingView]) -> list[ZoneChange]:
    """Those of the coming ``meetings`` whose moment new zone rules changed, and that stand there still."""
    found = db.session.execute(
        select(Record.thing_id, Record.before, Record.after)
        .where(Record.group_id == group.id, Record.what == REDERIVED)
        .order_by(Record.id)
    ).all()
    told = {row.thing_id: row for row in found}
    return [
        ZoneChange(meeting.number, meeting.when, row.before["utc"], row.after["utc"], row.after["rules"])
        for meeting in meetings
        if (row := told.get(str(meeting.id))) and meeting.when and row.after["at"] == meeting.when.iso
    ]


def _follow(group: Group, now: datetime) -> int:
    lock_programme(group)
    changed = _changed_meetings(_to_come(now, group))
    lines = []
    for meeting in changed:
        before = _moment(meeting)
        derive_instant(meeting)
        meeting.sequence += 1
        after = _moment(meeting)
        record(
            THE_SITE, REDERIVED, meeting, at=now, before=before, after=after | {"rules": zone_data_version()}
        )
        told = of_meeting(meeting)
        local = f"{told.date_words}, {told.time_words} {told.place}" if told else ""
        lines.append(f"Session {meeting.number}, {local}: {after['utc']} UTC, before {before['utc']} UTC")
    if changed:
        db.session.flush()
        _tell(group, lines, now=now)
    return len(changed)


def _tell(group: Group, lines: Sequence[str], *, now: datetime) -> None:
    words = {
        "group": group.name,
        "path": f"/{group.slug}/plan",
        "lines": list(lines),
        "rules": zone_data_version(),
    }
    about = f"programme:{group.id}:{version_of(group)}"
    owe_all(REDERIVED, co_leads_of(group), about=about, group_id=group.id, now=now, words=words)


def _to_come(now: datetime, group: Group | None = None) -> Iterable[Meeting]:
    """The sessions that are to come by their own clocks, cancelled ones too."""
    chosen = select(Meeting).where(Meeting.state != MeetingState.HELD, Meeting.on >= (now - A_DAY).date())
    if group is not None:
        chosen = chosen.where(Meeting.group_id == group.id)
    return db.session.scalars(chosen.order_by(Meeting.group_id, Meeting.on, Meeting.number)).all()


def _changed_meetings(meetings: Iterable[Meeting]) -> list[Meeting]:
    return [meeting for meeting in meetings if meeting.starts_at_utc != instant_of(meeting)]


def _moment(meeting: Meeting) -> dict[str, str]:
    at = meeting.starts_at_utc
    return (
        {"at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "utc": at.strftime("%H:%M")}
        if at
        else {"at": "", "utc": ""}
    )
