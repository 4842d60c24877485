"""Files for tests: good ones, and ones that are something else than they say."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage


def picture(width: int = 8, height: int = 6, format_: str = "PNG", mode: str = "RGB", **more: Any) -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new(mode, (width, height), 90).save(out, format_, **more)
    return out.getvalue()


def pdf(inside: bytes = b"") -> bytes:
    """A PDF of one empty page, with its table where its end says."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>" + inside]
    made = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    return made + b"xref\n0 4\n0000000000 65535 f \n" + table + end


def sent(content: bytes, name: str = "slides.pdf") -> FileStorage:
    """A file as a browser's form sends it."""
    return FileStorage(BytesIO(content), filename=name)


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says that it has that many pixels, all black."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 1) * min(height, 1000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def box(kind: bytes, *inside: bytes) -> bytes:
    """A box of an MP4."""
    body = b"".join(inside)
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp4(*handlers: bytes, brand: bytes = b"isom", sound: bytes = b"\0" * 64) -> bytes:
    """An MP4 with a track of each kind, of that content."""
    tracks = [
        box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + kind, bytes(12))))
        for kind in handlers or (b"vide",)
    ]
    return box(b"ftyp", brand, bytes(4), b"isommp42") + box(b"mdat", sound) + box(b"moov", *tracks)


def webm(*codecs: bytes, doc_type: bytes = b"webm") -> bytes:
    """A WebM, as a browser records it: its Segment doesn't say how large it is."""
    told = b"".join(b"\x86" + bytes([0x80 + len(codec)]) + codec for codec in codecs or (b"V_VP8",))
    name = b"\x42\x82" + bytes([0x80 + len(doc_type)]) + doc_type
    header = b"\x1a\x45\xdf\xa3" + bytes([0x80 + len(name)]) + name
    return header + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + told + bytes(40)


def mp3(frames: int = 3, tag: bytes = b"") -> bytes:
    """An MP3 of so many frames of silence, 128 kbit/s at 44.1 kHz."""
    size = len(tag)
    head = b"ID3\x04\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    return (head + tag if tag else b"") + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def ogg(codec: bytes = b"OpusHead") -> bytes:
    """The first page of an Ogg, and a last one."""
    page = b"OggS\0\x02" + bytes(20) + b"\x01\x13" + codec + bytes(11)
    return page + b"OggS\0\x04" + bytes(21)


def sent_recording(content: bytes, name: str = "evening.mp4") -> FileStorage:
    """A recording as a browser's form sends it."""
    return FileStorage(BytesIO(content), filename=name)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x03\x04" + b"\0" * 40
REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "HTML": lambda: HTML,
    "SVG": lambda: SVG,
    "XML and SVG": lambda: b'<?xml version="1.0"?>' + SVG,
    "zip": lambda: ZIP,
    "PDF that is HTML": lambda: b"%PDF-1.4\n" + HTML,
    "PDF with HTML before it": lambda: HTML + pdf(),
    "PDF with a zip behind it": lambda: pdf() + ZIP,
    "PDF with HTML behind it": lambda: pdf() + HTML,
    "PDF cut off": lambda: pdf()[:-30],
    "PDF whose end leads nowhere": lambda: b"%PDF-1.4\n1 0 obj\nendobj\nstartxref\n99999\n%%EOF",
    "PNG cut off": lambda: picture(300, 300)[:80],
    "PNG that is HTML": lambda: b"\x89PNG\r\n\x1a\n" + HTML,
    "GIF that is a script": lambda: b"GIF89a=1;alert(1)//",
    "JPEG that is HTML": lambda: b"\xff\xd8\xff\xe0" + HTML,
    "WebP that is nothing": lambda: b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0",
    "TIFF": lambda: picture(format_="TIFF"),
    "BMP": lambda: picture(format_="BMP"),
    "ICO": lambda: picture(16, 16, "ICO"),
    "a bomb of 100 million pixels": lambda: bomb(10_000, 10_000),
    "a bomb of 4,000 million pixels": lambda: bomb(65_000, 65_000),
    "a bomb of one line": lambda: bomb(60_000_000, 1),
}
"""Files that are something else than what is kept here, by what they are."""
