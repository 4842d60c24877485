"""What belongs to a talk: the links in the cells of its row, each once, with what it leads to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.exchange.foreign.cells import FoundAddress, completed, take_cell_apart
from readinggroup.exchange.foreign.columns import Field
from readinggroup.exchange.foreign.names import OPEN
from readinggroup.exchange.foreign.rows import shortened
from readinggroup.exchange.foreign.took_place import HELD, OFF
from readinggroup.exchange.page_links import kind_of
from readinggroup.exchange.recognised import RecognisedMaterial

ONLY_KIND = re.compile(
    r"[\s(\[]*(?:(?:the |full |lecture |talk )?(?:slides?|slide deck|deck|videos?|recordings?|youtube|papers?|pdf"
    r"|arxiv|doi|preprint|code|github|repo|notebook|notes|links?|here|url|blog(?: post)?|website|web|html|abs|abstract"
    r"|poster|appendix|project(?: page)?"
    r"|supp(?:lement)?|tex|latex|pptx?|keynote|summary|zoom|openreview)[\s,/&|)\].]*(?:and\s+)?)+|\d{1,2}|[\W_]*",
    re.IGNORECASE,
)
"""Words of a link that only say what it leads to, and are no part of a title."""
_PATH = re.compile(r"[\w%~./-]+\.\w{2,5}")
_LINKED = (
    Field.TITLE,
    Field.PAPER,
    Field.LINK,
    Field.SLIDES,
    Field.RECORDING,
    Field.CODE,
    Field.NOTES,
)
KINDS = {
    Field.PAPER: MaterialKind.PAPER,
    Field.SLIDES: MaterialKind.SLIDES,
    Field.RECORDING: MaterialKind.RECORDING,
    Field.CODE: MaterialKind.CODE,
    Field.NOTES: MaterialKind.NOTES,
}
_SAID = {MaterialKind.SLIDES, MaterialKind.RECORDING, MaterialKind.CODE}
"""What a link's own words tell better than the column or the host: slides may lie beside code, a video below slides."""
Materials = list[RecognisedMaterial]


class _Said(Protocol):
    texts: list[str]
    doubts: list[str]
    missing: list[str]


@dataclass(frozen=True)
class Links:
    """The links of a row; ``base`` completes addresses that are parts, what isn't kept as a link goes into ``said``."""

    cells: Mapping[Field, Sequence[str]]
    base: str
    said: _Said
    papers: bool

    def of_talk(self, at: int, of: int, title_cell: str, title: str) -> tuple[Materials, Materials]:
        """Return what was to be read, and everything else, for talk ``at`` of ``of``."""
        readings: dict[str, RecognisedMaterial] = {}
        materials: dict[str, RecognisedMaterial] = {}
        for what in _LINKED:
            cells = self.cells.get(what, ())
            mine = (
                [title_cell]
                if what is Field.TITLE and title_cell
                else cells
                if of == 1
                else cells[at : at + 1]
            )
            for link in (link for text in mine for link in self._addresses(what, text, title_cell)):
                if link.url not in readings and link.url not in materials:
                    kind = self._kind(what, link)
                    own = link.words if what is Field.TITLE else link.words or link.before
                    into = readings if kind is MaterialKind.PAPER else materials
                    into[link.url] = RecognisedMaterial(kind, _named(own, kind, link.url, title), link.url)
        return list(readings.values()), list(materials.values())

    def _kind(self, what: Field, link: FoundAddress) -> MaterialKind:
        said = kind_of("", link.words) if ONLY_KIND.fullmatch(link.words) else MaterialKind.LINK
        if said in _SAID:
            return said
        kind = KINDS.get(what) or kind_of(link.url, f"{link.before} {link.words}")
        is_title = what is Field.TITLE and self.papers and not ONLY_KIND.fullmatch(link.words)
        return MaterialKind.PAPER if kind is MaterialKind.LINK and is_title else kind

    def _addresses(self, what: Field, text: str, title: str) -> Iterator[FoundAddress]:
        cell = take_cell_apart(text, base=self.base)
        for link in cell.links:
            if link.whole:
                yield link
            else:
                self.said.doubts.append(
                    f"“{shortened(link.url, 100)}” isn’t a whole address and isn’t kept as a link."
                )
                self.said.texts.append(f"{link.words or what.label}: {link.url}")
        words = " ".join(cell.words.split())
        if cell.links or not words or what is Field.TITLE or text == title:
            return
        address = _of_identifier(words) if what in {Field.PAPER, Field.LINK} else ""
        if not address and self.base and _PATH.fullmatch(words):
            address = completed(self.base, words)
        if address:
            yield FoundAddress("", "", address)
        elif not any(pattern.fullmatch(words) for pattern in (OPEN, HELD, OFF)):
            self._keep(what, words)

    def _keep(self, what: Field, words: str) -> None:
        self.said.texts.append(words if what is Field.NOTES else f"{what.label}: {words}")
        if what is not Field.NOTES:
            self.said.missing.append(
                f"No address stands with “{shortened(words, 80)}” ({what.label.lower()})."
            )


def _named(words: str, kind: MaterialKind, url: str, title: str) -> str:
    words = " ".join(words.split()).strip(" ,;:()[]|-–—")
    if re.fullmatch(r"(?:here|link|pdf|url|click here|https?://\S*)?", words, re.IGNORECASE):
        words = title if kind is MaterialKind.PAPER and title else ""
    if not words and kind is MaterialKind.LINK:
        return url.split("://", 1)[-1].rstrip("/")[:300]
    words = words or kind.capitalize()
    is_plain = words.split()[0].islower()  # "iSlides" keeps its capitals.
    return (words[:1].upper() + words[1:] if is_plain else words)[:300]


def _of_identifier(words: str) -> str:
    """The address that a bare DOI or arXiv id means."""
    if match := re.fullmatch(r"(?:arxiv:?\s*)?(\d{4}\.\d{4,5}(?:v\d+)?)", words, re.IGNORECASE):
        return f"https://arxiv.org/abs/{match[1]}"
    if match := re.fullmatch(r"(?:doi:?\s*)?(10\.\d{4,9}/[^\s<>\"]+)", words, re.IGNORECASE):
        return f"https://doi.org/{match[1]}"
    return ""
