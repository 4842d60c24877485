"""Rendered texts that are kept for the next who asks, within a bound of memory."""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock


class Shelf:
    """Results by the content that they were made of; the one that was asked for least lately goes first.

    ``room``  how many characters it holds in all, in each process.
    """

    def __init__(self, room: int) -> None:
        self._room, self._filled = room, 0
        self._kept: OrderedDict[bytes, str] = OrderedDict()
        self._lock = Lock()

    @staticmethod
    def label(kind: str, text: str) -> bytes:
        """The key of what is made of ``text`` in the way called ``kind``."""
        return sha256(f"{kind}\n{text}".encode("utf-8", "surrogatepass")).digest()

    def find(self, label: bytes) -> str | None:
        """What lies under ``label``."""
        with self._lock:
            if label in self._kept:
                self._kept.move_to_end(label)
            return self._kept.get(label)

    def put(self, label: bytes, made: str) -> None:
        """Keep ``made`` under ``label``, unless it would take a good part of the room by itself."""
        if len(made) > self._room // 16:
            return
        with self._lock:
            self._filled += len(made) - len(self._kept.pop(label, ""))
            self._kept[label] = made
            while self._filled > self._room:
                _, gone = self._kept.popitem(last=False)
                self._filled -= len(gone)
