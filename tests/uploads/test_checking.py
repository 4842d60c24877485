"""What a file is, by what is in it."""

from io import BytesIO

import pytest
from PIL import Image

from readinggroup.models import UploadKind
from readinggroup.text.pictures import Size
from readinggroup.uploads.checking import NotTaken, check
from readinggroup.uploads.redrawing import HIGHEST, WIDEST
from tests.uploads.build import HTML, REFUSED, ZIP, pdf, picture


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content), formats=["WEBP"])


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_something_else_is_refused_in_words(what: str) -> None:
    with pytest.raises(NotTaken) as refusal:
        check(REFUSED[what]())

    assert str(refusal.value).endswith((".", "says."))


def test_a_pdf_is_kept_as_it_is() -> None:
    content = pdf(b"<</S/JavaScript/JS(app.alert\\(1\\))>>")

    checked = check(content)

    assert (checked.kind, checked.content, checked.size) == (UploadKind.PDF, content, None)


@pytest.mark.parametrize(
    ("format_", "mode"),
    [
        *(("PNG", mode) for mode in ("RGB", "RGBA", "P", "L", "1", "I;16")),
        *(("JPEG", mode) for mode in ("RGB", "CMYK", "L")),
        *(("WEBP", "RGB"), ("WEBP", "RGBA"), ("GIF", "P")),
    ],
)
def test_pictures_of_every_kind_become_webp(format_: str, mode: str) -> None:
    checked = check(picture(40, 30, format_, mode))

    with opened(checked.content) as drawn:
        assert (checked.kind, checked.size, drawn.size) == (UploadKind.PICTURE, Size(40, 30), (40, 30))


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((3200, 1000), (WIDEST, 500)),
        ((100, 4800), (50, HIGHEST)),
        ((1600, 2400), (1600, 2400)),
        ((9000, 1), (1600, 1)),
    ],
)
def test_pictures_are_made_no_larger_than_a_page_shows(size: tuple[int, int], kept: tuple[int, int]) -> None:
    checked = check(picture(*size))

    assert checked.size == Size(*kept)


def test_where_a_picture_was_taken_does_not_come_along_and_its_top_stays_up() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "SECRET PLACE"
    lying = picture(40, 20, "JPEG", exif=exif) + b"BEHIND" + ZIP + HTML

    checked = check(lying)

    assert checked.size == Size(20, 40)
    assert not any(sign in checked.content for sign in (b"SECRET", b"BEHIND", b"PK\x03", b"<script"))
    with opened(checked.content) as drawn:
        assert not drawn.getexif()


def test_a_moving_picture_stands_still() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "green", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    with opened(check(out.getvalue()).content) as drawn:
        assert getattr(drawn, "n_frames", 1) == 1
        assert drawn.convert("RGB").getpixel((4, 4)) == (255, 0, 0)


def test_what_is_seen_through_stays_so() -> None:
    out = BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")

    with opened(check(out.getvalue()).content) as drawn:
        assert drawn.convert("RGBA").getpixel((1, 1))[3] == 0
