"""The beginning of a session's recap: what is known of it in sentences, for a co-lead to complete."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from readinggroup.domain.reasons import listed

BRACKETS = re.compile(r"([\[\]])")


@dataclass(frozen=True, slots=True)
class RecapTalk:
    """A talk that was given: ``readings`` as (title, address), ``instead_of`` the title of what was planned there,
    ``answered`` the questions that were asked and answered."""

    title: str
    speakers: Sequence[str] = ()
    instead_of: str = ""
    readings: Sequence[tuple[str, str]] = ()
    answered: Sequence[str] = ()


def begun_recap(talks: Iterable[RecapTalk]) -> str:
    """What is known, in Markdown: a paragraph for each talk, below it the questions that were answered."""
    return "\n\n".join(part for talk in talks for part in _parts(talk))


def _parts(talk: RecapTalk) -> Iterator[str]:
    title = f"“{talk.title}”"
    sentences = [f"{listed(talk.speakers)} spoke on {title}." if talk.speakers else f"{title} was given."]
    if talk.instead_of:
        sentences.append(f"It came in the place of “{talk.instead_of}”.")
    if talk.readings:
        sentences.append(f"To read before it: {listed(_link(*reading) for reading in talk.readings)}.")
    yield " ".join(sentences)
    if talk.answered:
        yield "Asked and answered:"
        yield "\n".join(f"- {' '.join(question.split())}" for question in talk.answered)


def _link(title: str, url: str) -> str:
    words = BRACKETS.sub(r"\\\1", title)
    return f"[{words}](<{url}>)"
