"""Looking series up: all of a group, one, and which sessions could belong to it."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from readinggroup.db import db
from readinggroup.models import Group, Meeting, PitchChapter, Series, Talk
from readinggroup.scheduling.queries import HIGHEST
from readinggroup.scheduling.views import MeetingView, meeting_views

ON_A_PAGE = 25


def all_series(group: Group) -> Sequence[Series]:
    """The group's series: those that go on, in the co-leads' order, then those that ended, the latest first."""
    found = db.session.scalars(
        select(Series).where(Series.group_id == group.id).order_by(Series.position, Series.name, Series.id)
    ).all()
    running = [series for series in found if series.ended_at is None]
    ended = [series for series in found if series.ended_at is not None]
    return [*running, *sorted(ended, key=lambda series: series.ended_at or 0, reverse=True)]


def running_series(group: Group) -> Sequence[Series]:
    """Those of the group's series that go on, in the co-leads' order."""
    return [series for series in all_series(group) if series.ended_at is None]


def series_in(group: Group, slug: str) -> Series | None:
    """The group's series at ``/series/<slug>``."""
    ours = (Series.group_id == group.id, Series.slug == slug)
    # PostgreSQL refuses to be asked for a text with NUL in it.
    return db.session.scalar(select(Series).where(*ours)) if slug.isprintable() else None


def series_with_id(group: Group, series_id: int) -> Series | None:
    """The group's series of that id, which it keeps when it is renamed."""
    return db.session.scalar(select(Series).where(Series.group_id == group.id, Series.id == series_id))


def is_in_use(series: Series) -> bool:
    """Whether a session, a talk or a pitch belongs to the series."""
    uses = [
        select(Meeting.id).where(Meeting.series_id == series.id).exists(),
        select(Talk.id).where(Talk.series_id == series.id).exists(),
        select(PitchChapter.pitch_id).where(PitchChapter.series_id == series.id).exists(),
    ]
    return db.session.scalar(select(or_(*uses))) is True


def sessions_below(group: Group, number: int | None) -> list[MeetingView]:
    """ON_A_PAGE sessions and one more, in whatever state, the highest number first, beginning below ``number``."""
    return meeting_views(
        group,
        Meeting.number <= HIGHEST if number is None else Meeting.number < number,
        order_by=(Meeting.number.desc(),),
        limit=ON_A_PAGE + 1,
        with_unpublished=True,
    )
