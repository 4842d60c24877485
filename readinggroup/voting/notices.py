"""What voting owes people: words for the mails that tell of a round."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, update

from readinggroup.db import db
from readinggroup.domain.lifecycle import RoundState
from readinggroup.domain.measure import A_WEEK
from readinggroup.groups.queries import co_leads_of
from readinggroup.models import Group, Notice, NoticeState, Round
from readinggroup.outbox.looks import Forgotten, Outdated
from readinggroup.outbox.queue import owe_all
from readinggroup.voting.draft_views import stops
from readinggroup.voting.queries import (
    has_voted,
    open_round_of,
    paper_of,
    people_to_tell,
    rounds_to_nudge,
    takes_ballots,
)
from readinggroup.web.when import moment

NUDGE, TOLD = "round.nudge", "mail.told"


def tell_members(kind: str, group: Group, round_: Round, *, now: datetime, because: str = "") -> None:
    """Owe everybody who may vote the message ``kind`` about the round: "round.opened", "round.extended" (for each
    closing time once, with its reason) or "round.released"."""
    words = _words(group, round_, page="/results" if kind == "round.released" else "/ballot")
    about = _about_extension(round_) if kind == "round.extended" else _about(round_)
    words |= {"because": because}
    until = None if kind == "round.released" else round_.closes_at
    owe_all(kind, people_to_tell(group), about=about, group_id=group.id, now=now, until=until, words=words)


def owe_nudges(now: datetime) -> None:
    """Owe those who haven't voted one reminder, in the last day of every round that reminds."""
    for round_ in rounds_to_nudge(now):
        group = db.session.get_one(Group, round_.group_id)
        words = _words(group, round_, page="/ballot")
        silent = people_to_tell(group, without_ballot_in=round_)
        until = round_.closes_at
        owe_all(NUDGE, silent, about=_about(round_), group_id=group.id, now=now, until=until, words=words)


def look_at_vote(notice: Notice, now: datetime) -> None:
    """Before a mail that asks to vote is sent: raises Outdated once the vote is over, or open for longer than it says,
    and Forgotten for the reminder of somebody who has voted."""
    round_ = db.session.get(Round, int(notice.subject.split(":")[1]))
    if round_ is None or not takes_ballots(round_, now):
        raise Outdated("the vote is over")
    if notice.kind == "round.extended" and notice.subject != _about_extension(round_):
        raise Outdated("the vote is open for longer again")
    if notice.kind == NUDGE and has_voted(round_, notice.recipient):
        raise Forgotten
    group = db.session.get_one(Group, round_.group_id)
    notice.words = notice.words | {"closes": _said(group, round_.closes_at)}


def tell_of_waiting(group: Group, round_: Round, *, now: datetime) -> None:
    """Owe the co-leads that a draft couldn't open at its time, for each time and what keeps it once."""
    reasons = _reasons(group, round_, now)
    about = f"{_about(round_)}:{round_.opens_at:%Y-%m-%dT%H:%MZ}:{'+'.join(reasons)}"
    words = _words(group, round_) | {
        "opens": _said(group, round_.opens_at),
        "reasons": list(reasons.values()),
    }
    people = [place.user for place in co_leads_of(group)]
    owe_all("round.waiting", people, about=about, group_id=group.id, now=now, words=words)


def look_at_waiting(notice: Notice, now: datetime) -> None:
    """Before that mail is sent: raises Outdated where something else is true by now."""
    round_ = db.session.get(Round, int(notice.subject.split(":")[1]))
    if round_ is None or round_.state is not RoundState.DRAFT or not round_.opens_by_itself:
        raise Outdated("the round doesn't wait for its time any more")
    group = db.session.get_one(Group, round_.group_id)
    if round_.opens_at > now or list(_reasons(group, round_, now).values()) != notice.words["reasons"]:
        raise Outdated("something else keeps the round from opening, or nothing")


def _reasons(group: Group, round_: Round, now: datetime) -> dict[str, str]:
    return stops(round_, paper_of(round_), open_round_of(group), now)


def forget_nudges(round_: Round) -> None:
    """Delete the reminders of a round that ends: sent ones would tell who voted early, others would come too late.

    That there was a mail is kept for the week in which it counts, without its kind, its group and its time.
    """
    nudges = Notice.kind == NUDGE, Notice.subject == _about(round_)
    forgotten: dict[str, Any] = {
        "kind": TOLD,
        "subject": "mail:" + cast(Notice.id, String),
        "group_id": None,
        "until": None,
        "words": {},
        **dict.fromkeys(("owed_at", "ready_at", "due_at", "tried_at", "sent_at"), round_.closes_at),
    }
    db.session.execute(update(Notice).where(*nudges, Notice.state == NoticeState.SENT).values(forgotten))
    db.session.execute(delete(Notice).where(*nudges))


def forget_mails(now: datetime) -> None:
    """Delete what is left of reminders to vote, once it counts no more."""
    db.session.execute(delete(Notice).where(Notice.kind == TOLD, Notice.tried_at <= now - A_WEEK))


def _about(round_: Round) -> str:
    return f"round:{round_.id}"


def _about_extension(round_: Round) -> str:
    return f"{_about(round_)}:{round_.closes_at:%Y-%m-%dT%H:%MZ}"


def _said(group: Group, at: datetime) -> str:
    when = moment(at, group.zone)
    return f"{when.date_words}, {when.time_words} {when.place}, {when.offset}"


def _words(group: Group, round_: Round, *, page: str = "") -> dict[str, Any]:
    return {
        "group": group.name,
        "title": round_.title,
        "number": round_.number,
        "seats": round_.seats,
        "closes": _said(group, round_.closes_at),
        "path": f"/{group.slug}/rounds/{round_.id}{page}",
    }
