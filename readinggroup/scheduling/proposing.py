"""The change set that the site proposes: where the winners could go, and why there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from readinggroup.domain import planning
from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.domain.reasons import all_in_words
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Group, Pitch, Speaker
from readinggroup.scheduling.queries import OPEN_STATES, programme_version, unfinished_meetings
from readinggroup.scheduling.telling import place_words
from readinggroup.scheduling.views import MeetingView, SpeakerView, TalkView
from readinggroup.text.markdown import plain

EARLIEST = "The earliest session with a free place."


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """One pitch of the change set.  ``place`` is a value of the options, empty where it finds none."""

    pitch_id: int
    title: str
    speakers: Sequence[Speaker]
    place: str
    place_words: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What the site proposes.  ``options`` are all free places, as (value, words), earliest first.

    ``rows``      winners in order of standing, with the places that the planner gives them.
    ``others``    open pitches, which a co-lead may put in by hand.
    ``based_on``  the version of the programme that it was made from.
    """

    rows: tuple[ProposedRow, ...]
    others: tuple[ProposedRow, ...]
    options: tuple[tuple[str, str], ...]
    based_on: str


def propose(group: Group, winners: Sequence[Pitch], others: Sequence[Pitch], *, now: datetime) -> ChangeSet:
    """Places for ``winners``, who stand in order, beside the talks that have theirs; those never move."""
    meetings = [meeting for meeting in unfinished_meetings(group, now) if takes_talks(meeting, now)]
    proposal = _planned(group, winners, meetings, now=now)
    titles = _titles(winners, meetings)
    seats = {seat.talk: seat for seat in proposal.seats}
    by_number = {meeting.number: meeting for meeting in meetings}
    rows = []
    for pitch in winners:
        reason = all_in_words(proposal.reasons.get(_key(pitch), ()), titles)
        seat = seats.get(_key(pitch))
        meeting = by_number[int(seat.meeting)] if seat else None
        rows.append(_row(pitch, meeting, seat.position if seat else 0, reason))
    others_rows = tuple(_row(pitch, None, 0, "") for pitch in others)
    return ChangeSet(tuple(rows), others_rows, tuple(free_options(meetings)), programme_version(group))


def _planned(
    group: Group, winners: Sequence[Pitch], meetings: Sequence[MeetingView], *, now: datetime
) -> planning.Proposal:
    standing = [(meeting, place.talk) for meeting in meetings for place in meeting.places if place.talk]
    talks = [planning.Talk(_key(talk), speaker=_first(talk.speakers)) for _, talk in standing]
    locks = [
        planning.Seat(_key(talk), meeting.number, _index(meeting, talk.position))
        for meeting, talk in standing
    ]
    return planning.plan(
        [*talks, *map(_wanted, winners)],
        map(_for_planner, meetings),
        today=now.astimezone(zone_at(group.zone)).date(),
        lead_days=group.lead_days,
        locks=locks,
    )


def _titles(winners: Sequence[Pitch], meetings: Sequence[MeetingView]) -> dict[planning.Id, str]:
    named: list[Pitch | TalkView] = [*winners, *(talk for meeting in meetings for talk in meeting.talks)]
    return {_key(thing): plain(thing.title) for thing in named}


def _row(pitch: Pitch, meeting: MeetingView | None, index: int, reason: str) -> ProposedRow:
    said = f"{reason[:1].upper()}{reason[1:]}." if reason else ""
    if meeting is None:
        return ProposedRow(pitch.id, pitch.title, pitch.speakers, "", "", said)
    position = meeting.places[index - 1].position
    place = f"{meeting.number}.{position}"
    return ProposedRow(
        pitch.id, pitch.title, pitch.speakers, place, place_words(meeting, position), said or EARLIEST
    )


def free_options(meetings: Iterable[MeetingView]) -> list[tuple[str, str]]:
    """All free places of ``meetings`` as (value, words)."""
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


def takes_talks(meeting: MeetingView, now: datetime) -> bool:
    """Whether the session is to come, and neither cancelled nor over."""
    return meeting.state in OPEN_STATES and meeting.starts_at_utc is not None and meeting.starts_at_utc > now


def _for_planner(meeting: MeetingView) -> planning.Meeting:
    assert meeting.on is not None  # noqa: S101  (the database says so of every session that isn't held)
    return planning.Meeting(
        meeting.number,
        meeting.on,
        tuple(place.talk_minutes for place in meeting.places),
        locked=meeting.locked,
    )


def _wanted(pitch: Pitch) -> planning.Talk:
    return planning.Talk(
        f"pitch {pitch.id}",
        speaker=_first(pitch.speakers),
        away_on=frozenset(day.on for day in pitch.days_away),
        reading_posted=any(link.kind is MaterialKind.PAPER for link in pitch.links),
    )


def _key(thing: Pitch | TalkView) -> str:
    return f"{'pitch' if isinstance(thing, Pitch) else 'talk'} {thing.id}"


def _first(speakers: Sequence[Speaker | SpeakerView]) -> int | None:
    """The planner knows one speaker of a talk: the first."""
    return speakers[0].id if speakers else None


def _index(meeting: MeetingView, position: int) -> int:
    """The planner counts places from 1, whatever their positions are."""
    return [place.position for place in meeting.places].index(position) + 1
