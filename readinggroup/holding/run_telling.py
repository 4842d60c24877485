"""The run sheet in words: lines with clock times, what is now, what is next, and how much is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from readinggroup.domain.rhythm import zone_at
from readinggroup.domain.run_sheet import Line, Part, PartKind, Sheet, Step
from readinggroup.holding.queries import SessionDay
from readinggroup.holding.refusals import NothingToStep
from readinggroup.holding.run_actions import can_step, parts_to_begin
from readinggroup.holding.run_queries import parts_in, sheet_of
from readinggroup.holding.telling import QuestionBox
from readinggroup.scheduling.views import MeetingView


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A part: "14:00", "14:25", its minutes, "Talk" or "Questions", the talk's title and who speaks."""

    begins: str
    ends: str
    minutes: int
    what: str
    title: str
    speakers: str
    state: str
    """past, now or later."""
    begin: str = ""
    """What a step that begins it is called; empty where none can."""


@dataclass(frozen=True, slots=True)
class ToldSheet:
    """A session's hour as a page shows it.

    ``mark``    changes with whatever the page shows, but for the seconds.
    ``until``   when what is now should end, in milliseconds since 1970; None where nothing runs.
    ``left``    how much that is, such as "24:05" or "+1:10"; ``verb`` says what it is.
    ``step``    what the next step begins, in words; empty where there is none to take.
    """

    lines: Sequence[ToldLine]
    now: str
    who: str
    next: str
    verb: str
    left: str
    is_late: bool
    until: int | None
    at: int
    clock: str
    seen: int
    step: str
    can_undo: bool
    mark: str = ""


def told_sheet(
    day: SessionDay,
    meeting: MeetingView,
    steps: Sequence[Step],
    *,
    now: datetime,
    boxes: Sequence[QuestionBox] = (),
) -> ToldSheet | None:
    """The run sheet at ``now``; None where the session's date isn't known.  ``boxes``: what else the page shows."""
    found = sheet_of(meeting, steps, now=now)
    if found is None:
        return None
    ahead = _ahead(day, meeting, steps, now)
    lines = [_line(line, meeting, ahead or ()) for line in found.lines]
    current = next((line for line in lines if line.state == "now"), None)
    is_late = found.until is not None and found.until < now
    told = ToldSheet(
        lines=lines,
        now=_now_words(found, current),
        who=current.speakers if current else "",
        next=_next_words(lines, has_begun=found.has_begun),
        verb="over time" if is_late else "left" if found.has_begun else "until it begins",
        left=left_words(found.until, now),
        is_late=is_late,
        until=_milliseconds(found.until) if found.until else None,
        at=_milliseconds(now),
        clock=now.astimezone(zone_at(meeting.zone)).strftime("%H:%M"),
        seen=len(steps),
        step=_step_words(meeting, ahead),
        can_undo=bool(steps) and can_step(day, now),
    )
    return _marked(told, boxes)


def left_words(until: datetime | None, now: datetime) -> str:
    """The time to ``until``: "3 days", "1:02:03", "24:05"; "+1:10" past it; empty without it."""
    if until is None:
        return ""
    seconds = int((until - now).total_seconds())
    sign, seconds = ("+", -seconds) if seconds < 0 else ("", seconds)
    if seconds >= 2 * 86_400:
        return f"{seconds // 86_400} days"
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02}:{seconds:02}" if hours else f"{sign}{minutes}:{seconds:02}"


def _marked(told: ToldSheet, boxes: Sequence[QuestionBox]) -> ToldSheet:
    seen = [told.lines, told.now, told.next, told.verb, told.until, told.seen, told.step, told.can_undo]
    asked = [[box.talk.id, [repr(question) for question in box.questions]] for box in boxes]
    values = {name: getattr(told, name) for name in told.__slots__ if name != "mark"}
    return ToldSheet(**values, mark=sha256(repr((seen, asked)).encode()).hexdigest()[:16])


def _line(line: Line, meeting: MeetingView, ahead: Sequence[Part]) -> ToldLine:
    talk = next((each for each in meeting.talks if each.position == line.part.position), None)
    zone = zone_at(meeting.zone)
    return ToldLine(
        begins=line.begins_at.astimezone(zone).strftime("%H:%M"),
        ends=line.ends_at.astimezone(zone).strftime("%H:%M"),
        minutes=line.part.minutes,
        what="Questions" if line.part.kind is PartKind.QUESTIONS else "Talk",
        title=talk.title if talk else "",
        speakers=", ".join(speaker.name for speaker in talk.speakers) if talk else "",
        state="now" if line.is_now else "past" if line.is_past else "later",
        begin=line.part.name if line.part in ahead[1:] and not line.is_past else "",
    )


def _now_words(sheet: Sheet, current: ToldLine | None) -> str:
    if current is not None:
        return current.what
    return "The session is over" if sheet.is_over else "Before the session"


def _next_words(lines: Sequence[ToldLine], *, has_begun: bool) -> str:
    line = next((line for line in lines if line.state == "later"), None)
    if line is None:
        return "the end" if has_begun and any(line.state == "now" for line in lines) else ""
    return f"{line.what}, {line.speakers}" if line.speakers else line.what


def _ahead(
    day: SessionDay, meeting: MeetingView, steps: Sequence[Step], now: datetime
) -> Sequence[Part] | None:
    """The parts that a step can begin; None where there is no step to take."""
    if not can_step(day, now):
        return None
    try:
        return parts_to_begin(parts_in(meeting), steps)
    except NothingToStep:
        return None


def _step_words(meeting: MeetingView, ahead: Sequence[Part] | None) -> str:
    if ahead is None:
        return ""
    if not ahead:
        return "End the session"
    part = ahead[0]
    if part.kind is PartKind.QUESTIONS:
        return "Questions begin"
    talk = next(each for each in meeting.talks if each.position == part.position)
    names = ", ".join(speaker.name for speaker in talk.speakers)
    return f"{names} begins" if names else "The talk begins"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
