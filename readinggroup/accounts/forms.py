"""Forms of accounts."""

from typing import Any

from flask_security.forms import LoginForm
from wtforms import EmailField, PasswordField, SubmitField, ValidationError
from wtforms.validators import DataRequired, Length

from readinggroup.accounts.emails import fold_where_valid
from readinggroup.accounts.passwords import LENGTH_WORDS, LONGEST, SHORTEST, is_address
from readinggroup.web.forms import Form, TextField, tidy


class SignInForm(LoginForm):
    """Sign in by address and password."""

    email = EmailField(
        "E-mail",
        validators=[DataRequired("Type the address of your account."), Length(max=254)],
        filters=[tidy, fold_where_valid],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        "Password",
        validators=[
            DataRequired("Type your password."),
            Length(max=LONGEST, message=LENGTH_WORDS),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    submit = SubmitField("Sign in")
    remember = None  # type: ignore[assignment]  # Sessions last a month and have a row to end them by.

    def validate(self, **more: Any) -> bool:
        """Whether address and password belong together, and the address was confirmed."""
        if not super().validate(**more):
            return False
        if self.user is None or self.user.confirmed_at is None:
            self.form_errors.append(
                "Confirm your address first: follow the link in the mail that we sent you."
            )
            return False
        return True


class NameForm(Form):
    """What people call one."""

    name = TextField(
        "Your name",
        [DataRequired("Say what people call you."), Length(max=120, message="That name is too long.")],
        render_kw={"autocomplete": "name"},
    )


class PasswordForm(Form):
    """A new password, by whoever knows the present one."""

    present = PasswordField(
        "Present password",
        [DataRequired("Type your present password.")],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        "New password",
        [DataRequired("Choose a password."), Length(SHORTEST, LONGEST, message=LENGTH_WORDS)],
        description=f"At least {SHORTEST} characters; several words are good.",
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__()

    def validate_password(self, field: PasswordField) -> None:
        if is_address(field.data, self.email):
            raise ValidationError("Take something else than your address.")
