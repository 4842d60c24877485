"""Which column is what: told by its name, in the odd words of many groups, else by what stands in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from readinggroup.exchange.foreign.cells import take_cell_apart
from readinggroup.exchange.foreign.dates import has_date
from readinggroup.exchange.foreign.names import look_like_names
from readinggroup.exchange.foreign.rows import BELOW


class Field(StrEnum):
    """What a column can be; the value is what forms send."""

    DATE = "date"
    TIME = "time"
    YEAR = "year"
    NUMBER = "number"
    TITLE = "title"
    SPEAKER = "speaker"
    PAPER = "paper"
    SLIDES = "slides"
    RECORDING = "recording"
    CODE = "code"
    NOTES = "notes"
    LINK = "link"
    ABSTRACT = "abstract"
    TOPICS = "topics"
    STATUS = "status"
    TEXT = "text"
    NOTHING = "nothing"

    @property
    def label(self) -> str:
        """The words for people."""
        return LABELS[self]


LABELS: Mapping[Field, str] = {
    Field.DATE: "Date", Field.TIME: "Time", Field.YEAR: "Year of the date", Field.NUMBER: "Number of the session",
    Field.TITLE: "Title", Field.SPEAKER: "Speakers", Field.PAPER: "Paper to read", Field.SLIDES: "Slides",
    Field.RECORDING: "Recording", Field.CODE: "Code", Field.NOTES: "Notes", Field.LINK: "Other link",
    Field.ABSTRACT: "Abstract", Field.TOPICS: "Topics", Field.STATUS: "Whether it took place",
    Field.TEXT: "Keep as text", Field.NOTHING: "Leave out",
}  # fmt: skip

_WORDS: Mapping[Field, str] = {
    Field.DATE: "date|day|when|datum|fecha|data|jour|session date|meeting date|meeting day|date of talk|talk date"
    "|week of|date and time|date time|date & time|on|held on|scheduled|time ∧ location|time & location"
    "|time and location",
    Field.TIME: "time|start|starts|start time|hour|hours|uhrzeit|zeit|heure|hora|from",
    Field.YEAR: "year|jahr|année|año",
    Field.NUMBER: "number|no|nr|#|session|session number|session no|meeting|meeting number|lecture|n|num",
    Field.TITLE: "title|talk|talk title|titel|titre|título|presentation|presentation title|subject|title of talk"
    "|title of the talk|paper title|name of talk|seminar title|vortrag|what|thema|chapter|book chapter",
    Field.SPEAKER: "speaker|speakers|presenter|presenters|presented by|who|name|names|lead|leader|discussion leader"
    "|discussion lead|discussion leaders|facilitator|facilitators|host|led by|by|given by|person|people|referent"
    "|referentin|vortragende|vortragender|orateur|ponente|moderator|volunteer|speaker name|reader|lecturer|discussant"
    "|teacher",
    Field.PAPER: "paper|papers|article|articles|paper link|paper url|link to paper|pdf|arxiv|doi|preprint"
    "|reading|readings|paper pdf|reference|references|paperlink|literature|material to read",
    Field.SLIDES: "slides|slide|slide deck|deck|slides link|slides url|folien|presentation slides|slideslink",
    Field.RECORDING: "recording|recordings|video|videos|youtube|recording link|video link|video url|recording url"
    "|aufzeichnung|stream",
    Field.CODE: "code|repo|repository|github|notebook|notebooks|implementation",
    Field.NOTES: "notes|meeting notes|minutes|summary link|notes link|protocol|protokoll|writeup",
    Field.LINK: "link|links|url|urls|resource|resources|material|materials|website|blog|blogs|further reading|extra"
    "|extras|attachments|cite",
    Field.ABSTRACT: "abstract|description|zusammenfassung|résumé|summary|details|excerpt",
    Field.TOPICS: "topic|topics|tag|tags|category|categories|keywords|area|theme|field",
    Field.STATUS: "status|state|held|cancelled|canceled|skipped|skip|took place|event",
    Field.NOTHING: "layout|permalink|published|sheet_tab|sitemap|nav_order|redirect_from|image|thumbnail|bgcolor|color"
    "|legacy urls|author_profile|show_date|weight|semester id|sources|weekday|weekday override|day of week|id"
    "|slug|uid|logo|icon|pin|math|render with liquid|toc",
    Field.TEXT: "text|body|content|location|room|place|venue|where|authors|affiliation|conference|bio",
}  # fmt: skip
FIELDS: dict[str, Field] = {
    word: field for field, words in reversed(list(_WORDS.items())) for word in words.split("|")
}
_STAND_INS = (
    re.compile(r"(?!.*(?:link|url|pdf|doi|arxiv)).*(?:paper|article|preprint)", re.IGNORECASE),
    re.compile(r"(?:topic|theme|area|field)s?\b", re.IGNORECASE),
    re.compile(r"(?:reading|reference|literature|material to read)", re.IGNORECASE),
    re.compile(r"(?:description|summary)$", re.IGNORECASE),
)
"""Names of columns that are the title where none is called so, the likeliest first."""
LONGEST_STAND_IN = 200
_NUMBERED = re.compile(r"[\s_-]*[#(]?\d{1,2}\)?$")


def field_of(column: str) -> Field | None:
    """Return what a column with this name is, None where the name tells nothing."""
    column = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", column)
    name = " ".join(re.sub(r"[_:*`.\\-]+", " ", column.casefold()).split())
    if name == BELOW:
        return Field.ABSTRACT
    for said in (name, _NUMBERED.sub("", name), *re.split(r"\s*[/(&,∧]\s*|\s+and\s+", name)[:1]):
        if said in FIELDS:
            return FIELDS[said]
    return None


def fields_of(columns: Mapping[str, Sequence[str]]) -> dict[str, Field]:
    """Return what each column is; ``columns`` has samples of what stands in each.

    Names go first.  Where none of them names a date, a title or a speaker, what stands in the columns without a known
    name decides; such a column is in ``guessed_of``.
    """
    found = {column: field_of(column) for column in columns}
    let_stand_in(found, columns)
    for column in guessed_of(columns):
        found[column] = _by_content(columns[column], set(found.values()))
    return {column: field or Field.TEXT for column, field in found.items()}


def guessed_of(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the columns whose name tells nothing, where one of date, title and speaker is still to be found."""
    found = {column: field_of(column) for column in columns}
    let_stand_in(found, columns)
    if {Field.DATE, Field.TITLE, Field.SPEAKER} <= set(found.values()):
        return []
    return [column for column, field in found.items() if field is None]


def let_stand_in(found: dict[str, Any], texts: Mapping[str, Sequence[str]]) -> str:
    """Where no column is the title, let what is called the paper be it, else the topic, the reading, the description.

    ``texts`` has what stands in each: what is too long for a title is none.  Returns the column, if there is one.
    """
    if Field.TITLE in found.values():
        return ""
    for called in _STAND_INS:
        for column, field in found.items():
            is_short = all(len(text) <= LONGEST_STAND_IN for text in texts[column])
            if (
                field in {Field.PAPER, Field.TOPICS, Field.ABSTRACT}
                and called.match(column)
                and (is_short or field is not Field.ABSTRACT)
            ):
                found[column] = Field.TITLE
                return column
    return ""


def _by_content(samples: Sequence[str], taken: set[Field | None]) -> Field:
    """Judge a column without a telling name by most of what stands in it."""
    filled = [text for text in samples if text.strip()]
    words = [" ".join(take_cell_apart(text).words.split()) for text in filled]

    def mostly(tests: Iterable[bool]) -> bool:
        return bool(filled) and 2 * sum(tests) > len(filled)

    if Field.DATE not in taken and mostly(has_date(text) for text in words):
        return Field.DATE
    if mostly(
        bool(take_cell_apart(text).links) and not said for text, said in zip(filled, words, strict=True)
    ):
        return Field.LINK
    if Field.SPEAKER not in taken and mostly(look_like_names(said) for said in words):
        return Field.SPEAKER
    if Field.TITLE not in taken and mostly(4 <= len(said) <= 250 for said in words):
        return Field.TITLE
    return (
        Field.ABSTRACT
        if Field.ABSTRACT not in taken and mostly(len(said) > 200 for said in words)
        else Field.TEXT
    )
