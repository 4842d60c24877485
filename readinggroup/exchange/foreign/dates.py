"""Dates as tables and lists write them: in many orders, as ranges, without a year; one that can be read two ways is
no date until something decides."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from readinggroup.exchange.page_dates import MONTHS as ENGLISH

_GERMAN = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober")
MONTHS = {name: number for number, name in enumerate((*_GERMAN, "november", "dezember"), start=1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"mrz": 3, "janv": 1, "févr": 2, "ene": 1}
MONTHS |= ENGLISH
_MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_UNTIL = (
    r"(?:\s*(?:-|–|—|to|until|bis|/|&|and|,)\s*(?P<last>\d{1,2})(?:st|nd|rd|th|\.)?(?!\d|:\d)"
    r"(?!\s*(?:-|–|—|to|until)?\s*(?:\d{1,2}(?::\d\d)?)?\s*(?:[ap]\.?m|uhr|h)\b)(?!\s*[-–]\s*\d))?"
)
_YEAR = r"(?:,?\s+(?:of\s+)?|,\s*|[-/.])(?P<year>\d{4}|['’]\d{2})(?!\d|:\d)"
_LONG = [
    re.compile(rf"\b{_DAY}{_UNTIL}[\s-]*(?:of\s+)?{_MONTH}(?:{_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s*-?\s*{_DAY}(?!\d|:\d)(?!\s*(?:am|pm)\b){_UNTIL}(?:{_YEAR})?", re.IGNORECASE),
]
_ISO = re.compile(r"\b(?P<year>\d{4})([-/.年])\s?(?P<month>\d{1,2})[-/.月]\s?(?P<day>\d{1,2})(?!\d)")
_PACKED = re.compile(r"\b(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)\b")
_DOTTED = re.compile(
    r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})(?:\.\s?(?P<year>\d{4}|\d{2})\b|\.(?!\d))"
)
_SLASHED = re.compile(
    r"(?<![\d/])(?P<one>\d{1,2})(?P<mark>[/-])(?P<two>\d{1,2})(?:(?P=mark)(?P<year>\d{4}|\d{2}))?(?![\d/]|:\d)"
)
_OF_DAY = re.compile(r"T?\b(\d\d:\d\d)(?::\d\d(?:\.\d+)?)\s*(?:Z|[+-]\d\d:?\d\d)?")
_NO_DAY = re.compile(rf"\b{_MONTH}{_YEAR}", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:(?:day|s|sday|nesday|rs|rsday|r|urday)s?)?\b\.?,?", re.IGNORECASE
)
_ADDRESS = re.compile(r"\S+://\S+")
_SEASON = r"(?:spring|summer|fall|autumn|winter|ws|ss|sose|wise)"
_TERM = re.compile(
    rf"(?<![a-z])(?P<season>{_SEASON})[\s_/-]*(?:of\s+)?['’]?(?P<year>\d{{4}}|\d{{2}})(?!\d)"
    rf"|(?<!\d)(?P<first>(?:19|20)\d\d)[\s_/-]*(?P<behind>{_SEASON})(?![a-z])",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(r"\b(?:schedule|program(?:me)?|meetings|talks|sessions|readings)\b", re.IGNORECASE)
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*[-–/]\s*((?:19|20)?\d\d))?(?!\d)")


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of the file decides about its dates.

    ``day_first``  the order of dates such as 03/04/2023; None where nothing tells.
    ``heading``    what stands above the date, in which a year may be.
    ``year``       of the row, where it has a column for it.
    ``before``     the last date before, whose year is the likeliest where none is stated.
    """

    day_first: bool | None = None
    heading: str = ""
    year: int | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class FoundDate:
    """``on`` is None where it can't be told; ``rest`` is what else stands there, a time for instance."""

    on: date | None
    rest: str
    doubts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Written:
    """A date as it is written; ``both`` means that day and month may stand the other way round."""

    text: str
    start: int
    day: int
    month: int
    year: int | None = None
    last: int | None = None
    both: bool = False


def has_date(text: str) -> bool:
    """Whether a date stands in ``text``, with or without a year."""
    return next(_written(_ADDRESS.sub(" ", text)), None) is not None


def span_of_date(text: str) -> tuple[int, int] | None:
    """Return where the first date in ``text`` begins and ends, with a second one that it lasts until."""
    found = list(_written(text))
    if not found:
        return None
    start, end = found[0].start, found[0].start + len(found[0].text)
    if len(found) > 1 and re.fullmatch(r"\s*(?:-|–|—|to|until|/)\s*", text[end : found[1].start]):
        end = found[1].start + len(found[1].text)
    return start, end


def order_of(text: str) -> bool | None:
    """Tell whether the day goes first in the date in ``text``, where that can be read one way only."""
    match = _SLASHED.search(_ADDRESS.sub(" ", text))
    if match is None or _ISO.search(text):
        return None
    one, two = int(match["one"]), int(match["two"])
    if (one > 12) != (two > 12) and max(one, two) <= 31:
        return one > 12
    weekday = WEEKDAY.search(text)
    if weekday and match["year"] and one != two:
        fits = [_fits(weekday, _date(_whole_year(match["year"]), *pair)) for pair in ((two, one), (one, two))]
        return fits[0] if fits[0] != fits[1] else None
    return None


def find_date(text: str, context: Context) -> FoundDate:
    """Read the date in a cell."""
    words = _ADDRESS.sub(" ", " ".join(text.replace("\xa0", " ").split()))
    found = list(_written(words))
    if not found:
        return FoundDate(None, words, missing=(_undated(words),))
    first, weekday = found[0], WEEKDAY.search(words)
    rest = _OF_DAY.sub(lambda m: "" if m[1] == "00:00" else m[1], words.replace(first.text, " ", 1))
    rest = " ".join((WEEKDAY.sub(" ", rest, count=1) if weekday else rest).split()).strip(" ,;@|()–—-")
    on, doubts, missing = _resolved(first, context, weekday)
    last = _last_day(found, on, context)
    if last is not None and on is not None and last != on:
        doubts.append(f"It lasted until {last.isoformat()}; the first day is kept.")
        rest = (
            " ".join(rest.replace(found[1].text, " ").split()).strip(" ,;@|()–—-") if len(found) > 1 else rest
        )
    if on is not None and weekday and not _fits(weekday, on):
        doubts.append(
            f"{on.isoformat()} is a {_DAYS[on.weekday()].capitalize()}, not a {weekday[0].strip(' .,')}."
        )
    return FoundDate(on, rest, tuple(doubts), tuple(missing))


def names_term(words: str) -> bool:
    """Whether ``words`` announce what follows as that of a term: "the schedule of our fall 2018 meetings"."""
    return _TERM.search(words) is not None and _ANNOUNCES.search(words) is not None


def year_in(heading: str, month: int) -> int | None:
    """Return the year that a heading such as "Fall 2023", "2023/24" or "fall18" means for a date in ``month``."""
    terms = list(_TERM.finditer(heading))
    if terms:
        season = (terms[-1]["season"] or terms[-1]["behind"]).lower()
        year = _whole_year(terms[-1]["year"] or terms[-1]["first"])
        if season in {"fall", "autumn", "ws", "wise"} and month <= 3:
            return year + 1
        return year
    years = list(_YEARS.finditer(heading))
    if not years:
        return None
    first = int(years[-1][1])
    return first + 1 if years[-1][2] and month <= 7 else first


def _undated(words: str) -> str:
    if _NO_DAY.search(words):
        return f"Only the month is stated: “{words[:80]}”."
    return f"“{words[:80]}” isn’t a date." if words else "No date is stated."


def _resolved(
    found: _Written, context: Context, weekday: re.Match[str] | None
) -> tuple[date | None, list[str], list[str]]:
    doubts: list[str] = []
    if found.both:
        day_first = context.day_first
        if day_first is None and weekday and (told := order_of(f"{weekday[0]} {found.text}")) is not None:
            day_first = told
        if day_first is None:
            ways = sorted(
                {
                    d.isoformat()
                    for d in (_date(*_with_year(found, context)), _date(*_with_year(_turned(found), context)))
                    if d
                }
            )
            return None, [f"“{found.text}” can be read two ways: {' or '.join(ways)}."], []
        found = found if day_first else _turned(found)
    year, month, day = _with_year(found, context)
    if year is None and context.before is not None:
        near = [_date(context.before.year + step, month, day) for step in (-1, 0, 1)]
        on = min((d for d in near if d), key=lambda d: abs(d - context.before), default=None)  # type: ignore[operator]
        if on is not None:
            return on, [f"The year isn’t stated; {on.year} is taken from the date before."], []
    if year is None:
        return None, [], [f"The year of “{found.text}” isn’t stated."]
    on = _date(year, month, day)
    if found.year is None and context.year is None and year != year_in(context.heading, 9):
        doubts.append(f"The year isn’t stated; {year} follows from what stands above.")
    if on is None:
        doubts.append(f"“{found.text}” isn’t a day of the calendar.")
    elif not 1950 <= on.year <= 2100:
        return None, [f"“{found.text}” is an unlikely year."], []
    return on, doubts, []


def _turned(found: _Written) -> _Written:
    return replace(found, day=found.month, month=found.day)


def _with_year(found: _Written, context: Context) -> tuple[int | None, int, int]:
    year = found.year or context.year or year_in(context.heading, found.month)
    return year, found.month, found.day


def _last_day(found: list[_Written], on: date | None, context: Context) -> date | None:
    if on is None:
        return None
    if found[0].last is not None:
        return _date(on.year, on.month, found[0].last)
    if len(found) > 1 and not found[1].both:
        year, month, day = _with_year(found[1], replace(context, year=found[1].year or on.year))
        return _date(year, month, day)
    return None


def _written(words: str) -> Iterator[_Written]:
    """Yield the dates in ``words``, each stretch of it read once, in the order of the text."""
    found: list[_Written] = []
    for match in (match for pattern in (_ISO, *_LONG, _PACKED, _DOTTED) for match in pattern.finditer(words)):
        named = match.groupdict()
        month = MONTHS.get(named["month"].lower()) or int(named["month"])
        year = _whole_year(named["year"]) if named.get("year") else None
        day, last, text = int(named["day"]), int(named.get("last") or 0), match[0]
        if 0 < last <= day and year is None:
            text, last = (
                words[match.start() : match.start("last")].rstrip(" ,&/–—-"),
                0,
            )  # 4 of "13, 4" is no day.
        found.append(_Written(text, match.start(), day, month, year, last or None))
    found.extend(_slashed(words))
    end = -1
    for each in sorted(found, key=lambda each: (each.start, -len(each.text))):
        if each.start >= end and ((each.day <= 31 and each.month <= 12) or each.both):
            end = each.start + len(each.text)
            yield each


def _slashed(words: str) -> Iterator[_Written]:
    """Yield dates of numbers alone; where neither can be a month only as the second, the order stays open."""
    for match in _SLASHED.finditer(words):
        one, two, year = int(match["one"]), int(match["two"]), match["year"]
        if match["mark"] == "-" and year is None:
            continue  # 4-5 is a time.
        whole = _whole_year(year) if year else None
        if one > 31 and year and len(match["one"]) == 2:
            yield _Written(match[0], match.start(), int(year[-2:]), two, _whole_year(match["one"]))
        elif one > 12 or one == two or two > 12:
            day, month = (two, one) if two > 12 else (one, two)
            yield _Written(match[0], match.start(), day, month, whole)
        else:
            yield _Written(match[0], match.start(), one, two, whole, both=True)


def _whole_year(text: str) -> int:
    digits = text.strip("'’")
    if len(digits) > 2:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 80 else 1900)


def _date(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year is not None else None
    except ValueError:
        return None


def _fits(weekday: re.Match[str], on: date | None) -> bool:
    return on is not None and _DAYS[on.weekday()].startswith(weekday[1].lower())
