"""Forms of what happened at a session: what differed from its plan, what is kept of it, and who was there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FormField, HiddenField, SelectField, SelectMultipleField
from wtforms import Form as PlainForm
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from readinggroup.domain.lifecycle import MaterialKind
from readinggroup.holding.hold_actions import Outcome
from readinggroup.models import Membership
from readinggroup.scheduling.places import Where
from readinggroup.scheduling.views import TalkView
from readinggroup.text.names import names_in
from readinggroup.web.forms import (
    Form,
    MarkdownField,
    Rows,
    TextField,
    WholeNumberField,
    id_in,
    some_names,
    web_address,
)

LONGEST_RECAP = 20_000
WAITS = {"": "It waits for another session"}


class GivenForm(PlainForm):
    """What became of one talk; an empty title and empty speakers are as planned."""

    talk = HiddenField()
    given = BooleanField("This talk was given")
    later = SelectField("If it wasn’t given", choices=WAITS, validate_choice=False)
    title = TextField("Title as it was given", [Length(max=200)])
    speakers = TextField(
        "Who gave it", [Optional(), some_names], description="Names, with commas between several."
    )
    slides = TextField("Slides", [web_address, Length(max=2000)])
    recording = TextField("Recording", [web_address, Length(max=2000)])

    @property
    def talk_id(self) -> int:
        """The talk's id; 0 where the field holds none."""
        return id_in(self.talk.data)

    @property
    def outcome(self) -> Outcome:
        """What was said of the talk."""
        later = self.later.data or ""
        return Outcome(
            given=self.given.data,
            title=self.title.data or "",
            speakers=names_in(self.speakers.data or ""),
            later=Where.read(later) if Where.can_read(later) else None,
        )


class AttendanceForm(Form):
    """Who was at a session."""

    present = SelectMultipleField(
        "Members who were there",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description="The co-leads see this, and each member their own.",
    )
    guests = WholeNumberField(
        "Guests", [Optional(), NumberRange(0, 10_000, "Give a number from 0 to 10000.")]
    )

    def attendance(self) -> dict[str, Any]:
        """What was given."""
        return {
            "user_ids": [id_in(value) for value in self.present.data or ()],
            "guests": self.guests.data,
        }

    def offer(self, places: Iterable[Membership]) -> None:
        """Let these members be ticked."""
        self.present.choices = [(str(place.user_id), place.user.name) for place in places]


class HeldForm(AttendanceForm):
    """What happened at a session."""

    talks = Rows(FormField(GivenForm), max_entries=20)
    recap = MarkdownField(
        "Recap", [Length(max=LONGEST_RECAP)], description="Markdown, with math between dollar signs."
    )
    slides = TextField("Slides of the session as a whole", [web_address, Length(max=2000)])
    recording = TextField("Recording of the session as a whole", [web_address, Length(max=2000)])

    def change(self) -> dict[str, Any]:
        """What was given, attendance apart: what became of the talks, the recap and what is to be kept."""
        outcomes: Mapping[int, Outcome] = {row.form.talk_id: row.form.outcome for row in self.talks}
        return {"outcomes": outcomes, "recap": self.recap.data, "links": self.links()}

    def links(self) -> list[tuple[int | None, MaterialKind, str]]:
        """What was added, as (talk's id or None for the session, kind, address)."""
        rows = [(row.form.talk_id, row.form) for row in self.talks] + [(None, self)]
        return [
            (talk_id, kind, field.data)
            for talk_id, form in rows
            for kind, field in ((MaterialKind.SLIDES, form.slides), (MaterialKind.RECORDING, form.recording))
            if field.data
        ]


def held_form(talks: Sequence[TalkView], later: Sequence[tuple[str, str]]) -> HeldForm:
    """The form for a session with ``talks``, all of them taken as given as they were planned.

    ``later``  the free places of later sessions, as (value, words).
    """
    form = HeldForm(data={"talks": [_planned(talk) for talk in talks]})
    for row in form.talks:
        row.form.later.choices = WAITS | {value: f"It moves to {words}" for value, words in later}
    return form


def _planned(talk: TalkView) -> dict[str, Any]:
    names = ", ".join(speaker.name for speaker in talk.speakers)
    return {"talk": str(talk.id), "given": True, "title": talk.title, "speakers": names}
