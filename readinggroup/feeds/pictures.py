"""Pictures for links: a page's card drawn in the product's own type and colours, as PNG (The Open Graph protocol).

No font holds every script: what no font of ours can draw is left out, and where that would be most of a text, the text.
"""

import io
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from unicodedata import combining, normalize

from flask import current_app
from PIL import Image, ImageDraw, ImageFont

from readinggroup.archive.marks import Card
from readinggroup.domain.colour import accent_of

WIDTH, HEIGHT, MARGIN, BAR = 1200, 630, 84, 20
PAPER, INK, SOFT, ACCENT = "#fcfbf7", "#1c1a17", "#625a50", "#a03620"
SANS, SERIF = ("sans", "sans-ext"), ("serif", "serif-ext")
DISPLAY = ("display", *SERIF)
TITLE_SIZES = range(76, 39, -4)
MOST_LINES = 4
NOWHERE = "\U0010fffd"
"""A character that no font has: what a font draws for it stands for everything that it lacks."""


@lru_cache(maxsize=200)
def picture_of(card: Card, fonts: Path) -> bytes:
    """The card as PNG, the same bytes each time; ``fonts`` is the folder with our fonts."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    accent = accent_of(card.accent).light if card.accent else ACCENT
    pen.rectangle((0, 0, BAR, HEIGHT), fill=accent)
    room = WIDTH - 2 * MARGIN
    title = _drawable(card.title, DISPLAY, fonts) or _drawable(card.over, DISPLAY, fonts)
    size, lines = _fitted(title, room, fonts)
    _line(pen, MARGIN, _cut(card.over, SANS, 30, room, fonts), SANS, 30, accent, fonts)
    top = MARGIN + 66
    for line in lines:
        _line(pen, top, line, DISPLAY, size, INK, fonts)
        top += round(size * 1.16)
    _line(pen, top + 22, _cut(card.by, SERIF, 38, room, fonts), SERIF, 38, INK, fonts)
    _line(pen, HEIGHT - MARGIN - 30, _cut(card.under, SANS, 30, room, fonts), SANS, 30, SOFT, fonts)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def fonts_folder() -> Path:
    """Where this site keeps its fonts."""
    return Path(current_app.static_folder or "") / "fonts"


def _fitted(title: str, room: int, fonts: Path) -> tuple[int, list[str]]:
    """The largest size at which the title takes few lines, and those lines; the last one may be cut."""
    for size in TITLE_SIZES:
        lines = _wrapped(title, DISPLAY, size, room, fonts)
        if len(lines) <= (3 if size > TITLE_SIZES[-1] else MOST_LINES):
            return size, lines
    size = TITLE_SIZES[-1]
    lines = _wrapped(title, DISPLAY, size, room, fonts)
    last = _cut(" ".join(lines[MOST_LINES - 1 :]), DISPLAY, size, room, fonts)
    return size, [*lines[: MOST_LINES - 1], last]


def _wrapped(text: str, family: tuple[str, ...], size: int, room: int, fonts: Path) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(longer, family, size, fonts) > room:
            lines.append("")
            longer = word
        lines[-1] = (
            longer
            if _length(longer, family, size, fonts) <= room
            else _cut(longer, family, size, room, fonts)
        )
    return lines


def _cut(text: str, family: tuple[str, ...], size: int, room: int, fonts: Path) -> str:
    """As much of the text as fits into one line, with an ellipsis where it goes on."""
    text = _drawable(text, family, fonts)
    if _length(text, family, size, fonts) <= room:
        return text
    while text and _length(f"{text}…", family, size, fonts) > room:
        text = text[:-1].rstrip(" ,;:·")
    return f"{text}…"


def _line(
    pen: ImageDraw.ImageDraw,
    top: int,
    text: str,
    family: tuple[str, ...],
    size: int,
    colour: str,
    fonts: Path,
) -> None:
    """Set a line at the left margin, ``top`` being where its capitals begin or nearly so."""
    left = float(MARGIN)
    for font, run in _runs(text, family, size, fonts):
        pen.text((left, top + size), run, fill=colour, font=font, anchor="ls")
        left += font.getlength(run)


def _length(text: str, family: tuple[str, ...], size: int, fonts: Path) -> float:
    return sum(font.getlength(run) for font, run in _runs(text, family, size, fonts))


def _runs(
    text: str, family: tuple[str, ...], size: int, fonts: Path
) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    """The text in pieces, each with the first font of the family that has it."""
    for name, letters in groupby(text, key=lambda letter: _font_with(letter, family, fonts) or family[0]):
        yield _font(name, size, fonts), "".join(letters)


def _drawable(text: str, family: tuple[str, ...], fonts: Path) -> str:
    """The text without what can't be drawn: an accent goes before its letter does.  Empty where most of it can't."""
    kept = "".join(_nearest(letter, family, fonts) for letter in normalize("NFC", text))
    return " ".join(kept.split()).strip(" ·,") if 2 * len(kept) >= len(text) else ""


def _nearest(letter: str, family: tuple[str, ...], fonts: Path) -> str:
    if letter.isspace() or _font_with(letter, family, fonts):
        return letter
    bare = "".join(part for part in normalize("NFKD", letter) if not combining(part))
    return bare if bare and all(_font_with(part, family, fonts) for part in bare) else ""


@cache
def _font_with(letter: str, family: tuple[str, ...], fonts: Path) -> str | None:
    """The first of the family's fonts that has the letter."""
    if letter == " ":
        return family[0]
    return next(
        (name for name in family if _drawn(letter, name, fonts) != _drawn(NOWHERE, name, fonts)), None
    )


@cache
def _drawn(letter: str, name: str, fonts: Path) -> bytes:
    mask = _font(name, 20, fonts).getmask(letter)
    return bytes(mask) if mask.size[0] else b""


@cache
def _font(name: str, size: int, fonts: Path) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(fonts / f"{name}.woff2", size, layout_engine=ImageFont.Layout.BASIC)
    if name.startswith("sans"):
        font.set_variation_by_axes([500])
    return font
