"""Forms for when a speaker can't come."""

from wtforms.validators import Length

from readinggroup.web.forms import Form, TextField


class DeclineForm(Form):
    """The speaker says that they can't come."""

    because = TextField("Why", [Length(max=500)], description="For the co-leads; may stay empty.")

    def change(self) -> dict[str, str]:
        """What was given."""
        return {"because": self.because.data or ""}
