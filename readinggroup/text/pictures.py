"""Addresses of the files that are kept here.  That of a picture tells its size, and that of a recording what it is, so
that a page needs no look-up."""

import re
from dataclasses import dataclass

FILES = "/files/"
_NAME = re.compile(
    r"[a-z2-7]{26}(?:-([1-9]\d{0,3})x([1-9]\d{0,3})\.webp|\.(?:pdf|mp4|webm|weba|mp3|m4a|ogg))"
)
PLAYED = {"mp4": "video", "webm": "video", "weba": "audio", "mp3": "audio", "m4a": "audio", "ogg": "audio"}


@dataclass(frozen=True, slots=True)
class Size:
    """How many pixels a picture has."""

    width: int
    height: int


def is_file_name(name: str) -> bool:
    """Whether a file that is kept here may be called so."""
    return _NAME.fullmatch(name) is not None


def file_name(token: str, size: Size | None, ends: str = ".pdf") -> str:
    """What a picture of that size is called, or without one another file; ``token`` is 26 letters of base 32."""
    return f"{token}-{size.width}x{size.height}.webp" if size else token + ends


def size_of(address: str) -> Size | None:
    """The size of the picture at ``address``; None where that is none of ours."""
    found = _NAME.fullmatch(address.removeprefix(FILES)) if address.startswith(FILES) else None
    return Size(int(found[1]), int(found[2])) if found and found[1] else None


def played_as(address: str) -> str:
    """ "video" or "audio" where a recording is kept at ``address``; empty where that is none of ours."""
    name = address.removeprefix(FILES)
    is_ours = address.startswith(FILES) and is_file_name(name)
    return PLAYED.get(name.rpartition(".")[2], "") if is_ours else ""


def names_in(text: str) -> set[str]:
    """The names of the files whose addresses stand in ``text``."""
    return {found[0] for found in _NAME.finditer(text) if text[: found.start()].endswith(FILES)}
