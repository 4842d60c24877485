"""Reading lists of people, and cells that spreadsheets can't be tricked by."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.lifecycle import Role
from readinggroup.groups.member_lists import NoList, rows_in, text_of
from readinggroup.web.spreadsheets import cell, table


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_rows_are_read_and_told_what_is_wrong(separator: str) -> None:
    text = "\n".join(
        separator.join(cells)
        for cells in (
            ["Name", "E-Mail", "Role"],
            ["Zoe", " Zoe@Example.org", "co-lead"],
            ["", "", ""],
            ["Again", "zoe@example.org", ""],
            ["Mo", "mo@example.org", "member"],
            ["Nobody", "nobody", ""],
            ["Boss", "boss@example.org", "king"],
            ["Short"],
        )
    )

    rows = rows_in(text, {"mo@example.org"})

    assert [(row.number, row.email, row.is_good, row.known, row.wrong) for row in rows] == [
        (2, "zoe@example.org", True, False, ""),
        (4, "zoe@example.org", False, False, "This address stands further up already."),
        (5, "mo@example.org", False, True, ""),
        (6, "nobody", False, False, "This isn't an e-mail address."),
        (7, "boss@example.org", False, False, "The role is neither member nor co-lead."),
        (8, "", False, False, "The address is missing."),
    ]
    assert (rows[0].name, rows[0].role) == ("Zoe", Role.CO_LEAD)


@pytest.mark.parametrize(
    "text",
    ["", "name\nZoe", "email", "email\n \n", "email\n" + "a@b.org\n" * 501, 'email\n"' + "x" * 150_000],
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(NoList):
        rows_in(text, set())


def test_files_that_are_no_text_are_refused() -> None:
    assert text_of("\ufeffemail\n".encode()) == "email\n"
    for content in (b"\xff\xfe\x00", b"x" * 200_001):
        with pytest.raises(NoList):
            text_of(content)


@given(st.text())
def test_anything_is_a_list_or_refused(text: str) -> None:
    with suppress(NoList):
        assert rows_in(f"email,name\n{text}", set())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    evil = f"{start}HYPERLINK(1)"

    assert cell(evil) == f"'{evil}"
    assert cell("Ada = Bo") == "Ada = Bo"
    read = list(csv.reader(io.StringIO(table(["name"], [[evil]]).decode("utf-8-sig"), newline="")))
    assert read == [["name"], [f"'{evil}"]]
