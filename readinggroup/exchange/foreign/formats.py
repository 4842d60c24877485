"""Which form a file has, and its entries; a file is opened anew each time that they are asked for."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO

from readinggroup.exchange.foreign.encodings import encoding_of, said_of
from readinggroup.exchange.foreign.html_files import read_html
from readinggroup.exchange.foreign.markup_files import definitions_in, read_markdown
from readinggroup.exchange.foreign.pages import entries_of_page
from readinggroup.exchange.foreign.rows import Entry
from readinggroup.exchange.foreign.tables import read_csv
from readinggroup.exchange.foreign.value_files import load_yaml, people_in, read_json, read_yaml
from readinggroup.exchange.page_parts import NotUnderstood

LONGEST_PART = 4_000_000
MOST_PARTS = 20_000
MOST_IN_ALL = 200_000_000
"""Bytes of one file of a folder, files, and bytes of all: a small zip can become endless."""


class Format(StrEnum):
    """The forms that are read."""

    CSV = "csv"
    YAML = "yaml"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    JEKYLL = "jekyll"

    @property
    def label(self) -> str:
        """The word for people."""
        return {"csv": "CSV", "yaml": "YAML", "json": "JSON", "markdown": "Markdown", "html": "HTML",
                "jekyll": "Jekyll"}[self]  # fmt: skip


Lines = Callable[[], Iterable[str]]
ENDINGS = {".csv": Format.CSV, ".tsv": Format.CSV, ".yml": Format.YAML, ".yaml": Format.YAML, ".json": Format.JSON,
           ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN, ".html": Format.HTML, ".htm": Format.HTML,
           ".zip": Format.JEKYLL}  # fmt: skip
_PEOPLE = re.compile(
    r"(?:^|/)_?(?:people|members|speakers|authors|persons|presenters|team|users|contributors)(?:\.\w+$|/)"
)
_BUILT = re.compile(
    r"(?:^|/)(?:_site|_layouts|_includes|_sass|_drafts|node_modules|vendor|assets|css|js|\.[^/]+|__MACOSX)/"
)
_CONFIGURES = re.compile(
    r"(?:^|/)(?:_config[^/]*|package(?:-lock)?|bower|navigation|nav|menu|settings|terms)\.\w+$", re.IGNORECASE
)


@dataclass(frozen=True)
class Foreign:
    """A file of some form.  ``entries()`` reads it from its beginning; raises NotUnderstood on the way.

    ``people``  names by slug, where it brings a people file.  ``warnings`` are sentences on how it was read.
    """

    name: str
    format: Format
    entries: Callable[[], Iterator[Entry]]
    people: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def open_text(name: str, text: str, form: Format | None = None) -> Foreign:
    """Text that was pasted, or that of a small file."""
    return _foreign(
        name, lambda: io.StringIO(text, newline=""), form or form_of(name, text[:20_000]), lambda: text
    )


def open_path(path: Path, form: Format | None = None) -> Foreign:
    """A file, a zip or a folder.  Raises NotUnderstood where it is no text."""
    if path.is_dir():
        return _folder(path.name, lambda: _parts_of_folder(path))
    if zipfile.is_zipfile(path):
        return _folder(path.name, lambda: _parts_of_zip(path))
    encoding = encoding_of(path)
    lines: Lines = lambda: _lines(path, encoding)  # noqa: E731
    form = form or form_of(path.name, "".join(islice(lines(), 200)))
    found = _foreign(path.name, lines, form, lambda: "".join(lines()))
    return replace(found, warnings=said_of(encoding))


def open_zip(name: str, content: bytes) -> Foreign:
    """A zip that was uploaded."""
    return _folder(name, lambda: _parts_of_zip(io.BytesIO(content)))


def form_of(name: str, begins: str) -> Format:
    """Tell the form by the ending of the name, else by how the text begins."""
    if (known := ENDINGS.get(Path(name).suffix.lower())) is not None:
        return known
    text = begins.lstrip("\ufeff \t\r\n")
    if re.match(r"[\[{]\s*[\[{\"}\]\d]", text):
        return Format.JSON
    if re.match(r"<(?!https?:)[!a-z]", text, re.IGNORECASE):
        return Format.HTML
    if re.search(r"^-[ \t]*\r?$", text, re.MULTILINE):
        return Format.YAML
    if re.match(r"---\s*\n", text):
        return Format.MARKDOWN if re.search(r"\n---\s*\n", text) else Format.YAML
    if re.search(r"^\s*\|?\s*:?-{2,}:?\s*\|", text, re.MULTILINE):
        return Format.MARKDOWN
    if (
        re.search(r"^(?:- +)?[A-Za-z_][\w ]{0,30}:(?: |$)", text, re.MULTILINE)
        and re.match(r"[#\w-]", text)
        and not re.match(r"#+ ", text)
        and re.search(r"^ *-(?: +[\w ]+:|$)|^ +[A-Za-z_]\w*:", text, re.MULTILINE)
    ):
        return Format.YAML
    lines = [line for line in text.split("\n")[:20] if line.strip()]
    if re.match(r"\s*(?:[-*+•]|#+|\d+[.)])\s", text):
        return Format.MARKDOWN
    for mark in "\t;,|":
        counts = [re.sub(r'"[^"]*"', "", line).count(mark) for line in lines]
        if len(lines) > 1 and min(counts, default=0) > 0:
            return Format.CSV
    return Format.MARKDOWN


def _foreign(name: str, lines: Lines, form: Format, whole: Callable[[], str]) -> Foreign:
    heading = Path(name).stem
    if form is Format.CSV:
        return Foreign(name, form, lambda: read_csv(lines(), heading=heading))
    if form is Format.YAML:
        return Foreign(name, form, lambda: read_yaml(lines(), heading=heading))
    if form is Format.JSON:
        return Foreign(name, form, lambda: read_json(lines(), heading=heading))
    if form is Format.HTML:
        return Foreign(name, form, lambda: read_html(lines(), heading=heading))
    if next(iter(lines()), "").lstrip("\ufeff").rstrip() == "---":
        return Foreign(name, form, lambda: entries_of_page(name, whole()))
    return Foreign(
        name, form, lambda: read_markdown(lines(), heading=heading, definitions=definitions_in(lines()))
    )


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, newline="") as file:
        yield from file


# --- Folders ---------------------------------------------------------------------------------------

_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, EOFError)
Parts = Iterator[tuple[str, Callable[[], str]]]
"""Names of files within the folder, each with what reads it."""


def _folder(name: str, parts: Callable[[], Parts]) -> Foreign:
    people: dict[str, str] = {}
    for part, read in parts():
        if _PEOPLE.search(part):
            people |= _people_of(part, read())
    return Foreign(name, Format.JEKYLL, lambda: _entries_of_folder(parts()), people)


def _people_of(part: str, text: str) -> dict[str, str]:
    """The names of a people file, or of one page of a folder of people; of what isn't one, none."""
    try:
        if part.endswith((".yml", ".yaml", ".json")):
            return people_in(load_yaml(text))
        front = re.match(r"---\s*\n(.*?)\n---\s*(?:\n|$)", text, re.DOTALL)
        stem = Path(part).stem
        return people_in({stem: load_yaml(front[1])}) if front else {}
    except NotUnderstood:
        return {}


def _entries_of_folder(parts: Parts) -> Iterator[Entry]:
    for part, read in parts:
        if _PEOPLE.search(part) or _CONFIGURES.search(part):
            continue
        heading = Path(part).stem
        if part.endswith((".yml", ".yaml", ".json")):
            reader = read_json if part.endswith(".json") else read_yaml
            yield from reader([read()], heading=heading)
        elif part.endswith((".csv", ".tsv")):
            yield from read_csv(io.StringIO(read(), newline=""), heading=heading)
        else:
            text = read()
            if text.lstrip("\ufeff").startswith("---") or "/_posts/" in f"/{part}":
                yield from entries_of_page(part, text)


def _is_read(part: str) -> bool:
    return Path(part).suffix.lower() in {*ENDINGS, ".txt"} - {".zip"} and not _BUILT.search(part)


def _parts_of_folder(path: Path) -> Parts:
    for file in sorted(path.rglob("*")):
        part = file.relative_to(path).as_posix()
        if file.is_file() and _is_read(part):
            yield part, lambda file=file: _plainly(file.read_bytes())  # type: ignore[misc]


def _parts_of_zip(source: Path | IO[bytes]) -> Parts:
    try:
        with zipfile.ZipFile(source) as archive:
            infos = sorted(
                (info for info in archive.infolist() if _is_read(info.filename)),
                key=lambda info: info.filename,
            )
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_IN_ALL:
                raise NotUnderstood(
                    1,
                    f"A folder of at most {MOST_PARTS:,} files and {MOST_IN_ALL // 1_000_000} MB is expected.",
                )
            for info in infos:
                yield info.filename, lambda info=info: _part(archive, info)  # type: ignore[misc]
    except _DAMAGE as problem:
        raise NotUnderstood(1, f"A whole zip is expected ({problem}).") from None


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    try:
        with archive.open(info) as file:
            content = file.read(LONGEST_PART + 1)
    except _DAMAGE as problem:
        raise NotUnderstood(
            1, f"A whole zip is expected: {info.filename} can’t be read ({problem})."
        ) from None
    if len(content) > LONGEST_PART:
        raise NotUnderstood(1, f"{info.filename} is larger than {LONGEST_PART // 1_000_000} MB.")
    return _plainly(content)


def _plainly(content: bytes) -> str:
    """The text of one file of many; what isn't UTF-8 in it is shown as such."""
    return content.decode("utf-8-sig", "replace")
