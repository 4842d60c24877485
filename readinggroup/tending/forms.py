"""Forms of the co-leads' chores and absences."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import current_app
from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.validators import InputRequired, Length

from readinggroup.models import User
from readinggroup.uploads.fields import RecordingField, UploadField
from readinggroup.web.forms import Form, MarkdownField, TextField, at_most, id_in, web_address

LONGEST_WORD = 2000


class ChoreForm(Form):
    """Which chore is meant, and who is to have it."""

    chore = HiddenField()
    to = HiddenField()

    @property
    def to_id(self) -> int:
        """The id of whoever is to have it; 0 where nobody is named."""
        return id_in(self.to.data)


class GiveForm(Form):
    """Where slides or a recording are; or, in ``none``, "yes" that there are none, and "no" to take that back."""

    url = TextField("Address", [web_address, Length(max=2000)])
    none = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two is said."""
        if super().validate(extra_validators) and not (self.url.data or self.none.data):
            self.url.errors = ["Give its address."]
        return not self.errors


class SlidesForm(GiveForm):
    """Slides: a file to be kept here, or where they are."""

    file = UploadField("File", description="A PDF.", render_kw={"accept": "application/pdf"})
    url = TextField("Or its address elsewhere", [web_address, Length(max=2000)])

    def validate(self, extra_validators: Any = None) -> bool:
        """One of file, address and that there are none."""
        if not Form.validate(self, extra_validators):
            return False
        if self.none.data:
            return True
        if bool(self.file.data) == bool(self.url.data):
            both = "Give a file or an address, not both."
            self.url.errors = [both if self.file.data else "Choose a file, or give its address."]
        elif self.file.is_picture:
            self.file.errors = ["Give the slides as one PDF."]
        return not self.errors


class RecordingForm(SlidesForm):
    """A recording: a file to be kept here, or where it is."""

    file = RecordingField("File")


def form_of_recording() -> GiveForm:
    """The form for a recording, with a file where this installation keeps recordings."""
    return RecordingForm() if current_app.config["SETTINGS"].recording_bytes else GiveForm()


class FeedbackForm(Form):
    """What a member tells a speaker."""

    good = MarkdownField(
        "What was good?",
        [at_most(LONGEST_WORD, "This")],
        render_kw={"rows": 3},
        description="Up to 2,000 characters.",
    )
    better = MarkdownField(
        "What could be better?", [at_most(LONGEST_WORD, "This")], render_kw={"rows": 3},
        description="One thing that would help them most.",
    )  # fmt: skip
    is_signed = BooleanField("Let the speaker see my name")

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two is said."""
        if super().validate(extra_validators) and not (self.good.data or self.better.data):
            self.good.errors = ["Write something into one of the two."]
        return not self.errors

    def said(self) -> dict[str, Any]:
        """What was given."""
        return {"good": self.good.data, "better": self.better.data, "is_signed": bool(self.is_signed.data)}


class AbsenceForm(Form):
    """From when to when a co-lead is away."""

    who = SelectField("Who", coerce=id_in)
    from_on = DateField("From", [InputRequired("Give the first day.")])
    until_on = DateField("Up to and including", [InputRequired("Give the last day.")])

    def validate(self, extra_validators: Any = None) -> bool:
        """Both days are dates of a sensible year, in order."""
        if not super().validate(extra_validators):
            return False
        first, last = self.dates()
        if not date(2000, 1, 1) <= first <= date(2200, 1, 1):
            self.from_on.errors = ["Give a year between 2000 and 2200."]
        elif last < first:
            self.until_on.errors = ["That is before the first day."]
        return not self.errors

    def dates(self) -> tuple[date, date]:
        """The first and the last day."""
        if self.from_on.data is None or self.until_on.data is None:
            raise ValueError("Ask a form that was validated.")
        return self.from_on.data, self.until_on.data


def absence_form(
    people: Iterable[User], user_id: int | None, *, today: date, sent: bool = False
) -> AbsenceForm:
    """The form, for whoever asks unless another co-lead is chosen; what was sent in it where ``sent``."""
    more: dict[str, Any] = {} if sent else {"formdata": None}
    form = AbsenceForm(data={"who": user_id, "from_on": today}, **more)
    form.who.choices = [(user.id, user.name) for user in people]
    return form
