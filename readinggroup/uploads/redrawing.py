"""A picture drawn anew: turned upright, no larger than it is shown, as WebP, without whatever else its file held."""

from io import BytesIO

from PIL import Image, ImageOps

from readinggroup.models import UploadKind
from readinggroup.text.pictures import Size
from readinggroup.uploads.checking import Checked, NotTaken

WIDEST, HIGHEST = 1600, 2400
MOST_PIXELS = 40_000_000
LARGEST_LOSSLESS = 600_000
QUALITY = 82

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow then warns of more, and raises for twice as many.


def redrawn(content: bytes, format_: str) -> Checked:
    """What is kept of a picture, decoded as ``format_`` and as nothing else.  Raises NotTaken."""
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
