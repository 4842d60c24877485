"""Pitches as pages show them: their links with what is known of the papers, and where those were discussed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.models import Group, Paper, Pitch
from readinggroup.pitches.echoes import discussed_before
from readinggroup.pitches.looking_up import papers_at
from readinggroup.web.when import date_words

AUTHORS_SHOWN = 3


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
