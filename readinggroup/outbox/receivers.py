"""Who gets a mail: their time, and what they don't want."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.domain.rhythm import place_zones
from readinggroup.models import Group, MailOff, Membership, User

NOWHERE = "Atlantic/Reykjavik"
"""The time of whoever has neither an account with a zone nor a group; it is UTC all year."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whoever has an address.  ``user_id`` is None without an account, ``off`` are the kinds they don't want."""

    user_id: int | None
    zone: str
    is_active: bool
    daily: bool
    off: frozenset[str]


def receiver_of(address: str, group_id: int | None) -> Receiver:
    """The person at ``address``; their own time zone, else the group's."""
    user = db.session.execute(
        select(User.id, User.zone, User.active, User.mails_daily).where(User.email == address)
    ).one_or_none()
    group_zone = db.session.scalar(select(Group.zone).where(Group.id == group_id)) if group_id else None
    user_id = user.id if user else None
    return Receiver(
        user_id=user_id,
        zone=_known(user.zone if user else None, group_zone),
        is_active=user is None or user.active,
        daily=user is not None and user.mails_daily,
        off=frozenset(db.session.scalars(select(MailOff.kind).where(_of(user_id, address)))),
    )


def is_member(user_id: int | None, group_id: int | None) -> bool:
    """Whether that account belongs to the group now."""
    if user_id is None or group_id is None:
        return False
    place = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.group_id == group_id,
        Membership.state == MembershipState.ACTIVE,
        Membership.role != Role.APPLICANT,
    )
    return db.session.scalar(place) is not None


def _of(user_id: int | None, address: str) -> ColumnElement[bool]:
    return or_(MailOff.user_id == user_id, MailOff.address == address)


def _known(*zones: str | None) -> str:
    wanted: Iterable[str] = (zone for zone in zones if zone in place_zones())
    return next(iter(wanted), NOWHERE)
