"""Files on pages: put there, shown to whom the page is shown, kept whole, gone when what they belong to is gone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse, encode_multipart

from readinggroup.db import db, writing
from readinggroup.domain.lifecycle import Audience, MaterialKind, MeetingState, TalkState
from readinggroup.models import Group, Material, Meeting, Record, SpeakingLink, Talk, Upload, UploadKind
from readinggroup.scheduling.asking import digest_of
from readinggroup.uploads.checking import Checked
from readinggroup.uploads.shelf import Shelf
from readinggroup.uploads.sweeping import missing, sweep
from tests import build
from tests.archive import build as archive
from tests.build import NOW
from tests.conftest import post, token_in
from tests.uploads.build import REFUSED, pdf, picture, sent

Browser = Callable[[str | None], FlaskClient]
TALK, SESSION = "/ml-theory/talks/1/materials", "/ml-theory/sessions/1/materials"
EDIT, EDIT_SESSION, PAGE = "/ml-theory/talks/1/edit", "/ml-theory/sessions/1/edit", "/ml-theory/sessions/1"
GUEST = "/ml-theory/speaking/the-secret-one"


@pytest.fixture
def held(app: Flask, cast: dict[str, int]) -> int:
    """The id of a talk that Mo gave."""
    with app.app_context():
        ours = archive.group_of()
        session = archive.session(ours, 1, date(2022, 10, 8))
        talk = archive.talk(session, "Generalisation", "Mo")
        archive.speaker(ours, "Mo").user_id = cast["Mo"]
        build.saved()
        return talk.id


@pytest.fixture
def shelf(app: Flask) -> Iterator[Shelf]:
    """The shelf, emptied afterwards."""
    found = Shelf.of(app.config["SETTINGS"])
    yield found
    for name in found.names():
        found.remove(name)


@pytest.fixture
def small(app: Flask) -> Iterator[Callable[..., None]]:
    """Make the limits small."""
    kept = app.config["SETTINGS"]
    yield lambda **limits: app.config.update(SETTINGS=replace(kept, **limits))
    app.config["SETTINGS"] = kept


def put(
    client: FlaskClient, content: bytes, to: str = TALK, *, at: str = EDIT, **fields: Any
) -> TestResponse:
    """Send the form with a file, whose name is an attack itself."""
    typed = {"kind": "slides", "file": sent(content, "..\\..//etc/passwd\0.html")} | fields
    form = {"csrf_token": token_in(client.get(at).get_data(as_text=True))}
    boundary, body = encode_multipart(form | {f"material-{name}": each for name, each in typed.items()})
    answer: TestResponse = client.post(
        to, data=body, content_type=f"multipart/form-data; boundary={boundary}"
    )
    return answer


def put_picture(client: FlaskClient, **fields: Any) -> str:
    """The address of a picture that was just put on the talk's page."""
    said = {"kind": "image", "alt": "A board", "title": "The board"} | fields
    assert put(client, picture(40, 30), **said).status_code == 303
    return addresses(client)[0]


def addresses(client: FlaskClient, page: str = PAGE) -> list[str]:
    return re.findall(r'"(/files/[^"]+)"', client.get(page).get_data(as_text=True))


def fetched(client: FlaskClient, address: str, **more: Any) -> TestResponse:
    """The answer, read to its end and closed, as a server does."""
    with client.get(address, **more) as answer:
        answer.get_data()
    return answer


def uploads() -> list[Upload]:
    return list(db.session.scalars(select(Upload).order_by(Upload.id)))


def test_slides_are_kept_and_handed_out_to_be_saved(
    app: Flask, as_: Browser, held: int, shelf: Shelf
) -> None:
    content = pdf(b"<</S/JavaScript>>")

    answer = put(as_("Mo"), content)

    assert (answer.status_code, answer.location) == (303, EDIT)
    [address] = addresses(as_(None))
    file = fetched(as_(None), address)
    assert (file.status_code, file.data, file.mimetype) == (200, content, "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert {"Set-Cookie", "Vary"} & set(file.headers.keys()) == set()
    assert fetched(as_(None), address, headers={"If-None-Match": file.headers["ETag"]}).status_code == 304
    with app.app_context():
        [upload] = uploads()
        assert (upload.talk_id, upload.by_id, upload.bytes) == (held, 2, len(content))
        assert shelf.path(upload.name).stat().st_mode & 0o777 == 0o600
        assert db.session.scalars(select(Record.what).where(Record.thing == "talk")).all() == [
            "material.added"
        ]


def test_a_picture_stands_on_the_page_with_its_words_and_size(as_: Browser, held: int, shelf: Shelf) -> None:
    address = put_picture(as_("Mo"), alt='A board with "formulas"')

    page = as_(None).get(PAGE).get_data(as_text=True)
    file = fetched(as_(None), address)

    shown = (
        f'<img src="{address}" alt="A board with &#34;formulas&#34;" width="40" height="30" loading="lazy"'
    )
    assert shown in page
    assert "<figcaption>The board</figcaption>" in page
    assert (file.mimetype, file.headers["Content-Disposition"][:6]) == ("image/webp", "inline")
    assert file.data[8:12] == b"WEBP"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Say in words what the picture shows, or that it only decorates."),
        ({"alt": "  "}, "Say in words what the picture shows, or that it only decorates."),
        ({"alt": "A board", "decorative": "y"}, "leave out one of the two"),
        ({"alt": "A board", "url": "https://a.example/"}, "Give a file or an address, not both."),
    ],
)
def test_no_picture_comes_without_words_by_being_forgotten(
    app: Flask, as_: Browser, held: int, shelf: Shelf, fields: dict[str, str], words: str
) -> None:
    answer = put(as_("Mo"), picture(), kind="image", title="What I typed", **fields)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert 'value="What I typed"' in page
    with app.app_context():
        assert uploads() == []
    assert shelf.names() == set()


def test_one_that_only_decorates_has_no_words_because_somebody_said_so(
    as_: Browser, held: int, shelf: Shelf
) -> None:
    address = put_picture(as_("Mo"), alt="", decorative="y")

    assert f'<img src="{address}" alt=""' in as_(None).get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_loses_nothing_that_was_typed(
    app: Flask, as_: Browser, held: int, shelf: Shelf, what: str
) -> None:
    if what == "nothing":
        pytest.skip("a browser sends an empty file as none")

    answer = put(as_("Mo"), REFUSED[what](), title="What I typed", alt="Words")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="What I typed"' in page
    assert 'value="Words"' in page
    assert shelf.names() == set()


def test_neither_file_nor_address_is_asked_for(as_: Browser, held: int) -> None:
    answer = post(as_("Mo"), TALK, {"material-kind": "slides"}, at=EDIT)

    assert answer.status_code == 422
    assert "Choose a file, or give its address." in answer.get_data(as_text=True)


def test_a_file_that_is_too_large_is_refused_with_the_form(
    as_: Browser, held: int, shelf: Shelf, small: Callable[..., None]
) -> None:
    small(upload_bytes=1024 * 1024)
    content = pdf(b"x" * 2 * 1024 * 1024)

    answer = put(as_("Mo"), content, title="What I typed")
    far_too_large = put(as_("Mo"), content * 4)

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "That file is larger than 1 MB." in page
    assert 'value="What I typed"' in page
    assert far_too_large.status_code == 413
    assert shelf.names() == set()


def test_other_forms_take_no_more_than_a_form(as_: Browser, held: int) -> None:
    answer = post(as_("Ada"), "/ml-theory/sessions/new", {"title": "x" * 3 * 1024 * 1024})

    assert answer.status_code == 413


def test_a_person_and_a_group_have_their_measure(
    app: Flask, as_: Browser, held: int, shelf: Shelf, small: Callable[..., None]
) -> None:
    content = pdf(b"x" * 600_000)
    small(upload_bytes_a_day=1024 * 1024)
    assert put(as_("Mo"), content).status_code == 303

    again = put(as_("Mo"), content)

    assert again.status_code == 422
    assert "One person can add 1 MB in a day" in again.get_data(as_text=True)
    assert put(as_("Ada"), content).status_code == 303
    with app.app_context():
        db.session.execute(update(Upload).values(made_at=NOW))
        db.session.commit()
    small(upload_bytes_of_group=1024 * 1024)
    full = put(as_("Ada"), content, SESSION, at=EDIT_SESSION)
    assert full.status_code == 422
    assert "The group keeps 1 MB of files" in full.get_data(as_text=True)


def test_a_guest_adds_slides_by_their_link_and_has_a_measure_too(
    app: Flask, as_: Browser, held: int, shelf: Shelf, small: Callable[..., None]
) -> None:
    with app.app_context():
        talk = db.session.get_one(Talk, held)
        link = {
            "group_id": talk.group_id,
            "talk_id": held,
            "speaker_id": archive.speaker(archive.group_of(), "Mo").id,
        }
        expires = {"made_at": NOW, "expires_at": NOW + timedelta(days=9999)}
        db.session.add(SpeakingLink(token_digest=digest_of("the-secret-one"), **link, **expires))
        build.saved()
    guest = app.test_client()

    assert put(guest, pdf(), f"{GUEST}/materials", at="/login").status_code == 303
    refused = put(guest, picture(), f"{GUEST}/materials", at="/login", title="What I typed")
    small(upload_bytes_a_day=600)
    too_much = put(guest, pdf(), f"{GUEST}/materials", at="/login")

    assert refused.status_code == 422
    assert 'value="What I typed"' in refused.get_data(as_text=True)
    assert "One person can add" in too_much.get_data(as_text=True)
    with app.app_context():
        assert [upload.by_id for upload in uploads()] == [None]
    assert len(addresses(as_(None))) == 1


# --- Who sees it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "seen_by"),
    [
        (lambda: None, {None, "Sam", "Nia", "Mo", "Ada", "Rex"}),
        (
            lambda: db.session.execute(update(Group).values(archive_seen_by=Audience.MEMBERS)),
            {"Nia", "Mo", "Ada"},
        ),
        (lambda: db.session.execute(update(Group).values(archive_seen_by=Audience.CO_LEADS)), {"Mo", "Ada"}),
        (lambda: db.session.execute(update(Meeting).values(state=MeetingState.PLANNED)), {"Mo", "Ada"}),
        (lambda: db.session.execute(update(Talk).values(state=TalkState.WITHDRAWN)), {"Mo", "Ada"}),
        (lambda: db.session.execute(delete(Material)), {"Mo", "Ada"}),
        (lambda: db.session.execute(delete(Talk)), set()),
    ],
    ids=[
        "held",
        "for members",
        "for co-leads",
        "planned",
        "withdrawn",
        "taken out",
        "talk gone",
    ],
)
def test_a_file_is_seen_by_whoever_sees_what_it_belongs_to(
    app: Flask, as_: Browser, held: int, shelf: Shelf, change: Callable[[], object], seen_by: set[str | None]
) -> None:
    address = put_picture(as_("Mo"))
    with app.app_context():
        change()
        db.session.commit()

    answers = {who: fetched(as_(who), address) for who in (None, "Sam", "Nia", "Mo", "Ada", "Rex")}

    assert {who for who, answer in answers.items() if answer.status_code == 200} == seen_by
    if None not in seen_by:
        assert {answer.headers["Cache-Control"] for answer in answers.values()} <= {"private, no-cache"}


def test_a_picture_in_the_recap_is_out_once_the_recap_names_it(
    app: Flask, as_: Browser, held: int, shelf: Shelf
) -> None:
    assert (
        put(as_("Ada"), picture(), SESSION, at=EDIT_SESSION, alt="A board", kind="image").status_code == 303
    )
    [address] = addresses(as_(None))
    with app.app_context():
        db.session.execute(delete(Material))
        db.session.commit()
    assert fetched(as_(None), address).status_code == 302

    with app.app_context():
        db.session.execute(update(Meeting).values(recap=f"Look: ![A board]({address})"))
        db.session.commit()

    assert fetched(as_(None), address).status_code == 200
    assert f'<img src="{address}" alt="A board"' in as_(None).get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize("name", ["x", "a" * 26 + ".pdf", "..%2f..%2fsecret_key", "%00", "²" * 26 + ".pdf"])
def test_no_other_file_is_handed_out(app: Flask, cast: dict[str, int], name: str) -> None:
    assert app.test_client().get(f"/files/{name}").status_code == 404


# --- Kept whole, and swept -----------------------------------------------------------------------------------------


def test_what_nothing_shows_is_swept_and_nothing_else(
    app: Flask, as_: Browser, held: int, shelf: Shelf
) -> None:
    kept, gone, named = (put_picture(as_("Mo"), title=title) for title in ("kept", "gone", "named"))
    lost = shelf.lay(Checked(UploadKind.PDF, b"whose row never came")).name
    later = NOW + timedelta(days=99_999)
    with app.app_context():
        gone, named = (
            db.session.scalars(select(Material.url).where(Material.title == title)).one()
            for title in ("gone", "named")
        )
        db.session.execute(delete(Material).where(Material.title.in_(["gone", "named"])))
        db.session.execute(update(Talk).values(abstract=f"![A board]({named})"))
        db.session.commit()
        db.session.remove()

        assert sweep(shelf, NOW) == 0
        assert sweep(shelf, later) == 2
        assert sweep(shelf, later) == 0
        assert missing(shelf) == set()

    assert lost not in shelf.names()
    assert [fetched(as_("Ada"), address).status_code for address in (kept, gone, named)] == [200, 404, 200]


def test_doctor_says_which_files_are_missing(app: Flask, as_: Browser, held: int, shelf: Shelf) -> None:
    from tests.cli.test_commands import run

    address = put_picture(as_("Mo"))
    assert "files:      all there" in run(app, "doctor")[1]

    shelf.remove(address.removeprefix("/files/"))

    code, said = run(app, "doctor")
    assert code == 1
    assert f"1 MISSING in {shelf.folder}, such as {address.removeprefix('/files/')}" in said
    assert fetched(as_(None), address).status_code == 404


def test_a_file_that_could_not_be_written_leaves_no_row(
    app: Flask, as_: Browser, held: int, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    mo = as_("Mo")
    mo.get(EDIT)
    monkeypatch.setattr("readinggroup.uploads.shelf.os.fsync", full)
    app.testing = False
    try:
        answer = put(mo, pdf())
    finally:
        app.testing = True

    assert answer.status_code == 500
    with app.app_context():
        assert (uploads(), db.session.scalars(select(Material.id)).all()) == ([], [])
    assert shelf.names() == set()


def test_a_kind_and_a_title_stand_where_none_was_given(
    app: Flask, as_: Browser, held: int, shelf: Shelf
) -> None:
    put(as_("Mo"), pdf())

    with app.app_context(), writing():
        found = db.session.execute(select(Material.kind, Material.title)).one()
    assert tuple(found) == (MaterialKind.SLIDES, "Slides")
    assert not list(Path(shelf.folder).rglob("*.part"))
    assert BytesIO(pdf()).read() == pdf()
