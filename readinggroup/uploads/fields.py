"""The field of a form that takes a file."""

from os import SEEK_END
from typing import Any

from flask import current_app, request
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation
from wtforms.widgets import FileInput

from readinggroup.config import Settings
from readinggroup.models import UploadKind
from readinggroup.uploads.actions import megabytes
from readinggroup.uploads.checking import TAKEN, Checked, NotTaken, check
from readinggroup.uploads.recordings import TAKEN as RECORDED
from readinggroup.uploads.recordings import Recording, check_recording

ACCEPTED = "application/pdf,image/png,image/jpeg,image/webp,image/gif"


class UploadField(Field):
    """One file.  Once it is validated, ``checked`` is what may be kept of it; None where none was chosen.

    Validating decodes pictures, which takes a moment: do it before a transaction begins to write.
    """

    widget = FileInput()
    taken, accepted = TAKEN, ACCEPTED
    checked: Checked | None = None

    def __init__(self, label: str, validators: Any = (), *, required: bool = False, **options: Any) -> None:
        options.setdefault("description", f"{self.taken}, up to {megabytes(self.largest)}.")
        options.setdefault("render_kw", {"accept": self.accepted})
        super().__init__(label, validators, **options)
        self._required = required
        if required:
            self.flags.required = True

    @property
    def largest(self) -> int:
        """How large a file may be."""
        return _settings().upload_bytes

    @property
    def is_picture(self) -> bool:
        """Whether what was chosen is a picture."""
        return self.checked is not None and self.checked.kind is UploadKind.PICTURE

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:  # noqa: ARG002
        """Take what was sent under this name, if a form was sent at all."""
        self.process_errors, self.object_data = [], None
        sent = request.files.get(self.name) if formdata is not None else None
        self.data = sent if sent is not None and sent.filename else None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Look into the file."""
        if self.data is None:
            if self._required:
                raise StopValidation("Choose a file.")
            return
        if self.data.stream.seek(0, SEEK_END) > self.largest:
            raise StopValidation(
                f"That file is larger than {megabytes(self.largest)}. Make it smaller, then choose it again."
            )
        self.data.stream.seek(0)
        try:
            self.look()
        except NotTaken as refusal:
            raise StopValidation(str(refusal)) from None

    def look(self) -> None:
        """Find out what was sent.  Raises NotTaken."""
        self.checked = check(self.data.stream.read())


class RecordingField(UploadField):
    """One recording; ``recorded`` is what may be kept of it.  It is looked into where it lies."""

    taken, accepted = RECORDED, "video/mp4,video/webm,audio/mpeg,audio/mp4,audio/ogg,.m4a,.mp3,.ogg"
    recorded: Recording | None = None

    @property
    def largest(self) -> int:
        """How large a recording may be."""
        return _settings().recording_bytes

    def look(self) -> None:
        """Find out what was sent.  Raises NotTaken."""
        self.recorded = check_recording(self.data.stream)


def refuse_untold(alt: Field, decorative: Field) -> None:
    """Give ``alt`` or ``decorative`` an error unless exactly one of them is given: no picture goes without a word by
    being forgotten."""
    if not alt.data and not decorative.data:
        alt.errors = ["Say in words what the picture shows, or that it only decorates."]
    elif alt.data and decorative.data:
        decorative.errors = ["A picture that only decorates has no words: leave out one of the two."]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
