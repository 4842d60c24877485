"""Places that book plans hold for chapters which aren't on the programme yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.models import Chapter, Meeting, Series, Talk
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.views import STANDING, MeetingView


@dataclass(frozen=True, slots=True)
class MeantChapter:
    """A chapter for which a place is meant; ``speaker_id`` of whoever presents it."""

    number: int
    title: str
    book: str
    book_slug: str
    speaker_id: int | None

    @property
    def key(self) -> str:
        """What the planner calls it."""
        return f"chapter-{self.book_slug}-{self.number}"

    @property
    def words(self) -> str:
        """ "chapter 2 of Convex Optimization"."""
        return f"chapter {self.number} of {self.book}"


def chapters_meant(meetings: Sequence[MeetingView]) -> Mapping[Where, MeantChapter]:
    """The chapters for which places of ``meetings`` are meant, by place; one on the programme has its talk's."""
    on_programme = select(Talk.id).where(
        Talk.series_id == Chapter.series_id, Talk.chapter == Chapter.number, Talk.state.in_(STANDING)
    )
    ids = [meeting.id for meeting in meetings]
    meant = select(
        Meeting.number,
        Chapter.position,
        Chapter.number,
        Chapter.title,
        Series.name,
        Series.slug,
        Chapter.speaker_id,
    ).where(Meeting.id.in_(ids), ~on_programme.exists())
    meant = meant.join(Chapter, Chapter.meeting_id == Meeting.id).join(Series, Series.id == Chapter.series_id)
    found = {}
    for session, position, number, title, book, slug, speaker_id in db.session.execute(meant):
        found[Where(session, position or 0)] = MeantChapter(number, title, book, slug, speaker_id)
    return found
