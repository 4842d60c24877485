"""Making, changing, ordering and ending series, and putting sessions and talks into them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.groups.books import RESERVED
from readinggroup.groups.speakers import fold_name
from readinggroup.models import Group, Meeting, Series, SeriesKind, Talk
from readinggroup.series.queries import all_series, is_in_use, running_series
from readinggroup.text.slugs import unique_slug


class NameTaken(Exception):
    """The group has a series of that name, whatever its case and accents."""


class SeriesInUse(Exception):
    """Something belongs to the series, so it can be ended and not removed."""


def make_series(
    group: Group, *, name: str, kind: SeriesKind, intro: str, url: str, now: datetime, by: Actor
) -> Series:
    """A new series, the last of those that go on.  Raises NameTaken."""
    _lock(group)
    slug = _free_slug(group, name)
    last = max((series.position for series in all_series(group)), default=0)
    made = Series(group_id=group.id, slug=slug, name=name, kind=kind, intro=intro, url=url, position=last + 1)
    db.session.add(made)
    db.session.flush()
    record(by, "series.made", made, at=now, after={"name": name})
    return made


def revise_series(
    group: Group, series: Series, *, name: str, intro: str, url: str, now: datetime, by: Actor
) -> None:
    """Say better what the series is; another name gives it another address, and the old one leads there.

    Raises NameTaken.
    """
    _lock(group)
    before = {"name": series.name, "intro": series.intro, "url": series.url}
    if series.name != name:
        series.slug = _free_slug(group, name, beside=series)
    series.name, series.intro, series.url = name, intro, url
    db.session.flush()
    after = {"name": name, "intro": intro, "url": url}
    if after != before:
        record(by, "series.revised", series, at=now, before=before, after=after)


def shift_series(group: Group, series: Series, *, up: bool, now: datetime, by: Actor) -> None:
    """Let the series change places with the one before or after it; at the end of the list nothing happens."""
    _lock(group)
    order = list(running_series(group))
    if series not in order:
        return
    here = order.index(series)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, start=1):
        each.position = position
    db.session.flush()
    record(by, "series.ordered", series, at=now, after={"place": there + 1})


def end_series(series: Series, *, now: datetime, by: Actor) -> None:
    """Nothing more is to come of the series; its page stays."""
    if series.ended_at is None:
        series.ended_at = now
        record(by, "series.ended", series, at=now)


def resume_series(series: Series, *, now: datetime, by: Actor) -> None:
    """The series goes on after all."""
    if series.ended_at is not None:
        series.ended_at = None
        record(by, "series.resumed", series, at=now)


def remove_series(group: Group, series: Series, *, now: datetime, by: Actor) -> None:
    """Take a series away to which nothing belongs.  Raises SeriesInUse."""
    _lock(group)
    if is_in_use(series):
        raise SeriesInUse(series.id)
    record(by, "series.removed", series, at=now, before={"name": series.name})
    db.session.delete(series)
    db.session.flush()


def fill_series(
    group: Group,
    series: Series,
    *,
    among: Collection[int],
    sessions: Collection[int],
    talks: Collection[int],
    now: datetime,
    by: Actor,
) -> int:
    """Of the sessions whose ids are in ``among``, let those in ``sessions`` belong to the series as a whole, and of
    their talks those in ``talks``; the others that did no longer do.  Gives how many came in or went out."""
    _lock(group)
    ours = (Meeting.group_id == group.id, Meeting.id.in_(among))
    in_them = (Talk.group_id == group.id, Talk.meeting_id.in_(select(Meeting.id).where(*ours)))
    changed = _belong(Meeting, ours, series, sessions) + _belong(Talk, in_them, series, talks)
    if changed:
        record(by, "series.filled", series, at=now, after={"changed": changed})
    return changed


def _belong(
    kind: type[Meeting] | type[Talk], among: Collection[object], series: Series, wanted: Collection[int]
) -> int:
    mine = kind.series_id == series.id
    came = update(kind).where(*among, kind.id.in_(wanted), kind.series_id.is_distinct_from(series.id))  # type: ignore[arg-type]
    went = update(kind).where(*among, mine, kind.id.not_in(wanted))  # type: ignore[arg-type]
    # A chapter counts within its book: outside of it, it is none.
    alone = {"chapter": None} if kind is Talk else {}
    done = [
        db.session.execute(came.values(series_id=series.id, **alone).returning(kind.id)).all(),
        db.session.execute(went.values(series_id=None, **alone).returning(kind.id)).all(),
    ]
    db.session.expire_all()
    return sum(map(len, done))


def _lock(group: Group) -> None:
    """Two changes of a group's series at once wait for each other here."""
    db.session.flush()
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))


def _free_slug(group: Group, name: str, *, beside: Series | None = None) -> str:
    others = [series for series in all_series(group) if series is not beside]
    if fold_name(name) in {fold_name(series.name) for series in others}:
        raise NameTaken(name)
    return unique_slug(name, {series.slug for series in others} | RESERVED)
