"""Drafting the programme apart from what is published, and publishing the draft."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain import draft as drafting
from readinggroup.models import DraftSeat, DraftStep, Group, Meeting, Talk
from readinggroup.scheduling import draft_queries
from readinggroup.scheduling.actions import lock_programme
from readinggroup.scheduling.change_actions import change_programme
from readinggroup.scheduling.draft_queries import Draft, Published
from readinggroup.scheduling.notices import Said
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.refusals import NothingDrafted, PlaceTaken, ProgrammeChanged

STEPS_KEPT = 50


def draft_move(
    group: Group, thing: Thing, *, to: Where | None, words: str, based_on: str, now: datetime, by: Actor
) -> None:
    """Let ``thing`` stand at ``to`` in the draft, or nowhere; whoever is there changes places with it, or waits.

    ``words``  what was done, for the step and the record: "moved “CLIP” to session 3, place 1".
    Raises ProgrammeChanged, or PlaceTaken for a place that isn't there.
    """
    draft_places(group, {thing: to}, words=words, based_on=based_on, now=now, by=by)


def draft_places(
    group: Group,
    placings: Mapping[Thing, Where | None],
    *,
    words: str,
    based_on: str,
    now: datetime,
    by: Actor,
) -> None:
    """Draft several moves, one after the other, as one step.  Raises ProgrammeChanged or PlaceTaken."""
    base, draft = _lock(group, based_on=based_on, now=now)
    for thing, to in placings.items():
        if thing not in base.things:
            raise ProgrammeChanged(thing)
        if to is not None and to not in base.places:
            raise PlaceTaken(to)
        draft = drafting.moved(base.seats, draft, thing, to)
    _add_step(group, draft, words=words, now=now, by=by)


def clear_draft(group: Group, *, based_on: str, now: datetime, by: Actor) -> None:
    """Go back to what is published; that is a step as well, which can be taken back.  Raises ProgrammeChanged."""
    _lock(group, based_on=based_on, now=now)
    _add_step(group, {}, words="threw the draft away", now=now, by=by)


def undo_step(group: Group, *, based_on: str, now: datetime, by: Actor) -> str:
    """Take the last step back; gives what it was.  Raises ProgrammeChanged or NothingDrafted."""
    _lock(group, based_on=based_on, now=now)
    step = draft_queries.last_step(group)
    if step is None:
        raise NothingDrafted
    words = step.what
    record(
        by, "draft.undone", group, at=now, group_id=group.id, after={"words": f"took a step back: {words}"}
    )
    db.session.delete(step)
    db.session.flush()
    return words


def publish_draft(
    group: Group, *, note: str, said: Said | None, based_on: str, now: datetime, by: Actor
) -> list[tuple[Talk, Meeting]]:
    """Publish what is drafted, tell those concerned, and begin a new draft; gives the talks with a new place.

    ``note``  for the co-leads and the record.   ``said``  see ``change_programme``.
    Raises ProgrammeChanged, PlaceTaken or NothingDrafted.
    """
    base, draft = _lock(group, based_on=based_on, now=now)
    changes = draft_queries.possible(base, draft)
    if not changes:
        raise NothingDrafted
    placed = change_programme(group, changes, note=note, said=said, now=now, by=by)
    db.session.execute(delete(DraftStep).where(DraftStep.group_id == group.id))
    after = {"words": "published the draft", "note": note, "changes": len(changes)}
    record(by, "programme.published", group, at=now, group_id=group.id, after=after)
    db.session.flush()
    return placed


def _lock(group: Group, *, based_on: str, now: datetime) -> tuple[Published, Draft]:
    """What is published and what of the draft is possible, once nobody else can change either."""
    lock_programme(group)
    if based_on != draft_queries.board_version(group):
        raise ProgrammeChanged(based_on)
    base = draft_queries.published(group, now)
    return base, draft_queries.possible(base, draft_queries.drafted(group))


def _add_step(group: Group, draft: Draft, *, words: str, now: datetime, by: Actor) -> None:
    mine = DraftStep.group_id == group.id
    number = (db.session.scalar(select(func.max(DraftStep.number)).where(mine)) or 0) + 1
    numbers = {where.number for where in draft.values() if where}
    rows = db.session.execute(
        select(Meeting.number, Meeting.id).where(Meeting.group_id == group.id, Meeting.number.in_(numbers))
    )
    ids: dict[int, int] = dict(rows.all())
    step = DraftStep(group_id=group.id, number=number, by_id=by.user_id, what=words[:400], at=now)
    step.seats = [
        DraftSeat(
            pitch_id=None if thing.is_talk else thing.id,
            talk_id=thing.id if thing.is_talk else None,
            meeting_id=ids[where.number] if where else None,
            position=where.position if where else None,
        )
        for thing, where in draft.items()
    ]
    db.session.add(step)
    db.session.execute(delete(DraftStep).where(mine, DraftStep.number <= number - STEPS_KEPT))
    db.session.flush()
    record(by, "draft.changed", group, at=now, group_id=group.id, after={"words": words})
