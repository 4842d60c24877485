"""What several forms of the programme share."""

from typing import Any

from wtforms import SelectField
from wtforms.validators import DataRequired, Length

from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.web.forms import Form, TextField, web_address

MATERIAL_KINDS = {kind.value: kind.value.capitalize() for kind in MaterialKind}
LONGEST_TEXT = 20_000


class MaterialForm(Form):
    """Something that a talk or a session leaves behind."""

    kind = SelectField("Kind", choices=MATERIAL_KINDS)
    url = TextField("Address", [DataRequired("Give its address."), web_address, Length(max=2000)])
    title = TextField("Title", [Length(max=300)], description="Empty: its kind stands there.")

    def material(self) -> dict[str, Any]:
        """What was given."""
        return {"kind": MaterialKind(self.kind.data), "title": self.title.data, "url": self.url.data}
