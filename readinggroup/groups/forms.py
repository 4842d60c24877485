"""Forms of joining and of inviting."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from readinggroup.accounts.emails import BadAddress, fold, fold_where_valid
from readinggroup.accounts.passwords import LENGTH_WORDS, LONGEST, SHORTEST, is_address
from readinggroup.domain.lifecycle import Role
from readinggroup.groups.joining import Wish
from readinggroup.models import Invitation
from readinggroup.text.names import LONGEST_NAME
from readinggroup.web.forms import Form, MarkdownField, TextField, WholeNumberField

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

    def answers(self) -> list[tuple[str, str]]:
        """Each question of the group with what was answered."""
        return [(field.label.text, field.data or "") for field in self if field.name.startswith("answer_")]

    def wish(self, invitation: Invitation | None = None) -> Wish:
        """What the form says."""
        return Wish(why=self.why.data or "", answers=self.answers(), invitation=invitation)


Asking = TypeVar("Asking", bound=ApplyForm)


def asking(kind: type[Asking], questions: Sequence[str]) -> type[Asking]:
    """The form ``kind`` with a field for each of a group's questions."""
    fields: dict[str, Any] = {
        f"answer_{number}": MarkdownField(
            question,
            [
                DataRequired("Answer this; a sentence is enough."),
                Length(max=LONGEST_WHY, message=TOO_LONG),
            ],
            render_kw={"rows": 3},
        )
        for number, question in enumerate(questions)
    }
    return type(kind.__name__, (kind,), fields)


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


MOST_ADDRESSES = 50
DAYS = {"1": "one day", "7": "a week", "30": "30 days", "90": "90 days"}
ROLES = {Role.MEMBER.value: "a member", Role.CO_LEAD.value: "a co-lead"}


class LinkForm(Form):
    """An invitation by a link that a co-lead hands on."""

    role = RadioField("Whoever follows it becomes", choices=ROLES, default=Role.MEMBER.value)
    days = SelectField("It works for", choices=DAYS, default="7")
    most = WholeNumberField(
        "How many may come in by it",
        [InputRequired("Give a number from 1 to 500."), NumberRange(1, 500, "Give a number from 1 to 500.")],
        default=20,
    )


class MailForm(Form):
    """Invitations that are mailed, one for each address."""

    addresses = MarkdownField(
        "E-mail addresses",
        [DataRequired("Give at least one address.")],
        description=f"One in each line, up to {MOST_ADDRESSES}. Each gets a link that one person can follow.",
        render_kw={"rows": 4, "autocomplete": "off"},
    )
    mail_role = RadioField("They become", choices=ROLES, default=Role.MEMBER.value)
    mail_days = SelectField("The links work for", choices=DAYS, default="30")

    def listed(self) -> list[str]:
        """The addresses, each once, in their order."""
        typed = filter(None, re.split(r"[\s,;]+", self.addresses.data or ""))
        return list(dict.fromkeys(fold_where_valid(address) or "" for address in typed))

    def validate_addresses(self, field: MarkdownField) -> None:  # noqa: ARG002
        if len(self.listed()) > MOST_ADDRESSES:
            raise ValidationError(f"Up to {MOST_ADDRESSES} addresses at once.")
        for address in self.listed():
            try:
                fold(address)
            except BadAddress:
                raise ValidationError(f"“{address[:100]}” isn't an e-mail address.") from None


class ListForm(Form):
    """A list of people, as a file or pasted."""

    people = MarkdownField(
        "… or paste the table here",
        description="The first line names the columns: email, and if you like name and role (member or co-lead).",
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )


class SendListForm(Form):
    """The list that was looked at, to be sent."""

    text = HiddenField()
