"""The form for a token's name."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from readinggroup.web.forms import tidy


class TokenForm(FlaskForm):
    """What a token is for."""

    name = StringField(
        "What is it for?",
        filters=[lambda text: tidy(text or "")],
        validators=[
            DataRequired("Say what the token is for."),
            Length(max=60, message="Take at most 60 letters."),
        ],
    )

    @property
    def name_given(self) -> str:
        """The name as it was typed."""
        return self.name.data or ""
