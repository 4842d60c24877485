"""Choosing which mails one gets, stopping kinds of them by a link, and trying again what failed."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.mail.queries import unwanted_kinds
from readinggroup.models import Group, MailOff, Notice, NoticeState, User
from readinggroup.outbox.kinds import ALL
from readinggroup.outbox.links import Stop


def choose_mails(user: User, *, wanted: Collection[str], offered: Collection[str], daily: bool) -> None:
    """Of the kinds named in ``offered``, send the user those in ``wanted`` alone; ``daily``: in one a day."""
    user.mails_daily = daily
    theirs = or_(MailOff.user_id == user.id, MailOff.address == user.email)
    switchable = {kind.name for kind in ALL if kind.topic is not None}.intersection(offered)
    off = unwanted_kinds(user)
    db.session.execute(delete(MailOff).where(theirs, MailOff.kind.in_(off.intersection(wanted))))
    db.session.add_all(MailOff(user_id=user.id, kind=name) for name in sorted(switchable - off - set(wanted)))
    db.session.flush()


def stop_mails(stop: Stop) -> None:
    """Switch off what the link is for; what is off stays so."""
    resume_mails(stop)
    db.session.add_all(MailOff(**_whose(stop), kind=kind.name) for kind in stop.kinds)
    db.session.flush()


def resume_mails(stop: Stop) -> None:
    """Switch on again what the link is for."""
    names = [kind.name for kind in stop.kinds]
    db.session.execute(delete(MailOff).filter_by(**_whose(stop)).where(MailOff.kind.in_(names)))


def retry_failed(group: Group | None, *, now: datetime, by: Actor) -> int:
    """Queue again what failed of the group, or of the whole site; gives how many notices."""
    failed = update(Notice).where(Notice.state == NoticeState.FAILED)
    if group is not None:
        failed = failed.where(Notice.group_id == group.id)
    again = db.session.execute(
        failed.values(state=NoticeState.QUEUED, attempts=0, due_at=now, last_error="").returning(Notice.id)
    ).all()
    if group is not None and again:
        record(by, "mail.retried", group, at=now, group_id=group.id, after={"count": len(again)})
    return len(again)


def _whose(stop: Stop) -> dict[str, int | str]:
    return {"user_id" if isinstance(stop.who, int) else "address": stop.who}
