"""Static files: each has one address, which changes with its content, and nothing is asked of another site."""

import re
from hashlib import sha256
from pathlib import Path

from flask import Flask

STATIC = Path(__file__).resolve().parents[2] / "static"
SHEETS = sorted(STATIC.glob("css/*.css"))


def test_style_sheets_name_the_fonts_that_are_there() -> None:
    for sheet in SHEETS:
        for name, version in re.findall(r"url\(\"?\.\./([^?)\"]+)\?v=([0-9a-f]+)", sheet.read_text("utf-8")):
            assert sha256((STATIC / name).read_bytes()).hexdigest()[:12] == version, f"{sheet.name}: {name}"


def test_style_sheets_and_scripts_ask_nobody_else() -> None:
    for file in [*SHEETS, *sorted(STATIC.glob("js/*.js"))]:
        found = re.findall(r"https?://(?!www\.w3\.org/)[^\s\"')]+", file.read_text("utf-8"))
        assert found == [], file.name


def test_static_files_are_kept_for_ever_under_their_version(app: Flask) -> None:
    visitor = app.test_client()
    address = re.search(
        r'href="(/static/css/site.css\?v=[0-9a-f]+)"', visitor.get("/login").get_data(as_text=True)
    )
    assert address is not None

    with visitor.get(address[1]) as versioned, visitor.get("/static/css/site.css") as bare:
        assert versioned.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert bare.headers["Cache-Control"] == "no-cache"
