"""Looking rounds, papers, ballots and standings up."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload, load_only

from readinggroup.db import UtcDateTime, db, fetch
from readinggroup.domain.lifecycle import (
    MeetingState,
    MembershipState,
    PitchState,
    Role,
    RoundState,
    TalkState,
)
from readinggroup.models import (
    Ballot,
    Group,
    Meeting,
    Membership,
    Participation,
    Pitch,
    Place,
    Round,
    RoundPitch,
    Standing,
    Talk,
    User,
)

COUNTED = (RoundState.CLOSED, RoundState.RELEASED)
STANDING_TALKS = (TalkState.PLANNED, TalkState.CONFIRMED, TalkState.GIVEN)
DAY = timedelta(days=1)
SHORTEST = timedelta(minutes=1)
"""No round is open for less time than this."""
_OPENS_BY_ITSELF = (Round.state == RoundState.DRAFT, Round.opens_by_itself)
COMING = (MeetingState.PLANNED, MeetingState.ANNOUNCED)


# --- rounds -----------------------------------------------------------------------------------------------


ROUND = select(Round).where(Round.group_id == bindparam("group"), Round.id == bindparam("round"))


def round_in(group: Group, round_id: int) -> Round | None:
    """The group's round of that id."""
    return db.session.scalar(ROUND, {"group": group.id, "round": round_id})


def open_round_of(group: Group) -> Round | None:
    """The round that was opened and not counted yet; whether it still takes ballots ``takes_ballots`` says."""
    return db.session.scalar(select(Round).where(Round.group_id == group.id, Round.state == RoundState.OPEN))


def takes_ballots(round_: Round | Row[*tuple[Any, ...]], now: datetime) -> bool:
    """Whether a ballot may be cast, changed or withdrawn; from ``closes_at`` on it may not, whatever ran, and
    once that was noted it may not either where a clock was set back."""
    return round_.state is RoundState.OPEN and round_.ended_at is None and now < round_.closes_at


def awaits_decision(round_: Round) -> bool:
    """Whether the round closed below its quorum, and the co-leads have to say in the open what comes of it."""
    return round_.state is RoundState.CLOSED and (round_.turnout or 0) < round_.quorum


def rounds_of(group: Group) -> Sequence[Round]:
    """Every round that was ever opened, newest first."""
    return db.session.scalars(
        select(Round)
        .where(Round.group_id == group.id, Round.opened_at.is_not(None))
        .order_by(Round.number.desc())
    ).all()


def drafts_of(group: Group) -> Sequence[Round]:
    """The rounds that aren't open yet, the oldest first."""
    return db.session.scalars(
        select(Round)
        .where(Round.group_id == group.id, Round.state == RoundState.DRAFT)
        .order_by(Round.number)
    ).all()


def next_opening(group: Group) -> datetime | None:
    """When the next round opens by itself; None where none does."""
    return db.session.scalar(
        select(func.min(Round.opens_at)).where(Round.group_id == group.id, *_OPENS_BY_ITSELF)
    )


def latest_released(group: Group) -> Round | None:
    """The last round whose results are published."""
    return db.session.scalar(
        select(Round)
        .where(Round.group_id == group.id, Round.state == RoundState.RELEASED)
        .order_by(Round.number.desc())
        .limit(1)
    )


def counted_before(round_: Round) -> Round | None:
    """The last round of the same group that was counted before this one and had reached its quorum."""
    return db.session.scalar(
        select(Round)
        .where(Round.group_id == round_.group_id, Round.number < round_.number, Round.state.in_(COUNTED))
        .where(Round.turnout >= Round.quorum)
        .order_by(Round.number.desc())
        .limit(1)
    )


def drafts_due(now: datetime, group: Group | None = None) -> Sequence[Round]:
    """The drafts of one group, or of all, that open by themselves and whose time has come, in order of that time."""
    due = [*_OPENS_BY_ITSELF, Round.opens_at <= now]
    if group is not None:
        due.append(Round.group_id == group.id)
    return db.session.scalars(select(Round).where(*due).order_by(Round.opens_at, Round.id)).all()


def is_due(group: Group, now: datetime) -> bool:
    """Whether a round of the group could open by itself now, or has ended without being noted."""
    asked = {"group": group.id, "now": now, "latest": now + SHORTEST}
    return any(due for (due,) in fetch(IS_DUE, asked))


def _is_due() -> Select[bool]:
    ours: BindParameter[int] = bindparam("group")
    running, now = aliased(Round), bindparam("now", type_=UtcDateTime)
    runs = exists().where(running.group_id == ours, running.state == RoundState.OPEN)
    offered = exists().where(
        RoundPitch.round_id == Round.id, RoundPitch.pitch_id == Pitch.id, Pitch.state == PitchState.OPEN
    )
    lasts = Round.closes_at > bindparam("latest", type_=UtcDateTime)
    opens = and_(*_OPENS_BY_ITSELF, Round.opens_at <= now, lasts, ~runs, offered)
    ends = and_(Round.state == RoundState.OPEN, Round.ended_at.is_(None), Round.closes_at <= now)
    return select(exists().where(Round.group_id == ours, or_(opens, ends)))


IS_DUE = _is_due()
"""Written down once, since every request of a member to a round asks it."""


def due_rounds(now: datetime) -> Sequence[Round]:
    """The open rounds of all groups that are past their closing time."""
    due = (Round.state == RoundState.OPEN, Round.closes_at <= now)
    return db.session.scalars(select(Round).where(*due).order_by(Round.id)).all()


def rounds_to_nudge(now: datetime) -> Sequence[Round]:
    """The rounds that close within a day, have been open for a day at least, and remind those who haven't voted."""
    due = (Round.state == RoundState.OPEN, Round.nudges, Round.closes_at > now, Round.closes_at <= now + DAY)
    return db.session.scalars(
        select(Round).where(*due, Round.opened_at <= now - DAY).order_by(Round.id)
    ).all()


def highest_number(group: Group, *, opened: bool = False) -> int:
    """The number of the group's last round, or of the last that was opened; 0 before its first."""
    numbers = select(func.max(Round.number)).where(Round.group_id == group.id)
    if opened:
        numbers = numbers.where(Round.opened_at.is_not(None))
    return db.session.scalar(numbers) or 0


# --- what can be on a paper -------------------------------------------------------------------------------


def electable_pitches(group: Group) -> Sequence[Pitch]:
    """The open pitches, with their speakers; those that have waited longest first."""
    return db.session.scalars(
        select(Pitch)
        .options(lazyload(Pitch.links), lazyload(Pitch.days_away))
        .where(Pitch.group_id == group.id, Pitch.state == PitchState.OPEN)
        .order_by(Pitch.rounds_waited.desc(), Pitch.created_at, Pitch.id)
    ).all()


def free_places(group: Group, now: datetime, *, sessions: int) -> int:
    """How many places the next ``sessions`` sessions have free."""
    coming = (
        select(Meeting.id)
        .where(
            Meeting.group_id == group.id,
            Meeting.state.in_(COMING),
            Meeting.locked.is_(False),
            Meeting.starts_at_utc > now,
        )
        .order_by(Meeting.starts_at_utc)
        .limit(sessions)
    )
    taken = and_(
        Talk.meeting_id == Place.meeting_id, Talk.position == Place.position, Talk.state.in_(STANDING_TALKS)
    )
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Place)
            .outerjoin(Talk, taken)
            .where(Place.meeting_id.in_(coming), Talk.id.is_(None))
        )
        or 0
    )


# --- the paper --------------------------------------------------------------------------------------------


def paper_of(round_: Round) -> list[Pitch]:
    """The pitches on the paper, withdrawn ones too, in the order that was drawn when the round opened."""
    lines = db.session.scalars(
        select(RoundPitch)
        .options(joinedload(RoundPitch.pitch).lazyload(Pitch.days_away))
        .where(RoundPitch.round_id == round_.id)
        .order_by(RoundPitch.position)
    )
    return [line.pitch for line in lines]


def paper_for(round_: Round, membership: Membership) -> list[Pitch]:
    """The paper in this voter's own order, which stays the same for as long as the round runs."""
    return sorted(paper_of(round_), key=lambda pitch: _drawn(round_, membership, pitch.public_id))


def names_for(round_: Round, membership: Membership) -> dict[str, str]:
    """The titles on the paper by their public ids, in this voter's own order: all that a ballot is checked against."""
    found: dict[str, str] = dict(fetch(NAMES, {"round": round_.id}))
    return {each: found[each] for each in sorted(found, key=lambda each: _drawn(round_, membership, each))}


NAMES = (
    select(Pitch.public_id, Pitch.title)
    .join(RoundPitch, RoundPitch.pitch_id == Pitch.id)
    .where(RoundPitch.round_id == bindparam("round"))
)


def _drawn(round_: Round, membership: Membership, public_id: str) -> str:
    """Where the voter finds a pitch: a hash that takes in the secret nonce, so that nobody can choose or foresee it."""
    drawing = f"{round_.public_id}\n{membership.id}\n{round_.nonce}\n{public_id}"
    return sha256(drawing.encode()).hexdigest()


def paper_sizes(rounds: Collection[Round]) -> dict[int, int]:
    """How many pitches are on the paper of each round, by its id."""
    rows = db.session.execute(
        select(RoundPitch.round_id, func.count())
        .where(RoundPitch.round_id.in_([round_.id for round_ in rounds]))
        .group_by(RoundPitch.round_id)
    )
    return dict(rows.all())


# --- ballots ----------------------------------------------------------------------------------------------


def ballot_of(round_: Round, membership: Membership) -> Ballot | None:
    """The member's ballot while the round is open; afterwards nobody's ballot can be told."""
    return db.session.scalar(BALLOT, {"round": round_.id, "membership": membership.id})


BALLOT = select(Ballot).where(
    Ballot.round_id == bindparam("round"), Ballot.membership_id == bindparam("membership")
)


def ballot_by_receipt(round_: Round, receipt: str) -> Ballot | None:
    """The ballot of a counted round that this receipt was given for."""
    if round_.state not in COUNTED:
        return None
    return db.session.scalar(select(Ballot).where(Ballot.round_id == round_.id, Ballot.receipt == receipt))


def turnout_of(round_: Round) -> int:
    """How many ballots were cast, blank ones included.

    While the round is open it changes without a new ``public_version``: show it to people who are signed in.
    """
    if round_.turnout is not None:
        return round_.turnout
    return db.session.scalar(select(func.count()).where(Ballot.round_id == round_.id)) or 0


def voters_of(group: Group) -> int:
    """How many people may vote: active members and co-leads."""
    return (
        db.session.scalar(select(func.count()).select_from(Membership).join(User).where(*_voting(group))) or 0
    )


def voting_members(group: Group) -> Sequence[Membership]:
    """Everybody who may vote, by the id of their membership."""
    return db.session.scalars(
        select(Membership).join(User).where(*_voting(group)).order_by(Membership.id)
    ).all()


def _voting(group: Group) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.group_id == group.id,
        Membership.state == MembershipState.ACTIVE,
        Membership.role != Role.APPLICANT,
        User.active.is_(True),
    )


# --- what came out ----------------------------------------------------------------------------------------


def standings_of(round_: Round) -> Sequence[Standing]:
    """The counted pitches, best first.  Ask ``may_see_totals`` before showing anything of them."""
    return db.session.scalars(
        select(Standing)
        .options(
            joinedload(Standing.pitch).lazyload(Pitch.links),
            joinedload(Standing.pitch).lazyload(Pitch.days_away),
        )
        .where(Standing.round_id == round_.id)
        .order_by(Standing.place)
    ).all()


def winners_of(rounds: Collection[Round]) -> dict[int, list[str]]:
    """The winners' titles, best first, by the round's id.  Ask ``may_see_totals`` before showing them."""
    rows = db.session.execute(
        select(Standing.round_id, Pitch.title)
        .join(Pitch, Pitch.id == Standing.pitch_id)
        .where(Standing.round_id.in_([round_.id for round_ in rounds]), Standing.won)
        .order_by(Standing.round_id, Standing.place)
    )
    winners: dict[int, list[str]] = {}
    for round_id, title in rows:
        winners.setdefault(round_id, []).append(title)
    return winners


def winners_waiting(group: Group) -> Sequence[Pitch]:
    """The pitches that won and aren't scheduled, of older rounds first, in the order of their standing."""
    return db.session.scalars(
        select(Pitch)
        .join(Standing, and_(Standing.pitch_id == Pitch.id, Standing.won))
        .join(Round, Round.id == Standing.round_id)
        .where(Pitch.group_id == group.id, Pitch.state == PitchState.WON, Round.state == RoundState.RELEASED)
        .order_by(Round.number, Standing.place)
    ).all()


def participants_of(round_: Round) -> Sequence[str]:
    """The names of those who took part in a counted round, in alphabetical order."""
    names = db.session.scalars(
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Participation, Participation.membership_id == Membership.id)
        .where(Participation.round_id == round_.id)
        .order_by(User.name, User.id)
    )
    return names.all()


def people_to_tell(group: Group, *, without_ballot_in: Round | None = None) -> Sequence[User]:
    """Everybody who may vote, as the people whom mails go to; or those of them who have no ballot in an open round."""
    unvoted: tuple[ColumnElement[bool], ...] = ()
    if without_ballot_in is not None:
        theirs = (Ballot.round_id == without_ballot_in.id, Ballot.membership_id == Membership.id)
        unvoted = (~exists().where(*theirs),)
    rows = db.session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user), load_only(Membership.id))
        .where(*_voting(group), *unvoted)
        .order_by(Membership.id)
    )
    return [row.user for row in rows]


def has_voted(round_: Round, email: str) -> bool:
    """Whether the account with that address has a ballot in an open round."""
    ballot = (
        select(Ballot.receipt)
        .join(Membership, Membership.id == Ballot.membership_id)
        .join(Membership.user)
        .where(Ballot.round_id == round_.id, User.email == email)
    )
    return db.session.scalar(ballot) is not None
