"""The last look at a notice before it is sent: does its receiver want it, and is it still true?"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.groups.joining import look_at_application
from readinggroup.models import Notice
from readinggroup.outbox.kinds import kind_named
from readinggroup.outbox.looks import Outdated
from readinggroup.outbox.receivers import Receiver, is_member
from readinggroup.scheduling.notices import (
    look_at_declined,
    look_at_meeting,
    look_at_swap,
    look_at_talk,
    look_at_unconfirmed,
)
from readinggroup.scheduling.reading_mails import look_at_coming, look_at_due, look_at_missing
from readinggroup.tending.mails import look_at_chores, look_at_feedback, look_at_recording, look_at_speaker
from readinggroup.voting.notices import look_at_vote, look_at_waiting

Rule = Callable[[Notice, datetime], None]

RULES: Mapping[str, Rule] = {
    "after.feedback": look_at_feedback,
    "after.recording": look_at_recording,
    "after.speaker": look_at_speaker,
    "application.made": look_at_application,
    "chores.due": look_at_chores,
    "meeting.cancelled": look_at_meeting,
    "meeting.moved": look_at_meeting,
    "meeting.reinstated": look_at_meeting,
    "reading.coming": look_at_coming,
    "reading.due": look_at_due,
    "reading.missing": look_at_missing,
    "round.extended": look_at_vote,
    "round.nudge": look_at_vote,
    "round.opened": look_at_vote,
    "round.waiting": look_at_waiting,
    "swap.agreed": look_at_swap,
    "swap.proposed": look_at_swap,
    "talk.declined": look_at_declined,
    "talk.lengthened": look_at_talk,
    "talk.moved": look_at_talk,
    "talk.replaced": look_at_talk,
    "talk.scheduled": look_at_talk,
    "talk.asked": look_at_talk,
    "talk.reminded": look_at_unconfirmed,
    "talk.unconfirmed": look_at_unconfirmed,
    "talk.withdrawn": look_at_talk,
}
"""For each kind that can be overtaken by events, its room's rule; it may also bring the notice's words up to date."""

FAMILIES = ("meeting.", "talk.")
"""Of several notices of one family about one thing only the newest is still true."""


def last_look(notice: Notice, receiver: Receiver, now: datetime) -> None:
    """Let ``notice`` pass.  Raises Outdated, Forgotten or NotYet."""
    kind = kind_named(notice.kind)
    if kind.name in receiver.off and kind.topic is not None:
        raise Outdated("switched off by its receiver")
    if kind.topic is not None and not receiver.is_active:
        raise Outdated("the account is closed")
    if kind.members_only and not is_member(receiver.user_id, notice.group_id):
        raise Outdated("its receiver left the group")
    if notice.until is not None and now >= notice.until:
        raise Outdated("its time is over")
    if _is_overtaken(notice):
        raise Outdated("something newer is told instead")
    if rule := RULES.get(notice.kind):
        rule(notice, now)


def _is_overtaken(notice: Notice) -> bool:
    family = next((family for family in FAMILIES if notice.kind.startswith(family)), None)
    if family is None:
        return False
    thing = ":".join(notice.subject.split(":")[:2])
    newer = select(Notice.id).where(
        Notice.recipient == notice.recipient,
        Notice.kind.startswith(family, autoescape=True),
        Notice.subject.startswith(f"{thing}:", autoescape=True),
        Notice.id > notice.id,
    )
    return db.session.scalar(newer.limit(1)) is not None
