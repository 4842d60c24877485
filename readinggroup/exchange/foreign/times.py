"""Times of day as people write them; one that doesn't tell morning from afternoon isn't guessed."""

import re
from dataclasses import dataclass
from datetime import time

_HALF = r"(?P<{0}half>[ap]\.?\s?m\b\.?)?"
_CLOCK = (
    r"(?P<{0}hour>\d{{1,2}})(?:[:.h](?P<{0}minute>\d{{2}})(?::\d{{2}})?|(?P<{0}full>h|\s?uhr)\b)?\s*" + _HALF
)
_RANGE = re.compile(
    rf"(?<![\d/.:-]){_CLOCK.format('a')}\s*(?:-+|–|—|to|until|till|bis|/)\s*{_CLOCK.format('b')}(?![\d/]|:\d)",
    re.IGNORECASE,
)
_ONE = re.compile(rf"(?<![\d/.:-]){_CLOCK.format('a')}(?![\d/]|:\d)", re.IGNORECASE)
_WORDS = re.compile(r"\b(noon|midday|mittags?|midnight)\b", re.IGNORECASE)
_ZONE = re.compile(
    r"\b(?:[PMCE][SD]?T|UTC|GMT|BST|CES?T|WES?T|EES?T|IST|JST|KST|AES?T|AEDT|SGT|HKT|eastern|pacific|mountain|central)\b"
    r"(?:\s?[+-]\d{1,2})?(?:\s+time)?"
)


@dataclass(frozen=True, slots=True)
class FoundTime:
    """``starts_at`` and ``minutes`` are None where they can't be told; ``rest`` is what else stands there."""

    starts_at: time | None
    minutes: int | None
    rest: str
    doubts: tuple[str, ...] = ()


def find_time(text: str) -> FoundTime:
    """Read the time of day in a cell, such as "4-5pm", "16:00", "16h15 – 17h", "noon"."""
    words = " ".join(text.split())
    match = _RANGE.search(words) or next(filter(_is_time, _ONE.finditer(words)), None)
    if match is None:
        return _in_words(words)
    rest = _rest(words, match[0])
    named = match.groupdict()
    end_half = (named.get("bhalf") or "").lower()
    start_half = (named["ahalf"] or "").lower()
    start = _minutes(named["ahour"], named["aminute"], start_half or end_half)
    end = _minutes(named["bhour"], named["bminute"], end_half) if named.get("bhour") else None
    if start is not None and end is not None and not start_half and end_half and start >= end:
        start = _minutes(named["ahour"], named["aminute"], "am")  # 11-1pm begins in the morning.
    if start is None or (named.get("bhour") and end is None):
        return FoundTime(None, None, rest, (f"“{match[0].strip()}” isn’t a time of day.",))
    if not (start_half or end_half or _is_of_24(named)):
        return FoundTime(None, None, rest, (f"“{match[0].strip()}” doesn’t tell morning from afternoon.",))
    minutes = (end - start) % (24 * 60) if end is not None else None
    starts_at = time(start // 60, start % 60)
    return FoundTime(
        starts_at, minutes if minutes and 5 <= minutes <= 720 else None, rest, _zone_doubt(words)
    )


def end_of_leading_time(text: str) -> int:
    """Return how far a time goes with which ``text`` begins, after "at", a comma or a bracket; 0 where none does."""
    match = _RANGE.search(text) or next(filter(_is_time, _ONE.finditer(text)), None)
    begins = match is not None and re.fullmatch(r"[\s,;@(]*(?:at\s+)?", text[: match.start()], re.IGNORECASE)
    return match.end() if match is not None and begins else 0


def _in_words(words: str) -> FoundTime:
    match = _WORDS.search(words)
    if match is None:
        return FoundTime(None, None, words)
    starts_at = time(0) if match[1].lower() == "midnight" else time(12)
    return FoundTime(starts_at, None, _rest(words, match[0]), _zone_doubt(words))


def _zone_doubt(words: str) -> tuple[str, ...]:
    zone = _ZONE.search(words)
    return (f"The time is said to be in “{zone[0]}”; it is kept as the group’s own.",) if zone else ()


def _rest(words: str, taken: str) -> str:
    return " ".join(_ZONE.sub(" ", words.replace(taken, " ", 1)).split()).strip(" ,;@|()–—-")


def _is_time(match: re.Match[str]) -> bool:
    return bool(match["aminute"] or match["ahalf"] or match["afull"])


def _is_of_24(named: dict[str, str | None]) -> bool:
    """Whether a clock of 24 hours shows: a first hour of 13 and later, or one with minutes that no afternoon has."""
    hours = [int(named[key] or 0) for key in ("ahour", "bhour") if named.get(key)]
    if max(hours) >= 13 or named["afull"] or named.get("bfull"):
        return True
    return bool(named["aminute"]) and (8 <= hours[0] <= 12 or (named["ahour"] or "").startswith("0"))


def _minutes(hour: str | None, minute: str | None, half: str) -> int | None:
    """Return the minutes since midnight."""
    if hour is None:
        return None
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    return 60 * hours + minutes if hours < 24 and minutes < 60 else None
