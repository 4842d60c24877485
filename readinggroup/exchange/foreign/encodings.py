"""Which encoding a file of text has: besides UTF-8, what spreadsheets save that don't ask."""

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from readinggroup.exchange.page_parts import NotUnderstood

GUESSED = "It isn't in UTF-8 and was read as Windows-1252. Look whether accented letters are right."
"""What is said of a file whose encoding nothing states."""
UTF_8, UTF_16, WINDOWS = "utf-8-sig", "utf-16", "cp1252"
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x81\x8d\x8f\x90\x9d]")
"""Bytes that stand in no text in Windows-1252."""
_CHUNK = 1 << 20


def decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and sentences on how it was read.  Raises NotUnderstood where it is no text."""
    encoding = _encoding(lambda: iter([content]))
    return content.decode(encoding), said_of(encoding)


def encoding_of(path: Path) -> str:
    """The encoding of a file of any length.  Raises NotUnderstood where it is no text."""

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return _encoding(chunks)


def said_of(encoding: str) -> tuple[str, ...]:
    """Sentences on a file that is read in that encoding."""
    return (GUESSED,) if encoding == WINDOWS else ()


def _encoding(chunks: Callable[[], Iterator[bytes]]) -> str:
    if next(chunks(), b"").startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if _reads(chunks(), UTF_16):
            return UTF_16
    elif _reads(chunks(), UTF_8):
        return UTF_8
    elif not any(_NO_TEXT.search(chunk) for chunk in chunks()):
        return WINDOWS
    raise NotUnderstood(
        1, "A text is expected; of a spreadsheet, save it as “CSV UTF-8” and choose it again."
    )


def _reads(chunks: Iterator[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
