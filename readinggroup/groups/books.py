"""Books that a group reads chapter by chapter: found again when they are named once more, made when new."""

from collections.abc import Sequence

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.groups.speakers import fold_name
from readinggroup.models import Group, Series, SeriesKind
from readinggroup.text.slugs import unique_slug

LONGEST_BOOK = 200
RESERVED = frozenset({"new"})
"""Addresses that no series has, since pages beside them have them."""


def book_named(group: Group, name: str) -> Series:
    """The group's series called ``name``, whatever its case and accents; a new book where there is none."""
    if (found := _series_named(group, name)) is not None:
        return found
    # Two requests that name a new book at once wait for each other here, and the second finds the first's.
    db.session.execute(select(Group.id).where(Group.id == group.id).with_for_update(key_share=True))
    if (found := _series_named(group, name)) is not None:
        return found
    slug = unique_slug(name, {series.slug for series in _series_of(group)} | RESERVED)
    book = Series(group_id=group.id, slug=slug, name=name, kind=SeriesKind.BOOK)
    db.session.add(book)
    db.session.flush()
    return book


def books_of(group: Group) -> Sequence[Series]:
    """The group's books, by name."""
    return [series for series in _series_of(group) if series.kind is SeriesKind.BOOK]


def _series_of(group: Group) -> Sequence[Series]:
    return db.session.scalars(select(Series).where(Series.group_id == group.id).order_by(Series.name)).all()


def _series_named(group: Group, name: str) -> Series | None:
    wanted = fold_name(name)
    return next((series for series in _series_of(group) if fold_name(series.name) == wanted), None)
