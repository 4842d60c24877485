"""The next dates of a rhythm in words: what is new, what stays, what moves and what becomes of its talks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from readinggroup.domain.lifecycle import MeetingState
from readinggroup.domain.relaying import Fate
from readinggroup.domain.rhythm import ClockChange, clock_change, instant
from readinggroup.models import Meeting
from readinggroup.scheduling.rhythm_actions import Effect, Meets, Outlook
from readinggroup.web.when import When, moment, of_meeting

CLOCK_WORDS = {
    ClockChange.SKIPPED: "That time doesn't exist on this day: clocks go forward, so it begins an hour later.",
    ClockChange.TWICE: "That time comes twice on this day: the first one counts.",
}
NEW, CHANGES, STAYS, GOES = "new", "changes", "stays", "goes"


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date of the preview.  ``tone`` is one of new, changes, stays, goes."""

    when: When
    tone: str
    words: str
    number: int | None = None
    titles: tuple[str, ...] = ()
    is_told: bool = False
    """Whether its speakers and the co-leads get a mail."""
    clocks: str = ""
    """What clocks do there, or since the row before."""


@dataclass(frozen=True, slots=True)
class ToldOutlook:
    """A preview: its rows by date, and what doesn't fit."""

    rows: tuple[DateRow, ...]
    overrun: str

    @property
    def changes_anything(self) -> bool:
        """Whether a session that exists becomes another one."""
        return any(row.tone in {CHANGES, GOES} for row in self.rows)


def told_outlook(new: Meets, look: Outlook) -> ToldOutlook:
    """The preview of ``new``."""
    return ToldOutlook(tuple(_with_clocks(_rows(new, look))), _overrun(new))


def _rows(new: Meets, look: Outlook) -> list[DateRow]:
    dated: list[tuple[date, DateRow]] = [(each.relaid.on, _of_effect(each)) for each in look.effects]
    settled = {each.relaid.made_for for each in look.effects} | {on for on, _ in dated}
    dated += [(on, _of_new(new, on)) for on in look.dates if on not in settled]
    return [row for _, row in sorted(dated, key=lambda pair: (pair[0], pair[1].when.iso))]


def _of_new(new: Meets, on: date) -> DateRow:
    when = moment(instant(on, new.starts_at, new.zone), new.zone)
    change = clock_change(on, new.starts_at, new.zone)
    return DateRow(when, NEW, "A new session.", clocks=CLOCK_WORDS[change] if change else "")


def _of_effect(effect: Effect) -> DateRow:
    relaid, number = effect.relaid, effect.meeting.number
    when = moment(instant(relaid.on, effect.starts_at, effect.zone), effect.zone)
    change = clock_change(relaid.on, effect.starts_at, effect.zone)
    tone = STAYS
    if relaid.fate is Fate.CANCELLED:
        tone = GOES
    elif relaid.fate is Fate.BESIDE or effect.has_new_time or effect.has_new_places:
        tone = CHANGES
    is_told = effect.has_new_time or relaid.fate is Fate.CANCELLED
    words = " ".join(_words(effect))
    return DateRow(
        when, tone, words, number, effect.titles, is_told, clocks=CLOCK_WORDS[change] if change else ""
    )


def _words(effect: Effect) -> Iterator[str]:
    meeting, fate = effect.meeting, effect.relaid.fate
    if fate is Fate.CANCELLED:
        yield "It has no talks and falls out of the rhythm: it is cancelled."
    elif fate is Fate.BESIDE:
        yield "It falls out of the rhythm, but talks are planned: it keeps its date until you move or cancel it."
    elif effect.has_new_time:
        yield f"It moves here from {_before(meeting)}."
    elif meeting.state is MeetingState.CANCELLED:
        yield "It stays cancelled."
    elif meeting.made_for is None:
        yield "An extra session: it stays."
    elif meeting.on != meeting.made_for:
        yield "It was moved by hand: it stays."
    else:
        yield "It stays."
    if effect.has_new_places:
        yield "Its places become the new ones."


def _before(meeting: Meeting) -> str:
    was = of_meeting(meeting)
    return f"{was.short_date}, {was.time_words} {was.place}, {meeting.minutes} minutes" if was else "no date"


def _with_clocks(rows: list[DateRow]) -> Iterator[DateRow]:
    """The rows, each of which says when clocks changed since the one before in the same place."""
    offsets: dict[str, str] = {}
    for row in rows:
        before = offsets.get(row.when.zone, row.when.offset)
        offsets[row.when.zone] = row.when.offset
        changed = (
            "" if before == row.when.offset else f"Clocks change before: {row.when.offset}, not {before}."
        )
        words = " ".join(part for part in (changed, row.clocks) if part)
        yield DateRow(row.when, row.tone, row.words, row.number, row.titles, row.is_told, words)


def _overrun(new: Meets) -> str:
    needed = sum(talk + questions for talk, questions in new.holds)
    if needed <= new.minutes:
        return ""
    each = new.talk_minutes + new.question_minutes
    return f"{new.places} × {each} minutes make {needed}, and a session has {new.minutes}."
