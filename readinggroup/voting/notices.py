"""What voting owes people: words for the mails that tell of a round."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from readinggroup.db import db
from readinggroup.models import Group, Notice, Round
from readinggroup.outbox.looks import Forgotten, Outdated
from readinggroup.outbox.queue import owe_all
from readinggroup.voting.queries import has_voted, people_to_tell, rounds_to_nudge, takes_ballots
from readinggroup.web.when import moment

NUDGE = "round.nudge"


def tell_members(kind: str, group: Group, round_: Round, *, now: datetime, because: str = "") -> None:
    """Owe everybody who may vote the message ``kind`` about the round: "round.opened", "round.extended" (for each
    closing time once, with its reason) or "round.released"."""
    words = _words(group, round_, page="results" if kind == "round.released" else "ballot")
    about = _about_extension(round_) if kind == "round.extended" else _about(round_)
    words |= {"because": because}
    owe_all(kind, people_to_tell(group), about=about, group_id=group.id, now=now, words=words)


def owe_nudges(now: datetime) -> None:
    """Owe those who haven't voted one reminder, in the last day of every round that reminds."""
    for round_ in rounds_to_nudge(now):
        group = db.session.get_one(Group, round_.group_id)
        words = _words(group, round_, page="ballot")
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
    notice.words = notice.words | {"closes": _closes(group, round_)}


def forget_nudges(round_: Round) -> None:
    """Delete the reminders of a round that ends: sent ones would tell who voted early, others would come too late."""
    db.session.execute(delete(Notice).where(Notice.kind == NUDGE, Notice.subject == _about(round_)))


def _about(round_: Round) -> str:
    return f"round:{round_.id}"


def _about_extension(round_: Round) -> str:
    return f"{_about(round_)}:{round_.closes_at:%Y-%m-%dT%H:%MZ}"


def _closes(group: Group, round_: Round) -> str:
    closes = moment(round_.closes_at, group.zone)
    return f"{closes.date_words}, {closes.time_words} {closes.place}, {closes.offset}"


def _words(group: Group, round_: Round, *, page: str) -> dict[str, Any]:
    return {
        "group": group.name,
        "title": round_.title,
        "number": round_.number,
        "seats": round_.seats,
        "closes": _closes(group, round_),
        "path": f"/{group.slug}/rounds/{round_.id}/{page}",
    }
