"""Forms of series: what they are, and what belongs to them."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, InputRequired, Length

from readinggroup.groups.books import LONGEST_BOOK
from readinggroup.models import Series, SeriesKind
from readinggroup.scheduling.views import MeetingView
from readinggroup.web.forms import Form, MarkdownField, TextField, at_most, web_address

LONGEST_INTRO = 20_000
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
