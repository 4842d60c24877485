"""Forms for when a speaker can't come, or wants to change places."""

from collections.abc import Sequence

from wtforms import SelectField
from wtforms.validators import Length

from readinggroup.scheduling.views import TalkView
from readinggroup.text.markdown import plain
from readinggroup.web.forms import Form, TextField, id_in


class DeclineForm(Form):
    """The speaker says that they can't come."""

    because = TextField("Why", [Length(max=500)], description="For the co-leads; may stay empty.")

    def change(self) -> dict[str, str]:
        """What was given."""
        return {"because": self.because.data or ""}


class SwapWishForm(Form):
    """Whom a speaker asks to change places."""

    other = SelectField("With whom", coerce=id_in, validate_choice=False)
    note = TextField("A word to them", [Length(max=500)], description="May stay empty.")

    @property
    def other_id(self) -> int:
        """The id of the other talk; 0 where none was chosen."""
        return id_in(self.other.data)


def swap_wish_form(partners: Sequence[TalkView]) -> SwapWishForm:
    """The form that offers ``partners``."""
    form = SwapWishForm()
    form.other.choices = [
        (talk.id, f"{', '.join(speaker.name for speaker in talk.speakers)}, session {talk.meeting_number}:"
                  f" {plain(talk.title)}")
        for talk in partners
    ]  # fmt: skip
    return form
