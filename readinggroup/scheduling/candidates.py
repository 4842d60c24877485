"""Talks, pitches and sessions as the planner knows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from readinggroup.domain import planning
from readinggroup.domain.lifecycle import MaterialKind, PitchState
from readinggroup.domain.rhythm import zone_at
from readinggroup.models import Group, Pitch, Speaker
from readinggroup.scheduling.places import Thing
from readinggroup.scheduling.queries import OPEN_STATES
from readinggroup.scheduling.views import MeetingView, SpeakerView, TalkView
from readinggroup.text.markdown import plain


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pitch or a talk on the board; ``plan`` is what the planner has to know of it."""

    thing: Thing
    title: str
    speakers: Sequence[Speaker | SpeakerView]
    won: bool
    plan: planning.Talk

    @property
    def plain_title(self) -> str:
        """The title as text."""
        return plain(self.title)


def candidates(
    talks: Iterable[TalkView],
    pitches: Iterable[Pitch],
    behind: Mapping[int, Pitch],
    away: Mapping[int, frozenset[date]],
) -> dict[Thing, Candidate]:
    """Everything that could stand somewhere, in the order given: first the talks, then the pitches.

    ``behind``  the pitches of those talks that have one, by id: they say on which days it can't be given.
    ``away``    the days that speakers said of themselves, by their ids.
    """
    talks, pitches = list(talks), list(pitches)
    voices = voices_of([*talks, *pitches])
    found = [
        Candidate(
            Thing.talk(talk.id), talk.title, talk.speakers, False,
            _plan_of_talk(talk, behind.get(talk.pitch_id or 0), voices, away),
        )
        for talk in talks
    ]  # fmt: skip
    found += [
        Candidate(
            Thing.pitch(pitch.id), pitch.title, pitch.speakers, pitch.state is PitchState.WON,
            _plan_of_pitch(pitch, voices, away),
        )
        for pitch in pitches
    ]  # fmt: skip
    return {candidate.thing: candidate for candidate in found}


def voices_of(things: Iterable[TalkView | Pitch]) -> dict[int, int]:
    """For each speaker the number of a voice; those who give a talk together share one.

    The planner knows one speaker of a talk, so that talks which share anybody never come into one session.
    """
    voice: dict[int, int] = {}
    for thing in things:
        ids = [speaker.id for speaker in thing.speakers]
        joined = {voice.setdefault(speaker, speaker) for speaker in ids}
        for speaker, number in voice.items():
            if number in joined:
                voice[speaker] = min(joined)
    return voice


def for_planner(meeting: MeetingView, *, locked: bool | None = None) -> planning.Meeting:
    """A session that is to come, with the minutes of its places."""
    assert meeting.on is not None  # noqa: S101  (the database says so of every session that isn't held)
    minutes = tuple(place.talk_minutes for place in meeting.places)
    return planning.Meeting(
        meeting.number, meeting.on, minutes, locked=meeting.locked if locked is None else locked
    )


def takes_talks(meeting: MeetingView, now: datetime) -> bool:
    """Whether the session is to come, and neither cancelled nor over."""
    return meeting.state in OPEN_STATES and meeting.starts_at_utc is not None and meeting.starts_at_utc > now


def index_of(meeting: MeetingView, position: int) -> int:
    """The planner counts places from 1, whatever their positions are."""
    return [place.position for place in meeting.places].index(position) + 1


def position_of(meeting: MeetingView, index: int) -> int:
    """The position of the place that the planner counts as ``index``."""
    return meeting.places[index - 1].position


def today_of(group: Group, now: datetime) -> date:
    """The group's local date."""
    return now.astimezone(zone_at(group.zone)).date()


def _plan_of_talk(
    talk: TalkView, pitch: Pitch | None, voices: Mapping[int, int], away: Mapping[int, frozenset[date]]
) -> planning.Talk:
    return planning.Talk(
        str(Thing.talk(talk.id)),
        speaker=_voice(talk.speakers, voices),
        away_on=_days_away(pitch, talk.speakers, away),
        first_on=pitch.not_before if pitch else None,
        last_on=pitch.not_after if pitch else None,
        reading_posted=bool(talk.readings),
        series=talk.series.slug if talk.series and talk.chapter is not None else None,
        chapter=talk.chapter or 0,
    )


def _plan_of_pitch(
    pitch: Pitch, voices: Mapping[int, int], away: Mapping[int, frozenset[date]]
) -> planning.Talk:
    return planning.Talk(
        str(Thing.pitch(pitch.id)),
        speaker=_voice(pitch.speakers, voices),
        away_on=_days_away(pitch, pitch.speakers, away),
        first_on=pitch.not_before,
        last_on=pitch.not_after,
        series=pitch.chapter.series.slug if pitch.chapter else None,
        chapter=pitch.chapter.number if pitch.chapter else 0,
        reading_posted=any(link.kind is MaterialKind.PAPER for link in pitch.links),
    )


def _days_away(
    pitch: Pitch | None, speakers: Iterable[Speaker | SpeakerView], away: Mapping[int, frozenset[date]]
) -> frozenset[date]:
    """The days that the pitch names, and those on which any of the speakers can't come."""
    days = frozenset(day.on for day in pitch.days_away) if pitch is not None else frozenset()
    return days.union(*(away.get(speaker.id, frozenset()) for speaker in speakers))


def _voice(speakers: Sequence[Speaker | SpeakerView], voices: Mapping[int, int]) -> int | None:
    return voices[speakers[0].id] if speakers else None
