"""Forms of series: what they are, and what belongs to them."""

from collections.abc import Sequence
from typing import Any

from wtforms import Form as PlainForm
from wtforms import FormField, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from readinggroup.groups.books import LONGEST_BOOK
from readinggroup.models import Series, SeriesKind
from readinggroup.scheduling.views import MeetingView
from readinggroup.series.chapter_actions import Line
from readinggroup.series.chapters import ChapterView
from readinggroup.text.names import LONGEST_NAME
from readinggroup.web.forms import (
    Form,
    MarkdownField,
    Rows,
    TextField,
    WholeNumberField,
    at_most,
    web_address,
)

LONGEST_INTRO = 20_000
MOST_CHAPTERS, ROWS_FREE = 100, 5
KINDS = [
    SelectChoice(
        SeriesKind.SPEAKERS.value, "Sessions or talks that belong together, such as guests of one term"
    ),
    SelectChoice(SeriesKind.BOOK.value, "A book that is read chapter by chapter"),
]


class SeriesForm(Form):
    """What a series is called and what it is about."""

    name = TextField("Name", [DataRequired("Give the series a name."), Length(max=LONGEST_BOOK)])
    intro = MarkdownField(
        "Introduction",
        [at_most(LONGEST_INTRO, "The introduction")],
        description="What it is about and for whom. Markdown, with $math$.",
        render_kw={"rows": 8, "data-preview": ""},
    )
    url = TextField(
        "Address",
        [web_address],
        description="Where more is found about it: of a book the book itself.",
        render_kw={"inputmode": "url"},
    )

    def said(self) -> dict[str, Any]:
        """What was given."""
        return {"name": self.name.data, "intro": self.intro.data, "url": self.url.data}

    def is_taken(self) -> None:
        """Say that another series has that name."""
        self.name.errors = ["The group has a series of that name already. Give this one another."]


class NewSeriesForm(SeriesForm):
    """A new series is of one kind for good."""

    kind = RadioField(
        "What holds it together",
        [InputRequired("Choose what holds it together.")],
        choices=KINDS,
        default=SeriesKind.SPEAKERS.value,
    )

    def said(self) -> dict[str, Any]:
        """What was given."""
        return super().said() | {"kind": SeriesKind(self.kind.data)}


class LineForm(PlainForm):
    """A chapter; one without a title is none."""

    number = WholeNumberField("Chapter", [Optional(), NumberRange(1, 9999, "Give a number from 1 on.")])
    title = TextField("Title", [Length(max=180)])
    pages = TextField("Pages", [Length(max=60)], render_kw={"placeholder": "41–67"})
    presenter = TextField("Who presents it", [Length(max=LONGEST_NAME)])

    def validate_presenter(self, field: TextField) -> None:
        """A validator: a name has a letter in it."""
        if field.data and not any(letter.isalpha() for letter in field.data):
            raise ValidationError("That doesn't look like a name.")


class ChaptersForm(Form):
    """The chapters of a book."""

    rows = Rows(FormField(LineForm), max_entries=MOST_CHAPTERS)

    def lines(self) -> list[Line]:
        """What was given, rows without a title left out."""
        return [
            Line(row.number.data or n, row.title.data or "", row.pages.data or "", row.presenter.data or "")
            for n, row in enumerate((each.form for each in self.rows), start=1)
            if row.title.data
        ]

    def validate_rows(self, _field: Rows) -> None:
        """A validator: every chapter has a number of its own."""
        numbers = [line.number for line in self.lines()]
        if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
            raise ValidationError(f"There are two chapters {twice[0]}. Give each a number of its own.")


def chapters_form(chapters: Sequence[ChapterView]) -> ChaptersForm:
    """The form with the chapters that there are, and empty rows below them."""
    rows = [
        {
            "number": chapter.number,
            "title": chapter.title,
            "pages": chapter.pages,
            "presenter": chapter.speakers[0].name if chapter.speakers else "",
        }
        for chapter in chapters
    ]
    free = range(len(rows), min(len(rows) + ROWS_FREE, MOST_CHAPTERS))
    last = max((chapter.number for chapter in chapters), default=0)
    rows += [
        {"number": last + n, "title": "", "pages": "", "presenter": ""} for n, _ in enumerate(free, start=1)
    ]
    return ChaptersForm(data={"rows": rows})


class PlanForm(Form):
    """The plan that was seen, to be applied."""

    based_on = HiddenField(validators=[DataRequired(), Length(max=16)])


class FillForm(Form):
    """Which sessions and talks of a page belong to a series: ids, as they are ticked."""

    sessions = SelectMultipleField("Whole sessions", coerce=int, choices=[])
    talks = SelectMultipleField("Single talks", coerce=int, choices=[])


def fill_form(series: Series, meetings: Sequence[MeetingView]) -> FillForm:
    """The form for the sessions of a page, with those ticked that belong to the series now."""
    talks = [talk for meeting in meetings for talk in meeting.talks]
    here = {
        "sessions": [m.id for m in meetings if m.series and m.series.slug == series.slug],
        "talks": [talk.id for talk in talks if talk.series and talk.series.slug == series.slug],
    }
    form = FillForm(data=here)
    form.sessions.choices = [SelectChoice(meeting.id, meeting.headline) for meeting in meetings]
    form.talks.choices = [SelectChoice(talk.id, talk.title) for talk in talks]
    return form
