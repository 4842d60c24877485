"""Forms of the site as a whole: setting it up, its name, its groups."""

from datetime import datetime, time
from typing import Any, cast

from wtforms import EmailField, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from readinggroup.accounts.emails import BadAddress, fold
from readinggroup.accounts.passwords import LENGTH_WORDS, LONGEST, SHORTEST, is_address
from readinggroup.front.founding import Start, is_welcome_code
from readinggroup.groups.actions import BadSlug, check_slug
from readinggroup.text.slugs import slugify
from readinggroup.web.forms import Form, LocalDateTimeField, MarkdownField, TextField, whole
from readinggroup.web.zones import place_choices


def an_address(_form: Form, field: EmailField) -> None:
    """A validator: the field is empty or an e-mail address."""
    try:
        fold(field.data or "x@example.org")
    except BadAddress:
        raise ValidationError("That isn't an e-mail address; look for a slip in it.") from None


class CommunityNameForm(Form):
    """What all groups of the site are called together, and on a site that others reach the code from its terminal."""

    code = TextField(
        "Code",
        description="The server wrote it to its terminal when it started; the command “flask welcome” says it again.",
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    community = TextField(
        "Name of the community",
        [DataRequired("Give the community a name."), Length(max=120)],
        description="All groups of this site together, such as the name of your institute or circle.",
    )


class GroupNameForm(Form):
    """What a group is called, and where it is found: by its name, unless another address is given."""

    name = TextField("Name of the group", [DataRequired("Give the group a name."), Length(max=120)])
    slug = TextField(
        "Address of the group",
        description="The part behind the slash, such as ml-theory: lower-case letters, digits and hyphens. "
        "Left empty, it is made of the name.",
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )

    def validate_slug(self, field: StringField) -> None:
        if not field.data and self.name.data:
            field.data = slugify(self.name.data, fallback="")
        try:
            check_slug(field.data or "")
        except BadSlug as problem:
            raise ValidationError(str(problem)) from None


class BeginningForm(CommunityNameForm, GroupNameForm):
    """The wizard's first step: names, and the code where one is asked for."""

    def __init__(self, secret_key: str | None, **kwargs: Any) -> None:
        """``secret_key``: what the code is made of; None where none is asked for."""
        super().__init__(**kwargs)
        self.secret_key = secret_key
        if secret_key is None:
            del self.code

    def validate_code(self, field: StringField) -> None:
        if self.secret_key is not None and not is_welcome_code(field.data, self.secret_key):
            raise ValidationError("That isn't the code.")


class MeetingsForm(Form):
    """When a group meets."""

    zone = SelectField("Place whose clocks count", [InputRequired("Choose a place.")])
    first_at = LocalDateTimeField(
        "First session",
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired("Give a date and a time.")],
        description="As clocks there show it; its weekday and hour are those of all that follow.",
    )
    weeks = whole("Weeks from one session to the next", 1, 52, default=2)
    places = whole("Talks in a session", 1, 20, default=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nobody meets by the first place of the alphabet because they overlooked the field.
        self.zone.choices = {"Not chosen yet": [("", "Choose a place")], **place_choices()}

    def start(self, *, slug: str, name: str) -> Start:
        """The group that the forms describe, once they are valid."""
        first = cast(datetime, self.first_at.data)
        return Start(
            slug=slug,
            name=name,
            zone=self.zone.data,
            first_on=first.date(),
            starts_at=time(first.hour, first.minute),
            weeks=self.weeks.data or 2,
            places=self.places.data or 2,
        )


class PersonForm(Form):
    """Who leads the first group and looks after the site."""

    person = TextField(
        "Your name",
        [DataRequired("Say what people call you."), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        "E-mail", [DataRequired("Give your address."), an_address], render_kw={"autocomplete": "email"}
    )
    password = PasswordField(
        "Password",
        [DataRequired("Choose a password."), Length(SHORTEST, LONGEST, message=LENGTH_WORDS)],
        description=f"At least {SHORTEST} characters; several words are good.",
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        if is_address(field.data, self.email.data):
            raise ValidationError("Take something else than your address.")


class NewGroupForm(GroupNameForm, MeetingsForm):
    """A further group."""

    lead = EmailField(
        "E-mail of its first co-lead",
        [DataRequired("Give the address of whoever leads it first."), an_address],
        description="Whoever has no account yet gets an invitation by mail.",
    )


class CommunityForm(Form):
    """The community's name and front page."""

    name = TextField("Name", [DataRequired("Give the community a name."), Length(max=120)])
    intro = MarkdownField(
        "What stands below it",
        [Length(max=10_000)],
        description="Who you are and whom you welcome. Markdown.",
        render_kw={"rows": 6},
    )


class AppointForm(Form):
    """Another co-lead for a group, by whoever looks after the site."""

    email = EmailField("E-mail", [DataRequired("Give an address."), an_address])
