"""A group's past from any file that is understood: the group's own kind of page, or rows in a foreign form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from readinggroup.exchange.foreign.encodings import decoded
from readinggroup.exchange.foreign.formats import Foreign, Format, open_path
from readinggroup.exchange.foreign.rows import Leftover
from readinggroup.exchange.foreign.sessions import sessions_of
from readinggroup.exchange.foreign.survey import Survey, survey
from readinggroup.exchange.jekyll_page import LONGEST_PAGE, read_page
from readinggroup.exchange.page_parts import NotUnderstood
from readinggroup.exchange.recognised import RecognisedArchive, RecognisedSession

__all__ = ["PAGE", "History", "NotUnderstood", "open_history"]

PAGE = "page"
"""The form of a page with a heading or button for each numbered session and its text below."""
FORMS = (PAGE, *(form.value for form in Format))


@dataclass(frozen=True)
class History:
    """What a file tells of a group's past.

    ``sessions()``   every session, and what is left over, from the beginning of the file; read as they are asked for.
    ``rows``         how many entries it has; ``warnings`` are sentences on the file as a whole.
    ``all_held``     every session in it was held, whatever its date.
    """

    form: str
    rows: int
    sessions: Callable[[], Iterator[RecognisedSession | Leftover]]
    warnings: tuple[str, ...] = ()
    introduction: str = ""
    all_held: bool = False


def open_history(
    path: Path, *, form: str | None = None, base: str = "", day_first: bool | None = None
) -> History:
    """Look through the file, zip or folder at ``path``; raises NotUnderstood, also while its sessions are read.

    ``form``  one of FORMS, None to tell it by the file.  ``base``: the address of the page that it was, which completes
    addresses that are parts.  ``day_first``: how 03/04/2023 is read, None to tell it by the other dates of the file.
    """
    if form == PAGE:
        return of_archive(_read(path))
    foreign = open_path(path, Format(form) if form else None)
    seen = survey(foreign.entries())
    if form is None and foreign.format is Format.MARKDOWN and (page := _page(path, seen)) is not None:
        return of_archive(page)
    return of_foreign(foreign, seen, base=base, day_first=day_first)


def archive_in(text: str, warnings: tuple[str, ...] = ()) -> RecognisedArchive:
    """The page of numbered sessions that is ``text``, with what is said of how it was read.  Raises NotUnderstood."""
    page = read_page(text)
    return replace(page, warnings=(*warnings, *page.warnings))


def of_archive(archive: RecognisedArchive) -> History:
    """An archive that is there as a whole."""
    return History(
        PAGE,
        len(archive.sessions),
        lambda: iter(archive.sessions),
        archive.warnings,
        archive.text,
        all_held=True,
    )


def of_foreign(foreign: Foreign, seen: Survey, *, base: str = "", day_first: bool | None = None) -> History:
    """The rows of a foreign file."""
    manner = seen.manner(base=base, people=foreign.people)
    if day_first is not None:
        manner = replace(manner, day_first=day_first)
    return History(
        foreign.format.value,
        seen.rows,
        lambda: sessions_of(foreign.entries(), manner),
        (*foreign.warnings, *seen.warnings()),
    )


def _read(path: Path) -> RecognisedArchive:
    return archive_in(*decoded(path.read_bytes()))


def _page(path: Path, seen: Survey) -> RecognisedArchive | None:
    """The file as a page of numbered sessions, None where it has rows and is no such page."""
    if path.stat().st_size > 4 * LONGEST_PAGE:
        return None
    try:
        return _read(path)
    except NotUnderstood:
        if seen.rows:
            return None
        raise NotUnderstood(
            1, "Nothing in it looks like a session: a table, a list or paragraphs that begin with a date."
        ) from None
