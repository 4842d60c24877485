"""What a file is, by what is in it and never by its name: a PDF, or a picture, which is drawn anew."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from readinggroup.models import UploadKind
from readinggroup.text.pictures import Size

FORMATS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
TAKEN = "PDF, PNG, JPEG, WebP or GIF"
_PDF_END = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z")
_PDF_TABLE = re.compile(rb"xref\b|\d+\s+\d+\s+obj\b")
_one_at_a_time = threading.Lock()


class NotTaken(Exception):
    """The file is none that the site keeps; the message tells people why, and what to do."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be kept; ``size`` is a picture's."""

    kind: UploadKind
    content: bytes
    size: Size | None = None
    ends: str = ".pdf"

    @property
    def length(self) -> int:
        """How large it is."""
        return len(self.content)

    def parts(self) -> Iterator[bytes]:
        """What is in it, in one part."""
        yield self.content


def check(content: bytes) -> Checked:
    """What of ``content`` may be kept.  Raises NotTaken.

    A picture is decoded and written anew as WebP (``redrawing.py``), turned as its camera says and no larger than it is
    shown; what else is in its file, such as the place where it was taken, doesn't come along.
    """
    if not content:
        raise NotTaken("That file is empty.")
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if format_ := _format_of(content):
        from readinggroup.uploads.redrawing import redrawn  # It takes an imaging library along, 4 MB of code.

        with _one_at_a_time:  # A large one takes some 150 MB while it is decoded.
            return redrawn(content, format_)
    raise NotTaken(f"The site keeps {TAKEN}; this file is something else, whatever its name says.")


def _format_of(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in FORMATS.items() if content.startswith(magic)), None)


def _pdf(content: bytes) -> Checked:
    """A light look: it ends as a PDF does, and its last lines lead to its table of contents.

    That keeps out what is only called a PDF, and what carries something else behind it.  Scripts in it stay: it is
    never opened on this site, only handed out to be saved.
    """
    end = _PDF_END.search(content, max(len(content) - 2048, 0))
    if end is None or not _PDF_TABLE.match(content.lstrip(b"\0"), int(end[1])):
        raise NotTaken("That PDF is damaged or not whole. Export it again, then choose it here.")
    return Checked(UploadKind.PDF, content)
