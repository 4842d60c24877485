"""The real group's page, imported from the command line; skipped where it isn't beside the checkout."""

import re
from pathlib import Path

import html5lib
import pytest
from flask import Flask

from tests.cli.test_commands import FIRST, run


@pytest.fixture
def page(shared_data: Path, app: Flask) -> Path:
    run(app, "group", "create", "ml-theory", "--name", "ML Theory", "--zone", "America/Edmonton", *FIRST)
    return shared_data / "ml-theory-page.md"


def visit(app: Flask, path: str) -> str:
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def links(page: str) -> set[str]:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return {a.get("href", "") for a in tree.iter("a") if a.get("href", "").startswith("http")}


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.lower()))


def test_dry_run_tells_and_writes_nothing(app: Flask, page: Path) -> None:
    code, said = run(app, "import", str(page), "--group", "ml-theory", "--dry-run")

    assert code == 0
    assert re.findall(r"^Session (\d+) \(date not recorded\)", said, re.MULTILINE) == [
        str(n) for n in range(1, 11)
    ]
    assert "The speaker of “Neural Operators” is the page's author, whom it doesn't name." in said
    assert said.endswith("Nothing was written.\n")
    assert "No sessions" in visit(app, "/ml-theory/sessions/") or "0 sessions" in visit(
        app, "/ml-theory/sessions/"
    )


def test_import_gives_ten_sessions_with_their_resources(app: Flask, page: Path) -> None:
    code, said = run(app, "import", str(page), "--group", "ml-theory")

    assert code == 0
    assert "10 sessions added. `flask import --undo 1` takes it back." in said
    assert "10 sessions" in visit(app, "/ml-theory/sessions/")
    third, ninth = links(visit(app, "/ml-theory/sessions/3")), links(visit(app, "/ml-theory/sessions/9"))
    assert len(third) == 11
    assert "https://arxiv.org/pdf/2207.13443.pdf" in third
    assert {
        "https://arxiv.org/abs/2206.11124",
        "https://notability.com/n/9KbYpGDd9D8d9HeCl1KP4",
        "https://www.youtube.com/watch?v=i3YPm7MCMf0",
        "https://machine-learning-etc.ghost.io/",
    } == ninth


def test_import_loses_no_word_and_shows_no_markup(app: Flask, page: Path) -> None:
    run(app, "import", str(page), "--group", "ml-theory")
    source = re.sub(
        r"(?s)<script.*?</script>|<style>.*?</style>|<!--.*?-->", " ", page.read_text(encoding="utf-8")
    )
    sections = re.split(r'<button class="collapsible">', source)[1:]

    for number, section in zip(range(10, 0, -1), sections, strict=True):
        body = section.partition("</button>")[2].partition("<hr>")[0]
        text = re.sub(r"<[^>]*>", " ", body)
        shown = visit(app, f"/ml-theory/sessions/{number}")
        tree = html5lib.parse(shown, namespaceHTMLElements=False)
        seen = " ".join(t for e in tree.iter("main") for t in e.itertext()) + " ".join(links(shown))
        assert words(text) - words(seen) == set(), number
        assert "&lt;" not in shown
        assert "<bold>" not in shown


def test_import_twice_doubles_nothing_and_can_be_undone(app: Flask, page: Path) -> None:
    run(app, "import", str(page), "--group", "ml-theory")

    code, said = run(app, "import", str(page), "--group", "ml-theory")
    assert code == 0
    assert said.endswith("Everything is there already; nothing was written.\n")

    assert run(app, "import", "--undo", "1") == (0, "Import 1 (ml-theory-page.md) is taken back.\n")
    assert run(app, "import", "--undo", "1")[0] == 1
    assert app.test_client().get("/ml-theory/sessions/3").status_code == 404


def test_a_file_that_is_not_understood_names_the_line(app: Flask, page: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text("Just some text.\n", encoding="utf-8")

    code, said = run(app, "import", str(bad), "--group", "ml-theory")

    assert code == 1
    assert "Line 1:" in said
    assert "Nothing was written." in said
