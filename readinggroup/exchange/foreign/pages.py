"""Pages with front matter: a Jekyll post that is one entry, a page whose front matter has a list, or just a page."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readinggroup.exchange.foreign.columns import Field, field_of
from readinggroup.exchange.foreign.dates import Context, find_date
from readinggroup.exchange.foreign.markup_files import definitions_in, read_markdown
from readinggroup.exchange.foreign.rows import Entry, Leftover, Row
from readinggroup.exchange.foreign.value_files import load_yaml
from readinggroup.exchange.foreign.values import as_text, rows_of_value
from readinggroup.exchange.page_parts import NotUnderstood

_DATED_NAME = re.compile(r"(?:^|/)(\d{4}-\d{1,2}-\d{1,2})(?:-[^/]*)?\.\w+$")
_STAMP = re.compile(r"(\d{4}-\d\d?-\d\d?)[T ](\d\d:\d\d)(?::\d\d)?(?:\.\d+)?\s*(?:[+-]\d\d:?\d\d|Z)?")
_LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_DETAIL = re.compile(
    r"\s*(?:[-*+]\s+)?(?:\*\*|__)?([A-Za-z][\w /]{1,24}?)(?:\*\*|__)?\s*:(?:\*\*|__)?\s+(.*\S)\s*"
)
_DETAILS = {
    Field.SPEAKER,
    Field.DATE,
    Field.TIME,
    Field.PAPER,
    Field.SLIDES,
    Field.RECORDING,
    Field.CODE,
    Field.NOTES,
}
_LAYOUT = {"layout", "permalink", "author_profile", "nav_order", "published", "excerpt", "classes", "toc"}


def entries_of_page(name: str, text: str, *, heading: str = "") -> Iterator[Entry]:
    """Yield the entries of a page called ``name``, which may tell a date as names of posts do."""
    front, body, first_line, doubts = _apart(text)
    above = "\n".join(filter(None, (heading, name.rpartition("/")[2].rpartition(".")[0])))
    if front.get("published") is False:
        yield Leftover(1, name, "It says that it isn’t published.")
        return
    lists = list(rows_of_value(front, line=2, heading=above)) if _has_list(front) else []
    dated = _DATED_NAME.search(name)
    if not lists and (dated or any(field_of(str(key)) is Field.DATE for key in front)):
        within = list(_within(body, above, first_line))
        if sum(map(_is_whole, within)) > 1:
            yield Leftover(1, name, "A page of several sessions; its own date is that of writing.")
            yield from within
        else:
            yield _post(name, front, body, above, doubts, dated[1] if dated else "")
        return
    yield from lists
    if not lists:
        above = "\n".join(
            [above, *(f"{key}: {as_text(value)[:200]}" for key, value in front.items() if key not in _LAYOUT)]
        )
    yield from _within(body, above, first_line)


def _within(body: str, above: str, first_line: int) -> Iterator[Entry]:
    """Yield the entries of the text below the front matter."""
    lines = body.splitlines()
    for entry in read_markdown(lines, heading=above, definitions=definitions_in(lines)):
        yield _moved(entry, first_line - 1)


def _is_whole(entry: Entry) -> bool:
    """Whether it is dated and named, so that it is a session of its own and no mere line of a text."""
    told = {field_of(column) for column, text in entry.cells if text} if isinstance(entry, Row) else set()
    return Field.DATE in told and bool(told & {Field.TITLE, Field.SPEAKER, Field.PAPER, Field.TOPICS})


def _moved(entry: Entry, by: int) -> Entry:
    if isinstance(entry, Row):
        return Row(entry.line + by, entry.cells, entry.heading, entry.doubts)
    return Leftover(entry.line + by, entry.text, entry.why)


def _has_list(front: Mapping[Any, Any]) -> bool:
    return any(
        isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value)
        for key, value in front.items()
        if field_of(str(key)) is None
    )


def _apart(text: str) -> tuple[dict[Any, Any], str, int, tuple[str, ...]]:
    """Return the front matter, the text below it, the line on which that begins, and doubts.

    Only a line of nothing but three hyphens ends it: values may contain them.
    """
    lines = text.removeprefix("\ufeff").replace("\0", "").split("\n")
    if lines[0].rstrip() != "---":
        return {}, text, 1, ()
    end = next((at for at, line in enumerate(lines[1:], start=1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        return {}, text, 1, ()
    above, body = "\n".join(lines[1:end]), "\n".join(lines[end + 1 :])
    try:
        front = load_yaml(above, first_line=2)
    except NotUnderstood as problem:
        return (
            _line_by_line(lines[1:end]),
            body,
            end + 2,
            (f"Its front matter isn’t YAML and was read line by line ({problem}).",),
        )
    return (front if isinstance(front, dict) else {}), body, end + 2, ()


def _line_by_line(lines: list[str]) -> dict[Any, Any]:
    matches = (re.fullmatch(r"([A-Za-z][\w -]*?)\s*:\s+(.*?)\s*", line) for line in lines)
    return {match[1]: match[2].strip("\"'") for match in matches if match and match[2]}


def _post(
    name: str, front: Mapping[Any, Any], body: str, heading: str, doubts: tuple[str, ...], named_on: str
) -> Row:
    cells = [(str(key)[:80], as_text(value)) for key, value in front.items() if key not in _LAYOUT]
    cells, doubts = _without_time_of_writing(cells, doubts)
    known = {field_of(key) for key, text in cells if text}
    author = next((text for key, text in cells if key.casefold() in {"author", "authors"} and text), "")
    if author and Field.SPEAKER not in known:
        cells = [cell for cell in cells if cell[1] != author] + [("speaker", author)]
        doubts = (*doubts, "The author of the page is taken for the speaker.")
    if named_on and Field.DATE not in known:
        cells.insert(0, ("date", named_on))
        known.add(Field.DATE)
    elif named_on:
        said = next((text for key, text in cells if field_of(key) is Field.DATE), "")
        readings = {find_date(said, Context(day_first)).on for day_first in (True, False)}
        if find_date(named_on, Context()).on not in readings:
            doubts = (*doubts, f"Its name says {named_on}, the date in it {said}.")
    kept = []
    for line in _LIQUID.sub("", body).strip().split("\n"):
        detail = _DETAIL.fullmatch(line)
        field = field_of(detail[1]) if detail else None
        if detail and field in _DETAILS and field not in known and len(detail[2]) < 400:
            cells.append((detail[1].lower(), detail[2]))
            known.add(field)
            continue
        kept.append(line)
        if "](" in line or "http" in line or "<a " in line:
            cells.append(("link", line[:2_000]))
    if text := "\n".join(kept).strip():
        cells.append(("text", text[:20_000]))
    return Row(1, tuple(cells), f"{heading}\n{name}", doubts)


def _without_time_of_writing(
    cells: list[tuple[str, str]], doubts: tuple[str, ...]
) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Doubt the time of day in the date of a post, which may be when it was written; at night it isn't kept."""
    if any(field_of(key) is Field.TIME for key, text in cells if text):
        return [
            (key, _STAMP.sub(r"\1", text) if field_of(key) is Field.DATE else text) for key, text in cells
        ], doubts
    kept = []
    for key, text in cells:
        stamp = _STAMP.fullmatch(text) if field_of(key) is Field.DATE else None
        if stamp is None:
            kept.append((key, text))
            continue
        by_day = "07:00" <= stamp[2] <= "22:00"
        kept.append((key, f"{stamp[1]} {stamp[2]}" if by_day else stamp[1]))
        if stamp[2] != "00:00":
            doubts = (*doubts, f"{stamp[2]} {'may be' if by_day else 'is taken for'} when it was written.")
    return kept, doubts
