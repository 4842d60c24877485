"""Forms of talks on the programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField
from wtforms.validators import DataRequired, Length, ValidationError

from readinggroup.domain.lifecycle import PitchKind
from readinggroup.models import Talk
from readinggroup.scheduling.forms import LONGEST_TEXT
from readinggroup.scheduling.places import Where
from readinggroup.text.names import names_in
from readinggroup.web.forms import Form, MarkdownField, TextField, id_in, some_names, web_address

Options = Sequence[tuple[str, str]]
AnyForm = TypeVar("AnyForm", bound=Form)


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


def correction_form(talk: Talk) -> TalkForm:
    """The form with the talk as it is, or as it was sent."""
    names = ", ".join(speaker.name for speaker in talk.speakers)
    return TalkForm(
        data={"title": talk.title, "speakers": names, "kind": talk.kind.value, "abstract": talk.abstract}
    )


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
