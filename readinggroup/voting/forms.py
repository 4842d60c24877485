"""The forms of rounds: drafted, told when to open, extended, published all the same, cancelled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from readinggroup.domain.lifecycle import RoundRule
from readinggroup.models import Pitch
from readinggroup.voting.views import many
from readinggroup.web.forms import Form, LocalDateTimeField, TextField, WholeNumberField
from readinggroup.web.when import When

MOST_SEATS = 50
RULE_LABELS = {
    RoundRule.FAIR: "Fair: every part of the group gets its turn",
    RoundRule.POPULAR: "Popular: the most ticks win",
    RoundRule.RANKED: "Ranked: members put the pitches in order, for one-winner questions",
}


class CheckboxesField(SelectMultipleField):
    """Several of some choices, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, *, unknown: str, **options: Any) -> None:
        super().__init__(label, validate_choice=False, **options)
        self.unknown = unknown

    def pre_validate(self, _form: Any) -> None:
        """Nothing but what was offered; said twice is said once."""
        offered = {self.coerce(value) for value in cast(dict[str, str], self.choices)}
        self.data = list(dict.fromkeys(self.data or []))
        if not offered.issuperset(self.data):
            self.data = [value for value in self.data if value in offered]
            raise StopValidation(self.unknown)


def _at_least_one(_form: Form, field: CheckboxesField) -> None:
    # DataRequired would mark every single box as required.
    if not field.data:
        raise StopValidation("Choose at least one pitch.")


class RoundForm(Form):
    """Open a round."""

    title = TextField(
        "Title",
        validators=[DataRequired("Give the round a title."), Length(max=200)],
        description="Members see it above their ballot and in the mail that tells them.",
    )
    pitches = CheckboxesField(
        "Pitches on the paper",
        coerce=lambda text: int(text) if str(text).isascii() and str(text).isdigit() else -1,
        unknown="A pitch that you chose isn't open any more. Look at the list again.",
        validators=[_at_least_one],
    )
    seats = WholeNumberField(
        "Places to win",
        validators=[
            InputRequired("Say how many talks can win."),
            NumberRange(1, MOST_SEATS, f"Give a number from 1 to {MOST_SEATS}."),
        ],
    )
    rule = SelectField("Rule", choices={rule.value: words for rule, words in RULE_LABELS.items()})
    closes_at = LocalDateTimeField(
        "Closes",
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired("Say when it closes.")],
    )
    threshold_min = WholeNumberField(
        "Ballots that must tick a pitch for it to win",
        validators=[InputRequired("Give a number."), NumberRange(0, 1000, "Give a number from 0 to 1000.")],
    )
    threshold_percent = WholeNumberField(
        "… and at least this share of the ballots, in percent",
        validators=[InputRequired("Give a number."), NumberRange(0, 100, "Give a number from 0 to 100.")],
    )

    quorum = WholeNumberField(
        "Ballots that make the round valid",
        validators=[Optional(), NumberRange(0, 100_000, "Give a number from 0 to 100000.")],
        description="With fewer, the round goes on once for as long again; then you decide, and say why. 0 asks for "
        "none; empty is one and a half times the root of the number of members.",
    )

    releases_at_once = BooleanField(
        "Publish the results at once when it is counted",
        description="Otherwise a co-lead publishes them. A round with too few ballots always waits for the co-leads.",
    )
    nudges = BooleanField(
        "Remind those who have not voted",
        description="One mail, a day before it closes. Nobody is told who gets it.",
    )

    def terms(self) -> dict[str, Any]:
        """What was chosen, as ``open_round`` takes it; for a form that was found right."""
        closes_at = cast(datetime, self.closes_at.data)
        return {
            "pitch_ids": self.pitches.data,
            "title": self.title.data,
            "seats": self.seats.data,
            "closes_on": closes_at.date(),
            "closes_time": closes_at.time(),
            "rule": RoundRule(self.rule.data),
            "threshold_min": self.threshold_min.data,
            "threshold_percent": self.threshold_percent.data,
            "quorum": self.quorum.data,
            "releases_at_once": self.releases_at_once.data,
            "nudges": self.nudges.data,
        }


class OpenAtForm(Form):
    """Let a draft open by itself."""

    opens_at = LocalDateTimeField(
        "Opens",
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired("Say when it opens.")],
    )

    def terms(self) -> dict[str, Any]:
        """What was chosen, as ``set_opening`` takes it; for a form that was found right."""
        opens_at = cast(datetime, self.opens_at.data)
        return {"opens_on": opens_at.date(), "opens_time": opens_at.time()}


class ExtendForm(Form):
    """Give an open round more time."""

    closes_at = LocalDateTimeField(
        "Closes",
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        validators=[InputRequired("Say when it closes.")],
    )

    def terms(self) -> dict[str, Any]:
        """What was chosen, as ``extend_round`` takes it; for a form that was found right."""
        closes_at = cast(datetime, self.closes_at.data)
        return {"closes_on": closes_at.date(), "closes_time": closes_at.time()}


class DecideForm(Form):
    """Say why the results of a round below its quorum are published."""

    because = TextField(
        "Why do the results count although too few voted?",
        validators=[DataRequired("Say why, so that members know."), Length(max=500)],
        description="Everybody who sees the results reads this beside them.",
    )


class CancelForm(Form):
    """Say why a round is called off."""

    because = TextField(
        "Why is it cancelled?",
        validators=[DataRequired("Say why, so that members know."), Length(max=500)],
        description="Members read this on the round's page.",
    )


def round_form(pitches: Sequence[Pitch], shown: dict[str, Any], closes: When, *, free: int) -> RoundForm:
    """The form for a round over any of ``pitches``, filled in with what is to be ``shown``.

    ``closes`` tells whose clocks count; ``free``: how many places the coming sessions have free.
    """
    form = RoundForm(data=shown)
    form.pitches.choices = {str(pitch.id): _pitch_label(pitch) for pitch in pitches}
    form.closes_at.description = f"As clocks in {closes.place} show it ({closes.offset})."
    form.seats.description = f"The coming two sessions have {many(free, 'free place')}."
    return form


def _pitch_label(pitch: Pitch) -> str:
    speakers = ", ".join(speaker.name for speaker in pitch.speakers)
    chapter = f", chapter {pitch.chapter.number} of {pitch.chapter.book}" if pitch.chapter else ""
    waited = f", has waited {many(pitch.rounds_waited, 'round')}" if pitch.rounds_waited else ""
    return f"{pitch.title}{f' — {speakers}' if speakers else ''}{chapter}{waited}"
