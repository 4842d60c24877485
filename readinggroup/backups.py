"""Whole copies of the site, database and files in one: made while it runs, opened once to see that they can be read,
put back."""

import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from readinggroup.config import Settings
from readinggroup.migrating import NotReady, refuse_unready
from readinggroup.uploads.shelf import FOLDER, Shelf

DATABASE = "database"
"""What the copy of the database is called in the copy of all."""


class BackupFailed(Exception):
    """The copy couldn't be made, read or put back; the message says why."""


def back_up(settings: Settings, target: Path) -> None:
    """Write a copy of the database and of the files that people put on the site to ``target``, which must not be there.

    A copied SQLite file would lack what is still in its log; this is a copy of one moment.  Files are taken after it:
    each that its rows name is there, since one is written before its row and removed after it.
    Raises BackupFailed, and leaves no half copy behind.
    """
    if target.exists():
        raise BackupFailed(f"{target} is there already; choose another name.")
    part, rows = (target.with_name(f"{target.name}.{end}") for end in ("part", "rows"))
    try:
        for old in (part, rows):
            old.unlink(missing_ok=True)
        _copy_database(settings, rows)
        part.touch(mode=0o600)
        with tarfile.open(part, "w") as copy:
            copy.add(rows, DATABASE)
            shelf = Shelf.of(settings)
            for name in sorted(shelf.names()):
                with suppress(
                    FileNotFoundError
                ):  # One that nothing has shown for long may be swept right now.
                    copy.add(shelf.path(name), f"{FOLDER}/{name}")
        part.rename(target)
    finally:
        for old in (part, rows):
            old.unlink(missing_ok=True)


def restore(settings: Settings, source: Path) -> None:
    """Put the copy ``source`` in the place of the database, which the site must not be using, and its files beside it.

    On SQLite the database that was there is kept as ``.before-restore``; files that are there stay.  A copy of a
    database alone, as earlier versions made them, is put back as well.  Raises BackupFailed.
    """
    if not tarfile.is_tarfile(source):
        _put_database_back(settings, source)
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder, tarfile.open(source) as copy:
        try:
            copy.extractall(folder, filter="data")
        except (tarfile.TarError, OSError) as problem:
            raise BackupFailed(f"{source} is damaged: {problem}") from None
        rows, files = Path(folder) / DATABASE, Path(folder) / FOLDER
        if not rows.is_file():
            raise BackupFailed(f"{source} is no copy of this site: there is no database in it.")
        _put_database_back(settings, rows)
        Shelf.of(settings).bring_back(files)


def _copy_database(settings: Settings, target: Path) -> None:
    if settings.on_sqlite:
        _vacuum_into(settings.database_file, target)
        check_copy(target)
    else:
        _postgresql("pg_dump", "--format=custom", f"--file={target}", f"--dbname={_address(settings)}")
        _postgresql("pg_restore", "--list", f"--file={os.devnull}", str(target))


def _put_database_back(settings: Settings, source: Path) -> None:
    if settings.on_sqlite:
        check_copy(source)
        _put_in_place(source, settings.database_file)
    else:
        _postgresql(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
            f"--dbname={_address(settings)}", str(source),
        )  # fmt: skip
    try:
        refuse_unready(settings)
    except NotReady as problem:
        raise BackupFailed(f"It was put back, but: {problem}") from None


def check_copy(file: Path) -> None:
    """Raise BackupFailed unless ``file`` is a whole database of this product."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as problem:
        raise BackupFailed(f"{file} can't be read as a copy of the database: {problem}.") from None
    if verdict != "ok":
        raise BackupFailed(f"{file} is damaged: {verdict}.")


def _vacuum_into(database: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as problem:
        raise BackupFailed(f"The copy of {database} couldn't be written: {problem}.") from None


def _put_in_place(source: Path, database: Path) -> None:
    database.parent.mkdir(parents=True, exist_ok=True)
    part = database.with_name(f"{database.name}.part")
    shutil.copyfile(source, part)
    if database.exists():
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.replace(database.with_name(f"{database.name}.before-restore"))
    for log in ("-wal", "-shm"):
        database.with_name(database.name + log).unlink(missing_ok=True)
    part.replace(database)


def _address(settings: Settings) -> str:
    return settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def _postgresql(program: str, *words: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"{program} isn't on this machine; it comes with PostgreSQL's client programs.")
    run = subprocess.run([found, *words], capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode != 0:
        raise BackupFailed(f"{program} failed: {run.stderr.strip()[-500:]}")
