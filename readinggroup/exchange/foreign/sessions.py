"""Rows understood as sessions: dates, titles, speakers and links, with a sentence for everything that is doubtful."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from readinggroup.exchange.foreign.cells import take_cell_apart, words_of
from readinggroup.exchange.foreign.columns import Field, field_of, let_stand_in
from readinggroup.exchange.foreign.dates import Context, FoundDate, find_date
from readinggroup.exchange.foreign.names import OPEN
from readinggroup.exchange.foreign.rows import Entry, Leftover, Row, shortened
from readinggroup.exchange.foreign.survey import Manner
from readinggroup.exchange.foreign.talks import Said, Talks
from readinggroup.exchange.foreign.times import FoundTime, find_time
from readinggroup.exchange.foreign.took_place import (
    HELD,
    NOT_HELD,
    OFF,
    OFF_WITHIN,
    is_no_session,
    status_of,
)
from readinggroup.exchange.recognised import RecognisedSession


def sessions_of(entries: Iterable[Entry], manner: Manner) -> Iterator[RecognisedSession | Leftover]:
    """Yield a session for each row, and what is left over; rows of one date in a row are one session.

    Sessions without a number in the file have the number 0: whoever loads them numbers them.
    """
    waiting: RecognisedSession | None = None
    for found in _single(entries, manner):
        if isinstance(found, RecognisedSession) and waiting is not None and (both := joined(waiting, found)):
            waiting = both
            continue
        if isinstance(found, Leftover):
            yield found
            continue
        if waiting is not None:
            yield waiting
        waiting = found
    if waiting is not None:
        yield waiting


def _single(entries: Iterable[Entry], manner: Manner) -> Iterator[RecognisedSession | Leftover]:
    before: date | None = manner.first_on
    for entry in entries:
        if isinstance(entry, Leftover):
            yield entry
            continue
        found = session_of(entry, manner, before=before)
        if isinstance(found, RecognisedSession) and found.on:
            before = found.on
        yield found


def joined(one: RecognisedSession, other: RecognisedSession) -> RecognisedSession | None:
    """One session of two rows, where they are of one date and no number or time of day keeps them apart."""
    if one.on is None or one.on != other.on or (one.number and other.number and one.number != other.number):
        return None
    if one.starts_at and other.starts_at and one.starts_at != other.starts_at:
        apart = abs(
            60 * (one.starts_at.hour - other.starts_at.hour) + one.starts_at.minute - other.starts_at.minute
        )
        if apart > 180:
            return None
    doubts = [*one.doubts, *other.doubts]
    if one.cancelled != other.cancelled:
        doubts.append("One row says that it didn’t take place, another names a talk.")
    starts = [starts for starts in (one.starts_at, other.starts_at) if starts]
    return replace(
        one,
        number=one.number or other.number,
        title=one.title or other.title,
        text="\n\n".join(dict.fromkeys(filter(None, (one.text, other.text)))),
        talks=(*one.talks, *other.talks),
        materials=(*one.materials, *other.materials),
        doubts=tuple(dict.fromkeys(doubts)),
        missing=tuple(dict.fromkeys((*one.missing, *other.missing))),
        starts_at=min(starts, default=None),
        minutes=one.minutes if one.minutes == other.minutes or not other.minutes else None,
        cancelled=one.cancelled and other.cancelled,
    )


def session_of(row: Row, manner: Manner, *, before: date | None = None) -> RecognisedSession | Leftover:
    """Understand one row; ``before`` is the date of the one before it."""
    return _Row(row, manner, before).session()


class _Row:
    """One row on its way to a session."""

    def __init__(self, row: Row, manner: Manner, before: date | None) -> None:
        self.row, self.manner, self.before = row, manner, before
        self.cells: dict[Field, list[str]] = {}
        self.said = Said(doubts=[*row.doubts])
        self.papers = False  # Whether what is called the paper is the title.
        fields = {column: manner.fields.get(column, Field.TEXT) for column, _ in row.cells}
        let_stand_in(fields, {column: [text] for column, text in row.cells})
        for column, text in row.cells:
            what = fields[column]
            self.papers = self.papers or (what is Field.TITLE and field_of(column) is Field.PAPER)
            if text.strip() and what is Field.TEXT:
                self.said.texts.append(self._labelled(column, text))
            elif text.strip() and what is not Field.NOTHING:
                told = text if what is not Field.STATUS else status_of(column, words_of(text))
                self.cells.setdefault(what, []).append(told)

    def session(self) -> RecognisedSession | Leftover:
        when, at = self._when()
        off, because = self._off()
        if when.on is None and off:
            return Leftover(
                self.row.line,
                self.row.shown(),
                "It didn’t take place, and no date is stated: nothing to keep.",
            )
        talks = Talks(self.cells, self.manner, self.said, self.row.line, self.papers).all(
            off=off, because=because
        )
        if when.on is None and not talks and not self.said.texts:
            return Leftover(
                self.row.line, self.row.shown(), "Neither a date nor a title nor a speaker stands in it."
            )
        number = self._number()
        self._keep_rest(at.rest)
        if not talks and not off:
            self.said.missing.append("No talk is named.")
        return RecognisedSession(
            number=number,
            on=when.on,
            title="",
            text="\n\n".join(self.said.texts),
            talks=tuple(talks),
            doubts=tuple(dict.fromkeys((*when.doubts, *at.doubts, *self.said.doubts))),
            missing=tuple(dict.fromkeys((*when.missing, *self.said.missing))),
            line=self.row.line,
            starts_at=at.starts_at,
            minutes=at.minutes,
            cancelled=off,
            because=because,
        )

    def _labelled(self, column: str, text: str) -> str:
        name = column if not column.startswith(("column ", "(")) else ""
        text = text.strip()
        return (
            text
            if not name or name.casefold() in {"text", "body", "content"}
            else f"{name[:1].upper()}{name[1:]}: {text}"
        )

    def _when(self) -> tuple[FoundDate, FoundTime]:
        dated = [words_of(text) for text in self.cells.get(Field.DATE, ())]
        year = next(
            (int(y[0]) for text in self.cells.get(Field.YEAR, ()) if (y := re.findall(r"\d{4}", text))), None
        )
        context = Context(self.manner.day_first, self.row.heading, year, self.before)
        found = [find_date(text, context) for text in dated]
        when = next((each for each in found if each.on), found[0] if found else None)
        if when is None:
            when = self._date_from_above()
        rest = " ".join(
            dict.fromkeys(
                [*(words_of(t) for t in self.cells.get(Field.TIME, ())), when.rest if dated else ""]
            )
        )
        return when, find_time(rest)

    def _date_from_above(self) -> FoundDate:
        if self.before is None or not (self.cells.keys() & {Field.TITLE, Field.SPEAKER}):
            return FoundDate(None, "", missing=("No date is stated.",))
        return FoundDate(
            self.before, "", (f"No date is stated; {self.before.isoformat()} is taken from the row above.",)
        )

    def _off(self) -> tuple[bool, str]:
        """Whether the row says that nothing took place, and in which words."""
        said = [words_of(text) for text in self.cells.get(Field.STATUS, ())]
        if status := next((text for text in said if NOT_HELD.fullmatch(text) or OFF.fullmatch(text)), ""):
            return True, "" if NOT_HELD.fullmatch(status) and len(status) < 10 else status
        self.said.texts.extend(text for text in said if not HELD.fullmatch(text))
        for what in (Field.TITLE, Field.SPEAKER, Field.PAPER, Field.NOTES, Field.TIME, Field.DATE):
            for text in self.cells.get(what, ()):
                words = words_of(text)
                words = find_date(words, Context(True, year=2000)).rest if what is Field.DATE else words
                if is_no_session(words):
                    return True, words.strip(" .!*")
                if what in {Field.TITLE, Field.PAPER} and (
                    OFF_WITHIN.search(words) or take_cell_apart(text).struck
                ):
                    self.said.doubts.append(
                        f"Taken for one that didn’t take place: “{shortened(words, 80)}”."
                    )
                    return True, words
        unnamed = [text for text in self.said.texts if is_no_session(text.rpartition(": ")[2])]
        if unnamed and not self.cells.keys() & {Field.TITLE, Field.SPEAKER}:
            self.said.texts.remove(unnamed[0])
            return True, unnamed[0].rpartition(": ")[2]
        return False, ""

    def _number(self) -> int:
        for text in self.cells.get(Field.NUMBER, ()):
            words = words_of(text)
            if match := re.fullmatch(
                r"(?:session|meeting|no\.?|nr\.?|#|lecture|talk)?\s*#?(\d{1,4})(?:st|nd|rd|th)?\.?",
                words,
                re.IGNORECASE,
            ):
                return int(match[1])
            self.said.texts.append(words)
        return 0

    def _keep_rest(self, rest: str) -> None:
        if any(map(str.isalnum, rest)) and not OFF.fullmatch(rest) and not OPEN.fullmatch(rest):
            self.said.texts.append(f"When, as it was written: {rest}")
