"""Looking pitches up: one of them, those that wait for a round, and the board."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from readinggroup.db import db
from readinggroup.domain.lifecycle import ChangeState, MeetingState, PitchState, RoundState, TalkState
from readinggroup.models import (
    Group,
    Meeting,
    Pitch,
    PitchChange,
    PitchInterest,
    Round,
    RoundPitch,
    Talk,
    User,
)

HIGHEST = 2**31 - 1
"""No id is higher, and neither database likes to be asked for one that is."""
ROUNDS_BEFORE_ASKING = 3
ROWS = 30
"""How many pitches stand in one part of the board."""
SESSIONS = 8
"""From how many coming sessions the dates away are picked."""
ABSTRACT_SHOWN = 600
LONGEST_DRAFT = 150_000
"""How many characters a draft holds: more than all its fields take together."""

PAST_OFFER = (PitchState.OPEN, PitchState.IN_ROUND, PitchState.WON, PitchState.SCHEDULED)
"""Where a pitch stands from when it is offered until it is given."""
STANDING = (TalkState.PLANNED, TalkState.CONFIRMED, TalkState.GIVEN)


def pitch_in(group: Group, pitch_id: int) -> Pitch | None:
    """The group's pitch of that id, with its speakers, links and days away."""
    if pitch_id > HIGHEST:
        return None
    return db.session.scalar(select(Pitch).where(Pitch.group_id == group.id, Pitch.id == pitch_id))


def open_pitches_of(group: Group) -> Sequence[Pitch]:
    """What the next round can vote on, with speakers, oldest first."""
    return pitches_by_state(group, [PitchState.OPEN])


def pitches_by_state(group: Group, states: Collection[PitchState]) -> Sequence[Pitch]:
    """The group's pitches in any of ``states``, with speakers, oldest first."""
    return db.session.scalars(
        select(Pitch).where(Pitch.group_id == group.id, Pitch.state.in_(states)).order_by(Pitch.id)
    ).all()


def pitches_of_author(group: Group, user_id: int | None, *, since: datetime | None = None) -> Sequence[Pitch]:
    """What one member has pitched in the group, by default ever, whatever became of it, newest first."""
    where = [Pitch.group_id == group.id, Pitch.author_id == user_id]
    if since is not None:
        where.append(Pitch.created_at >= since)
    return db.session.scalars(select(Pitch).where(*where).order_by(Pitch.id.desc())).all()


def count_waiting(group: Group, user_id: int) -> int:
    """How many drafts and open pitches one member has in the group."""
    waiting = select(func.count(Pitch.id)).where(
        Pitch.group_id == group.id,
        Pitch.author_id == user_id,
        Pitch.state.in_((PitchState.DRAFT, PitchState.OPEN)),
    )
    return db.session.scalar(waiting) or 0


def is_interested(pitch: Pitch, user_id: int | None) -> bool:
    """Whether the member has marked that they would like to hear it."""
    return user_id is not None and db.session.get(PitchInterest, (pitch.id, user_id)) is not None


def interest_in(pitch: Pitch) -> int | None:
    """How many would like to hear it; None while it isn't on offer: beside a vote that number would be a total."""
    if pitch.state is not PitchState.OPEN:
        return None
    marks = select(func.count()).select_from(PitchInterest).where(PitchInterest.pitch_id == pitch.id)
    return db.session.scalar(marks) or 0


def is_asked(pitch: Pitch) -> bool:
    """Whether its author is asked if they still want to give it: it has waited for so many rounds."""
    return pitch.state is PitchState.OPEN and pitch.rounds_waited - pitch.wanted_after >= ROUNDS_BEFORE_ASKING


def pitches_to_ask_about() -> Sequence[tuple[Pitch, Group, User]]:
    """The pitches whose authors are asked whether they still want to give them, with group and author."""
    found = db.session.execute(
        select(Pitch, Group, User)
        .join(Group, Group.id == Pitch.group_id)
        .join(User, User.id == Pitch.author_id)
        .where(
            Pitch.state == PitchState.OPEN,
            Pitch.rounds_waited - Pitch.wanted_after >= ROUNDS_BEFORE_ASKING,
            User.active,
        )
    )
    return [(pitch, group, user) for pitch, group, user in found]


def change_in(group: Group, change_id: int) -> PitchChange | None:
    """The proposed change of a pitch of the group with that id."""
    return db.session.scalar(
        select(PitchChange)
        .join(Pitch, Pitch.id == PitchChange.pitch_id)
        .where(Pitch.group_id == group.id, PitchChange.id == change_id)
    )


def pending_change_of(pitch: Pitch) -> PitchChange | None:
    """The change that waits for a co-lead, of which there is one at most."""
    pending = PitchChange.pitch_id == pitch.id, PitchChange.state == ChangeState.PENDING
    return db.session.scalar(select(PitchChange).where(*pending))


def changes_of(pitch: Pitch) -> Sequence[tuple[PitchChange, str, str]]:
    """The pitch's proposed changes that wait or were accepted, latest first, with the names of who proposed and who
    decided; empty where there is none."""
    proposer, decider = aliased(User), aliased(User)
    found = db.session.execute(
        select(PitchChange, proposer.name, decider.name)
        .outerjoin(proposer, proposer.id == PitchChange.by_id)
        .outerjoin(decider, decider.id == PitchChange.decided_by_id)
        .where(
            PitchChange.pitch_id == pitch.id,
            PitchChange.state.in_((ChangeState.PENDING, ChangeState.ACCEPTED)),
        )
        .order_by(PitchChange.id.desc())
    )
    return [(change, proposed or "", decided or "") for change, proposed, decided in found]


def changed_since(pitch_ids: Collection[int], moment: datetime | None) -> frozenset[int]:
    """Which of the pitches say something else since ``moment``, by a change that a co-lead accepted."""
    accepted = select(PitchChange.pitch_id).where(
        PitchChange.pitch_id.in_(pitch_ids),
        PitchChange.state == ChangeState.ACCEPTED,
        PitchChange.decided_at >= moment,
    )
    return frozenset(db.session.scalars(accepted)) if moment is not None else frozenset()


def author_of(pitch: Pitch) -> User | None:
    """The account that made the pitch; None where it is gone or there never was one."""
    return db.session.get(User, pitch.author_id) if pitch.author_id is not None else None


def open_round_with(pitch: Pitch) -> Round | None:
    """The round that isn't over yet on whose paper the pitch stands: open, or closed and not released."""
    return db.session.scalar(
        select(Round)
        .join(RoundPitch, RoundPitch.round_id == Round.id)
        .where(RoundPitch.pitch_id == pitch.id, Round.state.in_((RoundState.OPEN, RoundState.CLOSED)))
    )


def session_number_of(pitch: Pitch) -> int | None:
    """The number of the session in which the pitch is or was given."""
    return db.session.scalar(
        select(Meeting.number)
        .join(Talk, Talk.meeting_id == Meeting.id)
        .where(Talk.pitch_id == pitch.id, Talk.state.in_(STANDING))
    )


def session_days_of(group: Group, today: date) -> Sequence[date]:
    """The local dates of the group's next sessions, from ``today`` on, earliest first."""
    coming = select(Meeting.on).where(
        Meeting.group_id == group.id,
        Meeting.on >= today,
        Meeting.state.in_((MeetingState.PLANNED, MeetingState.ANNOUNCED)),
    )
    days = db.session.scalars(coming.distinct().order_by(Meeting.on).limit(SESSIONS))
    return [day for day in days if day is not None]
