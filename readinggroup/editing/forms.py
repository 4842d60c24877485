"""Forms of the recap, and of a picture in it."""

from typing import Any

from wtforms import BooleanField, HiddenField, SubmitField
from wtforms.validators import DataRequired, Length

from readinggroup.uploads.fields import UploadField, refuse_untold
from readinggroup.web.forms import Form, MarkdownField, TextField, at_most, moment_in, web_address

TITLE_LENGTH = 200
LONGEST_RECAP = 20_000


class RecapForm(Form):
    """What a session was about, in the archive; and a picture that is to stand in it."""

    opened_at = HiddenField()
    at = HiddenField()
    title = TextField(
        "Title", [Length(max=TITLE_LENGTH)], description="Empty: the talks’ titles stand there."
    )
    recap = MarkdownField(
        "Recap",
        [at_most(LONGEST_RECAP, "A recap")],
        description="Markdown, with math between dollar signs. Pictures come in below.",
        render_kw={"class": "tall", "data-preview": ""},
    )
    file = UploadField("Picture")
    alt = TextField(
        "What the picture shows", [Length(max=500)], description="In words, for whoever can’t see it."
    )
    decorative = BooleanField("The picture only decorates; there is nothing to say about it")
    show_first = SubmitField("Preview")

    @property
    def is_preview(self) -> bool:
        """Whether it was sent only to be shown."""
        return bool(self.is_submitted() and self.show_first.data)

    def text(self) -> dict[str, Any]:
        """What was written, and since when the page on which it was written is open."""
        return {
            "title": (self.title.data or "")[:TITLE_LENGTH].strip(),
            "words": self.recap.data or "",
            "opened_at": moment_in(self.opened_at.data),
        }

    def has_picture(self) -> bool:
        """Whether a picture was chosen and told in words; else the fields say what is missing."""
        if not self.file.is_picture:
            self.file.errors = [*self.file.errors] or ["Choose a picture: PNG, JPEG, WebP or GIF."]
            return False
        refuse_untold(self.alt, self.decorative)
        return not self.errors

    def told(self) -> tuple[str, bool]:
        """What was said of the picture: its words, and whether it only decorates."""
        return ("", True) if self.decorative.data else (self.alt.data or "", False)

    def with_picture(self, address: str) -> str:
        """The recap with the picture: after the line in which the cursor was, else at the end."""
        said = _without_brackets(self.told()[0])
        words, at = self.recap.data or "", str(self.at.data or "")
        start = int(at) if at.isascii() and at.isdigit() and len(at) < 7 else len(words)
        end = words.find("\n", min(start, len(words)))
        before, after = (words, "") if end < 0 else (words[:end], words[end:])
        return f"{before.rstrip()}\n\n![{said}]({address})\n\n{after.lstrip()}".strip()


class LinkForm(Form):
    """Where something is found now."""

    url = TextField("Where it is now", [DataRequired("Give an address."), web_address, Length(max=2000)])


def _without_brackets(text: str) -> str:
    """``text`` as Markdown takes it for the words of a picture."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
