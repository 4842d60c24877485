"""Items of lists and dated headings: one line that names date, speaker and title in some order, details below it."""

import re
from collections.abc import Iterable, Sequence

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
_NUMBERED = re.compile(
    r"(?:\*\*|__)?(?:session|meeting|seminar|lecture|talk|week)\s+#?(?P<number>\d{1,3})\b\s*"
    r"(?:\((?P<bracket>[^()]{3,40})\)|[:,.–—-])?(?:\*\*|__)?\s*:?\s*",
    re.IGNORECASE,
)
_TENTATIVE = re.compile(r"[(\[](tentative[^()\[\]]*|to be confirmed|note[^()\[\]]*)[)\]]", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary>", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"«„](.{3,}?)[”\"»“]")
_BY = re.compile(r"(.+?)[,;]?\s+(?:\(?(?:presented |led |given )?by|with)\s+(.+?)\)?\.?", re.DOTALL)
_LED_BY = re.compile(r"^(?:(?:is )?(?:presented|led|given) )?by\s+", re.IGNORECASE)
_LED_BY_AT_END = re.compile(r"[\s,;–—-]*(?:(?:presented|led|given) )?(?:by)?\s*$", re.IGNORECASE)
_WITH_DEGREE = re.compile(
    r"((?:[^\W\d_a-z][\w.'’-]*\s+){1,3}[^\W\d_a-z][\w.'’-]+),?\s+(?:Ph\.?\s?D|M\.?Sc|M\.D)\b\.?(?:\s+(?:student|candidate))?"
)
_BETWEEN = re.compile(r"\s+(?:[-–—|/·•]|--+|::?)\s+|:\s+|\s*\|\s*|\t+")
_IN_BRACKETS = re.compile(r"(.+?)\s*\(([^()]+)\)\.?")
_ENDS = " \t\n,;:|/·–—-.*"


def rows_of_item(line: int, texts: Sequence[str], heading: str) -> list[Row]:
    """Return the entries that an item tells, one for each of its talks; none where no date stands at its beginning.

    ``texts``  its own words first, then the lines below: details such as "Speaker: …", titles of talks, anything else.
    """
    numbered, own = _number_and_rest(texts[0].strip())
    date, rest = _date_and_rest(own)
    if date is None:
        return []
    doubts = _tentative(rest)
    above = [("number", numbered), ("date", date)]
    talks = _talks_below(texts[1:])
    own_cells, unsure = _of_rest(_TENTATIVE.sub(" ", rest))
    first = [*own_cells, *_of_details(talks[0], named=_named(own_cells))]
    told = [first, *(_of_details(talk, named=set()) for talk in talks[1:])]
    return [
        Row(line, _without_doubles([*above, *cells]), heading, (*doubts, *unsure))
        for cells in told
        if cells or len(told) == 1
    ]


def is_dated(text: str) -> bool:
    """Whether a line of a paragraph is an item: a date set apart from what follows, not one in a sentence."""
    text = text.strip()
    date, rest = _date_and_rest(_number_and_rest(text)[1])
    return date is not None and (
        not rest.strip() or text[0] in "*_`" or re.match(r"\s*[:|·–—-]", rest) is not None
    )


def of_paragraph(lines: Sequence[tuple[int, str]]) -> list[tuple[int, list[str]]]:
    """Share the lines of a paragraph among its items; none where it doesn't begin with a date.

    A line that goes on belongs to the words before it, a detail such as "Speaker: …" stands for itself.
    """
    items: list[tuple[int, list[str]]] = []
    for number, line in lines:
        if is_dated(line):
            items.append((number, [line.strip()]))
        elif not items:
            return []
        elif (detail := _DETAIL.fullmatch(line)) and field_of(detail[1]) is not None:
            items[-1][1].append(line.strip())
        else:
            items[-1][1][-1] += f" {line.strip()}"
    return items


def _named(cells: Iterable[tuple[str, str]]) -> set[Field | None]:
    return {field_of(key) for key, text in cells if text}


def _number_and_rest(own: str) -> tuple[str, str]:
    """Split off "Session 3", with a bracket around the date behind it."""
    match = _NUMBERED.match(own)
    if match is None:
        return "", own
    date, rest = match["bracket"], own[match.end() :]
    if date and re.fullmatch(r"\d{1,2}\.\d{1,2}", date):
        date += "."
    return match["number"], f"{date} {rest.lstrip(' :')}" if date else rest


def _tentative(rest: str) -> tuple[str, ...]:
    match = _TENTATIVE.search(rest)
    return (f"It is said to be “{match[1]}”.",) if match else ()


def _talks_below(texts: Sequence[str]) -> list[list[str]]:
    """Share the lines below an item among its talks: one begins with each summary, or with a title or speaker again."""
    talks: list[list[str]] = [[]]
    seen: set[Field | None] = set()
    for text in texts:
        detail = _DETAIL.fullmatch(text)
        field = field_of(detail[1]) if detail else Field.TITLE if _SUMMARY.search(text) else None
        if field in {Field.TITLE, Field.SPEAKER} and field in seen:
            talks.append([])
            seen = set()
        seen.add(field)
        talks[-1].append(text)
    return talks


def _of_details(texts: Sequence[str], *, named: set[Field | None]) -> list[tuple[str, str]]:
    """Tell the cells of the lines below an item; ``named`` is what its own words name."""
    cells: list[tuple[str, str]] = []
    for text in texts:
        detail = _DETAIL.fullmatch(text)
        field = field_of(detail[1]) if detail and "://" not in detail[1] else None
        if detail and field is not None:
            cells.append((detail[1].strip().lower(), detail[2]))
            named.add(field)
        elif words_of(text):
            cells.extend(_below(text, named))
    return cells


def _without_doubles(cells: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Keep the last title and the last speaker: a detail says it better than the item's own words."""
    filled = [cell for cell in cells if cell[1].strip()]
    last = {field_of(key): at for at, (key, _) in enumerate(filled)}
    return tuple(
        cell
        for at, cell in enumerate(filled)
        if (field := field_of(cell[0])) not in {Field.TITLE, Field.SPEAKER} or last[field] == at
    )


def _date_and_rest(own: str) -> tuple[str | None, str]:
    """Split an item into its date, with a time behind it, and what follows; no date where it begins otherwise."""
    bare = re.sub(r"^(\*\*|__|[*_`])(.+?)\1", r"\2 ", own)
    span = span_of_date(bare[:LONGEST_DATE])
    if span is None or re.search(r"\w{2,}", WEEKDAY.sub("", bare[: span[0]])):
        return None, own
    end = span[1] + end_of_leading_time(bare[span[1] : span[1] + LONGEST_DATE])
    return bare[:end].strip(" *_:-"), bare[end:]


def _of_rest(rest: str) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Tell title from speaker in what stands behind the date, and what is doubtful about it.

    Where they can't be told apart all of it is the title.
    """
    rest = rest.strip(" \t\n,;:|/·–—-")
    if not words_of(rest):
        return [], ()
    title, speaker, doubt = _title_and_speaker(rest)
    cells = [("title", title), ("speaker", speaker)]
    if take_cell_apart(rest).links:
        cells.append(("link", rest))
    return cells, (doubt,) if doubt else ()


def _title_and_speaker(rest: str) -> tuple[str, str, str]:
    """Return title, speaker and doubt."""
    bare, without = " ".join(words_of(rest).split()), _trimmed(without_link_words(rest))
    linked = next((link.words for link in take_cell_apart(rest).links if len(link.words) > 12), "")
    persons = list(_WITH_DEGREE.finditer(bare))
    speaker = "; ".join(_trimmed(_LED_BY.sub("", each[1])) for each in persons)
    if quoted := _QUOTED.search(bare):
        around = (_LED_BY.sub("", _trimmed(text.replace(quoted[0], " "))) for text in (without, bare))
        return quoted[1], speaker or next(filter(look_like_names, around), ""), ""
    if speaker:
        return _trimmed(_LED_BY_AT_END.sub("", bare[: persons[0].start()])) or linked, speaker, ""
    if linked and look_like_names(speaker := _trimmed(_LED_BY.sub("", without))):
        return linked, speaker, ""
    return _by_marks(without or bare, linked)


def _by_marks(bare: str, linked: str) -> tuple[str, str, str]:
    """Tell them apart by what stands between them; a comma alone leaves a doubt."""
    by = _BY.fullmatch(bare)
    if by and look_like_names(speaker := _trimmed(by[2])):
        return _trimmed(by[1]), speaker, ""
    parts = [part for part in _BETWEEN.split(bare) if part.strip()]
    named = [part for part in parts if look_like_names(_trimmed(part))]
    if len(parts) > 1 and len(named) == 1:
        at = bare.index(named[0])
        other = bare[:at] if at else bare[len(named[0]) :]
        return _trimmed(other), _trimmed(named[0]), ""
    bracket = _IN_BRACKETS.fullmatch(bare)
    if bracket and look_like_names(bracket[2]):
        return _trimmed(bracket[1]), bracket[2], ""
    first, comma, behind = bare.partition(", ")
    if comma and look_like_names(first) and " " in first and not look_like_names(behind):
        return _trimmed(behind), first, f"“{first}” is taken for the speaker: only a comma stands between."
    before, _, last = bare.rpartition(", ")
    if comma and look_like_names(last) and " " in last and not look_like_names(before):
        return _trimmed(before), last, f"“{last}” is taken for the speaker: only a comma stands between."
    return linked or bare, "", ""


def _trimmed(words: str) -> str:
    """The words without marks around them, and without a bracket that has lost its other half."""
    words = " ".join(words.split()).strip(_ENDS)
    for one, other in ("()", "[]"):
        if words.count(one) != words.count(other) or (words[:1], words[-1:]) == (one, other):
            words = words.strip(one + other + _ENDS)
    return words


def _below(text: str, named: set[Field | None]) -> list[tuple[str, str]]:
    cell = take_cell_apart(text)
    if cell.links:
        words = without_link_words(text)
        return [("link", text), *([("text", text.strip())] if len(re.findall(r"\w{2,}", words)) > 1 else [])]
    if Field.TITLE not in named and 4 < len(cell.words) <= 200:
        named.add(Field.TITLE)
        return [("title", cell.words)]
    return [("text", text.strip())]
