"""What all forms share: trimmed text, refused NUL bytes, local times, links, and their words."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import DateTimeLocalField, Field, FieldList, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from readinggroup.text.names import LONGEST_NAME, names_in

URL_LENGTH = 2000
NEVER = datetime.min.replace(tzinfo=UTC)


CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe\U0001ffff]"
)


def tidy(text: str | None) -> str:
    """``text`` with lines ended by LF, and nothing in it that is no text: no control characters but tab and LF, no
    noncharacters, no lone surrogates, no space around."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return CONTROLS.sub("", lines).encode("utf-8", "ignore").decode("utf-8").strip()


def id_in(value: str | int | None) -> int:
    """The id that a field carries; 0 where it is none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def moment_in(text: str | None) -> datetime:
    """The moment that a page wrote into its form; for anything else one that is before all."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return NEVER
    return found if found.tzinfo else NEVER


class TextField(StringField):
    """One line of text, trimmed, with inner white space folded."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = " ".join(tidy(valuelist[0] if valuelist else "").split())


class MarkdownField(TextAreaField):
    """Several lines of Markdown, trimmed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = tidy(valuelist[0] if valuelist else "")


class LocalDateTimeField(DateTimeLocalField):
    """A date and time as the group's clocks show it; naive, to be given its zone by the action."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Give a date and a time, such as 2026-12-05 18:00.") from None
        if isinstance(self.data, datetime) and not 2000 <= self.data.year <= 2200:
            raise ValueError("Give a year between 2000 and 2200.")


class WholeNumberField(IntegerField):
    """A whole number, of few digits and in nothing but digits."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        if not (text.isascii() and text.isdigit() and len(text) <= 6):
            self.data = None
            raise ValueError("Give a whole number.")
        self.data = int(text)


def whole(label: str, least: int, most: int, **options: Any) -> WholeNumberField:
    """A field for a whole number within bounds."""
    words = f"Give a number from {least} to {most}."
    return WholeNumberField(label, [InputRequired(words), NumberRange(least, most, words)], **options)


def is_web_address(text: str) -> bool:
    """Whether ``text`` is an http or https address with a host, fit to be a link."""
    if len(text) > URL_LENGTH or any(c.isspace() or ord(c) < 32 for c in text):
        return False
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def local_path(text: str | None) -> str:
    """``text`` where it is a path of this site to go on to; empty where a browser could read another site into it."""
    path = "".join(c for c in (text or "").replace("\\", "/") if ord(c) > 32)
    try:
        parts = urlsplit(path)
    except ValueError:
        return ""
    return path if path.startswith("/") and not path.startswith("//") and not parts.netloc else ""


def web_address(_form: FlaskForm, field: Field) -> None:
    """A validator: the field is empty or a web address."""
    if field.data and not is_web_address(field.data):
        raise ValidationError("Give a whole web address, such as https://arxiv.org/abs/1703.03400.")


def some_names(_form: FlaskForm, field: Field) -> None:
    """A validator: there are one to ten names, none of them too long."""
    names = names_in(field.data or "")
    if not names or not all(any(letter.isalpha() for letter in name) for name in names):
        raise ValidationError("Say who speaks.")
    if len(names) > 10 or max(map(len, names)) > LONGEST_NAME:
        raise ValidationError(f"Give at most ten names, each of up to {LONGEST_NAME} characters.")


def at_most(length: int, what: str) -> Callable[[Any, Field], None]:
    """A validator that says by how much a text is too long, where ``maxlength`` would cut it without a word."""

    def check(_form: Any, field: Field) -> None:
        if (more := len(field.data or "") - length) > 0:
            raise ValidationError(f"{what} takes up to {length:,} characters; this is {more:,} too many.")

    return check


class Form(FlaskForm):
    """The base of our forms."""

    class Meta(FlaskForm.Meta):
        """Forms take what an HTML form sends as text: no JSON, no files, and nothing that can't be typed, so that no
        field sees it or shows it again."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:  # noqa: ARG002
            if formdata is None or request.method != "POST":
                return None
            return MultiDict((name, CONTROLS.sub("", text)) for name, text in request.form.items(multi=True))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "csrf_token" in self:  # Two forms may stand on one page, and an id only once.
            self["csrf_token"].id = f"{type(self).__name__}-csrf"

    def error_list(self) -> list[tuple[str, str]]:
        """Each error as (id of its field, words), in the order of the fields, for the summary on top."""
        return [(field.id, str(words)) for field in self for words in _flat(field.errors)]


class Rows(FieldList):  # type: ignore[type-arg]
    """Rows of fields, numbered from 0, at most ``max_entries`` of them.

    Names are read here, since the library's own reading fails on digits such as "²" and on endless numbers, and takes
    a row twice when one before it is missing.
    """

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterable[int]:
        found = (re.match(rf"{re.escape(prefix)}-([0-9]{{1,4}})-", name) for name in formdata)
        sent = [int(row[1]) for row in found if row]
        return range(min(max(sent, default=-1) + 1, self.max_entries or 0))


def _flat(errors: Any) -> list[str | Markup]:
    if isinstance(errors, dict):
        return [words for inner in errors.values() for words in _flat(inner)]
    if isinstance(errors, list | tuple):
        return [words for inner in errors for words in _flat(inner)]
    return [errors]
