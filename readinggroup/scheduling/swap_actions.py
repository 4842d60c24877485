"""Two speakers change places: one asks, the other agrees, and a co-lead may say no for a while."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from readinggroup.access.actor import THE_SITE, Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, TalkState
from readinggroup.domain.reasons import listed
from readinggroup.models import Group, Swap, SwapState, Talk, User
from readinggroup.outbox.queue import owe_all
from readinggroup.scheduling import queries, swap_queries
from readinggroup.scheduling.actions import lock_programme
from readinggroup.scheduling.refusals import AlreadyInASwap, SwapOver, TalkOver
from readinggroup.scheduling.swap_queries import LAST_CALL
from readinggroup.scheduling.talk_actions import exchange_places
from readinggroup.scheduling.wording import moment_words
from readinggroup.web.when import of_meeting

VETO_FOR = timedelta(hours=24)
TO_COME = (TalkState.PLANNED, TalkState.CONFIRMED)


def propose_swap(group: Group, talk: Talk, *, other: Talk, note: str, now: datetime, by: Actor) -> Swap:
    """Ask the speakers of ``other`` to change places; they are told.

    Raises TalkOver where one of them isn't to come, or begins too soon, and AlreadyInASwap.
    """
    lock_programme(group)
    swap = Swap(
        group_id=group.id, talk_id=talk.id, other_id=other.id, proposed_by_id=by.user_id, note=note,
        talk=talk, other=other, proposed_at=now,
    )  # fmt: skip
    with db.session.no_autoflush:
        _check_to_come(swap, now)
        if swap_queries.live_swap_of(talk) or swap_queries.live_swap_of(other):
            raise AlreadyInASwap(talk.id)
    db.session.add(swap)
    db.session.flush()
    record(by, "swap.proposed", swap, at=now, after=_facts(swap))
    _tell("swap.proposed", group, swap, queries.users_of_talk(other), now=now)
    return swap


def agree_to_swap(group: Group, swap: Swap, *, now: datetime, by: Actor) -> None:
    """Agree to change places: it happens a day later, or sooner where the session does, unless a co-lead says no.

    Raises SwapOver or TalkOver.
    """
    _lock(group, swap, SwapState.PROPOSED)
    _check_to_come(swap, now)
    start = swap_queries.first_start(swap)
    swap.state = SwapState.AGREED
    swap.veto_until = min(now + VETO_FOR, start - LAST_CALL) if start else now + VETO_FOR
    db.session.flush()
    record(by, "swap.agreed", swap, at=now, after=_facts(swap))
    _tell("swap.agreed", group, swap, queries.co_leads_of(group), now=now)
    _tell("swap.answered", group, swap, queries.users_of_talk(swap.talk), now=now)


def refuse_swap(group: Group, swap: Swap, *, now: datetime, by: Actor) -> None:
    """Say no to changing places; who asked is told.  Raises SwapOver."""
    _lock(group, swap, SwapState.PROPOSED)
    _end(swap, SwapState.REFUSED, now=now, by=by)
    _tell("swap.answered", group, swap, queries.users_of_talk(swap.talk), now=now)


def withdraw_swap(group: Group, swap: Swap, *, now: datetime, by: Actor) -> None:
    """Take the question back before it happens.  Raises SwapOver."""
    _lock(group, swap, SwapState.PROPOSED, SwapState.AGREED)
    _end(swap, SwapState.WITHDRAWN, now=now, by=by)
    _tell("swap.ended", group, swap, queries.users_of_talk(swap.other), now=now)


def veto_swap(group: Group, swap: Swap, *, now: datetime, by: Actor) -> None:
    """A co-lead says no; both are told.  Raises SwapOver, also once its time is over."""
    _lock(group, swap, SwapState.AGREED)
    if swap.veto_until is not None and now >= swap.veto_until:
        raise SwapOver(swap.id)
    _end(swap, SwapState.VETOED, now=now, by=by)
    both = {user.id: user for talk in (swap.talk, swap.other) for user in queries.users_of_talk(talk)}
    _tell("swap.ended", group, swap, list(both.values()), now=now)


def do_swap(group: Group, swap: Swap, *, now: datetime, by: Actor) -> bool:
    """Let the two change places, whom a co-lead let or nobody stopped; gives whether they did.

    Where one of them can't any more it lapses.  Raises SwapOver.
    """
    _lock(group, swap, SwapState.AGREED)
    try:
        _check_to_come(swap, now)
    except TalkOver:
        _end(swap, SwapState.LAPSED, now=now, by=by)
        return False
    _end(swap, SwapState.DONE, now=now, by=by)
    exchange_places(group, swap.talk, swap.other, now=now, by=by)
    return True


def do_due_swaps(now: datetime) -> int:
    """Do every swap that nobody stopped in time; gives how many took place."""
    done = 0
    for group_id, swap_id in swap_queries.due_swaps(now):
        group = db.session.get_one(Group, group_id)
        swap = swap_queries.swap_in(group, swap_id)
        if swap is not None:
            with suppress(SwapOver):  # Another process was faster.
                done += do_swap(group, swap, now=now, by=THE_SITE)
    return done


def _lock(group: Group, swap: Swap, *states: SwapState) -> None:
    """See the swap as it is once nobody else can change it.  Raises SwapOver where it is in none of ``states``."""
    lock_programme(group)
    fresh = swap_queries.swap_in(group, swap.id)
    if fresh is None or fresh.state not in states:
        raise SwapOver(swap.id)


def _check_to_come(swap: Swap, now: datetime) -> None:
    for talk in (swap.talk, swap.other):
        meeting = queries.meeting_of(talk)
        starts = meeting.starts_at_utc
        if talk.state not in TO_COME or meeting.state is MeetingState.CANCELLED:
            raise TalkOver(talk.id)
        if starts is None or starts <= now + LAST_CALL:
            raise TalkOver(talk.id)


def _end(swap: Swap, state: SwapState, *, now: datetime, by: Actor) -> None:
    swap.state, swap.ended_at = state, now
    db.session.flush()
    record(by, f"swap.{state.value}", swap, at=now, after=_facts(swap))


def _facts(swap: Swap) -> dict[str, Any]:
    return {"title": swap.talk.title, "other": swap.other.title}


def _tell(kind: str, group: Group, swap: Swap, people: Iterable[User], *, now: datetime) -> None:
    own, its = queries.meeting_of(swap.talk), queries.meeting_of(swap.other)
    words = {
        "group": group.name,
        "path": f"/{group.slug}/swaps/{swap.id}",
        "state": swap.state.value,
        "note": swap.note,
        "talk": swap.talk.title,
        "speakers": listed(speaker.name for speaker in swap.talk.speakers),
        "when": moment_words(of_meeting(own)),
        "other": swap.other.title,
        "other_speakers": listed(speaker.name for speaker in swap.other.speakers),
        "other_when": moment_words(of_meeting(its)),
    }
    starts = [at for at in (own.starts_at_utc, its.starts_at_utc) if at is not None]
    until = swap.veto_until if kind == "swap.agreed" else min(starts, default=None)
    about = f"swap:{swap.id}"
    owe_all(kind, people, about=about, group_id=group.id, now=now, until=until, words=words)
