"""Who spoke, out of a cell: several names, names by slug, affiliations, and words that stand for nobody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from readinggroup.exchange.foreign.cells import words_of
from readinggroup.exchange.page_talks import LONGEST_NAME

OPEN = re.compile(
    r"(?:title|topic) (?:is )?(?:tb[acd]|to be (?:decided|announced|determined|confirmed))\b.*"
    r"|(?:(?:title|topic|speaker|paper|talk|date)?[\s:]*\(?(?:is |are )?"
    r"(?:tb[acd]|t\.b\.[acd]\.?|to be (?:decided|announced|determined|confirmed|arranged))\)?|open|none|n/?a|tentative"
    r"|volunteers?(?: needed)?|nobody|no ?one|unknown|null|\?+|[-–—.…]+|_+|x)(?:\s+[-–—]+)?[.!]?",
    re.IGNORECASE,
)
"""Words that say: not known yet."""
_NOBODY = re.compile(
    r"(?:all|everyone|everybody|all of us|the group|group|whole group|informal|informal discussion|discussion|various"
    r"|several|multiple|many|members|students|guest|guest speaker|invited speaker|external speaker)",
    re.IGNORECASE,
)
_OF_TITLES = re.compile(
    r"\b(?:learning|theor(?:y|em|ems)|networks?|models?|machines?|introduction|analysis|methods?|systems?|algorithms?|proofs?"
    r"|optimi[sz]ation|discussions?|papers?|talks?|sessions?|meetings?|readings?|kick-?off|survey|overview|review|tutorial"
    r"|seminar|lecture|workshop|projects?|presentations?|research|data|kernels?|bounds?|inference|estimation|process(?:es)?"
    r"|vision|languages?|logic|graphs?|statistics|probability|programming|comput(?:ing|ation)|information|chapters?"
    r"|students?|rooms?|part|break|holidays?|slides|recap|social|of|for|with|in|to|is|from)\b",
    re.IGNORECASE,
)
"""Words of titles, which no name has."""
_BETWEEN = re.compile(r"\s*(?:\n|;|\s∧\s|\s[+/|&]\s|&|\s+(?:and|und|et|y|with)\s+)\s*,?\s*", re.IGNORECASE)
_BEHIND = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_DEGREE = re.compile(r",?\s+(?:ph\.?\s?d\.?|m\.?sc\.?|md|m\.d\.|jr\.?)$", re.IGNORECASE)
_LEADING = re.compile(r"^(?:speakers?|presenters?|presented by|led by|by|with)\s*:?\s+", re.IGNORECASE)
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+")
_PARTICLES = {
    "al",
    "bin",
    "da",
    "de",
    "del",
    "den",
    "der",
    "di",
    "dos",
    "du",
    "el",
    "ibn",
    "la",
    "le",
    "van",
    "von",
    "y",
}


@dataclass
class FoundNames:
    """``names`` in their order; ``behind`` what stood in brackets or behind them; ``doubts`` and ``missing`` as of a
    session."""

    names: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def names_in(text: str, people: Mapping[str, str]) -> FoundNames:
    """Return the names in a cell.  ``people`` has the name behind each slug, as a people file tells it."""
    found = FoundNames()
    if text.strip() in people:
        found.names.append(people[text.strip()])
        return found
    words = _said(text)
    if not words or OPEN.fullmatch(words):
        if words and words.lower() not in {"none", "-"}:
            found.missing.append(f"The speaker is given as “{words}”.")
        return found
    for part in _parts(words):
        _add(found, part, people)
    return found


def look_like_names(words: str) -> bool:
    """Whether ``words`` may well be names of people and nothing else."""
    if not 2 <= len(words) <= 120 or re.search(r"[\d:?!“”\"]", words) or _OF_TITLES.search(words):
        return False
    parts = [_DEGREE.sub("", _BEHIND.sub("", part)) for part in _parts(words)]
    return bool(parts) and all(_is_name(part) for part in parts)


def _is_name(part: str) -> bool:
    words = part.split()
    if not 1 <= len(words) <= 5 or (len(words) == 1 and _SLUG.fullmatch(part) is None and len(words[0]) > 14):
        return False
    return _SLUG.fullmatch(part) is not None or all(
        word.lower() in _PARTICLES or word[0].isupper() for word in words
    )


def _said(text: str) -> str:
    lines = [" ".join(line.split()) for line in re.split(r"\n|<br\s*/?>", text, flags=re.IGNORECASE)]
    said = [_LEADING.sub("", words_of(line)).strip(" ,;:") for line in lines]
    return "\n".join(filter(None, said))


def _parts(words: str) -> list[str]:
    """Split at "and", semicolons and lines, and at commas where those stand between whole names."""
    parts = []
    for part in _BETWEEN.split(words):
        bare = _DEGREE.sub("", _BEHIND.sub("", part))
        pieces = [piece.strip() for piece in bare.split(",") if piece.strip()]
        is_list = len(pieces) > 1 and (len(pieces) > 2 or all(" " in piece for piece in pieces))
        parts.extend(
            re.split(r"\s*,\s*", _BEHIND.sub(lambda m: m[0].replace(",", ";"), part)) if is_list else [part]
        )
    return [part.strip(" ,") for part in parts if part.strip(" ,")]


def _add(found: FoundNames, part: str, people: Mapping[str, str]) -> None:
    found.behind.extend(said.strip(" ()[]") for said in _BEHIND.findall(part))
    name = _DEGREE.sub("", _BEHIND.sub("", part)).strip(" ,.-–—")
    known = people.get(name) or people.get(part)
    if known:
        name = known
    elif _SLUG.fullmatch(name):
        made = " ".join(word.capitalize() for word in re.split(r"[_-]", name))
        found.doubts.append(f"No people file names “{name}”; “{made}” is made from it.")
        name = made
    elif OPEN.fullmatch(name):
        found.missing.append(f"A speaker is given as “{name}”.")
        return
    elif _NOBODY.fullmatch(name):
        found.doubts.append(f"“{name}” isn’t taken for somebody’s name.")
        return
    elif "," in name:
        found.doubts.append(f"“{name}” is kept as one name: it may be two, or a family name first.")
    if not any(map(str.isalpha, name)):
        if name:
            found.doubts.append(f"“{name[:80]}” isn’t taken for somebody’s name.")
        return
    if len(name) > LONGEST_NAME or len(name.split()) > 7:
        found.doubts.append(f"“{name[:80]}” is long for a name.")
    if (name := name[:LONGEST_NAME].strip()) not in found.names:
        found.names.append(name)
