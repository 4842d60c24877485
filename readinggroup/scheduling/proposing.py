"""The change set that the site proposes: where talks that lost their place and winners could go, and why there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readinggroup.domain import planning
from readinggroup.domain.reasons import all_in_words
from readinggroup.models import Speaker
from readinggroup.scheduling.candidates import Candidate, for_planner, index_of, position_of
from readinggroup.scheduling.chapter_places import MeantChapter
from readinggroup.scheduling.places import Thing, Where
from readinggroup.scheduling.situation import Situation
from readinggroup.scheduling.telling import place_words
from readinggroup.scheduling.views import MeetingView, SpeakerView
from readinggroup.text.markdown import plain

EARLIEST = "The earliest session with a free place."


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """One line of the change set.  ``place`` is a value of the options, empty where it finds none."""

    thing: Thing
    title: str
    speakers: Sequence[Speaker | SpeakerView]
    before: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What the site proposes.  ``options`` are all free places, as (value, words), earliest first.

    ``rows``      talks without a session, then winners in order of standing, with the places of the planner.
    ``others``    open pitches, which a co-lead may put in by hand.
    ``based_on``  the version of the board that it was made from.
    """

    rows: tuple[ProposedRow, ...]
    others: tuple[ProposedRow, ...]
    options: tuple[tuple[str, str], ...]
    based_on: str


def propose(now: Situation) -> ChangeSet:
    """Places for what waits by right, beside what has, is drafted or is held a place; that never moves."""
    queue = [each for each in now.waiting if each.won or each.thing.is_talk]
    queue = [each for each in queue if each.thing not in now.base.seats]
    proposal = _planned(now, queue)
    seats = {seat.talk: seat for seat in proposal.seats}
    rows = []
    for candidate in queue:
        seat = seats.get(str(candidate.thing))
        place = ""
        if seat:
            place = str(Where(int(seat.meeting), position_of(now.meeting(int(seat.meeting)), seat.position)))
        why = all_in_words(proposal.reasons.get(str(candidate.thing), ()), now.titles)
        rows.append(
            _row(candidate, place, f"{why[:1].upper()}{why[1:]}." if why else EARLIEST if place else "")
        )
    others = tuple(_row(each, "", "") for each in now.waiting if not each.won and not each.thing.is_talk)
    return ChangeSet(tuple(rows), others, tuple(open_options(now)), now.version)


def open_options(now: Situation) -> list[tuple[str, str]]:
    """The places that are free in the draft, as (value, words), which tell for what chapter one is meant."""
    return [
        (str(where), place_words(meeting, place.position) + _held_words(now, where))
        for meeting in now.open_meetings
        for place in meeting.places
        if now.at(where := Where(meeting.number, place.position)) is None
    ]


def free_options(meetings: Iterable[MeetingView]) -> list[tuple[str, str]]:
    """All places of ``meetings`` that are free in the published programme, as (value, words)."""
    return [
        (f"{meeting.number}.{place.position}", place_words(meeting, place.position))
        for meeting in meetings
        for place in meeting.places
        if place.is_free
    ]


def swap_options(meetings: Iterable[MeetingView], *, beside: int) -> list[tuple[str, str]]:
    """The talks of ``meetings`` that talk number ``beside`` could change places with, as (id, words)."""
    return [
        (str(talk.id), f"{plain(talk.title)} ({place_words(meeting, talk.position)})")
        for meeting in meetings
        for talk in meeting.talks
        if talk.id != beside
    ]


def _planned(now: Situation, queue: Sequence[Candidate]) -> planning.Proposal:
    taking = {meeting.number: meeting for meeting in now.open_meetings}
    seated = {thing: where for thing, where in now.seats.items() if where.number in taking}
    locks = [
        planning.Seat(str(thing), where.number, index_of(taking[where.number], where.position))
        for thing, where in seated.items()
    ]
    held = _held(now, queue)
    locks += [
        planning.Seat(chapter.key, where.number, index_of(taking[where.number], where.position))
        for where, chapter in held.items()
    ]
    return planning.plan(
        [
            *(now.known[thing].plan for thing in seated),
            *(_plan_of_chapter(now, chapter) for chapter in held.values()),
            *(candidate.plan for candidate in queue),
        ],
        map(for_planner, taking.values()),
        today=now.today,
        lead_days=now.group.lead_days,
        locks=locks,
    )


def _held(now: Situation, queue: Sequence[Candidate]) -> dict[Where, MeantChapter]:
    """The free places that books hold; one whose chapter won as a pitch is free for it."""
    won = {(candidate.plan.series, candidate.plan.chapter) for candidate in queue}
    taking = {meeting.number for meeting in now.open_meetings}
    return {
        where: chapter
        for where, chapter in now.meant.items()
        if where.number in taking and now.meant_for(where) and (chapter.book_slug, chapter.number) not in won
    }


def _plan_of_chapter(now: Situation, chapter: MeantChapter) -> planning.Talk:
    voice = next(
        (
            each.plan.speaker
            for each in now.known.values()
            if chapter.speaker_id in {speaker.id for speaker in each.speakers}
        ),
        chapter.speaker_id,
    )
    return planning.Talk(chapter.key, speaker=voice, series=chapter.book_slug, chapter=chapter.number)


def _held_words(now: Situation, where: Where) -> str:
    held = now.meant_for(where)
    return f", meant for {held.words}" if held else ""


def _row(candidate: Candidate, place: str, reason: str) -> ProposedRow:
    before = "its session was cancelled" if candidate.thing.is_talk else "no place"
    return ProposedRow(candidate.thing, candidate.title, candidate.speakers, before, place, reason)
