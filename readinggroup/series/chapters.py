"""The chapters of a book as pages show them: where each stands, who presents it, and how far the group is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from readinggroup.db import db
from readinggroup.domain.lifecycle import MeetingState, PitchState
from readinggroup.models import Chapter, Group, Meeting, Pitch, PitchChapter, Series, Speaker, Talk
from readinggroup.scheduling.views import STANDING, SpeakerView, TalkView, talk_views


class ChapterState(StrEnum):
    """How far a chapter is."""

    HELD = "held"
    ANNOUNCED = "announced"
    PLANNED = "planned"
    WAITING = "waiting"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter with the place that it has or is meant to have; ``talk`` once it is on the programme.

    ``number_of_session`` and ``on`` are None where it has no place.  ``speakers`` are the talk's, or who said that they
    present it.
    """

    id: int
    number: int
    title: str
    pages: str
    state: ChapterState
    speakers: tuple[SpeakerView, ...]
    meeting_id: int | None
    position: int | None
    number_of_session: int | None
    on: date | None
    meeting_state: MeetingState | None
    talk: TalkView | None
    skipped_at: datetime | None

    @property
    def is_to_come(self) -> bool:
        """Whether the group is still to read it."""
        return self.state not in {ChapterState.HELD, ChapterState.SKIPPED}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a group is with a book: chapters read, on the programme or planned, skipped, and all."""

    held: int
    coming: int
    skipped: int
    total: int

    @property
    def to_read(self) -> int:
        """How many chapters the group reads in all."""
        return self.total - self.skipped


def chapters_of(group: Group, series: Series) -> list[ChapterView]:
    """The chapters of a book, in order."""
    talks = {
        talk.chapter: talk
        for talk in talk_views(group, Talk.series_id == series.id, Talk.state.in_(STANDING))
        if talk.chapter is not None
    }
    rows = db.session.execute(
        select(Chapter, Speaker, Meeting.number, Meeting.on, Meeting.state)
        .outerjoin(Speaker, Speaker.id == Chapter.speaker_id)
        .outerjoin(Meeting, Meeting.id == Chapter.meeting_id)
        .where(Chapter.group_id == group.id, Chapter.series_id == series.id)
        .order_by(Chapter.number)
    )
    return [
        _of_talk(chapter, talks[chapter.number], speaker)
        if chapter.number in talks
        else _of_plan(chapter, speaker, number, on, state)
        for chapter, speaker, number, on, state in rows
    ]


def progress_of(chapters: Sequence[ChapterView]) -> Progress:
    """How far the group is with all of them."""
    states = [chapter.state for chapter in chapters]
    coming = states.count(ChapterState.ANNOUNCED) + states.count(ChapterState.PLANNED)
    return Progress(
        states.count(ChapterState.HELD), coming, states.count(ChapterState.SKIPPED), len(chapters)
    )


def chapter_in(group: Group, chapter_id: int) -> Chapter | None:
    """The group's chapter, with its book and whoever presents it."""
    return db.session.scalar(
        select(Chapter)
        .options(joinedload(Chapter.series), joinedload(Chapter.speaker))
        .where(Chapter.group_id == group.id, Chapter.id == chapter_id)
    )


def pitches_of_chapters(series: Series) -> Mapping[int, Sequence[tuple[int, str]]]:
    """The pitches that are on offer for chapters of a book, as (id, title), by the chapter's number."""
    on_offer = (PitchState.OPEN, PitchState.IN_ROUND, PitchState.WON)
    rows = db.session.execute(
        select(PitchChapter.number, Pitch.id, Pitch.title)
        .join(Pitch, Pitch.id == PitchChapter.pitch_id)
        .where(PitchChapter.series_id == series.id, Pitch.state.in_(on_offer))
        .order_by(Pitch.id)
    )
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for number, pitch_id, title in rows:
        found[number].append((pitch_id, title))
    return found


def talk_of(chapter: Chapter) -> Talk | None:
    """The talk about the chapter that has a place, or was given."""
    ours = (Talk.series_id == chapter.series_id, Talk.chapter == chapter.number)
    return db.session.scalars(select(Talk).where(*ours, Talk.state.in_(STANDING))).first()


def _of_talk(chapter: Chapter, talk: TalkView, speaker: Speaker | None) -> ChapterView:
    is_held = talk.meeting_state is MeetingState.HELD
    return ChapterView(
        chapter.id, chapter.number, chapter.title, chapter.pages,
        ChapterState.HELD if is_held else ChapterState.ANNOUNCED,
        talk.speakers or _one(speaker),
        talk.meeting_id, talk.position, talk.meeting_number, talk.meeting_on, talk.meeting_state,
        talk, None if is_held else chapter.skipped_at,
    )  # fmt: skip


def _of_plan(
    chapter: Chapter,
    speaker: Speaker | None,
    number: int | None,
    on: date | None,
    meeting_state: MeetingState | None,
) -> ChapterView:
    is_planned = meeting_state in {MeetingState.PLANNED, MeetingState.ANNOUNCED}
    state = ChapterState.PLANNED if is_planned else ChapterState.WAITING
    return ChapterView(
        chapter.id, chapter.number, chapter.title, chapter.pages,
        ChapterState.SKIPPED if chapter.skipped_at else state,
        _one(speaker),
        chapter.meeting_id, chapter.position, number, on, meeting_state,
        None, chapter.skipped_at,
    )  # fmt: skip


def _one(speaker: Speaker | None) -> tuple[SpeakerView, ...]:
    if speaker is None:
        return ()
    # Without a talk there is no page about them yet, or none that is known of here.
    return (SpeakerView(speaker.id, speaker.name, speaker.slug, speaker.user_id, has_page=False),)
