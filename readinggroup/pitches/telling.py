"""Pitches as pages show them: their links with what is known of the papers, and where those were discussed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readinggroup.access.actor import Actor
from readinggroup.access.rules import may_decide_change, may_take_back_change, may_tend_pitch
from readinggroup.domain.lifecycle import ChangeState, MaterialKind, PitchKind
from readinggroup.models import Group, Paper, Pitch
from readinggroup.pitches.echoes import discussed_before
from readinggroup.pitches.looking_up import papers_at
from readinggroup.pitches.offers import PRIVATE, Chapter, Link, Offer, Window, changed_fields, from_json
from readinggroup.pitches.queries import changes_of
from readinggroup.web.when import When, date_words, moment

AUTHORS_SHOWN = 3
NOBODY = "A former member"
LABELS = {
    "title": "Title",
    "speakers": "Who speaks",
    "abstract": "Abstract",
    "kind": "Kind",
    "topics": "Topics",
    "links": "Links",
    "days_away": "Dates away",
    "window": "When it can be given",
    "chapter": "Chapter",
    "note": "Note to the co-leads",
}


@dataclass(frozen=True, slots=True)
class ToldLink:
    """A link on a page; ``cited`` says who wrote the paper, when, and where it came out, as far as that is known."""

    kind: MaterialKind
    title: str
    url: str
    cited: str


@dataclass(frozen=True, slots=True)
class ToldDiscussion:
    """A session in which a paper was discussed; ``when`` is a date in words, or empty."""

    title: str
    number: int
    when: str


def told_links(pitch: Pitch) -> list[ToldLink]:
    """The pitch's links, in their order."""
    papers = papers_at(link.url for link in pitch.links)
    return [
        ToldLink(
            link.kind, link.title or link.url, link.url, cited(papers[link.url]) if link.url in papers else ""
        )
        for link in pitch.links
    ]


def told_discussions(group: Group, addresses: Iterable[str]) -> Sequence[ToldDiscussion]:
    """Where the papers at ``addresses`` were discussed before, latest first."""
    return [
        ToldDiscussion(talk.title, talk.number, date_words(talk.on) if talk.on else "")
        for talk in discussed_before(group, addresses)
    ]


def cited(paper: Paper) -> str:
    """ "Chelsea Finn, Pieter Abbeel and Sergey Levine, 2017, arXiv"."""
    shown = paper.authors[:AUTHORS_SHOWN]
    if len(paper.authors) > AUTHORS_SHOWN:
        names = f"{shown[0]} and {len(paper.authors) - 1} others"
    else:
        names = " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
    return ", ".join(filter(None, (names, str(paper.year or ""), paper.venue)))


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change of a pitch that waits or was accepted.  ``rows`` are (field, before, after) in words, as far as the
    viewer may read them."""

    id: int
    is_pending: bool
    by: str
    made: When
    why: str
    decided: When | None
    decided_by: str
    rows: tuple[tuple[str, str, str], ...]
    may_decide: bool
    may_take_back: bool


def told_changes(group: Group, pitch: Pitch, asking: Actor) -> list[ToldChange]:
    """What was changed on the record since the pitch got onto a paper, latest first; to its author and the co-leads
    also what waits to be decided."""
    tends = may_tend_pitch(asking, pitch)
    return [
        ToldChange(
            id=change.id,
            is_pending=change.state is ChangeState.PENDING,
            by=proposed or NOBODY,
            made=moment(change.made_at, group.zone),
            why=change.why,
            decided=moment(change.decided_at, group.zone) if change.decided_at else None,
            decided_by=decided or NOBODY,
            rows=_rows(from_json(change.before), from_json(change.says), private=tends),
            may_decide=may_decide_change(asking, change),
            may_take_back=may_take_back_change(asking, change),
        )
        for change, proposed, decided in changes_of(pitch)
        if tends or change.state is not ChangeState.PENDING
    ]


def _rows(before: Offer, after: Offer, *, private: bool) -> tuple[tuple[str, str, str], ...]:
    names = (name for name in changed_fields(before, after) if private or name not in PRIVATE)
    return tuple((LABELS[name], _said(before, name), _said(after, name)) for name in names)


def _said(offer: Offer, name: str) -> str:
    value = getattr(offer, name)
    if isinstance(value, PitchKind):
        return value.label
    if isinstance(value, str):
        return value or "nothing"
    if isinstance(value, Chapter):
        return f"{value.number} of {value.book}"
    if isinstance(value, Window):
        ends = zip(("from", "to"), value, strict=True)
        return " ".join(f"{word} {on}" for word, on in ends if on) or "on any day"
    parts = [part.url if isinstance(part, Link) else str(part) for part in value or ()]
    return ", ".join(parts) or "nothing"
