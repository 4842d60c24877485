"""What the site proposes for a book: which chapter goes to which session, what that changes, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select

from readinggroup.db import db
from readinggroup.domain import chapters as laying
from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.reasons import short_date
from readinggroup.groups.queries import breaks_of
from readinggroup.models import Chapter, Group, Meeting, Series, SpeakerDayAway
from readinggroup.scheduling.candidates import takes_talks
from readinggroup.scheduling.queries import programme_version, unfinished_meetings
from readinggroup.scheduling.views import MeetingView
from readinggroup.series.chapters import ChapterState, ChapterView, chapters_of


@dataclass(frozen=True, slots=True)
class ProposedChapter:
    """A chapter to come: where it stands, where it would, both in words, and why; None for no place."""

    chapter: ChapterView
    to: laying.Spot | None
    before: str
    after: str
    why: str

    @property
    def changes(self) -> bool:
        """Whether it would have another place."""
        here = (self.chapter.meeting_id, self.chapter.position) if self.chapter.meeting_id else None
        return here != self.to


@dataclass(frozen=True, slots=True)
class BookPlan:
    """All chapters to come, in order.  ``based_on`` marks what it was made from; ``missing`` have no place."""

    rows: Sequence[ProposedChapter]
    per_session: int
    based_on: str

    @property
    def changed(self) -> list[ProposedChapter]:
        """The chapters that would have another place."""
        return [row for row in self.rows if row.changes]

    @property
    def missing(self) -> int:
        """For how many chapters there is no place."""
        return sum(row.to is None for row in self.rows)


def plan_of(group: Group, series: Series, *, per_session: int, now: datetime) -> BookPlan:
    """The chapters to come of a book, laid on the coming sessions.

    Those of announced and of locked sessions stay where they are; other sessions take them at places that are free.
    """
    chapters = chapters_of(group, series)
    to_come = [chapter for chapter in chapters if chapter.is_to_come]
    meetings = {meeting.id: meeting for meeting in unfinished_meetings(group, now)}
    taken = _of_other_books(group, series)
    away = _days_away(to_come)
    laid = laying.lay_out(
        [
            laying.Chapter(
                chapter.number,
                at=(chapter.meeting_id, chapter.position)
                if chapter.meeting_id and chapter.position
                else None,
                is_fixed=_is_fixed(chapter, meetings, now),
                away_on=frozenset().union(*(away.get(each.id, frozenset()) for each in chapter.speakers)),
            )
            for chapter in to_come
        ],
        [
            laying.Session(
                meeting.id,
                meeting.on,
                [
                    place.position
                    for place in meeting.places
                    if place.is_free and (meeting.id, place.position) not in taken
                ],
                takes=_takes(meeting, now),
            )
            for meeting in meetings.values()
            if meeting.on is not None
        ],
        breaks=[(pause.starts_on, pause.ends_on) for pause in breaks_of(group)],
        per_session=per_session,
    )
    rows = [_row(chapter, laid[chapter.number], chapters, meetings, now) for chapter in to_come]
    return BookPlan(rows, per_session, _mark(group, chapters, per_session))


def _takes(meeting: MeetingView, now: datetime) -> bool:
    return takes_talks(meeting, now) and not meeting.locked and meeting.state is MeetingState.PLANNED


def _is_fixed(chapter: ChapterView, meetings: Mapping[int, MeetingView], now: datetime) -> bool:
    """Whether its session is announced or locked, and still to take place."""
    meeting = meetings.get(chapter.meeting_id or 0)
    return (
        meeting is not None
        and meeting.on is not None
        and meeting.state is not MeetingState.CANCELLED
        and (chapter.talk is not None or takes_talks(meeting, now))
        and not _takes(meeting, now)
        and (chapter.talk is not None or _is_still_free(chapter, meeting))
    )


def _is_still_free(chapter: ChapterView, meeting: MeetingView) -> bool:
    return any(place.position == chapter.position and place.is_free for place in meeting.places)


def _of_other_books(group: Group, series: Series) -> set[laying.Spot]:
    """The places that are meant for chapters of the group's other books."""
    rows = db.session.execute(
        select(Chapter.meeting_id, Chapter.position).where(
            Chapter.group_id == group.id, Chapter.series_id != series.id, Chapter.meeting_id.is_not(None)
        )
    )
    return {(meeting_id, position) for meeting_id, position in rows if meeting_id and position}


def _days_away(chapters: Iterable[ChapterView]) -> dict[int, frozenset[date]]:
    ids = {speaker.id for chapter in chapters for speaker in chapter.speakers}
    rows = db.session.execute(
        select(SpeakerDayAway.speaker_id, SpeakerDayAway.on).where(SpeakerDayAway.speaker_id.in_(ids))
    )
    found: dict[int, frozenset[date]] = {}
    for speaker_id, on in rows:
        found[speaker_id] = found.get(speaker_id, frozenset()) | {on}
    return found


def _mark(group: Group, chapters: Sequence[ChapterView], per_session: int) -> str:
    """Changes whenever the programme or the chapters do, so that no old page is applied to a newer plan."""
    rows = [
        (c.id, c.number, c.state.value, c.meeting_id, c.position, [s.id for s in c.speakers])
        for c in chapters
    ]
    return sha256(repr((programme_version(group), per_session, rows)).encode()).hexdigest()[:16]


# --- in words ---------------------------------------------------------------------------------------------


def _row(
    chapter: ChapterView,
    to: laying.Spot | None,
    chapters: Sequence[ChapterView],
    meetings: Mapping[int, MeetingView],
    now: datetime,
) -> ProposedChapter:
    before = _place_words(meetings.get(chapter.meeting_id or 0), chapter.on)
    after = _place_words(meetings.get(to[0]) if to else None, None)
    row = ProposedChapter(chapter, to, before or "no place", after or "no place", "")
    why = _why(row, chapters, meetings, now)
    return ProposedChapter(chapter, to, row.before, row.after, why)


def _place_words(meeting: MeetingView | None, on: date | None) -> str:
    """ "Session 5, 19 Nov 2022"; for a session that is over, its date alone."""
    if meeting is None:
        return f"{short_date(on)} {on.year}" if on else ""
    on = meeting.on or on
    return f"Session {meeting.number}, {short_date(on)} {on.year}" if on else f"Session {meeting.number}"


def _why(
    row: ProposedChapter,
    chapters: Sequence[ChapterView],
    meetings: Mapping[int, MeetingView],
    now: datetime,
) -> str:
    chapter, here = row.chapter, meetings.get(row.chapter.meeting_id or 0)
    if row.to is None:
        return _why_nowhere(chapter, chapters)
    if not row.changes:
        return "stays: the session is announced or locked" if _is_fixed(chapter, meetings, now) else "stays"
    if chapter.meeting_id is None:
        return "the earliest free place after the chapter before it"
    if here is None or here.starts_at_utc is None or here.starts_at_utc <= now:
        return "its session is over"
    if here.state is MeetingState.CANCELLED:
        return "its session is cancelled"
    if chapter.talk is None and not _is_still_free(chapter, here):
        return "its place was given to a talk"
    there = meetings[row.to[0]]
    if here.on and there.on and (there.on, *row.to) < (here.on, here.id, chapter.position or 0):
        return "moves up: a place before it is free"
    return "moves on, to keep the order of the chapters"


def _why_nowhere(chapter: ChapterView, chapters: Sequence[ChapterView]) -> str:
    fixed = [
        each.number
        for each in chapters
        if each.number > chapter.number and each.state is ChapterState.ANNOUNCED
    ]
    if fixed:
        return f"no place is left before chapter {fixed[0]}, which is announced"
    return "no free place is left: add sessions"


def meeting_number_of(meeting_id: int) -> int:
    """The number that a session has now."""
    return db.session.scalars(select(Meeting.number).where(Meeting.id == meeting_id)).one()
