"""Rows understood as sessions: dates, titles, speakers and links, with a sentence for everything that is doubtful."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from readinggroup.domain.lifecycle import MaterialKind, PitchKind, TalkState
from readinggroup.exchange.foreign.cells import (
    FoundAddress,
    completed,
    take_cell_apart,
    without_link_words,
    words_of,
)
from readinggroup.exchange.foreign.columns import Field, field_of, let_stand_in
from readinggroup.exchange.foreign.dates import Context, FoundDate, find_date
from readinggroup.exchange.foreign.names import OPEN, names_in
from readinggroup.exchange.foreign.rows import Entry, Leftover, Row, shortened
from readinggroup.exchange.foreign.survey import Manner
from readinggroup.exchange.foreign.times import FoundTime, find_time
from readinggroup.exchange.foreign.took_place import (
    HELD,
    NOT_HELD,
    OFF,
    OFF_WITHIN,
    is_no_session,
    is_no_talk,
    status_of,
)
from readinggroup.exchange.page_links import kind_of
from readinggroup.exchange.recognised import RecognisedMaterial, RecognisedSession, RecognisedTalk

LONGEST_TITLE = 200
_ONLY_KIND = re.compile(
    r"[\s(\[]*(?:(?:the |full |lecture |talk )?(?:slides?|slide deck|deck|videos?|recordings?|youtube|papers?|pdf"
    r"|arxiv|doi|preprint|code|github|repo|notebook|notes|links?|here|url|blog(?: post)?|website|web|html|abs|abstract"
    r"|poster|appendix|project(?: page)?"
    r"|supp(?:lement)?|tex|latex|pptx?|keynote|summary|zoom|openreview)[\s,/&|)\].]*(?:and\s+)?)+|\d{1,2}|[\W_]*",
    re.IGNORECASE,
)
"""Words of a link that only say what it leads to, and are no part of a title."""
_PATH = re.compile(r"[\w%~./-]+\.\w{2,5}")
KINDS = {
    Field.PAPER: MaterialKind.PAPER,
    Field.SLIDES: MaterialKind.SLIDES,
    Field.RECORDING: MaterialKind.RECORDING,
    Field.CODE: MaterialKind.CODE,
    Field.NOTES: MaterialKind.NOTES,
}


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
        self.texts: list[str] = []
        self.doubts = [*row.doubts]
        self.missing: list[str] = []
        self.papers = False  # Whether what is called the paper is the title.
        fields = {column: manner.fields.get(column, Field.TEXT) for column, _ in row.cells}
        let_stand_in(fields)
        for column, text in row.cells:
            what = fields[column]
            self.papers = self.papers or (what is Field.TITLE and field_of(column) is Field.PAPER)
            if text.strip() and what is Field.TEXT:
                self.texts.append(self._labelled(column, text))
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
        talks = self._talks(off=off, because=because)
        if when.on is None and not talks and not self.texts:
            return Leftover(
                self.row.line, self.row.shown(), "Neither a date nor a title nor a speaker stands in it."
            )
        number = self._number()
        self._keep_rest(at.rest)
        if not talks and not off:
            self.missing.append("No talk is named.")
        return RecognisedSession(
            number=number,
            on=when.on,
            title="",
            text="\n\n".join(self.texts),
            talks=tuple(talks),
            doubts=tuple(dict.fromkeys((*when.doubts, *at.doubts, *self.doubts))),
            missing=tuple(dict.fromkeys((*when.missing, *self.missing))),
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
        self.texts.extend(text for text in said if not HELD.fullmatch(text))
        for what in (Field.TITLE, Field.SPEAKER, Field.PAPER, Field.NOTES, Field.TIME, Field.DATE):
            for text in self.cells.get(what, ()):
                words = words_of(text)
                words = find_date(words, Context(True, year=2000)).rest if what is Field.DATE else words
                if is_no_session(words):
                    return True, words.strip(" .!*")
                if what in {Field.TITLE, Field.PAPER} and (
                    OFF_WITHIN.match(words) or take_cell_apart(text).struck
                ):
                    self.doubts.append(f"Taken for one that didn’t take place: “{shortened(words, 80)}”.")
                    return True, words
        unnamed = [text for text in self.texts if is_no_session(text.rpartition(": ")[2])]
        if unnamed and not self.cells.keys() & {Field.TITLE, Field.SPEAKER}:
            self.texts.remove(unnamed[0])
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
            self.texts.append(words)
        return 0

    def _talks(self, *, off: bool, because: str) -> list[RecognisedTalk]:
        titles, speakers = self.cells.get(Field.TITLE, []), self.cells.get(Field.SPEAKER, [])
        if not titles and len(self.cells.get(Field.PAPER, [])) == 1 and words_of(self.cells[Field.PAPER][0]):
            titles = self.cells[Field.PAPER]
        if not titles and off:
            speakers = [text for text in speakers if not is_no_session(words_of(text))]
        talks = []
        for at in range(max(len(titles), len(speakers), 1)):
            talk = self._talk(titles[at : at + 1], speakers[at : at + 1], at, max(len(titles), 1), off=off)
            if talk is not None and not (off and is_no_talk(talk.title) and not talk.speakers):
                talks.append(replace(talk, state=TalkState.WITHDRAWN, note=because) if off else talk)
        return talks

    def _talk(
        self, title: Sequence[str], speaker: Sequence[str], at: int, of: int, *, off: bool
    ) -> RecognisedTalk | None:
        names = names_in(speaker[0], self.manner.people) if speaker else None
        words = _title_in(title[0]) if title else ""
        open_title = bool(words) and OPEN.fullmatch(words) is not None
        readings, materials = self._links(at, of, title[0] if title else "")
        if off and is_no_talk(words) and not (names and names.names):
            return None
        found = tuple(names.names) if names else ()
        if (not words or open_title) and not found and not readings and not materials:
            if open_title:
                self.missing.append(f"The title is given as “{words}”.")
            return None
        if names:
            self.doubts.extend(names.doubts)
            self.missing.extend(names.missing)
            self.texts.extend(f"{', '.join(names.names)}: {said}" for said in names.behind if names.names)
        if not words or open_title:
            said = f"given as “{words}”" if open_title else "not stated"
            self.missing.append(f"The title is {said}.")
            words = f"Talk by {' and '.join(found)}" if found else (readings or materials)[0].title
        if not found and not (names and (names.doubts or names.missing)):
            self.missing.append(f"No speaker is named for “{shortened(words, 80)}”.")
        if len(words) > LONGEST_TITLE:
            self.doubts.append(
                f"The title is longer than {LONGEST_TITLE} characters; all of it is in the text."
            )
            self.texts.append(words)
        return RecognisedTalk(
            shortened(words, LONGEST_TITLE),
            found,
            PitchKind.PAPER if self.papers else PitchKind.TALK,
            topics=self._topics() if of == 1 else (),
            readings=tuple(readings),
            materials=tuple(materials),
            abstract="\n\n".join(
                self.cells.get(Field.ABSTRACT, [])[at : at + 1]
                if of > 1
                else self.cells.get(Field.ABSTRACT, [])
            ),
            line=self.row.line,
        )

    def _topics(self) -> tuple[str, ...]:
        said = [
            part
            for text in self.cells.get(Field.TOPICS, ())
            for part in re.split(r"[\n;,|]", words_of(text) if "\n" not in text else text)
        ]
        return tuple(
            dict.fromkeys(
                words_of(part)[:80]
                for part in said
                if any(map(str.isalnum, part)) and not OPEN.fullmatch(words_of(part))
            )
        )

    def _links(
        self, at: int, of: int, title: str
    ) -> tuple[list[RecognisedMaterial], list[RecognisedMaterial]]:
        """Return what was to be read, and everything else; each address once."""
        readings: dict[str, RecognisedMaterial] = {}
        materials: dict[str, RecognisedMaterial] = {}
        for what in (
            Field.TITLE,
            Field.PAPER,
            Field.LINK,
            Field.SLIDES,
            Field.RECORDING,
            Field.CODE,
            Field.NOTES,
        ):
            cells = self.cells.get(what, [])
            mine = [title] if what is Field.TITLE and title else cells if of == 1 else cells[at : at + 1]
            for text in mine:
                for link in self._addresses(what, text, title):
                    kind = KINDS.get(what) or kind_of(link.url, f"{link.before} {link.words}")
                    if (
                        kind is MaterialKind.LINK
                        and what is Field.TITLE
                        and self.papers
                        and not _ONLY_KIND.fullmatch(link.words)
                    ):
                        kind = MaterialKind.PAPER
                    own = link.words or link.before if what is not Field.TITLE else link.words
                    material = RecognisedMaterial(
                        kind, _named(own, kind, link.url, _title_in(title)), link.url
                    )
                    into = readings if kind is MaterialKind.PAPER else materials
                    if link.url not in readings and link.url not in materials:
                        into[link.url] = material
        return list(readings.values()), list(materials.values())

    def _addresses(self, what: Field, text: str, title: str) -> Iterator[FoundAddress]:
        cell = take_cell_apart(text, base=self.manner.base)
        for link in cell.links:
            if link.whole:
                yield link
            else:
                self.doubts.append(
                    f"“{shortened(link.url, 100)}” isn’t a whole address and isn’t kept as a link."
                )
                self.texts.append(f"{link.words or what.label}: {link.url}")
        words = " ".join(cell.words.split())
        if cell.links or not words or what in {Field.TITLE, Field.LINK} or text == title:
            return
        address = _of_identifier(words) if what is Field.PAPER else ""
        if not address and self.manner.base and _PATH.fullmatch(words):
            address = completed(self.manner.base, words)
        if address:
            yield FoundAddress("", "", address)
        elif not OPEN.fullmatch(words) and not HELD.fullmatch(words) and not OFF.fullmatch(words):
            self.texts.append(f"{what.label}: {words}" if what is not Field.NOTES else words)
            if what is not Field.NOTES:
                self.missing.append(
                    f"No address stands with “{shortened(words, 80)}” ({what.label.lower()})."
                )

    def _keep_rest(self, rest: str) -> None:
        if any(map(str.isalnum, rest)) and not OFF.fullmatch(rest) and not OPEN.fullmatch(rest):
            self.texts.append(f"When, as it was written: {rest}")


def _title_in(text: str) -> str:
    """The words of a title, without links that only lead to what belongs to it, such as "(slides, video)"."""
    words = " ".join(take_cell_apart(text).words.split())
    if not take_cell_apart(text).links:
        return words.strip(" |")
    bare = " ".join(without_link_words(text, only=_ONLY_KIND).split()).strip(" |,;:")
    return bare if re.search(r"\w", bare) else ""


def _named(words: str, kind: MaterialKind, url: str, title: str) -> str:
    words = " ".join(words.split()).strip(" ,;:()[]|-–—")
    if re.fullmatch(r"(?:here|link|pdf|url|click here|https?://\S*)?", words, re.IGNORECASE):
        words = title if kind is MaterialKind.PAPER and title else ""
    if not words and kind is MaterialKind.LINK:
        return url.split("://", 1)[-1].rstrip("/")[:300]
    words = words or kind.capitalize()
    return words[:1].upper() + words[1:300]


def _of_identifier(words: str) -> str:
    """The address that a bare DOI or arXiv id means."""
    if match := re.fullmatch(r"(?:arxiv:?\s*)?(\d{4}\.\d{4,5}(?:v\d+)?)", words, re.IGNORECASE):
        return f"https://arxiv.org/abs/{match[1]}"
    if match := re.fullmatch(r"(?:doi:?\s*)?(10\.\d{4,9}/[^\s<>\"]+)", words, re.IGNORECASE):
        return f"https://doi.org/{match[1]}"
    return ""
