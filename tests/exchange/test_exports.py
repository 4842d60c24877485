"""What goes out besides the group's file: the table of sessions, and the archive as a web site of plain files."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import unquote, urlsplit

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from readinggroup.cli.exports import export
from readinggroup.domain.lifecycle import Audience, MaterialKind, MeetingState, RoundState
from readinggroup.exchange import export_routes
from readinggroup.exchange.static_site import StaticSite
from tests import build
from tests.archive import build as archive
from tests.exchange.build import whole_group
from tests.exchange.test_group_file import taken
from tests.pages import check_page
from tests.pitches.build import pitch, round_with

Browser = Callable[[str | None], FlaskClient]


@pytest.fixture
def held(app: Flask, cast: dict[str, int]) -> None:
    """Thirty sessions over three years, one of them undated, with speakers, topics, a series; one is to come."""
    with app.app_context():
        group = archive.group_of()
        group.accent = "#2b4a5e"
        for number in range(1, 31):
            on = date(2020 + number // 12, 1 + number % 12, 5) if number > 1 else None
            meeting = archive.session(group, number, on)
            talk = archive.talk(
                meeting, f"Talk {number}: $x^{{{number}}}$", "Żółć Ångström", topics=["Topology & co"]
            )
            archive.talk(meeting, "=cmd|' /C calc'!A0", "Mo", position=2)
            archive.reading(talk, "Paper", f"https://example.org/{number}?a=1&b=2")
        archive.material(meeting, MaterialKind.SLIDES, "Slides", "https://example.org/slides")
        meeting.series_id = archive.series(group, "A book").id
        coming = archive.session(group, 31, date(2030, 1, 5), state=MeetingState.ANNOUNCED)
        archive.talk(coming, "To come", "Nia")
        build.saved()


def site(app: Flask, folder: Path) -> Path:
    said = app.test_cli_runner().invoke(export, ["--group", "ml-theory", "--static", str(folder)])
    assert said.exit_code == 0, said.output
    return folder


def links_of(page: Path) -> list[str]:
    tree = html5lib.parse(page.read_text("utf-8"), namespaceHTMLElements=False)
    return [value for each in tree.iter() for name in ("href", "src") if (value := each.get(name))]


def test_every_link_of_the_static_site_leads_to_a_file(app: Flask, held: None, tmp_path: Path) -> None:
    folder = site(app, tmp_path / "site")
    pages = sorted(folder.rglob("*.html"))

    broken = []
    for page in pages:
        for link in links_of(page):
            parts = urlsplit(link)
            if parts.scheme in {"http", "https"}:
                assert "127.0.0.1" not in link, (page, link)
            elif parts.path:
                assert not parts.path.startswith("/"), (page, link)
                if not (page.parent / unquote(parts.path)).is_file():
                    broken.append((page.relative_to(folder), link))
    assert broken == []
    assert len(pages) > 40
    assert (folder / ".nojekyll").is_file()
    assert list(folder.glob("static/fonts/*.woff2"))


def test_every_page_of_the_static_site_is_valid_and_asks_for_no_server(
    app: Flask, held: None, tmp_path: Path
) -> None:
    for page in site(app, tmp_path / "site").rglob("*.html"):
        words = page.read_text("utf-8")
        check_page(words, f"/{page.name}")
        assert not [tag for tag in ("<form", "<script", "Sign in", "---\n") if tag in words], page


def test_nothing_of_the_hour_and_no_dead_link_is_on_the_static_site(
    app: Flask, held: None, cast: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open round is over before a file is read, and what leads nowhere doesn't look like a link."""
    monkeypatch.setattr("readinggroup.clock.now", lambda: build.NOW)
    with app.app_context():
        round_with(pitch(cast["Mo"]), RoundState.OPEN)
        build.saved()
    assert "Voting is open" in app.test_client().get("/ml-theory/").get_data(as_text=True)

    folder = site(app, tmp_path / "site")
    for page in folder.rglob("*.html"):
        words = page.read_text("utf-8")
        assert not [said for said in ("Voting is open", "Sign in", ">Feed<") if said in words], page
        tree = html5lib.parse(words, namespaceHTMLElements=False)
        assert [each for each in tree.iter("a") if not each.get("href")] == [], page
    named = [part for path in folder.rglob("*") for part in path.relative_to(folder).parts]
    assert [name for name in named if name.startswith("_")] == [], "Jekyll leaves these out"


def test_one_gets_from_the_front_page_to_everything(app: Flask, held: None, tmp_path: Path) -> None:
    folder = site(app, tmp_path / "site")
    seen, waiting = set(), [folder / "index.html"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen:
            continue
        seen.add(page)
        inner = [link.partition("#")[0] for link in links_of(page) if not urlsplit(link).scheme]
        waiting += [page.parent / unquote(link) for link in inner if link.endswith(".html")]

    names = {page.relative_to(folder.resolve()).as_posix() for page in seen}
    assert {f"sessions/{number}.html" for number in range(1, 32)} <= names
    assert {
        "sessions/2021.html",
        "sessions/unknown.html",
        "topics/topology-co.html",
        "series/a-book.html",
    } <= names
    assert {"speakers/zolc-angstrom.html", "speakers/mo.html", "reading/index.html"} <= names


def test_an_archive_for_members_makes_no_site(app: Flask, held: None, tmp_path: Path) -> None:
    with app.app_context():
        archive.group_of().archive_seen_by = Audience.MEMBERS
        build.saved()

    said = app.test_cli_runner().invoke(export, ["--group", "ml-theory", "--static", str(tmp_path / "site")])

    assert (said.exit_code, "isn’t public" in said.output) == (1, True)
    assert not (tmp_path / "site").exists()


def test_what_the_public_does_not_see_is_not_on_the_site(app: Flask, held: None, tmp_path: Path) -> None:
    with app.app_context():
        archive.group_of().schedule_seen_by = Audience.MEMBERS
        build.saved()
    folder = site(app, tmp_path / "site")

    assert not (folder / "sessions/31.html").exists()
    assert [page for page in folder.rglob("*.html") if "To come" in page.read_text("utf-8")] == []


def test_the_table_has_a_line_for_each_talk(app: Flask, held: None, as_: Browser, tmp_path: Path) -> None:
    answer = as_("Ada").get("/ml-theory/elsewhere/sessions.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))

    assert len(rows) == 61
    first, second = rows[2:4]
    assert (first["Session"], first["Date"], first["Start"], first["State"]) == (
        "2",
        "2020-03-05",
        "14:00",
        "held",
    )
    assert (first["Talk"], first["Speakers"], first["Topics"]) == (
        "Talk 2: $x^{2}$",
        "Żółć Ångström",
        "Topology & co",
    )
    assert first["Reading"] == "https://example.org/2?a=1&b=2"
    assert second["Talk"].startswith("'=")
    out = tmp_path / "out.csv"
    said = app.test_cli_runner().invoke(export, ["--group", "ml-theory", "--csv", str(out), "--json"])
    assert (said.exit_code, out.read_bytes()) == (0, answer.get_data())


def test_co_leads_get_the_groups_file_in_the_browser(app: Flask, cast: dict[str, int], as_: Browser) -> None:
    whole_group(app)
    answer = as_("Ada").get("/ml-theory/elsewhere/group.zip", buffered=True)

    assert answer.headers["Content-Disposition"] == "attachment; filename=ml-theory.zip"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.data == taken(app)
    assert as_("Mo").get("/ml-theory/elsewhere/group.zip").status_code == 403


@pytest.mark.parametrize("said", [[], ["--out", "a.zip", "--csv", "a.csv"]])
def test_one_thing_is_asked_for_at_a_time(app: Flask, cast: dict[str, int], said: list[str]) -> None:
    assert app.test_cli_runner().invoke(export, ["--group", "ml-theory", *said]).exit_code == 2


def test_a_download_that_nobody_reads_on_is_closed(
    app: Flask, cast: dict[str, int], as_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[IO[bytes]] = []

    def noted() -> IO[bytes]:
        made.append(TemporaryFile())  # noqa: SIM115  (closing it is what is tested)
        return made[-1]

    monkeypatch.setattr(export_routes, "TemporaryFile", noted)
    browser = as_("Ada")

    answer = browser.get("/ml-theory/elsewhere/group.zip")
    assert not made[-1].closed
    answer.close()
    assert made[-1].closed

    monkeypatch.setattr(export_routes, "take_out", fail)
    assert browser.get("/ml-theory/elsewhere/group.zip").status_code == 500
    assert made[-1].closed
    assert len(made) == 2


def fail(*_: object, **__: object) -> None:
    raise OSError("No space left on device")


def test_a_site_that_is_stopped_on_the_way_leaves_nothing(
    app: Flask, cast: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, killed = tmp_path / "site", tmp_path / ".site.part"
    killed.mkdir()
    (killed / "old.html").write_text("Of one that was killed.")
    monkeypatch.setattr(StaticSite, "_fonts", fail)
    said = app.test_cli_runner().invoke(export, ["--group", "ml-theory", "--static", str(out)])

    assert (said.exit_code, "can’t be written" in said.output) == (1, True)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    out.mkdir()  # One that is empty is taken.
    assert (site(app, out) / "index.html").is_file()
    assert not (out / "old.html").exists()
    assert list(tmp_path.iterdir()) == [out]
