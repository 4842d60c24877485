"""Forms of accounts."""

from flask_security.forms import LoginForm
from wtforms import EmailField, PasswordField, SubmitField
from wtforms.validators import DataRequired, Length

from readinggroup.accounts.emails import fold_where_valid
from readinggroup.web.forms import tidy

LONGEST_PASSWORD = 1000


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
            Length(max=LONGEST_PASSWORD, message="That is too long for a password."),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    submit = SubmitField("Sign in")
    remember = None  # type: ignore[assignment]  # Sessions last a month and have a row to end them by.
