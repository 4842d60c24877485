"""Taking chores, handing them over and giving them back; absences of co-leads."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.models import Absence, ChoreWord, Group, Meeting, Round, User
from readinggroup.tending.queries import OpenChore


def take_chore(group: Group, chore: OpenChore, user: User, *, now: datetime, by: Actor) -> None:
    """Let ``user`` have the chore.  Whoever had it and hands it over has given it back by that."""
    of, thing = _lock(chore)
    db.session.execute(delete(ChoreWord).where(*of, (ChoreWord.user_id == user.id) | ChoreWord.takes))
    _say(group, chore, user, takes=True, now=now)
    if by.user is not None and by.user_id != user.id and chore.owner == by.user:
        _say(group, chore, by.user, takes=False, now=now)
    what = "chore.taken" if by.user_id == user.id else "chore.handed_over"
    record(by, what, thing, at=now, after={"chore": chore.chore.value, "to": user.name})


def give_back(group: Group, chore: OpenChore, *, now: datetime, by: Actor) -> None:
    """Let somebody else have the chore of ``by``: whoever's turn it is then."""
    of, thing = _lock(chore)
    if by.user is None:
        raise ValueError("Only an account has chores.")
    db.session.execute(delete(ChoreWord).where(*of, ChoreWord.user_id == by.user.id))
    _say(group, chore, by.user, takes=False, now=now)
    record(by, "chore.given_back", thing, at=now, after={"chore": chore.chore.value})


def note_absence(
    group: Group, user: User, *, from_on: date, until_on: date, now: datetime, by: Actor
) -> Absence:
    """Note that a co-lead is away on those dates, both included; their chores of those days go to the others."""
    absence = Absence(group_id=group.id, user_id=user.id, from_on=from_on, until_on=until_on)
    db.session.add(absence)
    db.session.flush()
    record(by, "absence.noted", absence, at=now, after=_dates_of(absence, user))
    return absence


def end_absence(absence: Absence, *, now: datetime, by: Actor) -> None:
    """Forget an absence: whoever it is about has their chores again."""
    user = db.session.get_one(User, absence.user_id)
    record(by, "absence.removed", absence, at=now, before=_dates_of(absence, user))
    db.session.delete(absence)
    db.session.flush()


def _lock(chore: OpenChore) -> tuple[tuple[Any, ...], Meeting | Round]:
    """The condition on words that they are about this chore; and its session or round, which nobody else changes."""
    thing: Meeting | Round
    if chore.meeting is not None:
        own, key = Meeting.id == chore.meeting.id, ChoreWord.meeting_id
        thing = db.session.scalars(select(Meeting).where(own).with_for_update()).one()
    else:
        own, key = Round.id == (chore.round.id if chore.round else 0), ChoreWord.round_id
        thing = db.session.scalars(select(Round).where(own).with_for_update()).one()
    return (key == thing.id, ChoreWord.chore == chore.chore), thing


def _say(group: Group, chore: OpenChore, user: User, *, takes: bool, now: datetime) -> None:
    db.session.add(
        ChoreWord(
            group_id=group.id,
            meeting_id=chore.meeting.id if chore.meeting else None,
            round_id=chore.round.id if chore.round else None,
            chore=chore.chore,
            user_id=user.id,
            takes=takes,
            said_at=now,
        )
    )
    db.session.flush()


def _dates_of(absence: Absence, user: User) -> dict[str, str]:
    return {
        "name": user.name,
        "from": absence.from_on.isoformat(),
        "until": absence.until_on.isoformat(),
    }
