"""Forms of a session's day."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import DataRequired, Length

from readinggroup.web.forms import URL_LENGTH, Form, MarkdownField, TextField, at_most, web_address

LONGEST_QUESTION = 1_000


class QuestionForm(Form):
    """What somebody asks about a talk."""

    words = MarkdownField(
        "Your question",
        [DataRequired("Write your question first."), at_most(LONGEST_QUESTION, "A question")],
        description="Markdown works, and formulas between dollar signs.",
        render_kw={"rows": 3},
    )
    nameless = BooleanField(
        "Ask without my name", description="Nobody in the group sees who asked, the co-leads neither."
    )

    def change(self) -> dict[str, Any]:
        """What was given."""
        return {"words": self.words.data, "nameless": self.nameless.data}


def question_form(talk_id: int, *, sent: bool = False) -> QuestionForm:
    """The form for a question to that talk, one of several on a page; empty unless it was ``sent``."""
    prefix = f"talk-{talk_id}-"
    return QuestionForm(prefix=prefix) if sent else QuestionForm(formdata=None, prefix=prefix)


class RoomForm(Form):
    """Where sessions meet on the web."""

    own = TextField(
        "Address of this session",
        [web_address, Length(max=URL_LENGTH)],
        description="Empty: it meets where the group usually does.",
    )
    usual = TextField("Where the group usually meets", [web_address, Length(max=URL_LENGTH)])

    def change(self) -> dict[str, Any]:
        """What was given."""
        return {"own": self.own.data, "usual": self.usual.data}
