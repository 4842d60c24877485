"""Forms of sessions: their time, cancelling, and what happened at them."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, Field, FormField, IntegerField, TimeField
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from readinggroup.models import Group, Meeting
from readinggroup.web.forms import Form, Rows, TextField, WholeNumberField


def a_reasonable_year(_form: FlaskForm, field: Field) -> None:
    """A validator: the date is one that a session can have."""
    if isinstance(field.data, date) and not 2000 <= field.data.year <= 2200:
        raise ValidationError("Give a year between 2000 and 2200.")


class TimeForm(Form):
    """When a session is, as the group's clocks show it."""

    on = DateField("Date", [InputRequired("Give a date."), a_reasonable_year])
    starts_at = TimeField("Start", [InputRequired("Give the time at which it starts, such as 14:00.")])
    minutes = IntegerField(
        "Minutes",
        [InputRequired("Say how many minutes it lasts."), NumberRange(5, 1440, "Give 5 to 1440 minutes.")],
    )

    def time(self) -> dict[str, Any]:
        """What was given."""
        return {"on": self.on.data, "starts_at": self.starts_at.data, "minutes": self.minutes.data}


class NewSessionForm(TimeForm):
    """An extra session."""

    title = TextField(
        "Title", [Length(max=200)], description="If it has one; otherwise its talks' titles stand there."
    )

    def time(self) -> dict[str, Any]:
        """What was given."""
        return super().time() | {"title": self.title.data}


class PlaceForm(PlainForm):
    """One place of a session; without minutes of talk there is none."""

    talk_minutes = WholeNumberField(
        "Minutes of the talk", [Optional(), NumberRange(1, 600, "Give 1 to 600 minutes.")]
    )
    question_minutes = WholeNumberField(
        "Minutes of questions", [Optional(), NumberRange(0, 600, "Give 0 to 600 minutes.")]
    )


class PlacesForm(Form):
    """The places of a session, in order."""

    places = Rows(FormField(PlaceForm), max_entries=20)

    def wanted(self) -> list[tuple[int, int] | None]:
        """What was given, by position."""
        return [
            (row.form.talk_minutes.data, row.form.question_minutes.data or 0)
            if row.form.talk_minutes.data
            else None
            for row in self.places
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Every number fits, and there is a place at all."""
        valid = bool(super().validate(extra_validators))
        if valid and not any(self.wanted()):
            self.places.errors = ["A session has at least one place."]
            return False
        return valid


def places_form(meeting: Meeting) -> PlacesForm:
    """The form with the session's places and room for one more, or with what was sent."""
    held = {place.position: place for place in meeting.places}
    names = ("talk_minutes", "question_minutes")
    rows = [
        {name: getattr(held[position], name) for name in names} if position in held else {}
        for position in range(1, max(held, default=0) + 2)
    ]
    return PlacesForm(data={"places": rows})


class CancelForm(Form):
    """Why a session is cancelled."""

    because = TextField(
        "Reason",
        [DataRequired("Say why, so that people needn't ask."), Length(max=500)],
        description="Everybody reads it on the schedule.",
    )

    def change(self) -> dict[str, Any]:
        """What was given."""
        return {"because": self.because.data}


def new_session_form(group: Group) -> NewSessionForm:
    """The form of an extra session, at the group's usual time."""
    return NewSessionForm(data={"starts_at": group.starts_at, "minutes": group.minutes})


def time_form(meeting: Meeting) -> TimeForm:
    """The form with the session's present time, or what was sent."""
    return TimeForm(data={"on": meeting.on, "starts_at": meeting.starts_at, "minutes": meeting.minutes})
