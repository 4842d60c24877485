"""Recordings: given as a file by one link, played on the session's page to whom it is shown, and taken elsewhere."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse, encode_multipart

from readinggroup.access.actor import THE_SITE
from readinggroup.db import commit, db, writing
from readinggroup.domain.lifecycle import Audience
from readinggroup.exchange.group_values import BadGroupFile
from readinggroup.exchange.putting_in import put_in
from readinggroup.exchange.static_site import StaticSite
from readinggroup.exchange.taking_out import take_out
from readinggroup.models import Group, Meeting, Upload, UploadKind
from readinggroup.uploads import routes
from readinggroup.uploads.shelf import Shelf
from readinggroup.uploads.sweeping import sweep
from tests import build, databases
from tests.archive import build as archive
from tests.build import NOW
from tests.conftest import post, token_in
from tests.uploads.build import HTML, mp3, mp4, pdf, sent_recording
from tests.uploads.test_files import fetched, shelf, small

__all__ = ["shelf", "small"]

Browser = Callable[[str | None], FlaskClient]
GIVE, PAGE = "/ml-theory/sessions/1/recording", "/ml-theory/sessions/1"
EVENING = mp4(b"vide", b"soun", sound=bytes(range(256)) * 40)


@pytest.fixture
def held(app: Flask, cast: dict[str, int]) -> None:
    """Session 1, at which Mo talked."""
    with app.app_context():
        archive.talk(archive.session(archive.group_of(), 1, date(2022, 10, 8)), "Generalisation", "Mo")
        build.saved()


def give(client: FlaskClient, content: bytes = EVENING, name: str = "evening.mp4") -> TestResponse:
    """Send the form with a file."""
    form = {"csrf_token": token_in(client.get(GIVE).get_data(as_text=True))}
    boundary, body = encode_multipart(form | {"file": sent_recording(content, name)})
    answer: TestResponse = client.post(
        GIVE, data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    return answer


def given(client: FlaskClient) -> str:
    """Give the recording, and the address that the session's page has of it."""
    assert give(client).status_code == 303
    [address] = set(re.findall(r'src="(/files/[^"]+)"', client.get(PAGE).get_data(as_text=True)))
    return str(address)


def test_a_recording_is_given_as_a_file_and_played_on_the_sessions_page(
    app: Flask, as_: Browser, held: None, shelf: Shelf
) -> None:
    ada, visitor = as_("Ada"), as_(None)

    address = given(ada)

    page = visitor.get(PAGE)
    words = page.get_data(as_text=True)
    assert f'<video controls preload="none" src="{address}" aria-label="Recording"></video>' in words
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert "Thank you." in ada.get(GIVE).get_data(as_text=True)
    file = fetched(visitor, address)
    assert (file.status_code, file.data, file.mimetype) == (200, EVENING, "video/mp4")
    assert (
        file.headers["Content-Security-Policy"]
        == "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
    )
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Accept-Ranges"] == "bytes"
    with app.app_context():
        [upload] = db.session.scalars(select(Upload)).all()
        assert (upload.kind, upload.bytes, upload.talk_id) == (UploadKind.VIDEO, len(EVENING), None)


def test_sound_alone_is_played_as_sound(as_: Browser, held: None, shelf: Shelf) -> None:
    assert give(as_("Ada"), mp3(), "evening.mp4").status_code == 303

    words = as_(None).get(PAGE).get_data(as_text=True)

    assert re.search(r'<audio controls preload="none" src="/files/[a-z2-7]{26}\.mp3"', words)
    assert "<video" not in words


@pytest.mark.parametrize(
    ("asked", "status", "told", "sent"),
    [
        ("bytes=0-", 206, "0-9", EVENING[:10]),
        ("bytes=5-7", 206, "5-7", EVENING[5:8]),
        ("bytes=40-400", 206, "40-49", EVENING[40:50]),
        ("bytes=-4", 206, f"{len(EVENING) - 4}-{len(EVENING) - 1}", EVENING[-4:]),
        ("bytes=-40", 206, f"{len(EVENING) - 40}-{len(EVENING) - 31}", EVENING[-40:-30]),
        (f"bytes={len(EVENING)}-", 416, "*", None),
        ("lines=1-2", 416, "*", None),
        ("nonsense", 416, "*", None),
        ("bytes=0-1,5-6", 416, "*", None),
    ],
)
def test_who_asks_for_a_range_gets_a_piece_of_it(
    as_: Browser,
    held: None,
    shelf: Shelf,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    status: int,
    told: str | None,
    sent: bytes | None,
) -> None:
    address = given(as_("Ada"))
    monkeypatch.setattr(routes, "PIECE", 10)

    file = fetched(as_(None), address, headers={"Range": asked})

    assert file.status_code == status
    assert file.headers.get("Content-Range") == (told and f"bytes {told}/{len(EVENING)}")
    assert sent is None or file.data == sent


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.CO_LEADS])
def test_a_private_groups_recording_is_nobody_elses_in_no_range(
    app: Flask, as_: Browser, held: None, shelf: Shelf, audience: Audience
) -> None:
    address = given(as_("Ada"))
    with app.app_context():
        db.session.execute(update(Group).values(archive_seen_by=audience))
        db.session.commit()
    seen_by = {"Ada"} | ({"Mo", "Nia"} if audience is Audience.MEMBERS else set())

    for who in ("Ada", "Mo", "Nia", "Sam", "Rex", None):
        for headers in ({}, {"Range": "bytes=0-99"}):
            file = fetched(as_(who), address, headers=headers)

            assert (EVENING[:99] in file.data) is (who in seen_by), who
            assert "public" not in file.headers["Cache-Control"]


@pytest.mark.parametrize("content", [pdf(), HTML, EVENING[:-9]], ids=["PDF", "HTML", "cut off"])
def test_what_is_no_recording_comes_back_with_the_form(
    app: Flask, as_: Browser, held: None, shelf: Shelf, content: bytes
) -> None:
    answer = give(as_("Ada"), content)

    assert answer.status_code == 422
    assert re.search("this file is something else|damaged or not whole", answer.get_data(as_text=True))
    assert shelf.names() == set()


def test_nobody_else_gives_one(as_: Browser, held: None, shelf: Shelf) -> None:
    token = {"csrf_token": token_in(as_("Nia").get("/account").get_data(as_text=True))}
    boundary, body = encode_multipart(token | {"file": sent_recording(EVENING)})

    for who, status in (("Nia", 403), ("Mo", 403), ("Rex", 403), (None, 302)):
        answer = as_(who).post(GIVE, data=body, content_type=f"multipart/form-data; boundary={boundary}")
        assert answer.status_code in {status, 400}

    assert shelf.names() == set()


def test_recordings_have_a_measure_of_their_own(
    app: Flask, as_: Browser, held: None, shelf: Shelf, small: Callable[..., None]
) -> None:
    ada, one = as_("Ada"), 1024 * 1024
    large = mp4(sound=bytes(one))
    small(
        upload_bytes=1000, upload_bytes_a_day=1, upload_bytes_of_group=1, recording_bytes=one,
        recording_bytes_of_group=one,
    )  # fmt: skip

    too_large, far_too_large = give(ada, large), give(ada, mp4(sound=bytes(4 * one)))
    kept, more = give(ada, mp4(sound=bytes(one // 2))), give(ada, mp4(sound=bytes(one // 2)))

    assert (too_large.status_code, far_too_large.status_code) == (422, 413)
    assert "That file is larger than 1 MB." in too_large.get_data(as_text=True)
    assert (kept.status_code, more.status_code) == (303, 422)
    assert "The group keeps 1 MB of recordings" in more.get_data(as_text=True)
    assert len(shelf.names()) == 1


def test_an_installation_may_keep_none(as_: Browser, held: None, small: Callable[..., None]) -> None:
    ada = as_("Ada")
    small(recording_bytes=0)

    page = ada.get(GIVE).get_data(as_text=True)

    assert 'type="file"' not in page
    assert post(ada, GIVE, {"url": "https://v.example/1"}).status_code == 303
    assert post(ada, GIVE, {}).status_code == 422


def test_what_a_killed_server_left_is_swept_and_so_is_what_is_shown_no_more(
    app: Flask, as_: Browser, held: None, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies() -> None:
        raise SystemExit

    given(as_("Ada"))
    ada = as_("Ada")
    with monkeypatch.context() as patched:
        patched.setattr("readinggroup.tending.giving_routes.commit", dies)
        with pytest.raises(SystemExit):
            give(ada)
    assert len(shelf.names()) == 2

    with app.app_context():
        assert len(db.session.scalars(select(Upload)).all()) == 1
        assert sweep(shelf, NOW + timedelta(days=99_999)) == 1
        with writing():
            db.session.execute(delete(Meeting))
            commit()
        assert sweep(shelf, NOW + timedelta(days=99_999)) == 1

    assert shelf.names() == set()


def test_it_goes_along_where_the_group_or_its_archive_goes(
    app: Flask, as_: Browser, held: None, shelf: Shelf, tmp_path: Path
) -> None:
    name = given(as_("Ada")).rpartition("/")[2]
    with app.app_context():
        db.session.execute(update(Meeting).values(recap="It went well."))
        db.session.commit()
    file = BytesIO()

    StaticSite(app, "ml-theory", tmp_path / "site").write()
    with app.app_context():
        take_out(archive.group_of(), file, shelf=shelf)
    with app.app_context():
        databases.empty()
    shelf.remove(name)
    _put(app, tmp_path, file.getvalue(), shelf)

    assert (tmp_path / "site" / "files" / name).read_bytes() == EVENING
    page = (tmp_path / "site" / "sessions" / "1.html").read_text()
    assert f'src="../files/{name}"' in page
    assert shelf.path(name).read_bytes() == EVENING
    assert fetched(as_(None), f"/files/{name}").data == EVENING


def test_a_group_whose_recording_is_something_else_is_not_taken_in(
    app: Flask, as_: Browser, held: None, shelf: Shelf, tmp_path: Path
) -> None:
    name = given(as_("Ada")).rpartition("/")[2]
    false = EVENING[:-1] + b"x"
    file, changed = BytesIO(), BytesIO()
    with app.app_context():
        take_out(archive.group_of(), file, shelf=shelf)
    with app.app_context():
        databases.empty()
    shelf.remove(name)
    with ZipFile(file) as whole, ZipFile(changed, "w") as other:
        for entry in whole.infolist():
            other.writestr(entry, false if entry.filename.endswith(name) else whole.read(entry))

    with pytest.raises(BadGroupFile):
        _put(app, tmp_path, changed.getvalue(), shelf)

    assert shelf.names() == set()


def _put(app: Flask, folder: Path, file: bytes, shelf: Shelf) -> None:
    path = folder / "group.zip"
    path.write_bytes(file)
    with app.app_context(), writing():
        put_in(path, shelf=shelf, now=NOW, by=THE_SITE)
        commit()
