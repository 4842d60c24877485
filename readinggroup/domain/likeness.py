"""How much two titles are alike, by their words."""

import re
import unicodedata

ALIKE = 0.5
_WORD = re.compile(r"[^\W_]{2,}")
_COMMON = frozenset(
    _WORD.findall(
        "about after all an and are as at be by can do does for from how in into is it its new of on or our over paper "
        "talk that the their this to towards under use using via we what when why with"
    )
)


def words_of(title: str) -> frozenset[str]:
    """The words by which a title is told from others, folded: no accents, no plural s, no common words."""
    apart = unicodedata.normalize("NFKD", title.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    words = (word for word in _WORD.findall(bare) if word not in _COMMON)
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in words)


def likeness(one: str, other: str) -> float:
    """From 0, no word in common, to 1, the same words; a short title inside a long one counts half."""
    first, second = words_of(one), words_of(other)
    shared = len(first & second)
    if not shared:
        return 0.0
    whole, part = shared / len(first | second), shared / min(len(first), len(second))
    return max(whole, (whole + part) / 2 if shared > 1 else whole)
