"""Forms of a speaker's own page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wtforms.validators import DataRequired, Length

from readinggroup.models import Talk
from readinggroup.scheduling.drop_forms import DeclineForm
from readinggroup.scheduling.forms import LONGEST_TEXT, MaterialForm
from readinggroup.scheduling.talk_forms import ReadingForm
from readinggroup.web.days import DaysField
from readinggroup.web.forms import Form, MarkdownField, TextField


class WordsForm(Form):
    """What the talk is called and what it is about."""

    title = TextField("Title", [DataRequired("Give the talk a title."), Length(max=200)])
    abstract = MarkdownField(
        "Abstract",
        [Length(max=LONGEST_TEXT, message=f"Up to {LONGEST_TEXT} characters.")],
        description="Markdown, with math between dollar signs. It is on the talk’s page at once.",
    )

    def change(self) -> dict[str, Any]:
        """What was given."""
        return {"title": self.title.data, "abstract": self.abstract.data}


class AwayForm(Form):
    """When the speaker can't come."""

    days = DaysField(
        "Days on which you can't come",
        description="Such as 2026-12-05, 2026-12-19. Co-leads see them when they plan.",
    )


@dataclass(slots=True)
class DeskForms:
    """All forms of a speaker's page; the one that was sent holds what was typed."""

    words: WordsForm
    reading: ReadingForm
    material: MaterialForm
    away: AwayForm
    decline: DeclineForm
    sent: Form | None = field(default=None)

    def said_no_to(self) -> bool:
        """Whether the one that was sent was refused."""
        return self.sent is not None and bool(self.sent.errors)


def desk_forms(talk: Talk, days: Iterable[date], *, sent: str = "") -> DeskForms:
    """The forms for a talk; ``sent`` names the one that a browser sent, if any."""

    def of(name: str) -> dict[str, Any]:
        return {"prefix": f"{name}-"} if name == sent else {"prefix": f"{name}-", "formdata": None}

    forms = DeskForms(
        words=WordsForm(data={"title": talk.title, "abstract": talk.abstract}, **of("words")),
        reading=ReadingForm(**of("reading")),
        material=MaterialForm(**of("material")),
        away=AwayForm(data={"days": list(days)}, **of("away")),
        decline=DeclineForm(**of("decline")),
    )
    forms.sent = getattr(forms, sent) if sent else None
    return forms
