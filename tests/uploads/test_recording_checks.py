"""What a recording is, by what is in it."""

from collections.abc import Callable
from io import BytesIO

import pytest

from readinggroup.models import UploadKind
from readinggroup.uploads.checking import NotTaken
from readinggroup.uploads.recordings import check_recording
from tests.uploads.build import HTML, REFUSED, box, mp3, mp4, ogg, pdf, picture, webm

VIDEO, AUDIO = UploadKind.VIDEO, UploadKind.AUDIO
TAKEN: dict[str, tuple[bytes, UploadKind, str]] = {
    "MP4": (mp4(b"vide", b"soun"), VIDEO, ".mp4"),
    "MP4 whose boxes are longer than 4 GB can tell": (
        box(b"ftyp", b"mp42\0\0\0\0") + b"\0\0\0\1mdat" + (20).to_bytes(8) + bytes(4) + mp4()[24 + 72 :],
        VIDEO,
        ".mp4",
    ),
    "MP4 of sound alone": (mp4(b"soun"), AUDIO, ".m4a"),
    "M4A with a picture of its cover": (mp4(b"soun", b"vide", brand=b"M4A "), AUDIO, ".m4a"),
    "WebM": (webm(b"A_OPUS", b"V_VP9"), VIDEO, ".webm"),
    "WebM of sound alone": (webm(b"A_OPUS"), AUDIO, ".weba"),
    "MP3": (mp3(), AUDIO, ".mp3"),
    "MP3 behind a tag": (mp3(tag=bytes(300)), AUDIO, ".mp3"),
    "Opus": (ogg(), AUDIO, ".ogg"),
    "Vorbis": (ogg(b"\x01vorbis"), AUDIO, ".ogg"),
}
BROKEN: dict[str, Callable[[], bytes]] = REFUSED | {
    "PDF": pdf,
    "PNG": picture,
    "MP4 cut off": lambda: mp4()[:-10],
    "MP4 without what is in it": lambda: box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", bytes(50)),
    "MP4 with HTML behind it": lambda: mp4() + HTML,
    "MP4 without a track": lambda: mp4(b"text"),
    "MP4 whose box is endless": lambda: mp4() + b"\0\0\0\4free",
    "QuickTime": lambda: mp4(brand=b"qt  "),
    "HEIC": lambda: mp4(brand=b"heic"),
    "Matroska": lambda: webm(doc_type=b"matroska"),
    "WebM of something else": lambda: webm(b"V_MPEG4"),
    "WebM that says more than there is": lambda: webm().replace(
        b"\x53\x80\x67\x01" + b"\xff" * 7, b"\x53\x80\x67\x01" + bytes(6) + b"\xff"
    ),
    "MP3 of one frame": lambda: mp3(1),
    "a tag and HTML": lambda: mp3(0, tag=bytes(9)) + HTML,
    "Ogg with a video": lambda: ogg(b"\x80theora"),
}


@pytest.mark.parametrize("what", TAKEN)
def test_recordings_are_known_by_what_is_in_them(what: str) -> None:
    content, kind, ends = TAKEN[what]

    found = check_recording(BytesIO(content))

    assert (found.kind, found.ends, found.length) == (kind, ends, len(content))
    assert b"".join(found.parts()) == content


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_recording_is_refused_in_words(what: str) -> None:
    with pytest.raises(NotTaken) as refusal:
        check_recording(BytesIO(BROKEN[what]()))

    assert str(refusal.value).endswith((".", "says."))
