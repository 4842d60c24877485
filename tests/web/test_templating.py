"""Templates in lean code show what Jinja's own would, and parts that were rendered once show what they are given."""

import re

import pytest
from flask import Flask, g, render_template_string
from markupsafe import Markup, escape

from readinggroup.config import ROOT
from readinggroup.web.templating import once, put

NASTY = "<b title='x'>&\"</b>"
VALUES = [
    NASTY,
    Markup("<i>so</i>"),
    Markup("<i>{}</i>").format(NASTY),
    7,
    None,
    1.5,
    [NASTY],
    ("a", "<"),
    True,
]


class Shown:
    """Something that shows itself as HTML."""

    def __html__(self) -> str:
        return "<u>shown</u>"


@pytest.mark.parametrize("value", [*VALUES, Shown()])
def test_put_says_what_escaping_says(value: object) -> None:
    assert put(value) == str(escape(value))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ it }}", escape(NASTY)),
        ("{{ it|safe }}", NASTY),
        ("{% autoescape false %}{{ it }}{% endautoescape %}", NASTY),
        ("{% macro m(x) %}<p>{{ x }}</p>{% endmacro %}{{ m(it) }}", f"<p>{escape(NASTY)}</p>"),
        (
            "{% macro m(x) %}{{ x }}{% endmacro %}{% set kept = m(it) %}{{ kept }}{{ kept }}",
            escape(NASTY) * 2,
        ),
        ("{% set kept %}<p>{{ it }}</p>{% endset %}{{ kept }}", f"<p>{escape(NASTY)}</p>"),
        ("{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ it }}{% endcall %}", escape(NASTY)),
        ("{% filter upper %}{{ it }}{% endfilter %}", escape(NASTY).upper()),
        ("{{ it ~ it }}", escape(NASTY) * 2),
        ("{{ [it, it]|join('<') }}", f"{escape(NASTY)}&lt;{escape(NASTY)}"),
        ("{% for each in [it] %}{{ loop.index }}{{ each }}{% endfor %}", f"1{escape(NASTY)}"),
    ],
)
def test_lean_code_escapes_as_jinja_does(app: Flask, template: str, words: str) -> None:
    with app.test_request_context():
        assert render_template_string(template, it=NASTY) == words


def test_part_is_rendered_once_for_the_same_values_and_links(app: Flask) -> None:
    asked = []

    def macro(*values: object, **named: object) -> Markup:
        asked.append((*values, *named.items()))
        return Markup("{}").format(asked[-1])

    with app.test_request_context("/"):
        first, again, other = once(macro, 1), once(macro, 1), once(macro, 1, level=2)
        assert first is again
        assert first != other
    with app.test_request_context("/?as=public"):
        g.group_slug = "elsewhere"
        once(macro, 1)

    assert asked == [(1,), (1, ("level", 2)), (1,)]


def test_parts_show_nothing_of_whoever_looks() -> None:
    """A part is the same for everybody: the file of its macro asks nothing of the request."""
    pages = {file: file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.html")}
    shown = {name for text in pages.values() for name in re.findall(r"(\w+) \| once\(", text)}
    homes = {file for file, text in pages.items() if any(f"macro {name}(" in text for name in shown)}

    assert shown
    assert len(homes) >= 1
    for file in homes:
        assert not re.search(r"own_time|csrf|viewer|session\[|\bg\.|messages\(|request", pages[file]), file


def test_part_sees_a_change_at_once(app: Flask) -> None:
    """Two values that differ anywhere are two parts."""
    from readinggroup.archive.listing import SessionRow, TalkLine
    from readinggroup.domain.lifecycle import MeetingState

    rows = [
        SessionRow(1, "Same", None, MeetingState.HELD, (TalkLine(1, title, None, ()),), (), ())
        for title in ("One", "Two")
    ]

    def macro(row: SessionRow) -> Markup:
        return Markup(row.talks[0].title)

    assert hash(rows[0]) == hash(rows[1])
    with app.test_request_context("/"):
        assert [once(macro, row) for row in rows] == ["One", "Two"]
