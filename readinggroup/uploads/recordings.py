"""What a recording is, by what is in it: sound or video as browsers play it, whole, and nothing else.

A recording is never held in memory and never written anew: its first bytes tell what it is, and its own table of
contents how far it goes.  The signatures are those of the WHATWG's MIME Sniffing Standard, section 6.2, looked at more
closely:

    MP4, M4A     ISO/IEC 14496-12, sections 4.2 and 4.3: boxes to the end of the file, ``ftyp`` first, a ``moov``
    WebM         RFC 8794, sections 11.2 and 11.3, RFC 9559: an EBML header of document type webm, and a Segment
    MP3          ISO/IEC 11172-3, section 2.4.1: two frames, one after the other, behind an ID3v2 tag or none
    Ogg          RFC 3533, section 6: pages, the first one of Opus (RFC 7845) or Vorbis
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from readinggroup.models import UploadKind
from readinggroup.uploads.checking import NotTaken

TAKEN = "MP4, WebM, MP3, M4A or Ogg"
PART = 1024 * 1024
_LOOK = 256 * 1024
_LARGEST_INDEX = 32 * 1024 * 1024
_BRANDS = re.compile(rb"iso[m2-9]|mp4[12]|avc1|dash|M4[AVB] |MSNV|mmp4|cmf[c2]")
_HANDLER = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
_DOC_TYPE = re.compile(rb"\x42\x82\x84webm")
_CODEC = re.compile(rb"\x86[\x85-\x90]([VA])_(?:VP[89]|AV1|OPUS|VORBIS)")
_OGG_CODEC = re.compile(rb"OpusHead|\x01vorbis")
_KBITS = {  # By version (3: MPEG-1) and index; layer III alone.
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that may be kept; ``ends`` is how its name does."""

    kind: UploadKind
    stream: IO[bytes]
    length: int
    ends: str
    size: None = None

    def parts(self) -> Iterator[bytes]:
        """What is in it, a part at a time."""
        self.stream.seek(0)
        while part := self.stream.read(PART):
            yield part


def check_recording(stream: IO[bytes]) -> Recording:
    """What kind of recording ``stream`` is.  Raises NotTaken."""
    length = stream.seek(0, os.SEEK_END)
    if not length:
        raise NotTaken("That file is empty.")
    begin = _read(stream, 0, _LOOK)
    for sign, look in _LOOKS:
        if sign.match(begin):
            kind, ends = look(stream, begin, length)
            return Recording(kind, stream, length, ends)
    raise NotTaken(f"The site keeps {TAKEN}; this file is something else, whatever its name says.")


def _mp4(stream: IO[bytes], begin: bytes, length: int) -> tuple[UploadKind, str]:
    boxes = dict(_boxes(stream, length))
    if b"moov" not in boxes or not {b"mdat", b"moof"} & set(boxes):
        raise _broken("MP4")
    at, size = boxes[b"moov"]
    tracks = set(_HANDLER.findall(_read(stream, at, min(size, _LARGEST_INDEX))))
    if b"vide" in tracks and not begin[8:12].startswith((b"M4A", b"M4B")):
        return UploadKind.VIDEO, ".mp4"
    if not tracks:
        raise _broken("MP4")
    return UploadKind.AUDIO, ".m4a"


def _boxes(stream: IO[bytes], length: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Each box of the outermost level with where it begins and its size; the last ends where the file does."""
    at = 0
    while at < length:
        head = _read(stream, at, 16)
        size = int.from_bytes(head[:4])
        if size == 1:
            size = int.from_bytes(head[8:16])
        elif size == 0:
            size = length - at
        if size < 8 or at + size > length:
            raise _broken("MP4")
        yield head[4:8], (at, size)
        at += size


def _webm(_stream: IO[bytes], begin: bytes, length: int) -> tuple[UploadKind, str]:
    if not _DOC_TYPE.search(begin, 0, 64):
        raise NotTaken("That is a Matroska file, which browsers don’t play. Save it as WebM or MP4.")
    segment, kinds = begin.find(_SEGMENT, 0, 4096), set(_CODEC.findall(begin))
    if segment < 0 or not kinds:
        raise _broken("WebM")
    size, known = _vint(begin, segment + 4)
    if known and size > length:
        raise _broken("WebM")
    return (UploadKind.VIDEO, ".webm") if b"V" in kinds else (UploadKind.AUDIO, ".weba")


def _vint(words: bytes, at: int) -> tuple[int, bool]:
    """The size that stands there as EBML writes it, and whether one is told (RFC 8794, sections 4 and 6.2)."""
    octets = 9 - words[at].bit_length() if words[at] else 9
    value = int.from_bytes(words[at : at + octets]) & ((1 << 7 * octets) - 1)
    return value, value != (1 << 7 * octets) - 1


def _mp3(stream: IO[bytes], begin: bytes, _length: int) -> tuple[UploadKind, str]:
    at = 0
    if begin.startswith(b"ID3"):
        at = 10 + sum((octet & 0x7F) << 7 * place for place, octet in enumerate(reversed(begin[6:10])))
    for _ in range(2):
        size = _frame_size(_read(stream, at, 4))
        if not size:
            raise _broken("MP3")
        at += size
    return UploadKind.AUDIO, ".mp3"


def _frame_size(head: bytes) -> int:
    """How many bytes the MPEG audio frame takes that begins so; 0 where none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, rate, pitch = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != 1 or rate in {0, 15} or pitch == 3:
        return 0
    kbits = _KBITS[3 if version == 3 else 2][rate]
    return (144 if version == 3 else 72) * kbits * 1000 // _HERTZ[version][pitch] + (head[2] >> 1 & 1)


def _ogg(stream: IO[bytes], begin: bytes, length: int) -> tuple[UploadKind, str]:
    last = _read(stream, max(length - 0x1_0000, 0), 0x1_0000).rfind(b"OggS")
    if not _OGG_CODEC.search(begin, 0, 128) or last < 0:
        raise _broken("Ogg")
    return UploadKind.AUDIO, ".ogg"


Look = Callable[[IO[bytes], bytes, int], tuple[UploadKind, str]]
_LOOKS: tuple[tuple[re.Pattern[bytes], Look], ...] = (
    (re.compile(rb".{4}ftyp(?:" + _BRANDS.pattern + rb")", re.DOTALL), _mp4),
    (re.compile(re.escape(_EBML)), _webm),
    (re.compile(rb"OggS\0"), _ogg),
    (re.compile(rb"ID3|\xff[\xe2-\xff]", re.DOTALL), _mp3),
)


def _read(stream: IO[bytes], at: int, length: int) -> bytes:
    stream.seek(at)
    return stream.read(length)


def _broken(what: str) -> NotTaken:
    return NotTaken(f"That {what} is damaged or not whole. Export it again, then choose it here.")
