"""Versions in words: who wrote what, when, and what they changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from readinggroup.access.versions import Thing, versions_of
from readinggroup.domain.wording import Piece, changes
from readinggroup.editing.queries import names_of
from readinggroup.models import TextVersion
from readinggroup.web.when import When, moment

GUEST, BEFORE = "A guest", "From before versions were kept"
MOST_COMPARED = 30


@dataclass(frozen=True, slots=True)
class ToldVersion:
    """One version; ``title`` and ``words`` are what it changed, empty where it left that alone."""

    number: int
    who: str
    when: When | None
    title: Sequence[Piece]
    words: Sequence[Piece]


def told_versions(thing: Thing, zone: str) -> list[ToldVersion]:
    """The versions of a talk or a session, latest first."""
    found = versions_of(thing, limit=MOST_COMPARED + 1)
    names = names_of(version.by_id for version in found)
    told = [
        _told(version, before, names, zone)
        for version, before in zip(found, [*found[1:], None], strict=False)
    ]
    return told[:MOST_COMPARED]


def _told(version: TextVersion, before: TextVersion | None, names: dict[int, str], zone: str) -> ToldVersion:
    who = names.get(version.by_id or 0, GUEST if version.at else BEFORE)
    return ToldVersion(
        number=version.number,
        who=who,
        when=moment(version.at, zone) if version.at else None,
        title=changes(before.title if before else "", version.title),
        words=changes(before.words if before else "", version.words),
    )
