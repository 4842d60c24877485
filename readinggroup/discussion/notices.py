"""What discussions owe people: one digest a day, with the new comments of the threads that they follow."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, or_, select, update

from readinggroup.access.actor import Actor
from readinggroup.access.rules import may_see_matter
from readinggroup.db import db
from readinggroup.discussion.queries import Matter, Said
from readinggroup.domain import rhythm
from readinggroup.domain.lifecycle import MembershipState, Role
from readinggroup.groups.queries import co_leads_of
from readinggroup.models import (
    Comment,
    Group,
    Meeting,
    Membership,
    Pitch,
    Talk,
    Thread,
    ThreadFollower,
    User,
)
from readinggroup.outbox.queue import owe, owe_all

DIGEST, REPORTED = "discussion.digest", "comment.reported"
AT = time(18)
"""When the day's digest is made, in the group's own time."""


@dataclass(frozen=True, slots=True)
class News:
    """How many comments of one thread somebody hasn't been told of."""

    thread_id: int
    pitch_id: int | None
    talk_id: int | None
    title: str
    comments: int

    @property
    def thing(self) -> str:
        """The part of an address that names what the thread is about."""
        return f"pitches/{self.pitch_id}" if self.pitch_id else f"talks/{self.talk_id}"


def owe_digests(group: Group, now: datetime) -> int:
    """Owe everybody the comments of the group that came before the last digest time and weren't told yet; gives how
    many digests are owed.  However often it is asked, and however late, it tells each comment once."""
    on = _latest_day(group, now)
    until = rhythm.instant(on, AT, group.zone)
    about, told = f"discussion:{group.id}:{on.isoformat()}", 0
    for user, news in _by_person(group, until):
        owe(DIGEST, user.email, about=about, group_id=group.id, now=now, words=_words(group, user, news))
        _mark_told(user, [each.thread_id for each in news], until)
        told += 1
    return told


def tell_of_report(group: Group, said: Said, *, now: datetime) -> None:
    """Owe the co-leads that somebody asks them to look at a comment."""
    words = {"group": group.name, "title": said.matter.title, "path": f"/{group.slug}/discussion"}
    people = [place.user for place in co_leads_of(group)]
    about = f"comment:{said.comment.id}"
    owe_all(REPORTED, people, about=about, group_id=group.id, now=now, words=words)


def _latest_day(group: Group, now: datetime) -> date:
    """The local day of the last digest time that is past."""
    today = now.astimezone(rhythm.zone_at(group.zone)).date()
    return today if rhythm.instant(today, AT, group.zone) <= now else today - timedelta(days=1)


def _by_person(group: Group, until: datetime) -> Iterator[tuple[User, list[News]]]:
    found = db.session.execute(
        select(
            User,
            Membership,
            Pitch,
            Meeting,
            Thread.id,
            Thread.pitch_id,
            Thread.talk_id,
            func.coalesce(Pitch.title, Talk.title),
            func.count(Comment.id),
        )
        .select_from(ThreadFollower)
        .join(Thread, Thread.id == ThreadFollower.thread_id)
        .join(User, User.id == ThreadFollower.user_id)
        .join(Membership, (Membership.user_id == User.id) & (Membership.group_id == Thread.group_id))
        .join(Comment, Comment.thread_id == Thread.id)
        .outerjoin(Pitch, Pitch.id == Thread.pitch_id)
        .outerjoin(Talk, Talk.id == Thread.talk_id)
        .outerjoin(Meeting, Meeting.id == Talk.meeting_id)
        .where(
            Thread.group_id == group.id,
            ThreadFollower.follows,
            User.active,
            Membership.state == MembershipState.ACTIVE,
            Membership.role != Role.APPLICANT,
            Comment.hidden_at.is_(None),
            Comment.said_at >= ThreadFollower.told_until,
            Comment.said_at < until,
            or_(Comment.author_id.is_(None), Comment.author_id != User.id),
        )
        .group_by(User.id, Membership.id, Thread.id, Pitch.id, Talk.id, Meeting.id)
        .order_by(User.id, Thread.id)
    ).all()
    for user, rows in groupby(found, key=lambda row: row[0]):
        news = [News(*row[4:]) for row in rows if _sees(Actor(user, row.Membership), group, row)]
        if news:
            yield user, news


def _sees(asking: Actor, group: Group, row: Row[*tuple[Any, ...]]) -> bool:
    return may_see_matter(asking, Matter("", pitch=row.Pitch, meeting=row.Meeting), group)


def _words(group: Group, user: User, news: list[News]) -> dict[str, Any]:
    return {
        "group": group.name,
        "name": user.name,
        "path": f"/{group.slug}/discussion",
        "threads": [
            {
                "title": each.title,
                "count": f"{each.comments} new comment{'s'[: each.comments != 1]}",
                "path": f"/{group.slug}/{each.thing}/discussion",
            }
            for each in news
        ],
    }


def _mark_told(user: User, thread_ids: list[int], until: datetime) -> None:
    db.session.execute(
        update(ThreadFollower)
        .where(ThreadFollower.user_id == user.id, ThreadFollower.thread_id.in_(thread_ids))
        .values(told_until=until)
    )
