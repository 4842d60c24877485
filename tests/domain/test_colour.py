"""Accents: whatever a group takes, it can be read on every ground of the style sheet."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readinggroup.domain.colour import (
    DARK_GROUNDS,
    LEAST,
    LIGHT_GROUNDS,
    BadColour,
    accent_of,
    contrast,
    least_contrast,
    readable,
)

STYLE = Path(__file__).resolve().parents[2] / "static" / "css" / "site.css"
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.48),
        ("#ffffff", "#ffffff", 1),
        ("#a03620", "#ffffff", 6.9),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert (
        contrast(one, other)
        == contrast(other, one)
        == pytest.approx(ratio, abs=0.01 if ratio != 6.9 else 0.1)
    )


@given(colours)
def test_every_accent_can_be_read(colour: str) -> None:
    accent = accent_of(colour)

    for light in (accent.light, accent.light_deep):
        assert least_contrast(light, (*LIGHT_GROUNDS, "#ffffff")) >= LEAST
    for dark in (accent.dark, accent.dark_deep):
        assert least_contrast(dark, (*DARK_GROUNDS, "#1c1a17")) >= LEAST


@given(colours)
def test_what_can_be_read_stays_as_it_is(colour: str) -> None:
    found = readable(colour, LIGHT_GROUNDS, darker=True)

    assert (found == colour) == (least_contrast(colour, LIGHT_GROUNDS) >= LEAST)
    assert readable(found, LIGHT_GROUNDS, darker=True) == found


@pytest.mark.parametrize("text", ["", "#fff", "red", "#12345g", "#ABCDEF", "#1234567", "#12345\n"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(BadColour):
        accent_of(text)


def test_grounds_are_those_of_the_style_sheet() -> None:
    found = re.findall(r"--(\w+): light-dark\((#\w+), (#\w+)\)", STYLE.read_text(encoding="utf-8"))
    grounds = [pair for name, *pair in found if name in {"paper", "leaf", "wash", "ask"}]

    assert tuple(light if len(light) == 7 else "#ffffff" for light, _ in grounds) == LIGHT_GROUNDS
    assert tuple(dark for _, dark in grounds) == DARK_GROUNDS
