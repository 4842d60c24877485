"""Forms of groups."""

from wtforms import EmailField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from readinggroup.accounts.emails import BadAddress, fold
from readinggroup.accounts.passwords import LENGTH_WORDS, LONGEST, SHORTEST, is_address
from readinggroup.groups.speakers import LONGEST_NAME
from readinggroup.web.forms import Form, MarkdownField, TextField

LONGEST_WHY = 2000
TOO_LONG = f"That is too long: up to {LONGEST_WHY} characters."


class ApplyForm(Form):
    """What somebody with an account says when they would like to join."""

    why = MarkdownField(
        "Why you'd like to join",
        [Length(max=LONGEST_WHY, message=TOO_LONG)],
        description="A sentence or two; the co-leads read it.",
        render_kw={"rows": 4},
    )


class JoinForm(ApplyForm):
    """What a visitor says, who gets an account by it."""

    name = TextField(
        "Your name",
        [
            DataRequired("Say what people call you."),
            Length(max=LONGEST_NAME, message="That name is too long."),
        ],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        "E-mail",
        [DataRequired("Give your address; we send a link there.")],
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        "Password",
        [
            DataRequired("Choose a password."),
            Length(SHORTEST, LONGEST, message=LENGTH_WORDS),
        ],
        description=f"At least {SHORTEST} characters; several words are good.",
        render_kw={"autocomplete": "new-password"},
    )
    website = StringField("Leave this empty", render_kw={"autocomplete": "off", "tabindex": "-1"})

    @property
    def is_trap_sprung(self) -> bool:
        """Whether a field was filled that people don't see."""
        return bool(self.website.data)

    def validate_email(self, field: EmailField) -> None:
        try:
            fold(field.data or "")
        except BadAddress:
            raise ValidationError("That isn't an e-mail address; look for a slip in it.") from None

    def validate_password(self, field: PasswordField) -> None:
        if is_address(field.data, self.email.data):
            raise ValidationError("Take something else than your address.")


class ConfirmForm(Form):
    """The password that was chosen: whoever else began the account doesn't get it confirmed."""

    password = PasswordField(
        "Your password",
        [DataRequired("Type the password that you chose.")],
        description="The one that you chose when you asked to join.",
        render_kw={"autocomplete": "current-password"},
    )


class DeclineForm(Form):
    """Why an application is declined, in words that the applicant gets."""

    reason = MarkdownField(
        "Reason",
        [
            DataRequired("Give a reason; a sentence is enough."),
            Length(max=LONGEST_WHY, message=TOO_LONG),
        ],
        description="It is mailed to the applicant as you write it.",
        render_kw={"rows": 4},
    )
