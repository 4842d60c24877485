"""The product's drawings, as ready geometry and words: session strip, season ribbon, standings, and bars of shares.

Templates only set these values into SVG.  Every horizontal length is a percentage, so that a drawing
stretches with its column while its text and its marks keep their size.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

GAP = 0.4
"""Between two segments of a strip, in percent of its length."""
LABEL_FROM, TICK_FROM = 5.5, 6.5
"""A segment shorter than this share of its strip, in percent, carries no label or no time."""
UPRIGHT_SHORTEST = 24
"""The least height of a segment of an upright strip, in pixels: one line of text."""
MARGIN = 14.0
"""Left free on both sides of a month, in percent, so that marks of two months stay apart."""
APART, APART_DENSE = 28.0, 16.8
"""The least distance of two marks, in percent of a month: 24 pixels in the narrowest (WCAG 2.2, 2.5.8)."""
DENSE_FROM = 4
"""With so many sessions in a month the ribbon has fewer months in a line."""
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
STATE_WORDS = {"held": "held", "planned": "planned", "announced": "planned", "cancelled": "cancelled"}


@dataclass(frozen=True)
class Segment:
    """A stretch of a session: ``kind`` is talk, questions or free.  ``x`` and ``width`` are percentages."""

    kind: str
    label: str
    at: str
    minutes: int
    x: str
    width: str
    shows_label: bool
    shows_tick: bool
    upright: int
    """Height in the upright strip, in pixels."""


@dataclass(frozen=True)
class Strip:
    """A session as segments of its time, and the same in ``words``."""

    segments: tuple[Segment, ...]
    minutes: int
    words: str


@dataclass(frozen=True)
class Mark:
    """A session on the ribbon: ``state`` is held, planned or cancelled; ``x`` a percentage of its month."""

    state: str
    x: str
    label: str
    href: str


@dataclass(frozen=True)
class Pause:
    """The part of a month that a break covers, in percentages from its left."""

    x1: str
    x2: str


@dataclass(frozen=True)
class Month:
    """A month of the ribbon with its marks, earliest first."""

    name: str
    short: str
    marks: tuple[Mark, ...]
    pauses: tuple[Pause, ...]


@dataclass(frozen=True)
class Ribbon:
    """A year of sessions, month by month, and the same in ``words``."""

    year: int
    months: tuple[Month, ...]
    dense: bool
    states: tuple[str, ...]
    """Those that occur, for the legend; ``break`` last."""
    words: str


@dataclass(frozen=True)
class Counted:
    """A pitch after the count; ``waiting`` and ``served`` of its ``approvals`` came from these levels."""

    title: str
    approvals: int
    won: bool
    waiting: int = 0
    served: int = 0
    href: str = ""
    why: str = ""
    """How the seat was won or missed, in a sentence; empty where the numbers say enough."""


@dataclass(frozen=True)
class BarPart:
    """A stretch of a bar: ``kind`` is even, waiting or served."""

    kind: str
    count: int
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    """A pitch's line in the standings.  ``is_last_won`` says that the line of seats is drawn below it."""

    place: int
    title: str
    href: str
    won: bool
    is_last_won: bool
    parts: tuple[BarPart, ...]
    count_words: str
    words: str
    why: str


@dataclass(frozen=True)
class StandingsDrawing:
    """All pitches of a counted round, best first; a full track is every ballot."""

    bars: tuple[Bar, ...]
    threshold: int
    threshold_x: str
    shows_levels: bool
    words: str


@dataclass(frozen=True)
class Share:
    """A stretch of a bar of shares: ``kind`` is good, late, none or unknown; ``x`` and ``width`` percentages."""

    kind: str
    label: str
    count: int
    x: str
    width: str


@dataclass(frozen=True)
class Shares:
    """A whole cut into shares, and the same in ``words``; those that are nought are left out."""

    shares: tuple[Share, ...]
    total: int
    words: str


def shares(parts: Sequence[tuple[str, str, int]]) -> Shares:
    """A bar of (kind, label, count), in this order; a full bar is the sum of the counts."""
    total, before, drawn = sum(count for *_, count in parts), 0, []
    for kind, label, count in parts:
        if count:
            x, width = _percent(100 * before / total), _percent(100 * count / total)
            drawn.append(Share(kind, label, count, x, width))
            before += count
    words = ", ".join(f"{share.count} {share.label}" for share in drawn)
    return Shares(tuple(drawn), total, f"{words}." if words else "")


def session_strip(talks: Sequence[tuple[str, int, int]], starts_at: time | datetime | None) -> Strip:
    """The session's hour as segments.

    ``talks``  (title, minutes of the talk, minutes of questions) of each place in order; an empty title is a
    free place, and no questions make no segment.  ``starts_at`` is local; without it segments carry no times.
    """
    stretches = [stretch for place in talks for stretch in _stretches(*place)]
    total = sum(minutes for _, _, minutes in stretches)
    segments, before = [], 0
    for kind, label, minutes in stretches:
        segments.append(_segment(kind, label, minutes, before=before, total=total, starts_at=starts_at))
        before += minutes
    said = ", ".join(f"{s.at} {s.label}, {_minutes(s.minutes)}".strip() for s in segments)
    return Strip(tuple(segments), total, f"{_minutes(total)}: {said}." if segments else "")


def season_ribbon(
    year: int,
    sessions: Iterable[tuple[date, str, str, str]],
    breaks: Iterable[tuple[date, date]] = (),
) -> Ribbon:
    """The year's sessions as marks on a thread.

    ``sessions``  (local date, state of the meeting, title, address), in any order; other years are left out.
    ``breaks``  (first day, last day), both without sessions; they may reach into other years.
    """
    of_year = sorted((s for s in sessions if s[0].year == year), key=lambda s: s[0])
    ours = sorted(b for b in breaks if b[0].year <= year <= b[1].year)
    by_month = [[s for s in of_year if s[0].month == number] for number in range(1, 13)]
    dense = max(map(len, by_month)) >= DENSE_FROM
    months = tuple(
        Month(name, name[:3], _marks(of_month, dense=dense), tuple(_pauses(year, number, ours)))
        for number, (name, of_month) in enumerate(zip(MONTHS, by_month, strict=True), start=1)
    )
    found = [STATE_WORDS[s[1]] for s in of_year]
    states = [state for state in ("held", "planned", "cancelled") if state in found] + ["break"] * bool(ours)
    return Ribbon(year, months, dense, tuple(states), _season_words(year, found, ours))


def standings_drawing(pitches: Sequence[Counted], *, ballots: int, threshold: int) -> StandingsDrawing:
    """The standings as bars.

    ``pitches``  best first, winners before all others.  ``ballots`` is how many were cast, blank ones
    included; ``threshold`` how many approvals a pitch needs to win.
    """
    last_won = sum(pitch.won for pitch in pitches)
    bars = tuple(
        Bar(
            place,
            pitch.title,
            pitch.href,
            pitch.won,
            place == last_won < len(pitches),
            tuple(_bar_parts(pitch, ballots)),
            f"{pitch.approvals} of {ballots}",
            _bar_words(pitch, ballots),
            pitch.why,
        )
        for place, pitch in enumerate(pitches, start=1)
    )
    offered = _count(len(pitches), "pitch", "pitches")
    words = f"{_count(last_won, 'talk')} won, of {offered} and {_count(ballots, 'ballot')}."
    return StandingsDrawing(
        bars,
        threshold,
        _percent(100 * min(threshold, ballots) / ballots if ballots else 0),
        any(pitch.waiting or pitch.served for pitch in pitches),
        words,
    )


def _stretches(title: str, talk: int, questions: int) -> Iterator[tuple[str, str, int]]:
    yield ("talk", title, talk) if title else ("free", "Free place", talk + questions)
    if title and questions:
        yield ("questions", "Questions", questions)


def _segment(
    kind: str, label: str, minutes: int, *, before: int, total: int, starts_at: time | datetime | None
) -> Segment:
    share = 100 * minutes / total
    return Segment(
        kind=kind,
        label=label,
        at=_clock(starts_at, before),
        minutes=minutes,
        x=_percent(100 * before / total),
        width=_percent(share if before + minutes == total else share - GAP),
        shows_label=share >= LABEL_FROM,
        shows_tick=share >= TICK_FROM and starts_at is not None,
        upright=max(UPRIGHT_SHORTEST, round(minutes * 2.2)),
    )


def _clock(starts_at: time | datetime | None, after: int) -> str:
    """The wall clock so many minutes after the start; midnight is passed as clocks do."""
    if starts_at is None:
        return ""
    start = timedelta(hours=starts_at.hour, minutes=starts_at.minute + after)
    minutes = int(start.total_seconds()) // 60 % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _marks(sessions: Sequence[tuple[date, str, str, str]], *, dense: bool) -> tuple[Mark, ...]:
    places = _apart([_day_x(s[0]) for s in sessions], APART_DENSE if dense else APART)
    return tuple(
        Mark(STATE_WORDS[state], _percent(x), f"{_day(on)}: {title}, {STATE_WORDS[state]}", href)
        for x, (on, state, title, href) in zip(places, sessions, strict=True)
    )


def _day_x(on: date) -> float:
    return MARGIN + (100 - 2 * MARGIN) * (on.day - 1) / 30


def _apart(places: list[float], least: float) -> list[float]:
    """``places``, ascending, moved so that neighbours are ``least`` apart; evenly where there is no room."""
    if all(b - a >= least - 1e-6 for a, b in pairwise(places)):
        return places
    room = 100 - 2 * MARGIN
    step = min(least, room / (len(places) - 1))
    moved = [places[0]]
    for place in places[1:]:
        moved.append(max(place, moved[-1] + step))
    over = max(0.0, moved[-1] - (100 - MARGIN))
    if moved[0] - over >= MARGIN:
        return [place - over for place in moved]
    return [MARGIN + step * n for n in range(len(places))]


def _pauses(year: int, month: int, breaks: Iterable[tuple[date, date]]) -> Iterator[Pause]:
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    days = (after - first).days
    for starts_on, ends_on in breaks:
        begin, end = max(starts_on, first), min(ends_on + timedelta(days=1), after)
        if begin < end:
            share = 100 / days
            yield Pause(_percent(share * (begin - first).days), _percent(share * (end - first).days))


def _season_words(year: int, states: Sequence[str], breaks: Sequence[tuple[date, date]]) -> str:
    said = [
        words
        for count, words in (
            (states.count("held"), f"{_count(states.count('held'), 'session')} held"),
            (states.count("cancelled"), f"{states.count('cancelled')} cancelled"),
            (states.count("planned"), f"{states.count('planned')} to come"),
        )
        if count
    ]
    pauses = " ".join(f"Break from {_day(first)} to {_day(last)}." for first, last in breaks)
    return f"{year}: {', '.join(said) or 'no sessions yet'}. {pauses}".strip()


def _bar_parts(pitch: Counted, ballots: int) -> Iterator[BarPart]:
    even, before = pitch.approvals - pitch.waiting - pitch.served, 0
    for kind, count in (("even", even), ("waiting", pitch.waiting), ("served", pitch.served)):
        if count:
            yield BarPart(kind, count, _percent(100 * before / ballots), _percent(100 * count / ballots))
            before += count


def _bar_words(pitch: Counted, ballots: int) -> str:
    """Its numbers; what had become of its supporters is left to ``why``, where there is one."""
    levels = [
        f"{count} {words}"
        for count, words in ((pitch.waiting, "had been waiting"), (pitch.served, "had lately been served"))
        if count and not pitch.why
    ]
    ticked = f"Ticked on {pitch.approvals} of {_count(ballots, 'ballot')}"
    return f"{ticked}; of these {' and '.join(levels)}." if levels else f"{ticked}."


def _day(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1]}"


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _minutes(number: int) -> str:
    return _count(number, "minute")
