"""Colours that can be read: the contrast of WCAG 2.2, and a group's accent for light and dark pages."""

import re
from collections.abc import Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass

LIGHT_GROUNDS = ("#fcfbf7", "#ffffff", "#f5efe4", "#dbe5eb")
DARK_GROUNDS = ("#161513", "#1d1c19", "#24221e", "#2c3b47")
"""What text stands on; a test holds them against the style sheet."""
LEAST = 4.5
"""The least contrast of text and its ground (WCAG 2.2, 1.4.3)."""
STEPS = 200
DEEPER = 0.09


class BadColour(ValueError):
    """The text is no colour of the form #rrggbb."""


@dataclass(frozen=True, slots=True)
class Accent:
    """An accent as pages use it: on light grounds, on dark ones, and the deeper one of each for what is pressed."""

    light: str
    light_deep: str
    dark: str
    dark_deep: str


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").  Raises BadColour."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, grounds: Sequence[str]) -> float:
    """The contrast of ``colour`` on the ground on which it is worst."""
    return min(contrast(colour, ground) for ground in grounds)


def readable(colour: str, grounds: Sequence[str], *, darker: bool) -> str:
    """``colour``, or the nearest of its hue, made darker or lighter, that can be read on all of ``grounds``."""
    hue, lightness, saturation = _hls(colour)
    end = 0.0 if darker else 1.0
    for step in range(STEPS + 1):
        tried = _hex(hue, lightness + (end - lightness) * step / STEPS, saturation) if step else colour
        if least_contrast(tried, grounds) >= LEAST:
            return tried
    raise ValueError(f"Nothing can be read on all of {grounds}.")


def accent_of(colour: str) -> Accent:
    """The accent that ``colour`` makes; both of its sides can be read, whatever it is.  Raises BadColour."""
    light = readable(colour, LIGHT_GROUNDS, darker=True)
    dark = readable(colour, DARK_GROUNDS, darker=False)
    return Accent(light, _moved(light, -DEEPER), dark, _moved(dark, DEEPER))


def _moved(colour: str, by: float) -> str:
    hue, lightness, saturation = _hls(colour)
    return _hex(hue, min(1.0, max(0.0, lightness + by)), saturation)


def _channels(colour: str) -> tuple[float, float, float]:
    found = re.fullmatch(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", colour)
    if found is None:
        raise BadColour(colour)
    red, green, blue = (int(part, 16) / 255 for part in found.groups())
    return red, green, blue


def _hls(colour: str) -> tuple[float, float, float]:
    return rgb_to_hls(*_channels(colour))


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb(hue, lightness, saturation))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
