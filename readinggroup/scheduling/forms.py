"""Forms of the programme."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, TypeVar

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from readinggroup.domain.lifecycle import MaterialKind, PitchKind
from readinggroup.groups.speakers import LONGEST_NAME
from readinggroup.models import Group, Meeting
from readinggroup.scheduling.proposing import ChangeSet, ProposedRow
from readinggroup.scheduling.talk_actions import Where
from readinggroup.scheduling.views import TalkView
from readinggroup.web.forms import Form, MarkdownField, Rows, TextField, web_address

Options = Sequence[tuple[str, str]]
AnyForm = TypeVar("AnyForm", bound=Form)

LEAVE_OUT = {"": "Leave out"}
MATERIAL_KINDS = {kind.value: kind.value.capitalize() for kind in MaterialKind}
LONGEST_TEXT = 20_000


def a_reasonable_year(_form: FlaskForm, field: Field) -> None:
    """A validator: the date is one that a session can have."""
    if isinstance(field.data, date) and not 2000 <= field.data.year <= 2200:
        raise ValidationError("Give a year between 2000 and 2200.")


def names_in(text: str) -> list[str]:
    """Names typed into one line, between commas, semicolons or the word "and"."""
    parts = text.replace(";", ",").replace(" and ", ",").split(",")
    return [" ".join(part.split()) for part in parts if part.strip()]


def some_names(_form: FlaskForm, field: Field) -> None:
    """A validator: there are one to ten names, none of them too long."""
    names = names_in(field.data or "")
    if not names or not all(any(letter.isalpha() for letter in name) for name in names):
        raise ValidationError("Say who speaks.")
    if len(names) > 10 or max(map(len, names)) > LONGEST_NAME:
        raise ValidationError("Give at most ten names, each of up to 120 characters.")


def id_in(value: str | int | None) -> int:
    """The id that a field carries; 0 where it is none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


# --- the proposal -----------------------------------------------------------------------------------------


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


# --- sessions ---------------------------------------------------------------------------------------------


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


class RecapForm(Form):
    """What a session was about, in the archive."""

    title = TextField("Title", [Length(max=200)], description="Empty: the talks' titles stand there.")
    recap = MarkdownField(
        "Recap", [Length(max=LONGEST_TEXT)], description="Markdown, with math between dollar signs."
    )

    def change(self) -> dict[str, Any]:
        """What was given."""
        return {"title": self.title.data, "recap": self.recap.data}


class GivenForm(PlainForm):
    """One talk of a session that happened."""

    talk = HiddenField()
    given = BooleanField("This talk was given")
    slides = TextField("Slides", [web_address, Length(max=2000)])
    recording = TextField("Recording", [web_address, Length(max=2000)])

    @property
    def talk_id(self) -> int:
        """The talk's id; 0 where the field holds none."""
        return id_in(self.talk.data)


class HeldForm(Form):
    """What happened at a session."""

    talks = Rows(FormField(GivenForm), max_entries=20)
    recap = MarkdownField(
        "Recap", [Length(max=LONGEST_TEXT)], description="Markdown, with math between dollar signs."
    )
    slides = TextField("Slides of the session as a whole", [web_address, Length(max=2000)])
    recording = TextField("Recording of the session as a whole", [web_address, Length(max=2000)])

    def change(self) -> dict[str, Any]:
        """What was given: the ids of the talks that took place, the recap and what is to be kept."""
        given = {row.form.talk_id for row in self.talks if row.given.data}
        return {"given": given, "recap": self.recap.data, "links": self.links()}

    def links(self) -> list[tuple[int | None, MaterialKind, str]]:
        """What was added, as (talk's id or None for the session, kind, address)."""
        rows = [(row.form.talk_id, row.form) for row in self.talks] + [(None, self)]
        return [
            (talk_id, kind, field.data)
            for talk_id, form in rows
            for kind, field in ((MaterialKind.SLIDES, form.slides), (MaterialKind.RECORDING, form.recording))
            if field.data
        ]


def held_form(talks: Sequence[TalkView]) -> HeldForm:
    """The form for a session with ``talks``, all of them taken as given."""
    return HeldForm(data={"talks": [{"talk": str(talk.id), "given": True} for talk in talks]})


# --- talks ------------------------------------------------------------------------------------------------


def a_place(_form: FlaskForm, field: Field) -> None:
    """A validator: the field names a place; whether that is free, the action says."""
    if not Where.can_read(field.data or ""):
        raise ValidationError("Choose a place.")


class MoveTalkForm(Form):
    """Another place for a talk."""

    based_on = HiddenField()
    place = SelectField("To", [a_place], choices={}, validate_choice=False)

    def change(self) -> dict[str, Any]:
        """What was given."""
        return {"to": Where.read(self.place.data), "based_on": self.based_on.data}


class SwapForm(Form):
    """Another talk to change places with."""

    based_on = HiddenField()
    other = SelectField("With", coerce=id_in, choices={}, validate_choice=False)

    @property
    def other_id(self) -> int:
        """The id of the other talk; 0 where none was chosen."""
        return id_in(self.other.data)

    def change(self) -> dict[str, Any]:
        """What was given, the other talk apart."""
        return {"based_on": self.based_on.data}


class TakeOffForm(Form):
    """Why a talk comes off the programme."""

    based_on = HiddenField()
    note = TextField(
        "Note", [Length(max=500)], description="Stands beside the talk in the archive; may stay empty."
    )

    def change(self) -> dict[str, Any]:
        """What was given."""
        return {"note": self.note.data, "based_on": self.based_on.data}


class TalkForm(Form):
    """A talk that a co-lead puts on the programme by hand."""

    title = TextField("Title", [DataRequired("Give the talk a title."), Length(max=200)])
    speakers = TextField(
        "Speakers",
        [DataRequired("Say who speaks."), some_names],
        description="Names, with commas between several. They need no account.",
    )
    kind = SelectField("Kind", choices={kind.value: kind.label for kind in PitchKind})
    abstract = MarkdownField("Abstract", [Length(max=LONGEST_TEXT)])

    def talk(self) -> dict[str, Any]:
        """What was given."""
        return {
            "title": self.title.data,
            "speakers": names_in(self.speakers.data or ""),
            "kind": PitchKind(self.kind.data),
            "abstract": self.abstract.data,
        }


class ReplaceForm(TalkForm):
    """The talk that comes instead."""

    based_on = HiddenField()
    note = TextField(
        "Why", [Length(max=500)], description="Stands beside the talk that was planned; may stay empty."
    )

    def change(self) -> dict[str, Any]:
        """What was given."""
        return self.talk() | {"note": self.note.data, "based_on": self.based_on.data}


class ReadingForm(Form):
    """What people should read before a talk."""

    url = TextField(
        "Address", [DataRequired("Give the address of the reading."), web_address, Length(max=2000)]
    )
    title = TextField("Title", [Length(max=300)])

    def change(self) -> dict[str, Any]:
        """What was given."""
        return {"title": self.title.data, "url": self.url.data}


class MaterialForm(Form):
    """Something that a talk or a session leaves behind."""

    kind = SelectField("Kind", choices=MATERIAL_KINDS)
    url = TextField("Address", [DataRequired("Give its address."), web_address, Length(max=2000)])
    title = TextField("Title", [Length(max=300)], description="Empty: its kind stands there.")

    def material(self) -> dict[str, Any]:
        """What was given."""
        return {"kind": MaterialKind(self.kind.data), "title": self.title.data, "url": self.url.data}


AnyChangeForm: TypeAlias = MoveTalkForm | SwapForm | TakeOffForm | ReplaceForm


@dataclass(frozen=True, slots=True)
class ChangeForms:
    """The four ways to change a published talk, as one page has them; the one that was sent holds what was typed."""

    move: MoveTalkForm
    swap: SwapForm
    take_off: TakeOffForm
    replace: ReplaceForm


def change_forms(based_on: str, *, places: Options, others: Options, sent: str = "") -> ChangeForms:
    """The forms for a talk.  ``sent``: which of them a browser sent, if any; ``others`` are talks by their id."""

    def made(form: type[AnyForm], name: str) -> AnyForm:
        given = {} if name == sent else {"formdata": None}
        return form(prefix=f"{name}-", data={"based_on": based_on}, **given)

    forms = ChangeForms(
        made(MoveTalkForm, "move"), made(SwapForm, "swap"), made(TakeOffForm, "off"), made(ReplaceForm, "new")
    )
    forms.move.place.choices = dict(places)
    forms.swap.other.choices = dict(others)
    return forms


def new_session_form(group: Group) -> NewSessionForm:
    """The form of an extra session, at the group's usual time."""
    return NewSessionForm(data={"starts_at": group.starts_at, "minutes": group.minutes})


def time_form(meeting: Meeting) -> TimeForm:
    """The form with the session's present time, or what was sent."""
    return TimeForm(data={"on": meeting.on, "starts_at": meeting.starts_at, "minutes": meeting.minutes})
