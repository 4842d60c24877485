"""A field for dates typed into one line."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import Field
from wtforms.widgets import TextInput

from readinggroup.web.forms import tidy

MOST_DAYS = 60
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
BETWEEN_DATES = re.compile(r"[\s,;]+")


class DaysField(Field):
    """Dates with commas, spaces or line ends between; its data is the list of them."""

    widget = TextInput()

    def process_data(self, value: Iterable[date] | None) -> None:
        self.data = list(value or ())
        self.typed = ", ".join(day.isoformat() for day in self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data, self.typed = [], tidy(valuelist[0] if valuelist else "")
        days = {word: _date_in(word) for word in BETWEEN_DATES.split(self.typed) if word}
        if len(days) > MOST_DAYS:
            raise ValueError(f"Give up to {MOST_DAYS} dates.")
        self.data = [day for day in days.values() if day is not None]
        if wrong := [word for word, day in days.items() if day is None]:
            raise ValueError(f"{listed(wrong)}: there is no such date. Write dates as 2026-12-05.")

    def _value(self) -> str:
        return self.typed


def listed(words: Sequence[str]) -> str:
    """The first few of ``words``, cut to what an error can show."""
    shown = ", ".join(word[:40] for word in words[:3])
    return f"{shown} and {len(words) - 3} more" if len(words) > 3 else shown


def _date_in(word: str) -> date | None:
    try:
        return date.fromisoformat(word) if ISO_DATE.fullmatch(word) else None
    except ValueError:
        return None
