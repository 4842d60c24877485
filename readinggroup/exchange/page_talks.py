"""Who spoke on what, as far as sentences say it; what they don't say stays open and is never guessed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from readinggroup.domain.lifecycle import PitchKind
from readinggroup.exchange.page_parts import Block

LONGEST_TITLE = 200
LONGEST_NAME = 120
# What runs on for longer isn't a sentence that tells of a talk, and would cost much time to search.
LONGEST_SENTENCE = 1_000

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀČĆĐĖĘĒĞĪİŁŃŅŌŐŘŚŠŞŪŮŰŹŻŽ]"
_WORD = rf"\b(?:{_CAPITAL}[\w'’-]++|{_CAPITAL}\.)"
_PARTICLE = r"(?:al|bin|da|de|del|den|der|dos|el|ibn|la|le|van|von)"
NAME = rf"{_WORD}(?:\s+(?:{_PARTICLE}\s+)*{_WORD}){{0,3}}"
NAMES = rf"{NAME}(?:(?:,\s*and\s+|,\s*|\s+and\s+|\s*&\s*){NAME})*"
_WHO = rf"(?P<who>{NAMES}|\bI\b|\b[Ww]e\b)"
_HOW = r"(?:\s+(?:also|kindly|then|recently|first|later))?\s+"
_SPOKE = r"(?:presented|spoke|talked|lectured|reported)(?:\s+to\s+us)?\s+(?:on|about)\s+"
_TALK = r"(?:[\w-]+\s+){0,3}(?:talk|presentation|lecture|tutorial|seminar|overview|introduction)\s+"
_GAVE = rf"(?:gave|held|delivered)\s+(?:us\s+)?(?:an?|the|his|her|their)\s+{_TALK}(?:on|about|to|of|called|titled)\s+"
_ENDING = (
    r"(?=\s*(?:$|\.(?:\s|$)|[!?;,(]|\s(?:respectively|yesterday)\b|\s(?:at|in|during)\s+(?:the|our|this|that|last)\b"
    rf"|\slast\s+\w+day\b|\sand\s+(?:{NAME}|I|we){_HOW}(?:gave|presented|spoke|talked)\b))"
)
_WHAT = rf"(?P<what>[^;!?()]+?){_ENDING}"
_GIVEN = (
    re.compile(rf"(?P<who>{NAMES}),?\s+who\s+(?:both\s+)?(?:{_SPOKE}|{_GAVE})(?P<what>[^.;!?()]+)"),
    re.compile(rf"(?P<who>{NAMES}){_HOW}(?:{_SPOKE}|{_GAVE})(?P<what>[^.;!?()]+?),?\s+respectively\b"),
    re.compile(rf"{_WHO}{_HOW}(?:{_SPOKE}|{_GAVE}){_WHAT}"),
    re.compile(
        rf"\b[Tt]hank(?:s| you)(?: so much| very much)?,?\s+to\s+{_WHO}\s+for\s+"
        rf"(?:(?:presenting|speaking|talking|lecturing)\s+(?:on|about)\s+|giving\s+an?\s+{_TALK}(?:on|about)\s+){_WHAT}"
    ),
)
_SPEAKER_ONLY = re.compile(rf"{_WHO}\s+(?:was|were)\s+(?:the|our|an?)\s+(?:[\w-]+\s+){{0,3}}speakers?\b")
_TOPIC_ONLY = re.compile(
    rf"\b[Tt]he (?:talk|presentation|lecture) (?:was|is) (?:based )?(?:on|about) {_WHAT}"
)
_HEADING = re.compile(
    r"(?P<kind>research proposal|paper discussion|book chapter|talk|presentation) by (?P<who>.+?) "
    r"(?:for|on|about) (?:the )?(?P<what>.+)",
    re.IGNORECASE,
)
_KINDS = {
    "research proposal": PitchKind.PROPOSAL,
    "paper discussion": PitchKind.PAPER,
    "book chapter": PitchKind.CHAPTER,
}
_NOT_GIVEN = re.compile(
    rf"(?:{NAMES}){_HOW}(?:pitched|proposed|presented|suggested)\b|\b(?:proposals?|pitch(?:es)?)\s+(?:from|by)\s+{NAMES}"
    rf"|\bwill\s+have\s+{NAMES}|(?:{NAMES})\s+will\s+(?:talk|speak|present|give)\b"
)
# Capitalised because they begin a sentence, not because they are names.
_NO_NAMES = re.compile(
    r"After|All|And|Another|Both|But|Each|Every|Everyone|First|Friday|Hence|He|Her|Here|His|I|In|It|Last|Later|Members"
    r"|Monday|Next|On|One|Our|Saturday|She|Some|Sunday|Thanks|That|The|Their|Then|There|These|They|This|Thursday|Today"
    r"|Tuesday|Two|We|Wednesday|What|When|Where|Which|While|Who|Yesterday|You|Your"
)
_ABBREVIATION = re.compile(r"(?:\b[A-Z]|\b(?:al|cf|dr|e\.g|etc|i\.e|mr|mrs|ms|prof|st|vs))\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundTalk:
    """One talk; ``speakers`` is empty where the sentence says "I", "we" or nothing that is a name."""

    title: str
    speakers: tuple[str, ...]
    kind: PitchKind = PitchKind.TALK
    by_author: bool = False
    sentence: str = ""


def sentences_of(blocks: Iterable[Block]) -> list[str]:
    """Return the sentences of all blocks; a block in bold as a whole is one of them."""
    return [sentence for block in blocks if not block.fenced for sentence in _sentences(block.words())]


def _sentences(words: str) -> Iterator[str]:
    begin = 0
    for space in re.finditer(r"(?<=[.!?)”\"])\s+", words):
        so_far = words[begin : space.start()]
        if re.search(r"[.!?][)”\"]?$", so_far[-2:]) and not _ABBREVIATION.search(so_far[-8:]):
            yield so_far[:LONGEST_SENTENCE]
            begin = space.end()
    if words[begin:]:
        yield words[begin : begin + LONGEST_SENTENCE]


def talks_of(blocks: Sequence[Block]) -> list[FoundTalk]:
    """Return the talks that sentences tell as given, and those that stand as a heading in bold, in order."""
    found: list[FoundTalk] = []
    for block in blocks:
        if block.fenced:
            continue
        if block.all_strong():
            found.extend(_from_heading(block.words()))
            continue
        for sentence in _sentences(block.words()):
            found.extend(_from_sentence(sentence))
    return _with_topics(_merged(found), sentences_of(blocks))


def not_given(sentences: Iterable[str], talks: Iterable[FoundTalk]) -> list[str]:
    """Return the sentences that name people with a talk that was only offered or planned, or isn't understood."""
    told = {talk.sentence for talk in talks}
    return [
        sentence
        for sentence in sentences
        if sentence not in told and any(_names(match[0]) for match in _NOT_GIVEN.finditer(sentence))
    ]


def _from_heading(words: str) -> Iterator[FoundTalk]:
    match = _HEADING.fullmatch(words)
    if match:
        speakers = _names(match["who"]) if re.fullmatch(NAMES, match["who"]) else ()
        kind = _KINDS.get(match["kind"].lower(), PitchKind.TALK)
        yield FoundTalk(_title(match["what"]), speakers, kind, sentence=words)


def _from_sentence(sentence: str) -> Iterator[FoundTalk]:
    rest = sentence
    for pattern in _GIVEN:
        for match in pattern.finditer(rest):
            yield from _told(match, sentence)
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    for match in _SPEAKER_ONLY.finditer(rest):
        if _names(match["who"]):
            yield FoundTalk("", _names(match["who"]), sentence=sentence)


def _told(match: re.Match[str], sentence: str) -> Iterator[FoundTalk]:
    """Yield one talk, or one for each speaker where the sentence pairs them off by "respectively"."""
    who, what = match["who"], match["what"]
    speakers = _names(who)
    by_author = who in {"I", "we", "We"}
    if not speakers and not by_author:
        return
    topics = re.split(r",\s*and\s+|,\s*|\s+and\s+", re.sub(r",?\s*respectively.*", "", what).strip())
    if "respectively" in sentence and len(speakers) > 1 and len(topics) == len(speakers):
        for speaker, topic in zip(speakers, topics, strict=True):
            yield FoundTalk(_title(topic), (speaker,), sentence=sentence)
    else:
        yield FoundTalk(_title(what), speakers, by_author=by_author, sentence=sentence)


def _names(who: str) -> tuple[str, ...]:
    """Return the names in ``who`` without words that are capitalised only as the first of a sentence."""
    names = []
    for name in re.findall(NAME, who):
        words = name.split()
        while words and _NO_NAMES.fullmatch(words[0]):
            words.pop(0)
        if words:
            names.append(" ".join(words)[:LONGEST_NAME])
    return tuple(names)


def _title(what: str) -> str:
    words = " ".join(what.split()).strip(" .,:'\"“”")
    words = re.sub(r"^(?:the topic of |the paper |the |an? )", "", words, flags=re.IGNORECASE)
    return (words[:1].upper() + words[1:])[:LONGEST_TITLE].strip()


def _merged(found: Iterable[FoundTalk]) -> list[FoundTalk]:
    """Join talks of one title; a speaker who is named once more without a topic adds no talk."""
    talks: dict[str, FoundTalk] = {}
    for talk in found:
        if not talk.title and not talk.speakers:
            continue
        known = talks.get(talk.title.casefold())
        if talk.title == "" and any(set(talk.speakers) & set(other.speakers) for other in talks.values()):
            continue
        speakers = tuple(dict.fromkeys((*known.speakers, *talk.speakers))) if known else talk.speakers
        talks[talk.title.casefold()] = FoundTalk(
            talk.title, speakers, talk.kind, talk.by_author and not speakers, talk.sentence
        )
    return list(talks.values())


def _with_topics(talks: list[FoundTalk], sentences: Iterable[str]) -> list[FoundTalk]:
    """Give the one talk without a title the topic that "the talk was on ..." states."""
    stated = [_title(match["what"]) for sentence in sentences for match in _TOPIC_ONLY.finditer(sentence)]
    if len(talks) == 1 and not talks[0].title and stated:
        return [FoundTalk(stated[0], talks[0].speakers, sentence=talks[0].sentence)]
    return talks
