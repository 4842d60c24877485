"""A look through a whole file before it is read: what its columns are, and in which order its dates are written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from readinggroup.exchange.foreign.columns import Field, field_of, fields_of, guessed_of, let_stand_in
from readinggroup.exchange.foreign.dates import order_of
from readinggroup.exchange.foreign.rows import Entry, Row

MOST_SAMPLES = 40


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file is to be read: what a look through all of it told, or what somebody chose.

    ``fields``     what each column is.
    ``day_first``  the order of dates such as 03/04/2023; None where nothing tells.
    ``base``       the address of the page that the file was, which completes addresses that are parts.
    ``people``     names by slug.
    """

    fields: Mapping[str, Field]
    day_first: bool | None = None
    base: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    first_on: date | None = None


@dataclass
class Survey:
    """What was seen: ``columns`` has samples of what stands in each, ``orders`` what dates tell of their order."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    orders: set[bool] = field(default_factory=set)
    rows: int = 0

    def note(self, row: Row) -> None:
        """Take a row into account."""
        self.rows += 1
        for column, text in row.cells:
            samples = self.columns.setdefault(column, [])
            if text and len(samples) < MOST_SAMPLES:
                samples.append(text[:400])
            if 4 < len(text) < 80 and (order := order_of(text)) is not None:
                self.orders.add(order)

    def manner(self, *, base: str = "", people: Mapping[str, str] | None = None) -> Manner:
        """How the file is to be read by all that was seen."""
        day_first = self.orders.copy().pop() if len(self.orders) == 1 else None
        return Manner(fields_of(self.columns), day_first, base, people or {})

    def warnings(self) -> list[str]:
        """Sentences on the file as a whole."""
        said = []
        if guessed := guessed_of(self.columns):
            fields = fields_of(self.columns)
            what = ", ".join(f"“{column}” as {fields[column].label.lower()}" for column in guessed[:12])
            said.append(f"Columns without a known name are told by what stands in them: {what}.")
        named = {column: field_of(column) for column in self.columns}
        stands_in = let_stand_in(named, self.columns)
        if stands_in and "paper" not in stands_in.casefold():
            said.append(f"No column is called a title; “{stands_in}” is taken for it.")
        left_out = [
            column for column in self.columns if field_of(column) is Field.NOTHING and self.columns[column]
        ]
        if left_out:
            said.append(f"Columns that are left out: {', '.join(left_out[:20])}.")
        if len(self.orders) > 1:
            said.append(
                "Some dates have the day first and some the month; each that can be read two ways is left open."
            )
        return said


def survey(entries: Iterable[Entry]) -> Survey:
    """Look through all entries once."""
    found = Survey()
    for entry in entries:
        if isinstance(entry, Row):
            found.note(entry)
    return found
