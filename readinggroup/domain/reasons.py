"""Reasons of the planner in words."""

from collections.abc import Iterable, Mapping
from datetime import date

from readinggroup.domain.programme import Cause, Id, Reason

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_WORDS = {
    Cause.MEETING_LOCKED: "{on} is already announced or cancelled",
    Cause.OUTSIDE_WINDOW: "{on} is outside the talk's dates",
    Cause.SPEAKER_AWAY: "speaker away on {on}",
    Cause.READING_TOO_SOON: "reading due too soon for {on}",
    Cause.TOO_LONG: "too long for the places on {on}",
    Cause.SPEAKER_BUSY: "speaker already gives {talks} on {on}",
    Cause.CHAPTER_ORDER: "comes after {talks}",
    Cause.NO_PLACE_LEFT: "every place that it could take goes to talks standing higher",
    Cause.DROPPED_OUT: "speaker dropped out",
    Cause.STEPS_IN: "steps in for {talks}",
    Cause.MAKES_ROOM: "makes room for {talks}",
}


def in_words(reason: Reason, titles: Mapping[Id, str]) -> str:
    """``reason`` for people: "speaker away on 3 Dec", "both places taken by A and B on 3 Dec".

    ``titles``  what to call a talk; its id where there is none.
    """
    on = short_date(reason.on) if reason.on else "that day"
    talks = listed(titles.get(talk, str(talk)) for talk in reason.talks)
    if reason.cause is Cause.PLACES_TAKEN:
        return f"{_places_taken(reason)} by {talks} on {on}" if reason.talks else f"no place free on {on}"
    return _WORDS[reason.cause].format(on=on, talks=talks or "another talk")


def all_in_words(reasons: Iterable[Reason], titles: Mapping[Id, str]) -> str:
    """The reasons as one line: "speaker away on 3 Dec; both places taken by A and B on 17 Dec"."""
    return "; ".join(in_words(reason, titles) for reason in reasons)


def short_date(on: date) -> str:
    """ "3 Dec", whatever the locale."""
    return f"{on.day} {MONTHS[on.month - 1]}"


def listed(words: Iterable[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    *most, last = [*words] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _places_taken(reason: Reason) -> str:
    number = len(reason.talks)
    return {1: "the place taken", 2: "both places taken"}.get(number, f"all {number} places taken")
