"""An archive kept as one Jekyll page: front matter, then a button or heading for each session and its text below."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from readinggroup.domain.lifecycle import MaterialKind, PitchKind
from readinggroup.exchange.page_dates import day_comes_first, other_dates, own_date
from readinggroup.exchange.page_links import FoundLink, links_of
from readinggroup.exchange.page_markdown import as_markdown
from readinggroup.exchange.page_parts import NotUnderstood, Section, take_apart, without_hidden
from readinggroup.exchange.page_talks import FoundTalk, not_given, sentences_of, talks_of
from readinggroup.exchange.recognised import (
    RecognisedArchive,
    RecognisedMaterial,
    RecognisedSession,
    RecognisedTalk,
)
from readinggroup.text.markdown import plain

__all__ = ["NotUnderstood", "read_page"]

LONGEST_PAGE = 500_000
LONGEST_TITLE = 200

_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = ("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ORDINALS = {
    word: number for number, word in enumerate((*_UNITS, *_TEENS, "eighteenth", "nineteenth"), start=1)
}
ORDINALS |= {ten[:-1] + "ieth": 10 * number for number, ten in enumerate(_TENS, start=2)}
ORDINALS |= {
    f"{ten}-{unit}": 10 * tens + units
    for tens, ten in enumerate(_TENS, start=2)
    for units, unit in enumerate(_UNITS, start=1)
}

_SESSION = re.compile(
    r"^(?:(?P<ordinal>[A-Za-z]+(?:[- ][A-Za-z]+)?|\d{1,4}(?:st|nd|rd|th)?)\s+(?:session|meeting)"
    r"|(?:session|meeting)\s*(?:number\s*|no\.?\s*|#\s*)?(?P<number>\d{1,4}))\b",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(?P<key>[A-Za-z_][\w-]*)\s*:(?:\s+(?P<content>.*))?")
_OWNED = {
    MaterialKind.SLIDES,
    MaterialKind.RECORDING,
    MaterialKind.PAPER,
    MaterialKind.CODE,
    MaterialKind.NOTES,
}


def read_page(text: str) -> RecognisedArchive:
    """Return what the page tells: its sessions from the first on, and the group's own words around them.

    Nothing is guessed: what the page doesn't say is empty, and a sentence in ``missing`` or ``doubts`` says so.
    Raises NotUnderstood, with the line, where the page isn't of this form.
    """
    if len(text) > LONGEST_PAGE:
        raise NotUnderstood(1, f"A page has at most {LONGEST_PAGE:,} characters; this one has {len(text):,}.")
    text = text.replace("\x00", "").replace("\r\n", "\n").removeprefix("\ufeff")
    fields, body, first_line = _front_matter(text)
    own, *sections = take_apart(body, first_line=first_line, is_title=_SESSION)
    numbered = _numbered(sections, first_line)
    order = day_comes_first(without_hidden(body))
    links, refused = links_of(own.blocks)
    sessions = tuple(_session(number, numbered[number], order) for number in sorted(numbered))
    return RecognisedArchive(
        title=fields.get("title", "")[:LONGEST_TITLE],
        sessions=sessions,
        warnings=(*refused, *_gaps(sessions), *_short_names(sessions)),
        text=as_markdown(own.blocks),
        materials=tuple(link.material for link in links),
    )


def _front_matter(text: str) -> tuple[dict[str, str], str, int]:
    """Return the fields, the text below them, and the line on which that text begins."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise NotUnderstood(1, "A Jekyll page begins with a line of three hyphens and its title below.")
    fields: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            return fields, "\n".join(lines[number:]), number + 1
        if not line.strip() or line[0] in " \t#-":
            continue
        field = _FIELD.fullmatch(line.rstrip())
        if field is None:
            raise NotUnderstood(
                number, 'Above the second line of hyphens stand lines such as "title: Our group".'
            )
        fields[field["key"]] = (field["content"] or "").strip().strip("\"'")
    raise NotUnderstood(len(lines), "The front matter needs a second line of three hyphens.")


def _numbered(sections: Sequence[Section], first_line: int) -> dict[int, Section]:
    numbered: dict[int, Section] = {}
    for section in sections:
        number = _number(section.title)
        if not number:
            raise NotUnderstood(section.line, f'"{section.title}" needs a number such as Third, 3rd or 3.')
        if number in numbered:
            earlier = numbered[number].line
            raise NotUnderstood(
                section.line, f"Session {number} stands here and on line {earlier}; one is expected."
            )
        numbered[number] = section
    if not numbered:
        raise NotUnderstood(
            first_line, 'A button or heading such as "First Session" is expected for each session.'
        )
    return numbered


def _number(title: str) -> int:
    """Return the session's number from its title, 0 where it states none."""
    match = _SESSION.search(title)
    if match is None:
        return 0
    if match["number"]:
        return int(match["number"])
    digits = re.match(r"\d+", match["ordinal"])
    return int(digits[0]) if digits else ORDINALS.get(match["ordinal"].lower().replace(" ", "-"), 0)


def _session(number: int, section: Section, day_first: bool | None) -> RecognisedSession:
    sentences = sentences_of(section.blocks)
    found = talks_of(section.blocks)
    links, refused = links_of(section.blocks)
    talks, rest = _with_materials(found, links)
    on = own_date(section.title, sentences, day_first=day_first)
    text = as_markdown(section.blocks)
    return RecognisedSession(
        number=number,
        on=on,
        title=section.title[:LONGEST_TITLE],
        text=text,
        talks=talks,
        materials=rest,
        doubts=(*_doubts(found, sentences), *_planned(other_dates(sentences, day_first=day_first)), *refused),
        missing=tuple(_missing(on, text, found)),
        line=section.line,
    )


def _with_materials(
    found: Sequence[FoundTalk], links: Sequence[FoundLink]
) -> tuple[tuple[RecognisedTalk, ...], tuple[RecognisedMaterial, ...]]:
    """Give each talk what stands under its title, and a session's only talk its slides, recording and papers."""
    owned: dict[int, list[RecognisedMaterial]] = {at: [] for at in range(len(found))}
    rest: list[RecognisedMaterial] = []
    for link in links:
        owner = next((at for at, talk in enumerate(found) if _same(talk.title, link.heading)), None)
        if owner is None and len(found) == 1 and link.material.kind in _OWNED:
            owner = 0
        (rest if owner is None else owned[owner]).append(link.material)
    talks = tuple(
        RecognisedTalk(_title_of(talk), talk.speakers, talk.kind, materials=tuple(owned[at]))
        for at, talk in enumerate(found)
    )
    return talks, tuple(rest)


def _same(title: str, heading: str) -> bool:
    def bare(words: str) -> str:
        return " ".join(re.findall(r"\w+", words.casefold()))

    return bool(heading) and bare(title) == bare(heading)


def _title_of(talk: FoundTalk) -> str:
    return talk.title or f"Talk by {' and '.join(talk.speakers)}"


def _doubts(found: Iterable[FoundTalk], sentences: Sequence[str]) -> list[str]:
    found = list(found)
    doubts = [f"Not read as a talk of this session: “{plain(s, 160)}”" for s in not_given(sentences, found)]
    for talk in found:
        if talk.kind is PitchKind.PROPOSAL:
            doubts.append(f"“{_title_of(talk)}” is called a proposal; it may not have been given as a talk.")
        elif re.search(r"\bpitch", talk.sentence):
            doubts.append(f"“{_title_of(talk)}” stands among pitches; it may not have been a full talk.")
    return doubts


def _planned(others: Iterable[date]) -> list[str]:
    days = ", ".join(day.isoformat() for day in sorted(set(others)))
    return [f"Dates of other sessions stand in the text and were not used: {days}."] if days else []


def _missing(on: date | None, text: str, found: Sequence[FoundTalk]) -> Iterable[str]:
    if on is None:
        yield "Date not recorded: the page doesn't state it for this session."
    if not text:
        yield "No text stands below the title."
    if not found:
        yield "No talk is named."
    for talk in found:
        if not talk.title:
            yield f"The title of the talk by {' and '.join(talk.speakers)} isn't stated."
        if talk.by_author:
            yield f"The speaker of “{talk.title}” is the page's author, whom it doesn't name."
        elif not talk.speakers:
            yield f"No speaker is named for “{talk.title}”."


def _gaps(sessions: Sequence[RecognisedSession]) -> list[str]:
    numbers = {session.number for session in sessions}
    gaps = ", ".join(str(number) for number in range(1, max(numbers)) if number not in numbers)
    return [f"The page has no session with the number {gaps}."] if gaps else []


def _short_names(sessions: Sequence[RecognisedSession]) -> Iterable[str]:
    """Say which single names may be short for a full one on the page; they are kept as they were written."""
    names = {name for session in sessions for talk in session.talks for name in talk.speakers}
    for short in sorted(name for name in names if " " not in name):
        for full in sorted(
            name for name in names if short in name.split()[:-1] or short == name.split()[-1] != name
        ):
            if full != short:
                yield f"“{short}” may be “{full}”; both names are kept as the page writes them."
