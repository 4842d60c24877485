"""The talks of one row: each with its title, its speakers and what belongs to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from readinggroup.domain.lifecycle import PitchKind, TalkState
from readinggroup.exchange.foreign.cells import take_cell_apart, without_link_words, words_of
from readinggroup.exchange.foreign.columns import Field
from readinggroup.exchange.foreign.links import ONLY_KIND, Links
from readinggroup.exchange.foreign.names import OPEN, FoundNames, names_in
from readinggroup.exchange.foreign.rows import shortened
from readinggroup.exchange.foreign.survey import Manner
from readinggroup.exchange.foreign.took_place import is_no_session, is_no_talk
from readinggroup.exchange.recognised import RecognisedTalk

LONGEST_TITLE = 200
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+")
_BELOW_TITLE = re.compile(r"\n\s*\n|\n(?=(?:authors?|venue|affiliation|journal|year)\s*:)", re.IGNORECASE)
_ONE_LINK = re.compile(r"\s*(?:[-*+•]\s+)?!?\[[^\[\]]*\]\(\S+\)[\s,;.&]*")


@dataclass
class Said:
    """What a row says beside its talks: ``texts`` to keep, ``doubts`` and ``missing`` as of a session."""

    texts: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Talks:
    """Reads the talks out of the cells of a row; what is said beside them goes into ``said``.

    ``papers``: what is called the paper is the title.
    """

    cells: Mapping[Field, Sequence[str]]
    manner: Manner
    said: Said
    line: int
    papers: bool

    def all(self, *, off: bool, because: str) -> list[RecognisedTalk]:
        """Every talk; of a session that didn't take place (``off``) they are withdrawn."""
        titles, speakers = self._titles(), self.cells.get(Field.SPEAKER, ())
        if not titles and off:
            speakers = [text for text in speakers if not is_no_session(words_of(text))]
        talks = []
        for at in range(max(len(titles), len(speakers), 1)):
            talk = self._talk(titles[at : at + 1], speakers[at : at + 1], at, max(len(titles), 1), off=off)
            if talk is not None and not (off and is_no_talk(talk.title) and not talk.speakers):
                talks.append(replace(talk, state=TalkState.WITHDRAWN, note=because) if off else talk)
        return talks

    def _titles(self) -> Sequence[str]:
        titles, papers = self.cells.get(Field.TITLE, ()), self.cells.get(Field.PAPER, ())
        return papers if not titles and len(papers) == 1 and words_of(papers[0]) else titles

    def _talk(
        self, title: Sequence[str], speaker: Sequence[str], at: int, of: int, *, off: bool
    ) -> RecognisedTalk | None:
        names = names_in(speaker[0], self.manner.people) if speaker else FoundNames()
        words = self._title(title[0]) if title else ""
        readings, materials = Links(self.cells, self.manner.base, self.said, papers=self.papers).of_talk(
            at, of, title[0] if title else "", words
        )
        if off and is_no_talk(words) and not names.names:
            return None
        if is_no_talk(words) and not names.names and not readings and not materials:
            if words:
                self.said.missing.append(f"The title is given as “{words}”.")
            self.said.doubts.extend(names.doubts)
            return None
        self._take_names(names)
        if is_no_talk(words):
            instead = (*readings, *materials)
            words = self._without_title(words, names.names, instead[0].title if instead else "")
        if not (names.names or names.doubts or names.missing or off):
            self.said.missing.append(f"No speaker is named for “{shortened(words, 80)}”.")
        return RecognisedTalk(
            self._cut(words),
            tuple(names.names),
            PitchKind.PAPER if self.papers else PitchKind.TALK,
            topics=self._topics() if of == 1 else (),
            readings=tuple(readings),
            materials=tuple(materials),
            abstract=self._abstract(at, of),
            line=self.line,
        )

    def _take_names(self, names: FoundNames) -> None:
        self.said.doubts.extend(names.doubts)
        self.said.missing.extend(names.missing)
        self.said.texts.extend(f"{', '.join(names.names)}: {text}" for text in names.behind if names.names)

    def _without_title(self, words: str, names: Sequence[str], link: str) -> str:
        self.said.missing.append(f"The title is {f'given as “{words}”' if words else 'not stated'}.")
        return f"Talk by {' and '.join(names)}" if names else link

    def _title(self, text: str) -> str:
        """The words of a title cell.  Several titles in it are one with a doubt, what stands below it is kept."""
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and (all(map(_BULLET.match, lines)) or all(map(_ONE_LINK.fullmatch, lines))):
            self.said.doubts.append("Several titles stand in it; they are kept as one.")
            return "; ".join(title_in(_BULLET.sub("", line)).rstrip(".") for line in lines)
        first, *below = [part.strip() for part in _BELOW_TITLE.split(text.strip())]
        self.said.texts.extend(part for part in below if words_of(without_link_words(part, only=ONLY_KIND)))
        return title_in(_BULLET.sub("", first))

    def _cut(self, words: str) -> str:
        if len(words) > LONGEST_TITLE:
            self.said.doubts.append(
                f"The title is longer than {LONGEST_TITLE} characters; all of it is in the text."
            )
            self.said.texts.append(words)
        return shortened(words, LONGEST_TITLE)

    def _abstract(self, at: int, of: int) -> str:
        found = self.cells.get(Field.ABSTRACT, ())
        kept = (
            text for text in (found[at : at + 1] if of > 1 else found) if not OPEN.fullmatch(text.strip())
        )
        return "\n\n".join(kept)

    def _topics(self) -> tuple[str, ...]:
        cells = self.cells.get(Field.TOPICS, ())
        parts = [
            words_of(part)[:80]
            for text in cells
            for part in re.split(r"[\n;,|]", words_of(text) if "\n" not in text else text)
        ]
        return tuple(dict.fromkeys(p for p in parts if any(map(str.isalnum, p)) and not OPEN.fullmatch(p)))


def title_in(text: str) -> str:
    """The words of a title, without links that only lead to what belongs to it, such as "(slides, video)"."""
    words = " ".join(take_cell_apart(text).words.split())
    if not take_cell_apart(text).links:
        return words.strip(" |,;")
    bare = " ".join(without_link_words(text, only=ONLY_KIND).split()).strip(" |,;:")
    return bare if re.search(r"\w", bare) else ""
