"""What a pitch says, as a plain value: read from a pitch, kept as JSON, compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from readinggroup.domain.lifecycle import MaterialKind, PitchKind
from readinggroup.models import Pitch


class Link(NamedTuple):
    """An address that belongs to a pitch."""

    url: str
    kind: MaterialKind
    title: str = ""


class Window(NamedTuple):
    """Between which local dates a talk can be given, both included; None leaves that end open."""

    not_before: date | None = None
    not_after: date | None = None


ANY_DAY = Window()


class Chapter(NamedTuple):
    """A chapter of a book that the group reads."""

    book: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a pitch says: all that its author writes."""

    title: str
    speakers: Sequence[str]
    """Names, in the order of the programme; at least one."""
    abstract: str = ""
    kind: PitchKind = PitchKind.TALK
    topics: Sequence[str] = ()
    """Names of topics, in their order as text."""
    links: Sequence[Link] = ()
    days_away: Sequence[date] = ()
    """Local dates of the group, earliest first."""
    window: Window = ANY_DAY
    chapter: Chapter | None = None
    """Only of the kind that is a chapter."""
    note: str = ""
    """For the co-leads alone."""


FIELDS = tuple(field.name for field in fields(Offer))
PRIVATE = frozenset({"note", "days_away", "window"})
"""What only the author and the co-leads read."""


def offer_of(pitch: Pitch) -> Offer:
    """What the pitch says now."""
    return Offer(
        title=pitch.title,
        speakers=tuple(speaker.name for speaker in pitch.speakers),
        abstract=pitch.abstract,
        kind=pitch.kind,
        topics=tuple(sorted(topic.name for topic in pitch.topics)),
        links=tuple(Link(link.url, link.kind, link.title) for link in pitch.links),
        days_away=tuple(day.on for day in pitch.days_away),
        window=Window(pitch.not_before, pitch.not_after),
        chapter=Chapter(chapter.book, chapter.number) if (chapter := pitch.chapter) else None,
        note=pitch.note,
    )


def changed_fields(before: Offer, after: Offer) -> list[str]:
    """The names of the fields in which the two differ, in the order of the form."""
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]


def as_json(offer: Offer) -> dict[str, Any]:
    """The offer as plain values, fit for JSON."""
    return {
        "title": offer.title,
        "speakers": list(offer.speakers),
        "abstract": offer.abstract,
        "kind": offer.kind.value,
        "topics": list(offer.topics),
        "links": [[link.url, link.kind.value, link.title] for link in offer.links],
        "days_away": [day.isoformat() for day in offer.days_away],
        "window": [on and on.isoformat() for on in offer.window],
        "chapter": offer.chapter,
        "note": offer.note,
    }


def from_json(kept: Mapping[str, Any]) -> Offer:
    """The offer that ``as_json`` made ``kept`` of, maybe before it knew every field."""
    return Offer(
        title=kept["title"],
        speakers=tuple(kept["speakers"]),
        abstract=kept["abstract"],
        kind=PitchKind(kept["kind"]),
        topics=tuple(kept["topics"]),
        links=tuple(Link(url, MaterialKind(kind), title) for url, kind, title in kept["links"]),
        days_away=tuple(date.fromisoformat(day) for day in kept["days_away"]),
        window=Window(*(on and date.fromisoformat(on) for on in kept.get("window", ()))),
        chapter=Chapter(*chapter) if (chapter := kept.get("chapter")) else None,
        note=kept["note"],
    )
