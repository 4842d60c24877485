"""Forms by which people show who they are."""

from typing import Any

from wtforms import EmailField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from readinggroup.accounts.emails import BadAddress, fold, fold_where_valid
from readinggroup.accounts.passwords import LENGTH_WORDS, LONGEST
from readinggroup.web.forms import Form, tidy

LONGEST_ANSWER = 10_000


def is_an_address(_form: Form, field: Field) -> None:
    """A validator: what is typed is an e-mail address."""
    try:
        fold(field.data or "")
    except BadAddress:
        raise ValidationError("That isn't an e-mail address; look for a slip in it.") from None


class OnwardForm(Form):
    """A form that keeps the page that one is on the way to."""

    next = HiddenField(filters=[tidy])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.id = f"{type(self).__name__}-next"  # Two such forms may stand on one page.


def _password() -> PasswordField:
    return PasswordField(
        "Password",
        [DataRequired("Type your password."), Length(max=LONGEST, message=LENGTH_WORDS)],
        render_kw={"autocomplete": "current-password"},
    )


class AgainForm(OnwardForm):
    """The password of whoever is signed in already."""

    password = _password()


class SignInForm(OnwardForm):
    """Address and password."""

    email = EmailField(
        "E-mail",
        [DataRequired("Type the address of your account."), Length(max=254)],
        filters=[tidy, fold_where_valid],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = _password()


class AskForCodeForm(OnwardForm):
    """Where to mail a code."""

    email = EmailField(
        "E-mail",
        [DataRequired("Type the address of your account."), Length(max=254), is_an_address],
        filters=[tidy, fold_where_valid],
        render_kw={"autocomplete": "username", "autofocus": True},
    )


class CodeForm(OnwardForm):
    """A code from a mail."""

    code = StringField(
        "Code",
        [DataRequired("Type the code from the mail."), Length(max=40)],
        filters=[tidy],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True},
    )


class SecondStepForm(OnwardForm):
    """A code from an app, or a recovery code."""

    code = StringField(
        "Code",
        [DataRequired("Type the code that your app shows."), Length(max=40)],
        filters=[tidy],
        render_kw={"autocomplete": "one-time-code", "autofocus": True},
    )


class PasskeyForm(OnwardForm):
    """What a passkey signed, as the browser's script writes it."""

    answer = HiddenField(validators=[DataRequired(), Length(max=LONGEST_ANSWER)])
