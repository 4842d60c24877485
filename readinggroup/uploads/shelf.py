"""The folder in which files lie: each written whole or not at all, under a name that nobody can guess."""

import os
import secrets
import shutil
from base64 import b32encode
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from readinggroup.config import Settings
from readinggroup.models import UploadKind
from readinggroup.text.pictures import Size, file_name, is_file_name
from readinggroup.uploads.checking import Checked
from readinggroup.uploads.recordings import Recording

FOLDER = "uploads"


@dataclass(frozen=True, slots=True)
class Laid:
    """A file that lies on the shelf; ``size`` is a picture's."""

    name: str
    kind: UploadKind
    length: int
    sha256: str
    size: Size | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where files are kept, and how many bytes of them: of one file, of one person in a day, of one group in all;
    recordings have a measure of their own."""

    folder: Path
    largest: int
    most_a_day: int
    most_of_group: int
    largest_recording: int
    most_recordings_of_group: int

    @classmethod
    def of(cls, settings: Settings) -> "Shelf":
        """The installation's."""
        return cls(
            settings.data_dir / FOLDER,
            settings.upload_bytes,
            settings.upload_bytes_a_day,
            settings.upload_bytes_of_group,
            settings.recording_bytes,
            settings.recording_bytes_of_group,
        )

    def path(self, name: str) -> Path:
        """Where the file of that name lies.  Raises ValueError for what is no name of ours."""
        if not is_file_name(name):
            raise ValueError(name)
        return self.folder / name[:2] / name

    def lay(self, file: Checked | Recording) -> Laid:
        """Keep a checked file under a new name; once this returns it is on the disk, and swept unless a row comes."""
        token = b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()
        name, digest = file_name(token, file.size, file.ends), sha256()
        self.put_as(name, _counted(file.parts(), digest.update))
        return Laid(name, file.kind, file.length, digest.hexdigest(), file.size)

    def put_as(self, name: str, parts: Iterable[bytes]) -> None:
        """Keep what ``parts`` give under a name of its own, as ``lay`` does.  Raises ValueError for a bad one."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        try:
            with part.open("xb") as out:
                os.chmod(part, 0o600)
                out.writelines(parts)
                out.flush()
                os.fsync(out.fileno())
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        for folder in (path.parent, self.folder):
            _sync(folder)

    def bring_back(self, folder: Path) -> None:
        """Take in the files of a copy that lie in ``folder``; what is called otherwise than ours is left there."""
        for copied in folder.glob("*"):
            if is_file_name(copied.name):
                path = self.path(copied.name)
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copyfile(copied, path)

    def remove(self, name: str) -> None:
        """Let the file be gone, if it is there."""
        self.path(name).unlink(missing_ok=True)

    def names(self) -> set[str]:
        """The names of all files that lie there whole."""
        return {path.name for path in self._paths() if is_file_name(path.name)}

    def clear(self, *, besides: Collection[str], before: datetime) -> int:
        """Remove what was written ``before`` that moment and isn't called one of ``besides``; say how many."""
        old = [path for path in self._paths() if path.name not in besides and _written_at(path) < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _paths(self) -> Iterator[Path]:
        yield from self.folder.glob("??/*")


def _counted(parts: Iterable[bytes], count: Callable[[bytes], None]) -> Iterator[bytes]:
    for part in parts:
        count(part)
        yield part


def _written_at(path: Path) -> datetime:
    with suppress(FileNotFoundError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return datetime.max.replace(tzinfo=UTC)


def _sync(folder: Path) -> None:
    """Let a new name in ``folder`` outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
