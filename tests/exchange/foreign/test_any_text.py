"""Whatever the text: no reader crashes, and no row of a table is lost without a word."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readinggroup.exchange.foreign.dates import Context, find_date
from readinggroup.exchange.foreign.formats import Format, open_text, open_zip
from readinggroup.exchange.foreign.names import names_in
from readinggroup.exchange.foreign.rows import Row
from readinggroup.exchange.foreign.sessions import session_of, sessions_of
from readinggroup.exchange.foreign.survey import survey
from readinggroup.exchange.foreign.times import find_time
from readinggroup.exchange.page_parts import NotUnderstood

WORDS = """2023-10-13 03/04/22 Oct_13 4-5pm Ada_Demo TBD cancelled title date speaker 99/99/9999 0.0. 31.2. ² é 今 -_
:_ | ---  [ ] ( # &a_ *a_ { } " ' , ; __ ~~ <!-- {% %} 1e999 null <<:_ ?_ \\| [a](http://e.org) <table><tr><td>
</td></tr> </table> <a_href='x'> https://[::1 ![x](y) !!python/object:os.system"""
BITS = st.sampled_from([*WORDS.split(), "\n---\n", "\n", "\t", "\x00", "\ufeff"]).map(
    lambda bit: bit.replace("_", " ")
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(BITS, max_size=40).map("".join))


@given(TEXTS)
@example("a: &a [*a]")
@example("[" * 3000)
@example('{"a":' * 3000)
@example("- &x {date: 2023-01-01}\n- *x")
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    for form in (None, *Format):
        if form is Format.JEKYLL:
            continue
        foreign = open_text("pasted", text, form)
        refused = None
        try:
            manner = survey(foreign.entries()).manner()
            found = list(sessions_of(foreign.entries(), manner))
        except NotUnderstood as problem:
            refused, found = problem, []
        assert all(each.line >= 1 for each in (*found, *filter(None, [refused])))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_cell_is_understood_or_doubted(text: str) -> None:
    for day_first in (True, False, None):
        find_date(text, Context(day_first, "Fall 2023"))
    find_time(text)
    names_in(text, {})


@given(
    st.lists(
        st.lists(
            TEXTS.map(lambda text: text.replace("\0", "").replace("\ufeff", "")), min_size=3, max_size=3
        ),
        max_size=8,
    )
)
@example([["", "0", "CANCELED"]])
@settings(max_examples=200, deadline=None)
def test_every_filled_row_of_a_table_is_an_entry(rows: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["date", "speaker", "title"], *rows])

    entries = list(open_text("a.csv", written.getvalue(), Format.CSV).entries())

    filled = [row for row in rows if any(cell.strip() for cell in row)]
    named = [
        row for row in filled if [cell.strip().casefold() for cell in row] == ["date", "speaker", "title"]
    ]
    below = sum(max(0, len(entry.cells) - 3) for entry in entries if isinstance(entry, Row))
    assert len(entries) + below >= len(filled) - len(named)


@given(
    st.lists(
        st.tuples(st.sampled_from(["date", "title", "speaker", "link", "x"]), TEXTS), min_size=1, max_size=5
    )
)
@settings(max_examples=300, deadline=None)
def test_every_row_is_a_session_or_left_over(cells: list[tuple[str, str]]) -> None:
    row = Row(3, tuple(cells))
    seen = survey([row])

    found = session_of(row, seen.manner())

    assert found.line == 3


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"no zip at all"])
def test_a_damaged_zip_is_refused(content: bytes) -> None:
    if content.startswith(b"PK\x05"):
        assert list(open_zip("a.zip", content).entries()) == []
        return
    with pytest.raises(NotUnderstood, match="A whole zip is expected"):
        open_zip("a.zip", content)


def test_aliases_that_multiply_are_refused() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{(f'*{before}, ' * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(NotUnderstood, match="multiply without end"):
        list(open_text("bomb.yaml", bomb).entries())
