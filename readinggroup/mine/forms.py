"""Forms of what is one's own."""

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import DataRequired, InputRequired

from readinggroup.web.forms import Form

KEEP, HIDE = "keep", "hide"


class DeleteForm(Form):
    """What becomes of the talks, and that it is meant."""

    talks = RadioField(
        "The talks that you gave",
        [InputRequired("Choose what the archive shall say.")],
        choices=[
            SelectChoice(KEEP, "stay under your name"),
            SelectChoice(HIDE, "stay, as a former member's"),
        ],
    )
    sure = BooleanField(
        "Delete my account; I know that nobody can bring it back",
        [DataRequired("Tick this when you mean it.")],
    )
