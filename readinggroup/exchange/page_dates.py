"""Dates as people write them, and whether a sentence states the date of its own session."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october")
MONTHS = {name: number for number, name in enumerate((*_MONTHS, "november", "december"), start=1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
_MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_WRITTEN = (
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b"),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE
    ),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
)
_ADDRESS = re.compile(r"\S+://\S+")
_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_OF_ITSELF = re.compile(r"\b(we|was|were|took|met|held|had|happened|gathered)\b", re.IGNORECASE)
_OF_ANOTHER = re.compile(
    r"\b(will|shall|going to|next|subsequent|upcoming|coming|following|planned|previous|earlier)\b",
    re.IGNORECASE,
)


def day_comes_first(page: str) -> bool | None:
    """Tell the order of dates such as 19/11/2022 from those on the page that can be read one way only, else None."""
    pairs = [(int(first), int(second)) for first, second, _ in _NUMERIC.findall(page)]
    orders = {first > 12 for first, second in pairs if (first > 12) != (second > 12)}
    return orders.pop() if len(orders) == 1 else None


def dates_in(words: str, *, day_first: bool | None) -> list[date]:
    """Return the dates that ``words`` state, in no order; one that can be read two ways is left out."""
    words = _ADDRESS.sub(" ", words)
    found = [
        _date(match["year"], match["month"], match["day"])
        for pattern in _WRITTEN
        for match in pattern.finditer(words)
    ]
    for first, second, year in _NUMERIC.findall(words):
        if day_first is not None:
            day, month = (first, second) if day_first else (second, first)
            found.append(_date(year, month, day))
    return [day for day in found if day]


def _date(year: str, month: str, day: str) -> date | None:
    number = MONTHS.get(month.lower()) or int(month)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def own_date(title: str, sentences: Iterable[str], *, day_first: bool | None) -> date | None:
    """Return the session's date: the one in its title, else the only one told of a meeting that was held."""
    in_title = dates_in(title, day_first=day_first)
    told = {
        day
        for sentence in sentences
        if _tells_of_itself(sentence)
        for day in dates_in(sentence, day_first=day_first)
    }
    if in_title:
        return in_title[0]
    return told.pop() if len(told) == 1 else None


def other_dates(sentences: Iterable[str], *, day_first: bool | None) -> Iterator[date]:
    """Yield the dates that are said of other meetings, planned ones above all."""
    for sentence in sentences:
        if not _tells_of_itself(sentence):
            yield from dates_in(sentence, day_first=day_first)


def _tells_of_itself(sentence: str) -> bool:
    return bool(_OF_ITSELF.search(sentence)) and not _OF_ANOTHER.search(sentence)
