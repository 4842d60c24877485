"""Forms of the co-leads' plan: how far ahead sessions are made, and the proposal."""

from collections.abc import Container, Sequence
from typing import Any

from wtforms import Form as PlainForm
from wtforms import FormField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from readinggroup.scheduling.forms import id_in
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.proposing import ChangeSet, ProposedRow
from readinggroup.web.forms import Form, Rows

Options = Sequence[tuple[str, str]]
LEAVE_OUT = {"": "Leave out"}


class AheadForm(Form):
    """How many of the next dates are to have their sessions."""

    count = IntegerField(validators=[InputRequired(), NumberRange(1, 200)])


class PlacingForm(PlainForm):
    """One row of the change set: a pitch and its place, or none."""

    pitch = HiddenField()
    place = SelectField("Place", validate_choice=False)

    @property
    def pitch_id(self) -> int:
        """The pitch's id; 0 where the field holds none."""
        return id_in(self.pitch.data)


class ProposalForm(Form):
    """The change set, to be edited and accepted."""

    based_on = HiddenField()
    rows = Rows(FormField(PlacingForm), max_entries=200)

    def offer(self, options: Options) -> None:
        """Let every row choose among ``options``, or be left out."""
        for row in self.rows:
            row.form.place.choices = LEAVE_OUT | dict(options)

    def change(self) -> dict[str, Any]:
        """What was accepted: the place of each pitch by its id, and what that was decided from."""
        rows = [row.form for row in self.rows if row.form.place.data]
        return {
            "placings": {row.pitch_id: Where.read(row.place.data) for row in rows},
            "based_on": self.based_on.data,
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Every chosen place is one, and chosen once; whether it is free still, the action says."""
        valid = bool(super().validate(extra_validators))
        chosen: set[str] = set()
        problems = []
        for row in self.rows:
            place = row.form.place
            if words := _wrong_with(place.data or "", chosen):
                place.errors = [words]
                problems.append(words)
            chosen.add(place.data or "")
        if problems:
            self.rows.errors = problems
        return valid and not problems


def _wrong_with(place: str, chosen: Container[str]) -> str:
    if place and not Where.can_read(place):
        return "Choose one of the places."
    if place and place in chosen:
        return "Another talk has this place already. Choose another place for one of them."
    return ""


def proposal_form(changes: ChangeSet) -> ProposalForm:
    """The form of ``changes``, with what was sent."""
    form = ProposalForm(data=_data(changes))
    form.offer(changes.options)
    return form


def fresh_proposal_form(changes: ChangeSet) -> ProposalForm:
    """The form of ``changes``, whatever was sent."""
    form = ProposalForm(formdata=None, data=_data(changes))
    form.offer(changes.options)
    return form


def _data(changes: ChangeSet) -> dict[str, Any]:
    rows = [{"pitch": str(row.pitch_id), "place": row.place} for row in (*changes.rows, *changes.others)]
    return {"based_on": changes.based_on, "rows": rows}


def rows_of(form: ProposalForm, told: Sequence[ProposedRow]) -> list[tuple[ProposedRow, PlacingForm]]:
    """Each of ``told`` beside its fields of ``form``."""
    fields = {row.form.pitch_id: row.form for row in form.rows}
    return [(row, fields[row.pitch_id]) for row in told if row.pitch_id in fields]
