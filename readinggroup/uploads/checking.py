"""What a file is, by what is in it and never by its name: a PDF, or a picture, which is drawn anew."""

import re
import threading
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from readinggroup.models import UploadKind
from readinggroup.text.pictures import Size

WIDEST, HIGHEST = 1600, 2400
MOST_PIXELS = 40_000_000
LARGEST_LOSSLESS = 600_000
QUALITY = 82
FORMATS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
TAKEN = "PDF, PNG, JPEG, WebP or GIF"
_PDF_END = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z")
_PDF_TABLE = re.compile(rb"xref\b|\d+\s+\d+\s+obj\b")
_one_at_a_time = threading.Lock()

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow then warns of more, and raises for twice as many.


class NotTaken(Exception):
    """The file is none that the site keeps; the message tells people why, and what to do."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be kept; ``size`` is a picture's."""

    kind: UploadKind
    content: bytes
    size: Size | None = None


def check(content: bytes) -> Checked:
    """What of ``content`` may be kept.  Raises NotTaken.

    A picture is decoded and written anew as WebP, turned as its camera says, no wider than ``WIDEST`` and no higher
    than ``HIGHEST``; what else is in its file, such as the place where it was taken, doesn't come along.
    """
    if not content:
        raise NotTaken("That file is empty.")
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if format_ := _format_of(content):
        with _one_at_a_time:  # A large one takes some 150 MB while it is decoded.
            return _picture(content, format_)
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


def _picture(content: bytes, format_: str) -> Checked:
    try:
        with Image.open(BytesIO(content), formats=[format_]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotTaken(_too_many_pixels())
            drawn = _drawn(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotTaken(_too_many_pixels()) from None
    except NotTaken:
        raise
    except Exception:  # A decoder that is fed nonsense raises whatever it likes.
        raise NotTaken("That picture is damaged or not whole. Save it again, then choose it here.") from None
    return Checked(UploadKind.PICTURE, _written(drawn, lossless=format_ in {"PNG", "GIF"}), Size(*drawn.size))


def _drawn(opened: Image.Image) -> Image.Image:
    """The first frame, of a size and a kind of colours that every browser shows."""
    opened.draft("RGB", (WIDEST, HIGHEST))  # A JPEG is read no larger than it is needed.
    upright = ImageOps.exif_transpose(opened)
    if upright.mode.startswith("I"):  # 16 bits of grey would else be cut to white.
        upright = upright.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    sees_through = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    drawn = upright.convert("RGBA" if sees_through else "RGB")
    drawn.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    return drawn


def _written(drawn: Image.Image, *, lossless: bool) -> bytes:
    """As WebP: drawings without loss, unless that is large; photographs with a little."""
    out = BytesIO()
    drawn.save(out, "WEBP", lossless=lossless, quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return (
        out.getvalue() if not lossless or out.tell() <= LARGEST_LOSSLESS else _written(drawn, lossless=False)
    )


def _too_many_pixels() -> str:
    return f"That picture has more than {MOST_PIXELS // 1_000_000} million pixels. Make it smaller, then try again."
