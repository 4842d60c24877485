"""Forms of speakers, for co-leads."""

from collections.abc import Sequence

from wtforms import EmailField, SelectField
from wtforms.validators import ValidationError

from readinggroup.accounts.emails import BadAddress, fold
from readinggroup.models import Membership, Speaker
from readinggroup.web.forms import Form

NOBODY = ("0", "No account")


class AccountForm(Form):
    """Whose account a speaker is."""

    user = SelectField(
        "Account", description="Members of the group. They can then tend their talks themselves."
    )

    @property
    def user_id(self) -> int:
        """The account's id; 0 for none."""
        return int(self.user.data or 0)


class AddressForm(Form):
    """Where an outside speaker is asked."""

    email = EmailField(
        "E-mail",
        description="Co-leads alone see it. When a talk gets its place, the speaker is sent a link to confirm it; "
        "without an address you tell them yourself.",
        render_kw={"autocomplete": "off"},
    )

    def validate_email(self, field: EmailField) -> None:
        try:
            field.data = fold(typed) if (typed := (field.data or "").strip()) else ""
        except BadAddress:
            raise ValidationError("Give an e-mail address, such as name@example.org.") from None


class MergeForm(Form):
    """Which speaker this one really is."""

    other = SelectField(
        "This is another spelling of",
        description="Its talks go there, and so does its address. It can be undone.",
    )

    @property
    def other_id(self) -> int:
        """The id of the speaker that is kept."""
        return int(self.other.data or 0)


def account_form(speaker: Speaker, members: Sequence[Membership]) -> AccountForm:
    """The form with the present account, or what was sent."""
    form = AccountForm(data={"user": str(speaker.user_id or 0)}, prefix="account-")
    known = [(str(place.user_id), place.user.name) for place in members]
    if speaker.user_id and str(speaker.user_id) not in dict(known):
        known.append((str(speaker.user_id), "An account that isn't a member's"))
    form.user.choices = [NOBODY, *known]
    return form


def address_form(speaker: Speaker) -> AddressForm:
    """The form with the present address, or what was sent."""
    return AddressForm(data={"email": speaker.email or ""}, prefix="address-")


def merge_form(others: Sequence[Speaker]) -> MergeForm:
    """The form that offers ``others``."""
    form = MergeForm(prefix="merge-")
    form.other.choices = [("", "Choose a name"), *((str(other.id), other.name) for other in others)]
    return form
