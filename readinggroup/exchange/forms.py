"""The forms by which a history is brought in: paste or choose it, say what its columns are, correct its rows."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time

from flask import request
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import Length

from readinggroup.exchange.foreign.columns import Field
from readinggroup.exchange.foreign.formats import Format
from readinggroup.exchange.histories import PAGE
from readinggroup.exchange.intakes import SHOWN, ShownRow, Typed
from readinggroup.web.forms import Form, MarkdownField, TextField, is_web_address, tidy, web_address

FORMS = {
    "": "Told by itself",
    **{form.value: form.label for form in Format if form is not Format.JEKYLL},
    PAGE: "A page with a heading for each session",
}
ORDERS = {"": "as the other dates tell", "day": "day first: 3 April", "month": "month first: March 4"}


class HistoryForm(Form):
    """A history as a file or pasted."""

    text = MarkdownField(
        "… or paste it here",
        description="A table copied from a spreadsheet or a page, a list, YAML, JSON, Markdown or HTML.",
        render_kw={"rows": 8, "spellcheck": "false", "autocomplete": "off"},
    )
    form = SelectField("What it is", choices=FORMS)
    base = StringField(
        "Where it stood on the web",
        [Length(max=500, message="That address is too long."), web_address],
        description="If it was a page: completes links such as slides/3.pdf. You can leave it empty.",
        render_kw={"inputmode": "url", "placeholder": "https://group.example.org/schedule/"},
    )


class ColumnsForm(Form):
    """What each column is; the selects are in ``selects``, numbered as the columns are."""

    order = RadioField("A date such as 03/04/2023 is read", choices=ORDERS)
    base = TextField(
        "Where it stood on the web", [Length(max=500), web_address], render_kw={"inputmode": "url"}
    )

    def chosen(self, columns: Sequence[str], fields: dict[str, str]) -> dict[str, str]:
        """The field of each column; one that wasn't sent stays as it is."""
        said = {column: request.form.get(f"column-{at}", "") for at, column in enumerate(columns)}
        return fields | {
            column: field for column, field in said.items() if field in {each.value for each in Field}
        }

    def day_first(self) -> bool | None:
        """The order that was chosen."""
        return {"day": True, "month": False}.get(self.order.data or "")


class ReviewForm(Form):
    """The rows of one page; their fields are named by the row's id, and read by ``typed``."""


FIELDS = ("date", "time", "link")
"""The fields that each row has once; a title and its speakers stand there for each talk."""


def value_of(shown: ShownRow, name: str, at: int = 0) -> str:
    """What a field of a row says as it was read."""
    session = shown.session
    if session is None:
        return ""
    if name == "date":
        return session.on.isoformat() if session.on else ""
    if name == "time":
        return session.starts_at.isoformat("minutes") if session.starts_at else ""
    if name == "link":
        return next((material.url for material in session.all_materials()), "")
    talk = session.talks[at] if at < len(session.talks) else None
    return (talk.title if name == "title" else ", ".join(talk.speakers)) if talk else ""


def talks_of(shown: ShownRow) -> int:
    """For how many talks a row has fields: one at least."""
    return max(1, len(shown.session.talks)) if shown.session else 0


def row_ids() -> list[int]:
    """The ids of the rows that were sent."""
    found = (name.removeprefix("row-") for name in request.form if name.startswith("row-"))
    return [int(text) for text in found if text.isascii() and text.isdigit() and len(text) < 10][:SHOWN]


def typed_in(rows: Iterable[ShownRow]) -> tuple[dict[int, Typed], dict[str, str]]:
    """What was typed by the ids of the rows, and errors by the names of the fields."""
    typed, errors = {}, {}
    for shown in rows:
        key = shown.row.id
        fixed: dict[str, list[str]] = {}
        for name in FIELDS:
            said = " ".join(tidy(request.form.get(f"{name}-{key}", "")).split())[:2_000]
            if said != value_of(shown, name):
                fixed[name] = [said]
                if words := wrong(name, said):
                    errors[f"{name}-{key}"] = words
        for name in ("title", "speaker"):
            count = talks_of(shown)
            said_all = [
                " ".join(tidy(request.form.get(f"{name}-{key}-{at}", "")).split()) for at in range(count)
            ]
            if said_all != [value_of(shown, name, at) for at in range(count)]:
                fixed[name] = [said[:500] for said in said_all]
        accepted, left_out = f"right-{key}" in request.form, f"out-{key}" in request.form
        typed[key] = Typed(fixed, accepted, left_out)
    return typed, errors


def wrong(name: str, said: str) -> str:
    """What is wrong with what was typed; nothing where it is right."""
    if not said:
        return ""
    if name == "link":
        return (
            ""
            if is_web_address(said)
            else "Give a whole web address, such as https://arxiv.org/abs/1703.03400."
        )
    try:
        if name == "date":
            return (
                "" if 1950 <= date.fromisoformat(said).year <= 2100 else "Give a year between 1950 and 2100."
            )
        if re.fullmatch(r"\d\d:\d\d", said) and time.fromisoformat(said):
            return ""
    except ValueError:
        pass
    return "Give a date such as 2023-10-13." if name == "date" else "Give a time such as 16:00."
