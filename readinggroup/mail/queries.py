"""Looking up what is owed and sent, and what people don't want."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from readinggroup.db import db
from readinggroup.domain.measure import plan
from readinggroup.models import Group, MailOff, Notice, NoticeState, User
from readinggroup.outbox.claiming import box_of, owed_by
from readinggroup.outbox.kinds import Kind, kind_named
from readinggroup.outbox.links import Stop
from readinggroup.outbox.receivers import receiver_of

PAGE = 50
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Planned:
    """A mail that is to come: its parts, each a kind with its group's name (or ""), when it goes, by which clocks."""

    parts: tuple[tuple[Kind, str], ...]
    at: datetime
    zone: str

    @property
    def groups(self) -> list[str]:
        """The names of the groups that it is from."""
        return sorted({group for _, group in self.parts if group})


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice as those see it who look after mail: ``recipient`` is empty where who gets it is nobody's business."""

    id: int
    kind: Kind
    group: str
    recipient: str
    state: NoticeState
    at: datetime
    attempts: int
    why: str


def unwanted_kinds(user: User) -> frozenset[str]:
    """The names of the kinds of mail that the user has switched off."""
    return receiver_of(user.email, None).off


def planned_for(user: User, now: datetime) -> list[Planned]:
    """The mails that are going to be sent to the user, as far as can be told now, earliest first."""
    found = _queued_for(user)
    receivers = {notice.group_id: receiver_of(user.email, notice.group_id) for notice, _ in found}
    wanted = {
        notice.id: (notice, group)
        for notice, group in found
        if notice.kind not in receivers[notice.group_id].off or kind_named(notice.kind).topic is None
    }
    if not wanted:
        return []
    first = receivers[next(iter(wanted.values()))[0].group_id]
    mails = plan([owed_by(notice) for notice, _ in wanted.values()], box_of(user.email, first, now), now)
    return [
        Planned(
            parts=tuple(
                (kind_named(notice.kind), group) for notice, group in map(wanted.__getitem__, mail.keys)
            ),
            at=mail.at,
            zone=first.zone,
        )
        for mail in mails
    ]


def is_stopped(stop: Stop) -> bool:
    """Whether all that the link is for is switched off."""
    off = set(db.session.scalars(select(MailOff.kind).where(_of(stop))))
    return off.issuperset(kind.name for kind in stop.kinds)


def is_known(stop: Stop) -> bool:
    """Whether there is still somebody whose mails the link can stop."""
    if isinstance(stop.who, str):
        return True
    user = db.session.get(User, stop.who)
    return user is not None and user.active


def notices_of(group: Group | None, state: NoticeState | None, *, before: int | None = None) -> list[Sent]:
    """Notices of the group, or of the whole site, newest first: one page of them, from ``before`` on."""
    wanted = select(
        Notice.id, Notice.kind, Notice.recipient, Notice.state, Notice.due_at, Notice.sent_at, Notice.owed_at,
        Notice.attempts, Notice.last_error, Group.name,
    ).outerjoin(Group, Group.id == Notice.group_id)  # fmt: skip
    if group is not None:
        wanted = wanted.where(Notice.group_id == group.id)
    if state is not None:
        wanted = wanted.where(Notice.state == state)
    if before is not None:
        wanted = wanted.where(Notice.id < before)
    rows = db.session.execute(wanted.order_by(Notice.id.desc()).limit(PAGE)).all()
    return [
        Sent(
            id=row.id,
            kind=(kind := kind_named(row.kind)),
            group=row.name or "",
            recipient="" if kind.discreet else row.recipient,
            state=row.state,
            at=row.sent_at or (row.due_at if row.state is NoticeState.QUEUED else row.owed_at),
            attempts=row.attempts,
            why=row.last_error,
        )
        for row in rows
    ]


def counts_of(group: Group | None) -> dict[NoticeState, int]:
    """How many notices of the group, or of the whole site, are in each state."""
    wanted = select(Notice.state, func.count()).group_by(Notice.state)
    if group is not None:
        wanted = wanted.where(Notice.group_id == group.id)
    found = {row[0]: row[1] for row in db.session.execute(wanted)}
    return {state: found.get(state, 0) for state in NoticeState}


def latest_notices(now: datetime, limit: int = PAGE) -> Sequence[Notice]:
    """The newest notices that were sent or are due, and still have their words."""
    due = or_(Notice.due_at <= now, Notice.state != NoticeState.QUEUED)
    newest = db.session.scalars(select(Notice).where(due).order_by(Notice.id.desc()).limit(limit))
    return [notice for notice in newest if notice.words]


def _queued_for(user: User) -> list[tuple[Notice, str]]:
    rows = db.session.execute(
        select(Notice, Group.name)
        .outerjoin(Group, Group.id == Notice.group_id)
        .where(Notice.recipient == user.email, Notice.state == NoticeState.QUEUED)
        .order_by(Notice.ready_at, Notice.id)
        .limit(SHOWN)
    )
    return [(notice, group or "") for notice, group in rows]


def _of(stop: Stop) -> ColumnElement[bool]:
    return MailOff.user_id == stop.who if isinstance(stop.who, int) else MailOff.address == stop.who
