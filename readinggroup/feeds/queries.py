"""Looking up whose calendar a secret address is, and what stands in it."""

from sqlalchemy import select

from readinggroup.access.actor import Actor
from readinggroup.access.rules import may_see_joint, may_see_session
from readinggroup.db import db
from readinggroup.feeds.calendar import Entry
from readinggroup.models import CalendarLink, Group, Meeting, Membership, User
from readinggroup.scheduling.asking import digest_of
from readinggroup.scheduling.joint_queries import visits_of
from readinggroup.scheduling.view_rows import MEETINGS
from readinggroup.scheduling.views import views_of_meetings


def reader_with(token: str) -> User | None:
    """Whose calendar is read with ``token``; None once it ended, or their account is closed."""
    held = CalendarLink.token_digest == digest_of(token)
    return db.session.scalar(select(User).join(CalendarLink).where(held, User.active))


def calendar_link_of(user: User) -> CalendarLink | None:
    """The running address of the user's calendar."""
    return db.session.get(CalendarLink, user.id)


def entries_of(user: User) -> list[Entry]:
    """The dated sessions that the user sees in the groups that they belong to, earliest first."""
    places = select(Group, Membership).join(Membership, Membership.group_id == Group.id)
    found = db.session.execute(places.where(Membership.user_id == user.id)).all()
    members = {group.id: (group, actor) for group, place in found if (actor := Actor(user, place)).is_member}
    dated = (Meeting.group_id.in_(members), Meeting.starts_at_utc.is_not(None))
    group_ids = {
        row.id: row.group_id for row in db.session.execute(select(Meeting.id, Meeting.group_id).where(*dated))
    }
    rows = db.session.execute(MEETINGS.where(*dated).order_by(Meeting.starts_at_utc, Meeting.id)).all()
    entries = []
    for meeting in views_of_meetings(rows):
        group, actor = members[group_ids[meeting.id]]
        entry = Entry(group, meeting)
        if may_see_session(actor, entry, group):
            entries.append(entry)
    there = {entry.meeting.id for entry in entries}
    for group, actor in members.values():
        visits = [entry for entry in visits_seen(actor, group) if entry.meeting.id not in there]
        entries += visits
        there |= {entry.meeting.id for entry in visits}
    return entries


def visits_seen(actor: Actor, group: Group) -> list[Entry]:
    """The dated sessions of other groups that the group takes part in, as far as ``actor`` sees them there."""
    visits = visits_of(group, Meeting.starts_at_utc.is_not(None))
    return [
        Entry(visit.host, visit.meeting, f"/{group.slug}/joint/{visit.id}")
        for visit in visits
        if may_see_joint(actor, visit, group)
    ]
