"""The form that closes a session: everything that belongs to it on one page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms import BooleanField, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.validators import Length

from readinggroup.scheduling.views import TalkView
from readinggroup.tending.closing_actions import Closing, Left
from readinggroup.web.forms import (
    Form,
    MarkdownField,
    Rows,
    TextField,
    at_most,
    id_in,
    moment_in,
    web_address,
)

LONGEST_RECAP, LONGEST_THANKS = 20_000, 1000


class SlidesRow(PlainForm):
    """The slides of one talk that lacks them."""

    talk = HiddenField()
    url = TextField("Slides", [web_address, Length(max=2000)], description="Their address, if you have it.")
    is_none = BooleanField("There are no slides")

    @property
    def left(self) -> Left:
        """What was said."""
        return Left(self.url.data or "", bool(self.is_none.data))


class CloseForm(Form):
    """What belongs to a session before it is closed."""

    opened_at = HiddenField()
    recap = MarkdownField(
        "Recap",
        [at_most(LONGEST_RECAP, "A recap")],
        description="Markdown, with math between dollar signs. It stands in the archive.",
        render_kw={"data-preview": ""},
    )
    recording = TextField(
        "Recording", [web_address, Length(max=2000)], description="Its address, if you have it."
    )
    has_no_recording = BooleanField("There is no recording")
    talks = Rows(FormField(SlidesRow), max_entries=20)
    thanks = MarkdownField(
        "A word of thanks to the speakers",
        [at_most(LONGEST_THANKS, "A word of thanks")],
        description="It goes into the site’s own mail of thanks. May stay empty.",
        render_kw={"rows": 3},
    )

    def said(self) -> Closing:
        """What was given."""
        return Closing(
            recap=self.recap.data or "",
            opened_at=moment_in(self.opened_at.data),
            recording=Left(self.recording.data or "", bool(self.has_no_recording.data)),
            slides={id_in(row.form.talk.data): row.form.left for row in self.talks},
            thanks=self.thanks.data or "",
        )


def close_form(recap: str, lacking: Iterable[TalkView], *, now: datetime) -> CloseForm:
    """The form with the recap as it stands or is begun, and a row for each talk that lacks its slides."""
    rows: list[dict[str, Any]] = [{"talk": str(talk.id)} for talk in lacking]
    return CloseForm(data={"recap": recap, "talks": rows, "opened_at": now.isoformat()})
