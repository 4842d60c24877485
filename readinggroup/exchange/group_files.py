"""The uploaded files in a group's file: each is what its row says, or the group isn't taken in."""

from collections.abc import Iterator
from hashlib import file_digest
from typing import IO
from zipfile import ZipFile

from readinggroup.exchange.group_values import BadGroupFile
from readinggroup.models import Upload, UploadKind
from readinggroup.text.pictures import is_file_name
from readinggroup.uploads.checking import NotTaken
from readinggroup.uploads.queries import PLAYED
from readinggroup.uploads.recordings import PART, check_recording
from readinggroup.uploads.shelf import Shelf

BEGINS = {UploadKind.PDF: b"%PDF-", UploadKind.PICTURE: b"RIFF"}
ENDS = {
    UploadKind.PDF: (".pdf",),
    UploadKind.PICTURE: (".webp",),
    UploadKind.VIDEO: (".mp4", ".webm"),
    UploadKind.AUDIO: (".m4a", ".weba", ".mp3", ".ogg"),
}


def lay_entry(whole: ZipFile, entry: str, upload: Upload, shelf: Shelf | None, *, is_there: bool) -> None:
    """Put the file at ``entry`` on the shelf, if it ``is_there`` in the ``whole``.  Raises BadGroupFile."""
    if not is_file_name(upload.name) or not upload.name.endswith(ENDS[upload.kind]):
        raise BadGroupFile(f"{entry}: no file of this site is called so.")
    if not is_there:
        return
    if whole.getinfo(entry).file_size != upload.bytes or (shelf and upload.bytes > _largest(upload, shelf)):
        raise BadGroupFile(f"{entry}: it has another size than its row says, or is too large for this site.")
    with whole.open(entry) as content:
        if not _is_what_it_says(content, upload):
            raise BadGroupFile(f"{entry}: it isn’t what its row says.")
    if shelf is not None:
        shelf.put_as(upload.name, _parts(whole, entry))


def _largest(upload: Upload, shelf: Shelf) -> int:
    return shelf.largest_recording if upload.kind in PLAYED else shelf.largest


def _is_what_it_says(content: IO[bytes], upload: Upload) -> bool:
    if file_digest(content, "sha256").hexdigest() != upload.sha256:  # type: ignore[arg-type]
        return False
    content.seek(0)
    if upload.kind in BEGINS:
        return content.read(5).startswith(BEGINS[upload.kind])
    try:
        found = check_recording(content)
    except NotTaken:
        return False
    return upload.name.endswith(found.ends)


def _parts(whole: ZipFile, entry: str) -> Iterator[bytes]:
    with whole.open(entry) as content:
        while part := content.read(PART):
            yield part
