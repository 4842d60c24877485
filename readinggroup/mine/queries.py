"""Looking up what is one person's, in all groups."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select

from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, PitchState, Role, RoundState, TalkState
from readinggroup.models import (
    Attendance,
    Ballot,
    Group,
    Meeting,
    Membership,
    Pitch,
    Round,
    Speaker,
    Talk,
    TalkSpeaker,
    User,
)

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class MyGroup:
    """A group that the person belongs to, or has applied to."""

    slug: str
    name: str
    role: Role
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class MyPitch:
    """A pitch of the person's."""

    id: int
    title: str
    state: PitchState
    group_slug: str
    group_name: str


@dataclass(frozen=True, slots=True)
class MyReceipt:
    """The receipt of a ballot that the person has in an open round."""

    receipt: str
    round_id: int
    round_title: str
    closes_at: datetime
    group_slug: str
    group_name: str
    zone: str


@dataclass(frozen=True, slots=True)
class MyTalk:
    """A talk that the person gives or gave."""

    title: str
    state: TalkState
    on: date | None
    number: int
    group_slug: str
    group_name: str


@dataclass(frozen=True, slots=True)
class MySession:
    """A session that the person was at."""

    on: date | None
    number: int
    group_slug: str
    group_name: str


def groups_of(user: User) -> list[MyGroup]:
    """Where the person belongs or has applied, by name."""
    return _rows(
        MyGroup,
        select(Group.slug, Group.name, Membership.role, Membership.joined_at)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.user_id == user.id, Membership.state == MembershipState.ACTIVE)
        .order_by(Group.name, Group.id),
    )


def pitches_of(user: User) -> list[MyPitch]:
    """What the person has pitched, latest first."""
    return _rows(
        MyPitch,
        select(Pitch.id, Pitch.title, Pitch.state, Group.slug, Group.name)
        .join(Group, Group.id == Pitch.group_id)
        .where(Pitch.author_id == user.id)
        .order_by(Pitch.created_at.desc(), Pitch.id.desc()),
    )


def receipts_of(user: User) -> list[MyReceipt]:
    """The receipts of the person's ballots in open rounds; once a round is closed, no row says whose a ballot is."""
    return _rows(
        MyReceipt,
        select(Ballot.receipt, Round.id, Round.title, Round.closes_at, Group.slug, Group.name, Group.zone)
        .join(Membership, Membership.id == Ballot.membership_id)
        .join(Round, Round.id == Ballot.round_id)
        .join(Group, Group.id == Round.group_id)
        .where(Membership.user_id == user.id, Round.state == RoundState.OPEN)
        .order_by(Round.closes_at, Round.id),
    )


def talks_of(user: User) -> list[MyTalk]:
    """The talks of the person's speakers, latest first."""
    return _rows(
        MyTalk,
        select(Talk.title, Talk.state, Meeting.on, Meeting.number, Group.slug, Group.name)
        .join(TalkSpeaker, TalkSpeaker.talk_id == Talk.id)
        .join(Speaker, Speaker.id == TalkSpeaker.speaker_id)
        .join(Meeting, Meeting.id == Talk.meeting_id)
        .join(Group, Group.id == Talk.group_id)
        .where(Speaker.user_id == user.id)
        .order_by(Meeting.on.desc(), Talk.id.desc()),
    )


def sessions_attended(user: User) -> list[MySession]:
    """The sessions at which co-leads noted that the person was there, latest first."""
    return _rows(
        MySession,
        select(Meeting.on, Meeting.number, Group.slug, Group.name)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .join(Group, Group.id == Meeting.group_id)
        .where(Attendance.user_id == user.id)
        .order_by(Meeting.on.desc(), Meeting.id.desc()),
    )


def is_linked(user: User) -> bool:
    """Whether the account is linked to a speaker of any group."""
    return db.session.scalar(select(Speaker.id).where(Speaker.user_id == user.id).limit(1)) is not None


def _rows(kind: type[Kind], chosen: Select[*tuple[Any, ...]]) -> list[Kind]:
    return [kind(*row) for row in db.session.execute(chosen)]
