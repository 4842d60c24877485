"""Names as parts of a URL: lower-case ASCII words joined by hyphens."""

import re
import unicodedata
from collections.abc import Container

LONGEST = 60
FALLBACK = "untitled"

# Letters that Unicode doesn't take apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "ss",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
        "ð": "d",
        "Ð": "d",
        "þ": "th",
        "Þ": "th",
        "ı": "i",
        "'": "",
        "’": "",
    }
)


def slugify(text: str, *, longest: int = LONGEST, fallback: str = FALLBACK) -> str:
    """Return ``text`` as a slug of at most ``longest`` characters, cut between words where that is possible.

    Text without any letter or digit that can be written in ASCII gives ``fallback``.
    """
    apart = unicodedata.normalize("NFKD", text[: 20 * longest].translate(_LETTERS).lower())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    slug = "-".join(re.findall(r"[a-z0-9]+", bare))
    return _cut(slug, longest) or fallback


def unique_slug(wanted: str, taken: Container[str], *, longest: int = LONGEST) -> str:
    """Return ``wanted`` as a slug, with ``-2``, ``-3`` and so on behind it until it isn't in ``taken``."""
    slug = slugify(wanted, longest=longest)
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        tail = f"-{number}"
        candidate = _cut(slug, longest - len(tail)) + tail
    return candidate


def _cut(slug: str, longest: int) -> str:
    if len(slug) <= longest:
        return slug
    whole_words, hyphen, _ = slug[: longest + 1].rpartition("-")
    return whole_words if hyphen else slug[:longest]
