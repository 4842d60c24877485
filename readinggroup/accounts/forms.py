"""Forms of accounts."""

from typing import Any

from flask_security.forms import LoginForm
from wtforms import EmailField, HiddenField, PasswordField, SubmitField
from wtforms.validators import DataRequired, Length

from readinggroup.accounts.emails import fold_where_valid
from readinggroup.web.forms import local_path


class SignInForm(LoginForm):
    """Sign in by address and password."""

    email = EmailField(
        "E-mail",
        validators=[DataRequired("Type the address of your account."), Length(max=254)],
        filters=[fold_where_valid],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        "Password",
        validators=[DataRequired("Type your password.")],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField(filters=[local_path])
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
