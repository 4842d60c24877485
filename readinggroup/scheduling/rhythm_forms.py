"""The form of when a group meets."""

from typing import Any

from wtforms import BooleanField, DateField, FormField, HiddenField, SelectField, SubmitField, TimeField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional

from readinggroup.domain.rhythm import Break
from readinggroup.scheduling.rhythm_actions import Meets
from readinggroup.scheduling.session_forms import a_reasonable_year
from readinggroup.web.forms import Form, Rows, TextField, whole
from readinggroup.web.zones import place_choices

MOST_BREAKS = 40
NAMES = (
    "weeks", "first_on", "starts_at", "minutes", "zone", "places", "talk_minutes", "question_minutes",
)  # fmt: skip
"""The fields that are called as in ``Meets``."""


class BreakForm(PlainForm):
    """One break; a row without dates is none."""

    name = TextField("Name", [Length(max=120)], description="Such as “Winter break”.")
    first_on = DateField("First day without a session", [Optional(), a_reasonable_year])
    last_on = DateField("Last day without a session", [Optional(), a_reasonable_year])
    shifts = BooleanField("The rhythm begins anew after it")
    remove = BooleanField("Take this break away")

    @property
    def counts(self) -> bool:
        """Whether the row says anything that is to be kept."""
        return not self.remove.data and bool(self.first_on.data or self.last_on.data or self.name.data)

    def break_(self) -> Break:
        """What was given."""
        days: dict[str, Any] = {"first_on": self.first_on.data, "last_on": self.last_on.data}
        return Break(name=self.name.data or "Break", shifts=bool(self.shifts.data), **days)

    def check(self) -> bool:
        """Whether a row that counts has both its days, in order; otherwise the fields say what is missing."""
        if self.counts:
            for field in (self.first_on, self.last_on):
                if not field.errors and field.data is None:
                    field.errors = ["Give a day."]
            first_on, last_on = self.first_on.data, self.last_on.data
            if first_on and last_on and last_on < first_on:
                self.last_on.errors = ["The break ends before it begins."]
        return not (self.first_on.errors or self.last_on.errors)


class RhythmForm(Form):
    """When a group meets and what its sessions hold.  ``seen`` is the mark of the preview that stands above it."""

    seen = HiddenField()
    weeks = whole("Weeks from one session to the next", 1, 52)
    first_on = DateField(
        "A date on which the group meets",
        [InputRequired("Give a date."), a_reasonable_year],
        description="Its weekday is the group's, and weeks are counted from it.",
    )
    starts_at = TimeField("Start", [InputRequired("Give the time at which it starts, such as 14:00.")])
    minutes = whole("Minutes of a session", 5, 1440)
    zone = SelectField("Place whose clocks count")
    places = whole("Places in a session", 1, 20, description="2 × 30, 1 × 60 or 4 × 15 minutes, say.")
    talk_minutes = whole("Minutes of a talk", 1, 600)
    question_minutes = whole("Minutes of questions after it", 0, 600)
    breaks = Rows(FormField(BreakForm), max_entries=MOST_BREAKS)
    preview = SubmitField()
    save = SubmitField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = place_choices()

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field, and that each break that counts has its two days."""
        valid = bool(super().validate(extra_validators))
        checked = [row.form.check() for row in self.breaks]
        if not all(checked):
            self.breaks.errors = [row.form.errors for row in self.breaks]
        return valid and all(checked)

    def meets(self) -> Meets:
        """What was given."""
        values: dict[str, Any] = {name: self[name].data for name in NAMES}
        breaks = (row.form.break_() for row in self.breaks if row.form.counts)
        return Meets(
            **values, breaks=tuple(sorted(breaks, key=lambda pause: (pause.first_on, pause.last_on)))
        )


def rhythm_form(present: Meets) -> RhythmForm:
    """The form with the present rhythm and a row for one more break, or with what was sent."""
    rows: list[dict[str, Any]] = [
        {"name": each.name, "first_on": each.first_on, "last_on": each.last_on, "shifts": each.shifts}
        for each in present.breaks
    ]
    return RhythmForm(data={name: getattr(present, name) for name in NAMES} | {"breaks": [*rows, {}]})
