"""Forms of one's own account."""

from typing import Any

from wtforms import EmailField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from readinggroup.accounts.emails import fold_where_valid
from readinggroup.accounts.passkeys import LONGEST_NAME as LONGEST_PASSKEY_NAME
from readinggroup.accounts.passwords import LENGTH_WORDS, LONGEST, SHORTEST, is_address
from readinggroup.accounts.sign_in_forms import LONGEST_ANSWER, is_an_address
from readinggroup.web.forms import Form, MarkdownField, TextField, is_web_address, tidy
from readinggroup.web.zones import zone_choices

MOST_LINKS = 5


class ProfileForm(Form):
    """What people call one, where one is, and one's pages on the web."""

    name = TextField(
        "Your name",
        [DataRequired("Say what people call you."), Length(max=120, message="That name is too long.")],
        render_kw={"autocomplete": "name"},
    )
    zone = SelectField(
        "Where you are",
        choices=zone_choices,
        description="By a place with the same clock. Beside a session's own time you then see yours, on every device.",
    )
    links = MarkdownField(
        "Your pages on the web",
        description=f"Addresses such as https://example.org/you, one a line, at most {MOST_LINKS}. "
        "They stand on your page as a speaker.",
        render_kw={"rows": 3},
    )

    def validate_links(self, _field: Field) -> None:
        if len(self.addresses) > MOST_LINKS:
            raise ValidationError(f"Keep it to {MOST_LINKS} addresses.")
        wrong = next((text for text in self.addresses if not is_web_address(text)), None)
        if wrong is not None:
            raise ValidationError(f"{wrong[:80]} isn't a whole web address, such as https://example.org/you.")

    @property
    def addresses(self) -> list[str]:
        """The lines of ``links``, each once."""
        return list(dict.fromkeys((self.links.data or "").split()))


class PasswordForm(Form):
    """A new password."""

    password = PasswordField(
        "New password",
        [DataRequired("Choose a password."), Length(SHORTEST, LONGEST, message=LENGTH_WORDS)],
        description=f"At least {SHORTEST} characters; several words are good.",
        render_kw={"autocomplete": "new-password", "autofocus": True},
    )

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__()

    def validate_password(self, field: PasswordField) -> None:
        if is_address(field.data, self.email):
            raise ValidationError("Take something else than your address.")


class AddressForm(Form):
    """The address that an account is to have."""

    email = EmailField(
        "New e-mail address",
        [DataRequired("Type the new address."), Length(max=254), is_an_address],
        filters=[tidy, fold_where_valid],
        render_kw={"autocomplete": "email", "autofocus": True},
    )

    def __init__(self, email: str) -> None:
        self.present = email
        super().__init__()

    def validate_email(self, field: Field) -> None:
        if field.data == self.present:
            raise ValidationError("That is your address already.")


class AddPasskeyForm(Form):
    """What to call a passkey, and what the browser made."""

    name = TextField(
        "What to call it",
        [DataRequired("Give it a name."), Length(max=LONGEST_PASSKEY_NAME)],
        description="So that you know it again, such as the device that keeps it.",
        render_kw={"autofocus": True},
    )
    answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])


class AppCodeForm(Form):
    """The code that an app shows, to see that it works."""

    code = StringField(
        "Code from the app",
        [DataRequired("Type the code that the app shows now."), Length(max=40)],
        filters=[tidy],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )

    def refuse(self) -> None:
        """Say that the code isn't the app's."""
        self.code.errors = ["That isn't the code that the app shows now. Is the clock of its device right?"]


def profile_of(user: Any) -> dict[str, str]:
    """What a ProfileForm shows at first."""
    return {"name": user.name, "zone": user.zone or "", "links": "\n".join(user.links)}
