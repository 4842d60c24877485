"""What an importer found in a file, before anything is written: every importer makes these, one loader reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from readinggroup.domain.lifecycle import MaterialKind, PitchKind, TalkState


@dataclass(frozen=True, slots=True)
class RecognisedMaterial:
    """One link and what it leads to; ``url`` is a whole http, https or mailto address."""

    kind: MaterialKind
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class RecognisedTalk:
    """A talk, or what was planned as one.

    ``speakers``     empty where the file doesn't name them; names as they were written there.
    ``readings``     what was to be read before the talk; ``materials`` everything else that belongs to it.
    ``replaced_by``  title of the talk that took the place of one that was replaced.
    ``note``         what happened, in words.
    ``line``         where it begins in the file, 0 where its session says so.
    """

    title: str
    speakers: tuple[str, ...] = ()
    kind: PitchKind = PitchKind.TALK
    topics: tuple[str, ...] = ()
    readings: tuple[RecognisedMaterial, ...] = ()
    materials: tuple[RecognisedMaterial, ...] = ()
    state: TalkState = TalkState.GIVEN
    replaced_by: str = ""
    note: str = ""
    abstract: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class RecognisedSession:
    """One session.

    ``number``     0 where the file states none: the order of dates then gives it one.
    ``on``         its local date, None where the file doesn't state it for this very session.
    ``text``       Markdown, links and images in their places.
    ``talks``      in the order of the file.
    ``materials``  those that no single talk can be said to own; ``all_materials()`` has every one.
    ``doubts``     sentences on what was read and may be wrong; ``missing`` on what couldn't be found.
    ``line``       where it begins in the file, counted from 1.
    ``starts_at``  its local start, ``minutes`` its length; None where they are the group's usual ones.
    ``cancelled``  it was on the programme and didn't take place, ``because`` in the words of the file.
    """

    number: int
    on: date | None
    title: str
    text: str
    talks: tuple[RecognisedTalk, ...] = ()
    materials: tuple[RecognisedMaterial, ...] = ()
    doubts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    line: int = 0
    starts_at: time | None = None
    minutes: int | None = None
    cancelled: bool = False
    because: str = ""

    def all_materials(self) -> Iterator[RecognisedMaterial]:
        """Yield the session's own materials, then readings and materials talk by talk."""
        yield from self.materials
        for talk in self.talks:
            yield from talk.readings
            yield from talk.materials


@dataclass(frozen=True, slots=True)
class RecognisedArchive:
    """Everything one file gave: the group's own text and links, and its sessions from the first on.

    ``warnings``  sentences on the file as a whole.
    """

    title: str
    sessions: tuple[RecognisedSession, ...]
    warnings: tuple[str, ...] = ()
    text: str = ""
    materials: tuple[RecognisedMaterial, ...] = ()
