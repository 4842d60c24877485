"""Looking swaps up, and whom a speaker could change places with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from readinggroup.db import db
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.models import Group, Meeting, Membership, Speaker, Swap, SwapState, Talk, TalkSpeaker
from readinggroup.scheduling.draft_queries import TO_COME
from readinggroup.scheduling.queries import HIGHEST, OPEN_STATES
from readinggroup.scheduling.views import TalkView, talk_views

LIVE = (SwapState.PROPOSED, SwapState.AGREED)
LAST_CALL = timedelta(hours=2)
"""So long before a session nobody changes places any more."""


def swap_in(group: Group, swap_id: int) -> Swap | None:
    """The group's swap of that id, with both talks and their speakers."""
    if swap_id > HIGHEST:
        return None
    return db.session.scalar(_with_talks().where(Swap.group_id == group.id, Swap.id == swap_id))


def live_swap_of(talk: Talk) -> Swap | None:
    """The swap that the talk is in and that isn't over."""
    mine = or_(Swap.talk_id == talk.id, Swap.other_id == talk.id)
    return db.session.scalar(_with_talks().where(mine, Swap.state.in_(LIVE)))


def agreed_swaps(group: Group) -> Sequence[Swap]:
    """The swaps that both want and a co-lead could still stop, the next first."""
    mine = _with_talks().where(Swap.group_id == group.id, Swap.state == SwapState.AGREED)
    return db.session.scalars(mine.order_by(Swap.veto_until, Swap.id)).all()


def due_swaps(now: datetime) -> Sequence[tuple[int, int]]:
    """The swaps of all groups that nobody stopped in time, as (group's id, swap's id)."""
    due = (Swap.state == SwapState.AGREED, Swap.veto_until <= now)
    rows = db.session.execute(select(Swap.group_id, Swap.id).where(*due).order_by(Swap.id))
    return [(row.group_id, row.id) for row in rows]


def partners_of(group: Group, talk: Talk, now: datetime) -> list[TalkView]:
    """The talks that ``talk`` could change places with: to come, and given by a member who can be asked."""
    asked = (
        select(TalkSpeaker.talk_id)
        .join(Speaker, Speaker.id == TalkSpeaker.speaker_id)
        .join(Membership, Membership.user_id == Speaker.user_id)
        .where(
            Membership.group_id == group.id,
            Membership.state == MembershipState.ACTIVE,
            Membership.role != Role.APPLICANT,
        )
    )
    own = select(TalkSpeaker.speaker_id).where(TalkSpeaker.talk_id == talk.id)
    shared = select(TalkSpeaker.talk_id).where(TalkSpeaker.speaker_id.in_(own))
    return talk_views(
        group,
        Talk.id.in_(asked),
        Talk.id.not_in(shared),
        Talk.state.in_(TO_COME),
        Meeting.state.in_(OPEN_STATES),
        Meeting.starts_at_utc > now + LAST_CALL,
        order_by=(Meeting.starts_at_utc, Talk.position),
    )


def first_start(swap: Swap) -> datetime | None:
    """When the earlier of the two sessions begins."""
    both = (swap.talk.meeting_id, swap.other.meeting_id)
    return db.session.scalar(select(func.min(Meeting.starts_at_utc)).where(Meeting.id.in_(both)))


def _with_talks() -> Select[Swap]:
    return select(Swap).options(
        selectinload(Swap.talk).selectinload(Talk.speakers),
        selectinload(Swap.other).selectinload(Talk.speakers),
    )
