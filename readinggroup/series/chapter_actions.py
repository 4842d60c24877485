"""Changing a book plan: its chapters, who presents them, where they go, and putting them on the programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from readinggroup.access.actor import Actor
from readinggroup.access.audit import record
from readinggroup.db import db
from readinggroup.domain.lifecycle import PitchKind, TalkState
from readinggroup.groups.speakers import fold_name, speaker_named
from readinggroup.models import Chapter, Group, Reading, Series, Speaker, Talk, TalkSpeaker
from readinggroup.scheduling.actions import lock_programme
from readinggroup.scheduling.change_actions import change_programme
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.placing import let_speak
from readinggroup.scheduling.queries import meeting_with_id
from readinggroup.scheduling.refusals import PlaceTaken, ProgrammeChanged
from readinggroup.scheduling.talk_actions import put_talk
from readinggroup.series.chapters import talk_of
from readinggroup.series.plan import BookPlan, meeting_number_of, plan_of


class ChapterSettled(Exception):
    """The chapter is on the programme or was held, which this change doesn't allow."""


class PresenterFound(Exception):
    """Somebody presents the chapter already."""


class NotPlanned(Exception):
    """No place is meant for the chapter."""


@dataclass(frozen=True, slots=True)
class Line:
    """A chapter as co-leads write it down; ``presenter`` is a name or empty."""

    number: int
    title: str
    pages: str = ""
    presenter: str = ""


def write_chapters(group: Group, series: Series, lines: Sequence[Line], *, now: datetime, by: Actor) -> None:
    """Let the book have these chapters, known by their numbers, and no others; what else is known of them stays."""
    lock_programme(group)
    there = {
        chapter.number: chapter
        for chapter in db.session.scalars(select(Chapter).where(Chapter.series_id == series.id))
    }
    gone = [chapter for number, chapter in there.items() if number not in {line.number for line in lines}]
    for chapter in gone:
        db.session.delete(chapter)
    for line in lines:
        chapter = there.get(line.number) or Chapter(
            group_id=group.id, series_id=series.id, number=line.number
        )
        chapter.title, chapter.pages = line.title, line.pages
        db.session.add(chapter)
        db.session.flush()
        if fold_name(line.presenter) != fold_name(_presenter_of(chapter)):
            speaker = speaker_named(group, line.presenter) if line.presenter else None
            db.session.flush()
            _present(chapter, speaker)
    db.session.flush()
    record(by, "series.chapters", series, at=now, after={"chapters": len(lines)})


def volunteer(group: Group, chapter: Chapter, *, now: datetime, by: Actor) -> None:
    """Whoever asks presents the chapter.  Raises PresenterFound, or ChapterSettled once it was held."""
    lock_programme(group)
    talk = talk_of(chapter)
    _check_unheld(talk)
    if chapter.speaker_id is not None or (talk and _speakers_of(talk)):
        raise PresenterFound(chapter.number)
    speaker = speaker_named(group, by.name, by.user)
    db.session.flush()
    _present(chapter, speaker)
    record(by, "chapter.presenter", chapter, at=now, after={"number": chapter.number})
    db.session.flush()


def step_back(group: Group, chapter: Chapter, *, now: datetime, by: Actor) -> None:
    """Nobody presents the chapter any more.  Raises ChapterSettled once it is on the programme: there one says that
    one can't come."""
    lock_programme(group)
    if talk_of(chapter) is not None:
        raise ChapterSettled(chapter.number)
    if chapter.speaker_id is not None:
        chapter.speaker_id = None
        record(by, "chapter.stepped_back", chapter, at=now, after={"number": chapter.number})
    db.session.flush()


def skip_chapter(group: Group, chapter: Chapter, *, now: datetime, by: Actor) -> None:
    """The group leaves the chapter out.  Raises ChapterSettled where it is on the programme or was held."""
    lock_programme(group)
    if talk_of(chapter) is not None:
        raise ChapterSettled(chapter.number)
    if chapter.skipped_at is None:
        chapter.meeting_id = chapter.position = None
        chapter.skipped_at = now
        record(by, "chapter.skipped", chapter, at=now, after={"number": chapter.number})
    db.session.flush()


def take_up_chapter(group: Group, chapter: Chapter, *, now: datetime, by: Actor) -> None:
    """The group reads the chapter after all; the next plan finds a place for it."""
    lock_programme(group)
    if chapter.skipped_at is not None:
        chapter.skipped_at = None
        record(by, "chapter.taken_up", chapter, at=now, after={"number": chapter.number})
    db.session.flush()


def apply_plan(
    group: Group, series: Series, *, per_session: int, based_on: str, now: datetime, by: Actor
) -> BookPlan:
    """Let every chapter to come stand where the plan has it; gives the plan.

    What is on the programme and moves, out of a cancelled session, moves there, and those concerned are told.
    Raises ProgrammeChanged where the plan isn't the one that was seen, or PlaceTaken.
    """
    lock_programme(group)
    plan = plan_of(group, series, per_session=per_session, now=now)
    if plan.based_on != based_on:
        raise ProgrammeChanged(based_on)
    # No two may be meant for one place for a moment either.
    ids = [row.chapter.id for row in plan.changed]
    db.session.execute(update(Chapter).where(Chapter.id.in_(ids)).values(meeting_id=None, position=None))
    moves: dict[Thing, Where | None] = {}
    for row in plan.changed:
        if row.to is None:
            continue
        if row.chapter.talk is not None:
            moves[Thing.talk(row.chapter.talk.id)] = Where(meeting_number_of(row.to[0]), row.to[1])
            continue
        place = {"meeting_id": row.to[0], "position": row.to[1]}
        db.session.execute(update(Chapter).where(Chapter.id == row.chapter.id).values(**place))
    if moves:
        change_programme(group, moves, now=now, by=by)
    db.session.expire_all()
    record(by, "series.planned", series, at=now, after={"chapters": len(ids)})
    db.session.flush()
    return plan


def announce_chapter(group: Group, chapter: Chapter, *, now: datetime, by: Actor) -> Talk:
    """Put the chapter on the programme at the place that is meant for it: its session is announced, and whoever
    presents it is asked and told.  Raises NotPlanned, ChapterSettled or PlaceTaken."""
    lock_programme(group)
    db.session.refresh(chapter, ["series", "speaker"])
    if talk_of(chapter) is not None:
        raise ChapterSettled(chapter.number)
    meeting = meeting_with_id(group, chapter.meeting_id) if chapter.meeting_id else None
    if meeting is None or chapter.position is None:
        raise NotPlanned(chapter.number)
    if meeting.starts_at_utc is None or meeting.starts_at_utc <= now:
        raise PlaceTaken(meeting.number)
    talk = put_talk(
        group,
        meeting,
        chapter.position,
        title=f"Chapter {chapter.number}: {chapter.title}"[:200],
        speakers=[chapter.speaker] if chapter.speaker else [],
        abstract=f"{chapter.series.name}, pages {chapter.pages}." if chapter.pages else "",
        kind=PitchKind.CHAPTER,
        now=now,
        by=by,
    )
    talk.series_id, talk.chapter = chapter.series_id, chapter.number
    if chapter.series.url:
        db.session.add(_reading(chapter, talk, now=now))
    chapter.meeting_id = chapter.position = None
    db.session.flush()
    return talk


def _reading(chapter: Chapter, talk: Talk, *, now: datetime) -> Reading:
    pages = f", pages {chapter.pages}" if chapter.pages else ""
    title = f"{chapter.series.name}, chapter {chapter.number}{pages}"
    return Reading(talk_id=talk.id, title=title[:300], url=chapter.series.url, posted_at=now)


def _check_unheld(talk: Talk | None) -> None:
    if talk is not None and talk.state is TalkState.GIVEN:
        raise ChapterSettled(talk.chapter)


def _present(chapter: Chapter, speaker: Speaker | None) -> None:
    """Let ``speaker`` present the chapter, also where it is on the programme and not held yet."""
    if chapter.speaker_id == (speaker.id if speaker else None):
        return
    chapter.speaker_id = speaker.id if speaker else None
    talk = talk_of(chapter)
    if talk is not None and talk.state is not TalkState.GIVEN:
        db.session.execute(delete(TalkSpeaker).where(TalkSpeaker.talk_id == talk.id))
        let_speak(talk, [speaker] if speaker else [])


def _presenter_of(chapter: Chapter) -> str:
    """The name that the form of the chapters shows: the talk's first speaker's, or whoever said that they do it."""
    talk = talk_of(chapter)
    ids = [*(_speakers_of(talk) if talk else ()), *([chapter.speaker_id] if chapter.speaker_id else ())]
    return db.session.get_one(Speaker, ids[0]).name if ids else ""


def _speakers_of(talk: Talk) -> Sequence[int]:
    ours = select(TalkSpeaker.speaker_id).where(TalkSpeaker.talk_id == talk.id)
    return db.session.scalars(ours.order_by(TalkSpeaker.position)).all()
