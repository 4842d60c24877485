"""Items of lists and dated headings: one line that names date, speaker and title in some order, details below it."""

import re
from collections.abc import Sequence

from readinggroup.exchange.foreign.cells import take_cell_apart, without_link_words, words_of
from readinggroup.exchange.foreign.columns import Field, field_of
from readinggroup.exchange.foreign.dates import WEEKDAY, span_of_date
from readinggroup.exchange.foreign.names import look_like_names
from readinggroup.exchange.foreign.rows import Row
from readinggroup.exchange.foreign.times import end_of_leading_time

LONGEST_DATE = 60
"""Characters from the beginning of an item in which its date has to stand."""
_DETAIL = re.compile(
    r"\s*(?:[-*+•]\s+|\d{1,2}[.)]\s+)?(?:\*\*|__)?([A-Za-z][\w /&-]{0,28}?)(?:\*\*|__)?\s*:(?:\*\*|__)?\s*(.*\S)\s*"
)
_QUOTED = re.compile(r"[“\"«„](.{3,}?)[”\"»“]")
_BY = re.compile(r"(.+?)[,;]?\s+(?:\(?(?:presented |led |given )?by|with)\s+(.+?)\)?\.?", re.DOTALL)
_BETWEEN = re.compile(r"\s+(?:[-–—|/·•]|--+|::?)\s+|:\s+|\s*\|\s*|\t+")
_IN_BRACKETS = re.compile(r"(.+?)\s*\(([^()]+)\)\.?")
_ENDS = " \t\n,;:|/·–—-.*"


def row_of_item(line: int, texts: Sequence[str], heading: str) -> Row | None:
    """Return the entry that an item tells, None where no date stands at its beginning.

    ``texts``  its own words first, then the lines below: details such as "Speaker: …", anything else.
    """
    own = texts[0].strip()
    date, rest = _date_and_rest(own)
    if date is None:
        return None
    cells = [("date", date), *_of_rest(rest)]
    named = {field_of(key) for key, text in cells if text}
    for text in texts[1:]:
        detail = _DETAIL.fullmatch(text)
        field = field_of(detail[1]) if detail and "://" not in detail[1] else None
        if detail and field is not None:
            cells = [
                cell
                for cell in cells
                if not (field_of(cell[0]) is field and field in {Field.TITLE, Field.SPEAKER})
            ]
            cells.append((detail[1].strip().lower(), detail[2]))
            named.add(field)
        elif words_of(text):
            cells.extend(_below(text, named))
    return Row(line, tuple((key, text) for key, text in cells if text.strip()), heading)


def _date_and_rest(own: str) -> tuple[str | None, str]:
    """Split an item into its date, with a time behind it, and what follows; no date where it begins otherwise."""
    bare = re.sub(r"^(\*\*|__|`)(.+?)\1", r"\2 ", own)
    span = span_of_date(bare[:LONGEST_DATE])
    if span is None or re.search(r"\w{2,}", WEEKDAY.sub("", bare[: span[0]])):
        return None, own
    end = span[1] + end_of_leading_time(bare[span[1] : span[1] + LONGEST_DATE])
    return bare[:end].strip(" *_:-"), bare[end:]


def _of_rest(rest: str) -> list[tuple[str, str]]:
    """Tell title from speaker in what stands behind the date; where that can't be told all of it is the title."""
    rest = rest.strip(" \t\n,;:|/·–—-")
    if not words_of(rest):
        return []
    bare = " ".join(words_of(rest).split())
    title, speaker = _title_and_speaker(rest, bare)
    cells = [("title", title)]
    if speaker:
        cells.append(("speaker", speaker))
    if take_cell_apart(rest).links:
        cells.append(("link", rest))
    return cells


def _title_and_speaker(rest: str, bare: str) -> tuple[str, str]:
    without = _trimmed(without_link_words(rest))
    linked = [link for link in take_cell_apart(rest).links if len(link.words) > 12]
    quoted = _QUOTED.search(bare)
    if quoted:
        return quoted[1], _if_names(_trimmed(without.replace(quoted[0], " "))) or _if_names(
            _trimmed(bare.replace(quoted[0], " "))
        )
    if linked and (speaker := _if_names(_trimmed(re.sub(r"^(?:by|presented by|led by)\s+", "", without)))):
        return linked[0].words, speaker
    bare = without or bare
    by = _BY.fullmatch(bare)
    if by and (speaker := _if_names(_trimmed(by[2]))):
        return _trimmed(by[1]), speaker
    parts = [part for part in _BETWEEN.split(bare) if part.strip()]
    named = [part for part in parts if look_like_names(_trimmed(part))]
    if len(parts) > 1 and len(named) == 1:
        at = bare.index(named[0])
        other = bare[:at] if at else bare[len(named[0]) :]
        return _trimmed(other), _trimmed(named[0])
    bracket = _IN_BRACKETS.fullmatch(bare)
    if bracket and (speaker := _if_names(bracket[2])):
        return _trimmed(bracket[1]), speaker
    first, comma, behind = bare.partition(", ")
    if comma and _if_names(first) and " " in first and not look_like_names(behind):
        return _trimmed(behind), first
    return (linked[0].words if linked else bare), ""


def _trimmed(words: str) -> str:
    """The words without marks around them, and without a bracket that has lost its other half."""
    words = " ".join(words.split()).strip(_ENDS)
    for one, other in ("()", "[]"):
        if words.count(one) != words.count(other) or (words[:1], words[-1:]) == (one, other):
            words = words.strip(one + other + _ENDS)
    return words


def _if_names(words: str) -> str:
    return words if look_like_names(words) else ""


def _below(text: str, named: set[Field | None]) -> list[tuple[str, str]]:
    cell = take_cell_apart(text)
    if cell.links:
        words = without_link_words(text)
        return [("link", text), *([("text", text.strip())] if len(re.findall(r"\w{2,}", words)) > 1 else [])]
    if Field.TITLE not in named and 4 < len(cell.words) <= 200:
        named.add(Field.TITLE)
        return [("title", cell.words)]
    return [("text", text.strip())]
