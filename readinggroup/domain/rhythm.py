"""When a group meets: its rhythm, the breaks in it, and what a local time in a place means."""

import difflib
import heapq
import re
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every ``weeks`` weeks from ``anchor_on``, on its weekday, at ``starts`` local time in ``zone``.

    Raises ValueError for fewer than one week, for minutes outside 1 to 1440, and for a start that has a zone.
    """

    anchor_on: date
    weeks: int
    starts: time
    minutes: int
    zone: str

    def __post_init__(self) -> None:
        if self.weeks < 1:
            raise ValueError("a rhythm needs at least one week between meetings")
        if not 1 <= self.minutes <= 24 * 60:
            raise ValueError("a meeting lasts between 1 and 1440 minutes")
        if self.starts.tzinfo is not None:
            raise ValueError("a local start has no zone of its own")

    @property
    def weekday(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return self.anchor_on.weekday()


@dataclass(frozen=True, slots=True)
class Break:
    """No meetings from ``first_on`` to ``last_on``, both included.

    With ``shifts`` false the rhythm keeps its phase: dates in the break are skipped, all others stay.
    With ``shifts`` true the first date that falls into the break moves to the next such weekday after it,
    and the rhythm goes on from there.  Raises ValueError when it ends before it begins.
    """

    first_on: date
    last_on: date
    name: str = ""
    shifts: bool = False

    def __post_init__(self) -> None:
        if self.last_on < self.first_on:
            raise ValueError("a break can't end before it begins")

    def __contains__(self, on: date) -> bool:
        return self.first_on <= on <= self.last_on


class ClockChange(StrEnum):
    """What a change of clock does to a local time."""

    SKIPPED = "skipped"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Hour:
    """When one meeting takes place: the local truth, and the two UTC instants derived from it."""

    on: date
    starts: time
    zone: str
    starts_at: datetime
    ends_at: datetime

    @property
    def offset(self) -> str:
        return offset_words(self.starts_at.astimezone(zone_at(self.zone)))

    @property
    def clock_change(self) -> ClockChange | None:
        return clock_change(self.on, self.starts, self.zone)


class BadZone(ValueError):
    """``name`` is no place of the zone database; ``instead`` are places to write in its stead, if any."""

    def __init__(self, name: str, why: str, instead: tuple[str, ...] = ()) -> None:
        advice = f"write a place, such as {' or '.join(instead or ('America/Edmonton', 'Europe/Berlin'))}"
        shown = "".join(letter for letter in name[:60] if letter.isprintable())
        super().__init__(f"“{shown}” {why}: {advice}.")
        self.name, self.instead = name, instead


# --- dates ------------------------------------------------------------------------------------------------


def dates(
    rhythm: Rhythm,
    breaks: Iterable[Break] = (),
    extras: Iterable[date] = (),
    *,
    from_on: date | None = None,
    count: int | None = None,
) -> Iterator[date]:
    """The dates on which a group meets, each once, earliest first.

    ``extras``   further dates, also inside a break or before the anchor.
    ``from_on``  leave out what is earlier.
    ``count``    stop after so many; without it the dates go on to the end of the calendar.
    """
    regular = _regular_dates(rhythm, tuple(breaks))
    merged = _without_repeats(heapq.merge(regular, sorted(set(extras))))
    wanted = (on for on in merged if from_on is None or on >= from_on)
    return islice(wanted, count)


def _regular_dates(rhythm: Rhythm, breaks: tuple[Break, ...]) -> Iterator[date]:
    """The rhythm's own dates, which ends where the calendar of ``datetime`` does."""
    on, step = rhythm.anchor_on, timedelta(weeks=rhythm.weeks)
    try:
        while True:
            on = _after_shifts(on, breaks)
            if not any(on in pause for pause in breaks):
                yield on
            on += step
    except OverflowError:
        return


def _after_shifts(on: date, breaks: tuple[Break, ...]) -> date:
    """``on``, or the first such weekday that lies in no break that shifts."""
    while ends := [pause.last_on for pause in breaks if pause.shifts and on in pause]:
        weeks = (max(ends) - on).days // 7 + 1
        on += timedelta(weeks=weeks)
    return on


def _without_repeats(ordered: Iterable[date]) -> Iterator[date]:
    last = None
    for on in ordered:
        if on != last:
            yield on
        last = on


# --- local times ------------------------------------------------------------------------------------------


def hour(rhythm: Rhythm, on: date) -> Hour:
    """The meeting of ``rhythm`` on ``on``; a change of clock during it leaves its length."""
    starts_at = instant(on, rhythm.starts, rhythm.zone)
    ends_at = starts_at + timedelta(minutes=rhythm.minutes)
    return Hour(on, rhythm.starts, rhythm.zone, starts_at, ends_at)


def instant(on: date, starts: time, zone: str | tzinfo) -> datetime:
    """The UTC instant at which clocks in ``zone`` show ``starts`` on ``on``.

    As RFC 5545 section 3.3.5 decides: a time that a change of clock skips is read with the offset before the
    change (02:30 becomes 03:30), and one that comes twice is its first occurrence.
    Raises BadZone for an unknown zone, ValueError for a start that has a zone of its own.
    """
    if starts.tzinfo is not None:
        raise ValueError("a local start has no zone of its own")
    local = datetime.combine(on, starts.replace(fold=0), tzinfo=_rules(zone))
    return local.astimezone(UTC)


def clock_change(on: date, starts: time, zone: str | tzinfo) -> ClockChange | None:
    """Whether a change of clock skips that local time or lets it come twice; None on all other days."""
    local = datetime.combine(on, starts.replace(fold=0), tzinfo=_rules(zone))
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    if before is None or after is None or before == after:
        return None
    return ClockChange.SKIPPED if before < after else ClockChange.TWICE


def offset_words(local: datetime) -> str:
    """How far the aware ``local`` is from UTC: ``"UTC-07:00"``; seconds stand only in old local mean times.

    Raises ValueError for a datetime without zone.
    """
    offset = local.utcoffset()
    if offset is None:
        raise ValueError("a datetime without zone has no offset")
    sign = "-" if offset < timedelta() else "+"
    minutes, seconds = divmod(round(abs(offset).total_seconds()), 60)
    text = f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


def _rules(zone: str | tzinfo) -> tzinfo:
    return zone_at(zone) if isinstance(zone, str) else zone


# --- places -----------------------------------------------------------------------------------------------

_SIGNED = re.compile(r"(Etc/)?(GMT|UTC|UT|Z)?[+-]?\d{1,2}(:?\d\d)?", re.IGNORECASE)

# Several places share an abbreviation and part at the change of clock: these are offered, never assumed.
_ABBREVIATIONS = {
    "MST": ("America/Edmonton", "America/Denver", "America/Phoenix"),
    "MDT": ("America/Edmonton", "America/Denver"),
    "MST7MDT": ("America/Edmonton", "America/Denver"),
    "MT": ("America/Edmonton", "America/Denver", "America/Phoenix"),
    "PST": ("America/Los_Angeles", "America/Vancouver"),
    "PDT": ("America/Los_Angeles", "America/Vancouver"),
    "PST8PDT": ("America/Los_Angeles", "America/Vancouver"),
    "PT": ("America/Los_Angeles", "America/Vancouver"),
    "CST": ("America/Chicago", "America/Regina", "Asia/Shanghai"),
    "CDT": ("America/Chicago", "America/Winnipeg"),
    "CST6CDT": ("America/Chicago", "America/Winnipeg"),
    "CT": ("America/Chicago", "America/Winnipeg"),
    "EST": ("America/New_York", "America/Toronto", "America/Panama"),
    "EDT": ("America/New_York", "America/Toronto"),
    "EST5EDT": ("America/New_York", "America/Toronto"),
    "ET": ("America/New_York", "America/Toronto"),
    "AST": ("America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"),
    "HST": ("Pacific/Honolulu",),
    "UTC": ("Atlantic/Reykjavik", "Africa/Abidjan"),
    "GMT": ("Europe/London", "Africa/Accra"),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "WET": ("Europe/Lisbon",),
    "CET": ("Europe/Berlin", "Europe/Paris"),
    "CEST": ("Europe/Berlin", "Europe/Paris"),
    "MET": ("Europe/Berlin", "Europe/Paris"),
    "EET": ("Europe/Athens", "Africa/Cairo"),
    "EEST": ("Europe/Athens", "Europe/Kyiv"),
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "JST": ("Asia/Tokyo",),
    "AEST": ("Australia/Brisbane", "Australia/Sydney"),
    "AEDT": ("Australia/Sydney",),
    "NZST": ("Pacific/Auckland",),
}


def place_of_zone(zone: str) -> str:
    """What people call the place: "Buenos Aires" for America/Argentina/Buenos_Aires."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def check_zone(name: str) -> str:
    """``name``, where it is a place of the zone database such as America/Edmonton.

    Raises BadZone, which says what to write instead, for abbreviations (MST, EST5EDT, UTC), fixed offsets
    (Etc/GMT+7), old names of countries (US/Mountain), other spellings and everything unknown.
    """
    if name in place_zones():
        return name
    if known := _ABBREVIATIONS.get(name.upper()):
        raise BadZone(name, "is an abbreviation and doesn't say when clocks change", known)
    if _SIGNED.fullmatch(name):
        raise BadZone(name, "is a fixed offset and doesn't say when clocks change")
    if place := _old_names().get(name):
        raise BadZone(name, "is an old name that stands for a place", (place,))
    raise BadZone(name, "isn't a place of the time zone database", _alike(name))


def _alike(name: str) -> tuple[str, ...]:
    """Up to three places that are spelled like ``name``, by the full name or by the place alone."""
    spelled: dict[str, list[str]] = {}
    for place in sorted(place_zones()):
        for form in {place.lower(), place_of_zone(place).lower()}:
            spelled.setdefault(form, []).append(place)
    wanted = name[:60].strip().lower().replace(" ", "_" if "/" in name else " ")
    close = [wanted] if wanted in spelled else difflib.get_close_matches(wanted, spelled, 3, 0.8)
    return tuple(dict.fromkeys(place for form in close for place in spelled[form]))[:3]


# --- zone data --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ZoneData:
    """A folder of compiled zones and the release of the IANA database it was made from, such as "2026f"."""

    folder: Path
    version: str

    @property
    def age(self) -> tuple[int, int, str]:
        """Sorts releases, oldest first: 2025z, 2025za, 2026a; an unknown one comes before all."""
        found = re.match(r"(\d{4})([a-z]*)", self.version)
        return (int(found[1]), len(found[2]), found[2]) if found else (0, 0, "")


def zone_data_version() -> str:
    """The release of the zone rules in use, such as "2026f"."""
    return _sources()[0].version


@cache
def zone_at(name: str) -> ZoneInfo:
    """The rules of a place, from the newest data there is.  Raises BadZone.

    ``ZoneInfo(name)`` would take the system's data wherever it has any, however old it is.
    """
    check_zone(name)
    source = next(source for source in _sources() if (source.folder / name).is_file())
    with (source.folder / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def place_zones() -> frozenset[str]:
    """Every zone name that is an area and a place, such as America/Edmonton, not Australia/NSW.

    This is what a form offers.
    """
    return frozenset(
        path.relative_to(source.folder).as_posix()
        for source in _sources()
        for area in AREAS
        for path in (source.folder / area).rglob("[A-Z]*")
        if path.is_file() and "." not in path.name and not path.name.isupper()
    )


def zone_data_in(folder: Path) -> ZoneData | None:
    """The zone data in ``folder``, which says its release in ``tzdata.zi`` or ``+VERSION``; else None."""
    if (folder / "tzdata.zi").is_file():
        head = (folder / "tzdata.zi").read_text(encoding="utf-8", errors="replace")[:500]
        if found := re.search(r"^# version (\w+)", head, re.MULTILINE):
            return ZoneData(folder, found[1])
    if (folder / "+VERSION").is_file():
        return ZoneData(folder, (folder / "+VERSION").read_text(encoding="utf-8").strip())
    return None


def newest_first(sources: Iterable[ZoneData]) -> list[ZoneData]:
    """Sorted by release; of equal ones, the first given stays first."""
    return sorted(sources, key=lambda source: source.age, reverse=True)


@cache
def _sources() -> list[ZoneData]:
    """The system's data, where it says its release, and the package's; the newest first."""
    folders = [Path(str(files("tzdata"))) / "zoneinfo", *map(Path, zoneinfo.TZPATH)]
    found = (zone_data_in(folder) for folder in folders)
    return newest_first(source for source in found if source)


@cache
def _old_names() -> dict[str, str]:
    """Names such as US/Mountain and the place each stands for, from the links of ``tzdata.zi``."""
    links = _sources()[0].folder / "tzdata.zi"
    if not links.is_file():
        return {}
    rows = (line.split() for line in links.read_text(encoding="utf-8").splitlines() if line.startswith("L "))
    return {row[2]: row[1] for row in rows if len(row) == 3 and row[1] in place_zones()}
