"""A list of people to invite, read from a comma-separated table: who they are, and what is wrong, row by row."""

import csv
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from readinggroup.accounts.emails import BadAddress, fold
from readinggroup.domain.lifecycle import Role

MOST_ROWS, MOST_BYTES, LONGEST_NAME = 500, 200_000, 120
HEADS = {
    "email": {"email", "e-mail", "mail", "address", "e-mail address", "email address"},
    "name": {"name", "full name"},
    "role": {"role"},
}
ROLES = {
    "": Role.MEMBER,
    "member": Role.MEMBER,
    "co-lead": Role.CO_LEAD,
    "co lead": Role.CO_LEAD,
    "co_lead": Role.CO_LEAD,
    "lead": Role.CO_LEAD,
}


class NoList(ValueError):
    """The file isn't such a table; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list, numbered as spreadsheets do.  ``wrong`` says why it can't be used, ``known`` that the person
    belongs to the group already; otherwise both are empty and the person is invited."""

    number: int
    email: str
    name: str
    role: Role
    wrong: str = ""
    known: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the person is to be invited."""
        return not self.wrong and not self.known


def text_of(content: bytes) -> str:
    """The file's text.  Raises NoList where it is too large or no text in UTF-8."""
    if len(content) > MOST_BYTES:
        raise NoList(f"The file is too large: up to {MOST_BYTES // 1000} kB and {MOST_ROWS} people at once.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoList("The file isn't text in UTF-8. Save it as “CSV UTF-8” and choose it again.") from None


def rows_in(text: str, members: Container[str]) -> list[Row]:
    """The rows of a table with the columns email, and if wanted name and role.

    ``members``: folded addresses of those who belong already.  Raises NoList.
    """
    lines = text.replace("\0", "").splitlines()
    head = lines[0].lower() if lines else ""
    separator = max(",;\t", key=head.count)
    try:
        table = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        raise NoList("A quotation mark that begins a cell isn't closed.") from None
    places = _places(table[0]) if table else {}
    if "email" not in places:
        raise NoList(
            "The first line has to name the columns, with one called email; name and role may follow."
        )
    found = list(_rows(table, places, members))
    if not found:
        raise NoList("Below the line with the names of the columns there is nobody.")
    if len(found) > MOST_ROWS:
        raise NoList(f"Up to {MOST_ROWS} people at once; these are {len(found)}.")
    return found


def _places(head: list[str]) -> dict[str, int]:
    named = [" ".join(text.lower().split()) for text in head]
    return {
        column: place for column, words in HEADS.items() for place, text in enumerate(named) if text in words
    }


def _rows(table: list[list[str]], places: Mapping[str, int], members: Container[str]) -> Iterator[Row]:
    seen: set[str] = set()
    for number, cells in enumerate(table[1:], start=2):
        said = {column: _cell(cells, place) for column, place in places.items()}
        if any(said.values()):
            row = _row(number, said, members, seen)
            seen.add(row.email)
            yield row


def _cell(cells: list[str], place: int) -> str:
    # What our own export has put an apostrophe before comes back without it.
    return " ".join(cells[place].split()).removeprefix("'") if place < len(cells) else ""


def _row(number: int, said: Mapping[str, str], members: Container[str], seen: Container[str]) -> Row:
    typed, name, role = said["email"], said.get("name", ""), ROLES.get(said.get("role", "").lower())
    try:
        email, wrong = fold(typed), ""
    except BadAddress:
        email, wrong = typed[:254], "This isn't an e-mail address." if typed else "The address is missing."
    if not wrong and email in seen:
        wrong = "This address stands further up already."
    elif not wrong and len(name) > LONGEST_NAME:
        wrong = f"The name is too long: up to {LONGEST_NAME} characters."
    elif not wrong and role is None:
        wrong = "The role is neither member nor co-lead."
    return Row(number, email, name[:LONGEST_NAME], role or Role.MEMBER, wrong, email in members and not wrong)
