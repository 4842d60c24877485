"""Forms of the co-leads' chores and absences."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import InputRequired

from readinggroup.models import User
from readinggroup.web.forms import Form, id_in


class ChoreForm(Form):
    """Which chore is meant, and who is to have it."""

    chore = HiddenField()
    to = HiddenField()

    @property
    def to_id(self) -> int:
        """The id of whoever is to have it; 0 where nobody is named."""
        return id_in(self.to.data)


class AbsenceForm(Form):
    """From when to when a co-lead is away."""

    who = SelectField("Who", coerce=id_in)
    from_on = DateField("From", [InputRequired("Give the first day.")])
    until_on = DateField("Until", [InputRequired("Give the last day.")], description="That day included.")

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
