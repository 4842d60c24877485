"""What is sent: one notice, or several of one day to one person as one mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from readinggroup.models import Notice


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice as the mail tells it.  Plain values, since its row may be gone by the time that it is sent."""

    notice_id: int
    kind: str
    words: dict[str, Any]

    @staticmethod
    def of(notice: Notice) -> "Letter":
        """What ``notice`` tells."""
        return Letter(notice.id, notice.kind, notice.words)


@dataclass(frozen=True, slots=True)
class Bundle:
    """One mail.  ``id`` is the number of one of its notices and stays the same however often it is sent.

    ``user_id``   the receiver's account; None where they have none.
    ``attempts``  how often it was tried, this time included.
    """

    id: int
    recipient: str
    user_id: int | None
    dated: datetime
    attempts: int
    letters: tuple[Letter, ...]
