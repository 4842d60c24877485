"""The forms of voting: a new round, the ballots, and the reason of a cancellation."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from readinggroup.domain.lifecycle import RoundRule
from readinggroup.models import Group, Pitch
from readinggroup.voting.views import PaperLine
from readinggroup.web.forms import Form, LocalDateTimeField, TextField, WholeNumberField
from readinggroup.web.when import When

MOST_SEATS = 50
LOWEST_RANK = 99
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

    def offer(self, pitches: Iterable[Pitch]) -> None:
        """Let the round be over any of ``pitches``."""
        self.pitches.choices = {str(pitch.id): _pitch_label(pitch) for pitch in pitches}

    def tell_zone(self, closes: When) -> None:
        """Say whose clocks count."""
        self.closes_at.description = f"As clocks in {closes.place} show it ({closes.offset})."

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


class ApprovalForm(Form):
    """A ballot for ``fair`` and ``popular``: tick whatever you would come to."""

    approves = CheckboxesField(
        "Talks on the paper",
        unknown="Your ballot named something that isn't on this paper. Look at it again.",
    )

    @property
    def choices(self) -> list[str]:
        """The public ids that were ticked."""
        return list(self.approves.data or [])

    @property
    def is_filled(self) -> bool:
        """Whether anything is ticked."""
        return bool(self.choices)


class RankedForm(Form):
    """A ballot for ``ranked``: a number beside each pitch, 1 for the best; equal numbers are equal."""

    public_ids: Sequence[str] = ()

    @property
    def choices(self) -> list[list[str]]:
        """The tiers of public ids, best first; what has no number is in none."""
        tiers: dict[int, list[str]] = {}
        for public_id in self.public_ids:
            rank = self[rank_name(public_id)].data
            if rank is not None:
                tiers.setdefault(rank, []).append(public_id)
        return [tiers[rank] for rank in sorted(tiers)]

    def move(self, public_id: str, *, up: bool) -> int | None:
        """Put a pitch one place higher or lower, alone in its place, and number all places anew.

        Gives its new place; None where it has none, as below the last one.
        """
        tiers = moved(self.choices, public_id, up=up)
        places = {pitch: place for place, tier in enumerate(tiers, start=1) for pitch in tier}
        for pitch in self.public_ids:
            number = self[rank_name(pitch)]
            number.data, number.raw_data = places.get(pitch), None
        return places.get(public_id)

    @property
    def is_filled(self) -> bool:
        """Whether anything has a number."""
        return bool(self.choices)


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


def moved(tiers: Sequence[list[str]], pitch: str, *, up: bool) -> list[list[str]]:
    """``tiers``, best first, with ``pitch`` in a tier of its own one place higher or lower.

    What is in no tier comes up into a last one of its own; what is alone in the last one goes down into none.
    """
    at = next((place for place, tier in enumerate(tiers) if pitch in tier), None)
    if at is None:
        return [*tiers, [pitch]] if up else [*tiers]
    rest = [others for tier in tiers if (others := [other for other in tier if other != pitch])]
    was_alone = len(rest) < len(tiers)
    if not up and was_alone and at == len(rest):
        return rest
    place = (max(0, at - 1) if was_alone else at) if up else at + 1
    return [*rest[:place], [pitch], *rest[place:]]


def rank_name(public_id: str) -> str:
    """The name of the number field of a pitch."""
    return f"rank-{public_id}"


def ballot_form(rule: RoundRule, paper: Sequence[PaperLine], recorded: Any) -> ApprovalForm | RankedForm:
    """The form for a ballot on this paper, filled in as the one that is recorded; nothing recorded is None."""
    public_ids = [line.public_id for line in paper]
    if rule is not RoundRule.RANKED:
        form = ApprovalForm(approves=list(recorded or []))
        form.approves.choices = {line.public_id: line.title for line in paper}
        return form
    ranks = {pitch: place for place, tier in enumerate(recorded or [], start=1) for pitch in tier}
    fields: dict[str, Any] = {
        rank_name(line.public_id): WholeNumberField(
            line.title,
            validators=[Optional(), NumberRange(1, LOWEST_RANK, f"Give a number from 1 to {LOWEST_RANK}.")],
        )
        for line in paper
    }
    kind = type("RankedFormOfPaper", (RankedForm,), fields | {"public_ids": public_ids})
    made: RankedForm = kind(data={rank_name(pitch): place for pitch, place in ranks.items()})
    return made


def new_round_form(
    group: Group, pitches: Sequence[Pitch], defaults: dict[str, Any], closes: When
) -> RoundForm:
    """The form for a new round: every open pitch is ticked, and the group's own rules stand."""
    form = RoundForm(
        data={
            "pitches": [pitch.id for pitch in pitches],
            "rule": group.rule.value,
            "threshold_min": group.threshold_min,
            "threshold_percent": group.threshold_percent,
            "nudges": True,
            **defaults,
        }
    )
    form.offer(pitches)
    form.tell_zone(closes)
    return form


def _pitch_label(pitch: Pitch) -> str:
    speakers = ", ".join(speaker.name for speaker in pitch.speakers)
    waited = f", has waited {pitch.rounds_waited} round{'s'[: pitch.rounds_waited != 1]}"
    return f"{pitch.title}{f' — {speakers}' if speakers else ''}{waited if pitch.rounds_waited else ''}"
