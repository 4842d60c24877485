"""What is placed and where, as forms and addresses carry it: "pitch-5" and "3.2"."""

import re
from dataclasses import dataclass
from typing import ClassVar

WHERE = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")
THING = re.compile(r"(pitch|talk)-[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Where:
    """A place: the session's number, and the position in it from 1."""

    number: int
    position: int

    @staticmethod
    def can_read(text: str) -> bool:
        """Whether ``text`` is a place as forms carry it, such as "3.2"."""
        return WHERE.fullmatch(text) is not None

    @classmethod
    def read(cls, text: str) -> "Where":
        """The place that ``text`` names.  Raises ValueError."""
        number, position = text.split(".")
        return cls(int(number), int(position))

    def __str__(self) -> str:
        return f"{self.number}.{self.position}"


@dataclass(frozen=True, slots=True)
class Thing:
    """What can take a place: a pitch that waits, or a talk that is planned already."""

    kind: str
    id: int

    PITCH: ClassVar = "pitch"
    TALK: ClassVar = "talk"

    @classmethod
    def pitch(cls, pitch_id: int) -> "Thing":
        """The pitch of that id."""
        return cls(cls.PITCH, pitch_id)

    @classmethod
    def talk(cls, talk_id: int) -> "Thing":
        """The talk of that id."""
        return cls(cls.TALK, talk_id)

    @staticmethod
    def can_read(text: str) -> bool:
        """Whether ``text`` names one, such as "pitch-5"."""
        return THING.fullmatch(text) is not None

    @classmethod
    def read(cls, text: str) -> "Thing":
        """The one that ``text`` names.  Raises ValueError."""
        kind, _, number = text.partition("-")
        return cls(kind, int(number))

    @property
    def is_talk(self) -> bool:
        """Whether it is planned already."""
        return self.kind == self.TALK

    def __str__(self) -> str:
        return f"{self.kind}-{self.id}"
