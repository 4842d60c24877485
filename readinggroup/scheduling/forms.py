"""What several forms of the programme share."""

from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.validators import Length

from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.uploads.fields import UploadField, refuse_untold
from readinggroup.web.forms import Form, TextField, web_address

MATERIAL_KINDS = {kind.value: kind.value.capitalize() for kind in MaterialKind}
LONGEST_TEXT = 20_000


class MaterialForm(Form):
    """Something that a talk or a session leaves behind: a file to be kept here, or an address elsewhere."""

    kind = SelectField("Kind", choices=MATERIAL_KINDS)
    file = UploadField("File")
    alt = TextField(
        "What the picture shows",
        [Length(max=500)],
        description="For a picture: in words, for whoever can’t see it.",
    )
    decorative = BooleanField("The picture only decorates; there is nothing to say about it")
    url = TextField("Or its address elsewhere", [web_address, Length(max=2000)])
    title = TextField("Title", [Length(max=300)], description="Empty: its kind stands there.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field is right, there is one of file and address, and a picture is told in words."""
        if not super().validate(extra_validators):
            return False
        if bool(self.file.data) == bool(self.url.data):
            words = (
                "Give a file or an address, not both."
                if self.file.data
                else "Choose a file, or give its address."
            )
            self.url.errors = [words]
        elif self.file.is_picture:
            refuse_untold(self.alt, self.decorative)
        return not self.errors

    def material(self) -> dict[str, Any]:
        """What was given."""
        return {"kind": MaterialKind(self.kind.data), "title": self.title.data, "url": self.url.data}

    def picture(self) -> dict[str, Any]:
        """What was said of the file, where it is a picture."""
        is_told = self.file.is_picture and not self.decorative.data
        return {"alt": self.alt.data if is_told else "", "decorative": self.file.is_picture and not is_told}
