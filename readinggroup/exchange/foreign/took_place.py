"""Words that say whether something took place."""

import re

from readinggroup.exchange.foreign.names import OPEN

_SEASONS = (
    "fall|autumn|winter|spring|summer|mid-?term|semester|term|thanksgiving|christmas|xmas|easter|holiday|exam|lunar|national"
    "|public|bank|university|academic|new year|year end|long|labou?r day|inter-?semest(?:er|rial)"
)
_DAYS_OFF = "thanksgiving|christmas|easter|new year'?s?(?: day| eve)?|holidays?|break|recess"
_NO = r"no (?:meeting|session|seminar|class|talk|reading group)"
OFF = re.compile(
    r"(?:no|not?) (?:reading group|reading|meeting|session|talk|seminar|class|rg)\b.*"
    rf"|(?:(?:{_SEASONS})[ -]){{1,3}}(?:break|pause|holidays?|recess|vacation|ferien|week)"
    r"|(?:session |meeting |talk )?(?:cancell?ed|skipped|called off|off|fällt aus|entfällt|ausgefallen|annulé)"
    rf"|skip|not held|did(?: not|n['’]t) take place|postponed|rescheduled|{_DAYS_OFF}",
    re.IGNORECASE,
)
"""Words that say for sure that nothing took place."""
OFF_WITHIN = re.compile(
    r"^(?:session |meeting |talk )?(?:cancell?ed|skipped|postponed|no meeting|no session)\b\s*[:;,–—-]\s*.+"
    r"|^(?:[\w-]+ ){1,3}(?:break|pause|holidays?|recess|vacation|ferien)$"
    r"|\b(?:session|meeting|talk|seminar|class) (?:is|was|has been) (?:cancell?ed|skipped|postponed)\b"
    rf"|^.+?\s*[(\[–—:-]+\s*(?:cancell?ed|skipped|postponed|{_NO})\b[^()\[\]]{{0,80}}[)\]]?$",
    re.IGNORECASE,
)
"""Words that say so unless they are a title."""
HELD = re.compile(
    r"(?:held|given|done|past|yes|true|took place|confirmed|ok|completed|finished|scheduled|planned)",
    re.IGNORECASE,
)
NOT_HELD = re.compile(r"(?:no|false|cancell?ed.*|skipped.*|postponed.*|not held)", re.IGNORECASE)


def is_no_session(words: str) -> bool:
    """Whether ``words`` say that nothing took place."""
    bare = words.strip(" .!*—–-⚠️❌🚫")
    bare = bare[1:-1] if bare[:1] == "(" and bare[-1:] == ")" else bare
    return OFF.fullmatch(bare) is not None


def is_no_talk(words: str) -> bool:
    """Whether ``words`` are no title: they say nothing, or that it isn't known or didn't take place."""
    return not words or is_no_session(words) or OPEN.fullmatch(words) is not None


def status_of(column: str, words: str) -> str:
    """Return ``words`` as a status: a yes in a column called "cancelled" says that it didn't take place."""
    if not re.search(r"cancel|skip", column, re.IGNORECASE):
        return words
    if re.fullmatch(r"yes|true|x|1|y", words, re.IGNORECASE):
        return "cancelled"
    return "held" if re.fullmatch(r"no|false|0|n|-", words, re.IGNORECASE) else words
